"""Until a person has claimed a ticket, what its customer adds is read with everything said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.agents.actions import Claim, Release, Reply, Resolve, SetUrgency, Transfer
from escalation.policy.model import Policy
from escalation.tickets import history
from escalation.tickets.rereading import AT_MOST_EVERY
from knowledge_base.acts.reader import ActReader
from tests.bot.monday import at
from tests.bot.scene import WIFI, Scene, Visitor


class _Topics:
    """Topics by a word in the text; all that the policy has are described."""

    def __init__(self, policy: Policy) -> None:
        self.nothing = dict.fromkeys(policy.topics, 0.0)

    def scores(self, text: str) -> dict[str, float]:
        words = {"故障": ("坏", "不动", "卡"), "发票": ("发票", "抬头"), "配送": ("快递", "送到")}
        return self.nothing | {topic: 1.0 * sum(word in text for word in told) for topic, told in words.items()}

    def scores_of(self, texts: Sequence[str]) -> list[dict[str, float]]:
        return [self.scores(text) for text in texts]


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    """A customer whom nobody knows, and a desk that knows three topics."""
    scene.rules = replace(scene.rules, acts=ActReader(topics=_Topics(scene.rules.policy)))  # type: ignore[arg-type]
    return scene.visitor()


def events(scene: Scene, kind: str = "reread") -> list[dict[str, object]]:
    """The lines of the newest ticket's history of this kind."""
    return [row.data for row in scene.read(history.history_of, scene.ticket.id) if row.kind == kind]


@pytest.mark.parametrize("said", ["门坏了推不开", "电脑一动不动", "读卡器卡住了"])
def test_the_matter_after_a_bare_wish_gives_topic_queue_and_title(scene: Scene, anna: Visitor, said: str) -> None:
    anna.say("转人工")
    assert (scene.ticket.topic, scene.ticket.queue) == (None, "通用客服")
    anna.say(said)
    assert (scene.ticket.topic, scene.ticket.queue, scene.ticket.subject) == ("故障", "技术支持", said)
    assert [event["changed"] for event in events(scene)] == [["subject", "topic", "queue"]]


