"""Every solution may be rated, and whoever is dissatisfied is followed up: a lead hears of it, and a clock runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim, Record, Reply, Resolve
from bot.dialogue import choices
from bot.messages import Incoming
from bot.notifications.rules import notices
from bot.wording.refusals import REFUSALS
from bot.wording.surveys import ASK_DIMENSIONS
from escalation.staff import Staff
from escalation.tickets import clocks, fact_words, history, ratings
from escalation.tickets.lifecycle import Refused
from escalation.tickets.unhappy_events import CustomerUnhappy, Unhappiness
from tests.bot.scene import Scene, Visitor


def solved(scene: Scene, anna: Visitor, cause: str | None = None, first: str = "打印机卡纸，修不好，转人工") -> Staff:
    anna.say(first)
    li = scene.staff()
    solve(scene, li, cause)
    anna.read()
    return li


def solve(scene: Scene, li: Staff, cause: str | None = None) -> None:
    scene.act(li, Claim())
    scene.act(li, Reply("好了。", f"key-{scene.now:%H%M%S}"))
    scene.act(li, Resolve(cause))
    scene.pass_time(minutes=1)


def told(scene: Scene) -> list[tuple[str, str, str]]:
    return [each for each in scene.notices() if each[0] == "unhappy"]


def scores(scene: Scene) -> list[tuple[int, int, str | None]]:
    return [(row.solution, row.score, row.reason) for row in scene.read(ratings.ratings_of, scene.ticket.id)]


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, match=f"^{code}$")


def test_each_solution_is_rated_the_last_counts_and_the_first_stays(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna = scene.visitor("anna")
    li = solved(scene, anna)
    anna.say("没有了")
    assert anna.tap("rate:5") == [scene.sentence("ask_reason") + ASK_DIMENSIONS]
    anna.say("回复很及时")
    assert anna.say("还是没解决")[0].startswith("抱歉没能一次解决好。")
    assert (scene.ticket.rating, scene.ticket.rating_reason) == (None, None)  # a reopened one has no stars
    solve(scene, li)
    anna.read()
    assert anna.say("没有了") == [scene.sentence("ask_rating")]
    anna.say("3分")
    assert scene.ticket.rating == 3
    assert scores(scene) == [(1, 5, "回复很及时"), (2, 3, None)]


@pytest.mark.parametrize("score", [1, 2])
def test_a_low_score_tells_the_lead_and_starts_the_follow_up(scene: Scene, anna: Visitor, score: int) -> None:
    li = solved(scene, anna)
    anna.say("没有了")
    anna.tap(f"rate:{score}")
    assert told(scene) == [("unhappy", "role", "lead"), ("unhappy", "staff", str(li.id))]
    clock = scene.clock_of("follow_up")
    assert (clock.state, clock.due_at - scene.now) == ("open", timedelta(hours=24))


def test_a_good_score_owes_nothing(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.say("没有了")
    anna.tap("rate:3")
    assert told(scene) == []
    assert scene.clocks("follow_up") == []


def test_a_follow_up_is_settled_by_its_outcome_in_words(scene: Scene, anna: Visitor) -> None:
    li = solved(scene, anna)
    anna.rate(1)
    with refused("outcome_needed"):
        scene.act(li, Record("followed_up"))
    with refused("outcome_needed"):
        scene.act(li, Record("followed_up", words="  "))
    scene.act(li, Record("followed_up", words="已致电，客户接受换货。"))
    assert scene.clock_of("follow_up").state == "met"
    [row] = scene.read(fact_words.words_of, scene.ticket.id)
    assert (row.fact, row.text, row.by) == ("followed_up", "已致电，客户接受换货。", li.id)
    assert REFUSALS["outcome_needed"] == "请写明回访结果，再登记「已回访」。"


def test_a_reopening_is_followed_up_by_the_lead_though_an_agent_holds_it(scene: Scene, anna: Visitor) -> None:
    li = solved(scene, anna)
    anna.say("还是没解决")
    assert told(scene) == [("unhappy", "role", "lead")]
    scene.act(li, Claim())
    lead = scene.staff("zhou", role="lead")
    scene.act(lead, Record("followed_up", words="已致歉，约好明天上门。"))
    assert scene.clock_of("follow_up").state == "met"


def test_a_reopening_after_a_low_score_gives_no_more_time(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.say("没有了")
    anna.tap("rate:1")
    due = scene.clock_of("follow_up").due_at
    scene.pass_time(hours=3)
    anna.say("还是没解决")
    [row] = [row for row in scene.clocks("follow_up") if row.state == "open"]
    assert row.due_at == due
    # Whatever rewrites the clocks comes to the same end.
    scene.write(clocks.rewrite, scene.rules.policy, scene.ticket, scene.now)
    [row] = [row for row in scene.clocks("follow_up") if row.state == "open"]
    assert row.due_at == due


@pytest.mark.parametrize("claimed", [False, True])
def test_a_withdrawn_complaint_goes_on_and_the_lead_is_told(scene: Scene, anna: Visitor, claimed: bool) -> None:
    anna.say("我要投诉你们，态度太差")
    if claimed:
        li = scene.claimed_by(scene.staff())
        scene.act(li, Reply("您好，我来处理。", "12345678"))
    anna.read()
    said = anna.say("算了，我要撤回投诉")
    assert said == ([] if claimed else [scene.sentence("withdraw_for_person")])
    assert ("unhappy", "role", "lead") in told(scene)
    assert scene.ticket.is_open
    assert scene.clock_of("follow_up").state == "open"


def test_a_survey_answered_twice(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.say("没有了")
    anna.tap("rate:2")
    assert anna.tap("rate:2") == ["您已经评过 2 分，不用重复评价。"]
    assert anna.tap("rate:5") == ["已按您最后的评分记为 5 分，感谢您的反馈。"]
    assert scene.ticket.rating == 5
    assert scores(scene) == [(1, 2, None), (1, 5, None)]
    assert scene.clock_of("follow_up").state == "open"  # who was dissatisfied is asked why
    anna.tap("rate:1")
    assert len([row for row in scene.read(history.history_of, scene.ticket.id) if row.kind == "dissatisfied"]) == 2


def test_a_score_on_a_ticket_that_was_reopened_meanwhile(scene: Scene, anna: Visitor) -> None:
    solved(scene, anna)
    anna.say("没有了")
    anna.say("还是没解决")
    tap = Incoming("web", "anna", "late", "choice", choice=f"rate:5:{scene.ticket.id}:1")
    assert scene.read(choices.is_offered, scene.rules, tap, scene.now)
    assert anna.tap("rate:5") == ["您的问题还在处理，刚才的评分没有登记，处理完后会再请您评价。"]
    assert scene.ticket.rating is None


@pytest.mark.parametrize(
    ("why", "due", "sentence"),
    [
        (
            "low_score",
            True,
            "【客户不满意】#1 云印：评价 1 分。请在 11月24日（周二）10:00 前安排回访，并在工单里写明回访结果。",
        ),
        ("low_score", False, "【客户不满意】#1 云印：评价 1 分。请尽快安排回访，并在工单里写明回访结果。"),
        ("complaint_withdrawn", False, "【客户不满意】#1 云印：要撤回投诉。请尽快安排回访，并在工单里写明回访结果。"),
    ],
)
def test_the_notice_says_what_happened_and_by_when(
    scene: Scene, anna: Visitor, why: Unhappiness, due: bool, sentence: str
) -> None:
    anna.say("人工")
    event = CustomerUnhappy(scene.ticket, why, scene.now + timedelta(days=1) if due else None, 1)
    [notice] = notices(scene.policy, event, "云印", scene.now)
    assert notice.text == sentence