def test_a_more_pressing_addition_shortens_the_promise_and_tells_it_anew(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    assert scene.clock_of("first_contact").due_at == at(12)
    assert anna.say("特别急，收银机坏了打不了单") == [scene.sentence("promise_sooner", by="今天 10:30")]
    assert scene.clock_of("first_contact").due_at == at(10, 30)
    assert (scene.ticket.urgency, scene.ticket.queue) == ("urgent", "技术支持")


def test_a_calmer_addition_takes_nothing_back(scene: Scene, anna: Visitor) -> None:
    anna.say("特别急，收银机坏了")
    anna.say("转人工")
    due = scene.clock_of("first_contact").due_at
    anna.say("没那么急了，不着急")
    assert (scene.ticket.urgency, scene.clock_of("first_contact").due_at) == ("urgent", due)


def test_calm_takes_back_what_an_addition_raised_and_no_promise(scene: Scene, anna: Visitor) -> None:
    anna.say("收银机坏了")
    anna.say("转人工")
    anna.say("特别急，收银机一动不动")
    due = scene.clock_of("first_contact").due_at
    assert scene.ticket.urgency == "urgent"
    anna.say("没那么急了，不着急")
    assert (scene.ticket.urgency, scene.clock_of("first_contact").due_at) == ("normal", due)


def test_a_reopened_ticket_says_what_it_was_about_before(scene: Scene, anna: Visitor) -> None:
    anna.say("收银机坏了，卡住不动")
    anna.say("转人工")
    li = scene.claimed_by(scene.staff())
    scene.act(li, Reply("修好了。", "1"))
    scene.act(li, Resolve(why="当场解决"))
    anna.say("没解决")
    anna.say("又卡住了，还是一动不动")
    assert scene.ticket.subject.startswith("收银机坏了")


def test_a_ticket_moves_only_by_a_clear_margin(scene: Scene, anna: Visitor) -> None:
    anna.say("机器坏了，卡住不动")
    anna.say("转人工")
    scene.pass_time(minutes=2)
    anna.say("发票也还没有给")
    assert (scene.ticket.topic, scene.ticket.queue) == ("故障", "技术支持")
    assert "发票也还没有给" in scene.ticket.subject


def test_it_moves_at_most_once_a_minute_and_its_new_queue_hears_once(scene: Scene, anna: Visitor) -> None:
    scene.staff("tech", queues=["技术支持"])
    anna.say("转人工")
    anna.say("柜门坏了")
    moved_at = scene.now
    anna.say("其实是发票，发票抬头，还有快递")
    anna.say("抬头的发票，抬头")
    assert (scene.ticket.queue, scene.ticket.topic) == ("技术支持", "故障")
    assert scene.notices("rerouted") == [("rerouted", "queue", "技术支持")]
    scene.pass_time(seconds=59)
    assert scene.ticket.queue == "技术支持"
    scene.pass_time(seconds=2)
    assert (scene.ticket.queue, scene.ticket.topic) == ("通用客服", "发票")
    assert scene.notices("rerouted")[1:] == [("rerouted", "queue", "通用客服")]
    assert scene.now - moved_at >= AT_MOST_EVERY


def test_a_queue_that_waits_to_change_does_not_after_a_claim(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    anna.say("柜门坏了")
    anna.say("其实是发票，发票抬头，还有快递")
    scene.claimed_by(scene.staff())
    scene.pass_time(minutes=5)
    assert (scene.ticket.queue, scene.ticket.topic, len(scene.tickets)) == ("技术支持", "故障", 1)


def test_what_a_person_has_set_stays(scene: Scene, anna: Visitor) -> None:
    lead = scene.staff("lead", "lead")
    anna.say("转人工")
    scene.act(lead, Transfer("投诉处理", None))
    scene.act(lead, SetUrgency("low", "客户说不急"))
    anna.say("特别急，收银机坏了")
    assert (scene.ticket.queue, scene.ticket.urgency, scene.ticket.topic) == ("投诉处理", "low", None)
    assert scene.ticket.subject == "收银机坏了"


def test_after_a_claim_nothing_is_changed_even_when_it_waits_again(scene: Scene, anna: Visitor) -> None:
    li = scene.staff()
    anna.say("转人工")
    scene.act(li, Claim())
    anna.say("收银机坏了")
    scene.act(li, Release())
    anna.say("坏得很厉害，特别急")
    ticket = scene.ticket
    assert (ticket.queue, ticket.urgency, ticket.subject) == ("通用客服", "normal", "客户要求人工，尚未说明事由")


def test_thanks_numbers_and_greetings_change_nothing(scene: Scene, anna: Visitor) -> None:
    anna.say("收银机坏了")
    anna.say("转人工")
    for text in ("谢谢", "5", "👌", "你好", "？"):
        anna.say(text)
    assert events(scene) == []
    assert scene.ticket.subject == "收银机坏了"


def test_the_suggested_answer_follows_and_an_improbable_one_is_not_shown(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    assert scene.ticket.suggested is None
    anna.say("打印机有点问题")
    assert scene.ticket.suggested == WIFI.answer
    assert scene.ticket.candidates[0]["id"] == WIFI.id


def test_in_a_danger_no_answer_is_suggested(scene: Scene, anna: Visitor) -> None:
    anna.say("打印机卡纸还冒烟")
    assert scene.ticket.urgency == "critical"
    assert scene.ticket.suggested is None


def test_the_chain_tells_that_the_title_changed_and_not_what_was_said(scene: Scene, anna: Visitor) -> None:
    anna.say("收银机坏了，就在前台那儿")
    anna.say("转人工")
    anna.say("是白色的那台")
    (event,) = events(scene)
    assert event["changed"] == ["subject"]
    assert "白色" not in str(event)
    assert scene.ticket.subject == "收银机坏了（就在前台那儿），是白色的那台"


def test_the_cost_of_an_addition_does_not_grow_with_the_talk(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    read: list[int] = []
    rank = type(scene.rules).rank

    def counting(rules: object, text: str, *rest: object) -> object:
        read.append(len(text))
        return rank(rules, text, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(scene.rules), "rank", counting)
        for number in range(60):
            scene.pass_time(minutes=2)
            anna.say(f"第{number}次说明一下收银机坏了的具体情况")
    assert sum(read[-3:]) <= 3 * 1_100
    assert len(scene.ticket.subject) <= 60
