"""A service interruption is declared once, told once to everybody it touches, and its end is told to all of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.jobs.alarm_clock import AlarmClock
from bot.notifications import notice_inbox
from bot.tickets import incidents
from bot.transcript import conversations
from escalation.incidents import incident_store
from escalation.incidents.incident_store import IncidentReach, incident_notices
from escalation.incidents.model import Incident, IncidentDraft, IncidentRefused
from escalation.staff import Staff
from escalation.tickets import history
from tests.bot.scene import JAM, UNKNOWN, Scene, Visitor
from tests.patience import patience

NOTICE = "目前报修系统中断，我们正在抢修，恢复后会第一时间通知您。"
OVER = "报修系统已恢复，给您添麻烦了。"
PERSON = [{"choice": "person", "label": "转人工"}]


@pytest.fixture
def lead(scene: Scene) -> Staff:
    return scene.staff("han", "lead")


def declare(scene: Scene, who: Staff, **draft: Any) -> Incident:
    wanted = {"title": "报修系统中断", "topics": ("故障",), "words": (), "notice": NOTICE} | draft
    found: Incident = scene.write(incidents.declare, scene.rules, who, IncidentDraft(**wanted), scene.now)
    return found


def end(scene: Scene, who: Staff, incident: Incident, text: str = OVER) -> None:
    scene.write(incidents.end, scene.rules, who, incident.id, text, scene.now)


def tell_all(scene: Scene) -> int:
    done = 0
    while told := scene.write(incidents.notify_some, scene.now):
        done += told
    assert not scene.read(incidents.has_more_to_notify)
    return done


def handed_over(scene: Scene, address: str, text: str = "打印机卡纸还脱机，坏了", **visitor: Any) -> Visitor:
    """Somebody whose ticket is about a fault."""
    found = scene.visitor(address, **visitor)
    found.say(text)
    found.say("轉人工" if "機" in text else "转人工")
    return found


def reach(scene: Scene, incident: Incident) -> IncidentReach:
    found: IncidentReach = scene.read(incident_store.reach_of, [incident.id])[incident.id]
    return found


# Declaring


def test_everybody_with_an_open_ticket_of_the_topic_is_told_once(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    touched = [handed_over(scene, f"visitor {number}") for number in range(3)]
    other = handed_over(scene, "other", UNKNOWN)
    for visitor in (*touched, other):
        visitor.read()
    incident = declare(scene, scene.staff("han", "lead"))
    assert tell_all(scene) == 3
    assert tell_all(scene) == 0
    assert [visitor.read() for visitor in (*touched, other)] == [[NOTICE], [NOTICE], [NOTICE], []]
    assert [ticket.incident_id for ticket in scene.tickets] == [None, incident.id, incident.id, incident.id]
    assert reach(scene, incident) == IncidentReach(told=3, end_told=0, tickets=3)
    lines = scene.read(history.history_of, scene.tickets[-1].id)
    assert (lines[-1].kind, lines[-1].data) == ("incident", {"incident": incident.id, "title": "报修系统中断"})


def test_a_word_touches_tickets_in_either_script(scene: Scene, lead: Staff) -> None:
    touched = [handed_over(scene, name, text) for name, text in (("anna", "App 打不开網站"), ("ben", "APP打不开网站"))]
    other = handed_over(scene, "other", "想了解一下租机")
    for visitor in (*touched, other):
        visitor.read()
    declare(scene, lead, topics=(), words=("网站！", "ａｐｐ"))
    tell_all(scene)
    assert [len(visitor.read()) for visitor in (*touched, other)] == [1, 1, 0]


def test_the_notice_goes_out_by_the_customers_own_channel_and_in_their_script(scene: Scene, lead: Staff) -> None:
    there = handed_over(scene, "77", "打印機壞了，印表機沒反應", channel="telegram")
    there.read()
    declare(scene, lead)
    tell_all(scene)
    written = "目前報修系統中斷，我們正在搶修，恢復後會第一時間通知您。"
    assert there.read() == [written]
    assert scene.posted("telegram")[-1].text == written


def test_thousands_are_told_in_batches_and_nobody_twice_though_the_program_dies_between(
    scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(incidents, "BATCH", 3)
    visitors = [handed_over(scene, f"visitor {number}") for number in range(7)]
    for visitor in visitors:
        visitor.read()
    incident = declare(scene, scene.staff("han", "lead"))
    assert scene.write(incidents.notify_some, scene.now) == 3
    with pytest.raises(ZeroDivisionError):
        scene.write(_dies_after(incidents.notify_some), scene.now)
    assert reach(scene, incident) == IncidentReach(told=3, tickets=3)
    assert scene.read(incidents.has_more_to_notify)
    assert tell_all(scene) == 4
    assert [visitor.read() for visitor in visitors] == [[NOTICE]] * 7
    end(scene, scene.staff("xu", "lead"), incident)
    with pytest.raises(ZeroDivisionError):
        scene.write(_dies_after(incidents.notify_some), scene.now)
    assert tell_all(scene) == 7
    assert [visitor.read() for visitor in visitors] == [[OVER]] * 7
    assert reach(scene, incident) == IncidentReach(told=7, end_told=7, tickets=7)


def _dies_after(work: Any) -> Any:
    def doing(*arguments: Any) -> None:
        assert work(*arguments)
        raise ZeroDivisionError  # before the commit, as a kill would

    return doing


def test_two_replicas_tell_everybody_exactly_once(scene_anywhere: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scene_anywhere
    monkeypatch.setattr(incidents, "BATCH", 2)
    visitors = [handed_over(scene, f"visitor {number}") for number in range(12)]
    for visitor in visitors:
        visitor.read()
    incident = declare(scene, scene.staff("han", "lead"))
    _together(lambda: _until_all_know(scene))
    assert [visitor.read() for visitor in visitors] == [[NOTICE]] * 12
    assert [ticket.incident_id for ticket in scene.tickets] == [incident.id] * 12
    kinds = [[line.kind for line in scene.read(history.history_of, ticket.id)] for ticket in scene.tickets]
    assert [each.count("incident") for each in kinds] == [1] * 12
    end(scene, scene.staff("xu", "lead"), incident)
    _together(lambda: _until_all_know(scene))
    assert [visitor.read() for visitor in visitors] == [[OVER]] * 12


def _until_all_know(scene: Scene) -> None:
    while scene.read(incidents.has_more_to_notify):
        scene.write(incidents.notify_some, scene.now)


def _together(work: Any, number: int = 3) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience(60))
        assert not thread.is_alive()


async def test_the_tick_goes_on_telling_until_everybody_knows(scene: Scene, lead: Staff, monkeypatch: Any) -> None:
    monkeypatch.setattr(incidents, "BATCH", 2)
    visitors = [handed_over(scene, f"visitor {number}") for number in range(5)]
    incident = declare(scene, lead)
    alarms = AlarmClock(scene.database, lambda: scene.rules, scene.clock)
    for told in (2, 4, 5, 5):
        await alarms.run_due()
        assert reach(scene, incident).told == told
    assert all(visitor.read()[-1] == NOTICE for visitor in visitors)


def test_a_conversation_somebody_is_busy_with_is_told_the_next_time(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    if scene.database.is_sqlite:
        pytest.skip("a SQLite writer is always alone")
    first, second = handed_over(scene, "anna"), handed_over(scene, "ben")
    declare(scene, scene.staff("han", "lead"))
    with scene.database.engine.begin() as busy:
        assert first.conversation is not None
        conversations.lock_conversation_by_id(busy, first.conversation.id)
        assert scene.write(incidents.notify_some, scene.now) == 1
        assert scene.write(incidents.notify_some, scene.now) == 0
    assert tell_all(scene) == 1
    assert [visitor.read()[-1] for visitor in (first, second)] == [NOTICE, NOTICE]


def test_a_finished_ticket_is_nobodys_matter_any_more(scene: Scene, lead: Staff) -> None:
    from bot.agents.actions import Claim, Resolve

    visitor = handed_over(scene, "anna")
    for action in (Claim(), Resolve(why="当场解决")):
        scene.act(lead, action)
    visitor.read()
    declare(scene, lead)
    assert tell_all(scene) == 0
    assert visitor.read() == []


def test_whoever_was_told_by_one_that_is_over_hears_of_the_next(scene: Scene, lead: Staff) -> None:
    visitor = handed_over(scene, "anna")
    first = declare(scene, lead)
    tell_all(scene)
    end(scene, lead, first)
    visitor.read()
    second = declare(scene, lead, notice="报修系统再次中断。")
    tell_all(scene)
    assert visitor.read() == ["报修系统再次中断。", OVER]
    assert scene.ticket.incident_id == second.id


def test_two_at_once_each_tell_and_the_ticket_belongs_to_the_first(scene: Scene, lead: Staff) -> None:
    visitor = handed_over(scene, "anna", "打印机坏了，官网也打不开")
    visitor.read()
    first = declare(scene, lead)
    declare(scene, lead, title="官网打不开", topics=(), words=("官网",), notice="官网正在维护。")
    tell_all(scene)
    assert visitor.read() == [NOTICE, "官网正在维护。"]
    assert scene.ticket.incident_id == first.id


# While it is on


def test_a_message_about_it_hears_the_notice_once_instead_of_an_answer(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    declare(scene, lead)
    assert anna.say(JAM.question) == [NOTICE]
    assert anna.lines()[-1].meta["buttons"] == PERSON
    assert anna.say(JAM.question) == [JAM.answer]
    assert tell_all(scene) == 0


def test_instead_of_not_knowing_either_and_it_is_no_miss(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    declare(scene, lead, topics=(), words=("的诗",))
    assert anna.say(UNKNOWN) == [NOTICE]
    assert anna.conversation is not None
    assert anna.conversation.misses == 0
    assert anna.say(UNKNOWN) == [scene.sentence("unknown")]


def test_a_second_miss_about_it_is_no_hand_over_yet(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    anna.say("天上有几颗星星呢呢")
    declare(scene, lead, topics=(), words=("的诗",))
    assert anna.say(UNKNOWN) == [NOTICE]
    assert scene.tickets == []


def test_a_suggestion_about_it_that_is_tapped_brings_the_notice(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    anna.say("打印机有点问题")
    declare(scene, lead)
    assert anna.tap(f"ask:{JAM.id}") == [NOTICE]
    assert anna.tap(f"ask:{JAM.id}") == [JAM.answer]


def test_what_it_does_not_touch_is_answered_as_ever(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    declare(scene, lead)
    assert anna.say("你好") == [scene.sentence("greeting")]
    assert anna.say("怎么查订单") != [NOTICE]
    assert anna.say("谢谢") == [scene.sentence("thanks")]


def test_a_wish_for_a_person_is_carried_out_and_the_ticket_attached(scene: Scene, lead: Staff) -> None:
    anna = scene.visitor()
    incident = declare(scene, lead)
    anna.say(JAM.question)
    said = anna.say("转人工")
    assert NOTICE not in said
    assert said[0].startswith("已为您安排专人")
    assert scene.ticket.incident_id == incident.id


def test_a_hand_over_at_once_tells_the_notice_before_the_promise(scene: Scene, lead: Staff) -> None:
    incident = declare(scene, lead)
    anna = scene.visitor(customer="C1001")  # 特级: a person at once
    said = anna.say("打印机坏了")
    assert said[0] == NOTICE
    assert said[1].startswith("已为您安排专人")
    assert (scene.ticket.incident_id, reach(scene, incident)) == (incident.id, IncidentReach(told=1, tickets=1))


def test_a_complaint_about_it_is_a_complaint_and_attached(scene: Scene, lead: Staff) -> None:
    incident = declare(scene, lead)
    anna = scene.visitor()
    said = anna.say("我要投诉，打印机又坏了")
    assert said[0] == NOTICE
    assert (scene.ticket.complaint, scene.ticket.incident_id) == (True, incident.id)


def test_danger_is_spoken_of_first(scene: Scene, lead: Staff) -> None:
    incident = declare(scene, lead)
    anna = scene.visitor()
    said = anna.say("打印机坏了还冒烟")
    assert said[0] == scene.sentence("safety")
    assert NOTICE not in said
    assert scene.ticket.incident_id == incident.id
    tell_all(scene)
    assert anna.read() == [NOTICE]


def test_a_message_that_adds_to_an_open_ticket_attaches_it(scene: Scene, lead: Staff) -> None:
    incident = declare(scene, lead, topics=(), words=("官网",))
    anna = handed_over(scene, "anna", "怎么查订单")
    anna.read()
    assert anna.say("官网也打不开") == [scene.sentence("appended"), NOTICE]
    assert scene.ticket.incident_id == incident.id
    assert anna.say("官网还是打不开") == [scene.sentence("appended")]


def test_the_agent_who_has_the_floor_sees_the_notice_too(scene: Scene, lead: Staff) -> None:
    anna = handed_over(scene, "anna", UNKNOWN)
    scene.claimed_by(lead)
    declare(scene, lead)
    anna.read()
    assert anna.say(JAM.question) == [NOTICE]


def test_fragments_are_gathered_before_anything_is_said(scene: Scene, lead: Staff) -> None:
    declare(scene, lead, topics=(), words=("秋天的诗",))
    anna = scene.visitor()
    assert anna.say("帮我写一首关于", settle=False) == []
    assert anna.say("秋天的诗") == [NOTICE]


# The end


def test_the_end_is_told_to_everybody_who_was_told_and_to_holders(scene: Scene, lead: Staff) -> None:
    ticketed, asked, stranger = handed_over(scene, "anna"), scene.visitor("ben"), scene.visitor("carl")
    agent = scene.claimed_by(scene.staff("li"))
    incident = declare(scene, lead)
    tell_all(scene)
    asked.say(JAM.question)
    stranger.say("怎么查订单")
    for visitor in (ticketed, asked, stranger):
        visitor.read()
    end(scene, lead, incident)
    assert tell_all(scene) == 2
    assert [visitor.read() for visitor in (ticketed, asked, stranger)] == [[OVER], [OVER], []]
    assert scene.notices("incident") == [("incident", "staff", str(agent.id))]
    line = scene.read(notice_inbox.notices_for, scene.vault, agent, [])[0]
    ended = "【中断结束】「报修系统中断」已结束，收到过中断通知的客户会陆续收到结束通知。"
    assert line.text == f"{ended}您名下的 #1 与此有关，请逐一跟进。"


def test_a_holder_of_many_hears_once(scene: Scene, lead: Staff) -> None:
    agent = scene.staff("li")
    for number in range(12):
        handed_over(scene, f"visitor {number}")
        scene.claimed_by(agent)
    incident = declare(scene, lead)
    tell_all(scene)
    end(scene, lead, incident)
    lines = [line for line in scene.read(notice_inbox.notices_for, scene.vault, agent, []) if line.kind == "incident"]
    assert len(lines) == 1
    assert "#9、#10 等 12 张工单" in lines[0].text


def test_after_the_end_nothing_is_attached_or_told(scene: Scene, lead: Staff) -> None:
    end(scene, lead, declare(scene, lead))
    anna = scene.visitor()
    assert anna.say(JAM.question) == [JAM.answer]
    handed_over(scene, "ben")
    assert tell_all(scene) == 0
    assert scene.ticket.incident_id is None


def test_whoever_was_not_told_in_time_hears_neither_of_it_nor_of_its_end(scene: Scene, lead: Staff) -> None:
    anna = handed_over(scene, "anna")
    anna.read()
    end(scene, lead, declare(scene, lead))
    assert tell_all(scene) == 0
    assert anna.read() == []


def test_an_end_waits_for_whoever_is_just_being_told(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    if scene.database.is_sqlite:
        pytest.skip("a SQLite writer is always alone")
    lead = scene.staff("han", "lead")
    incident = declare(scene, lead)
    ending = threading.Thread(target=end, args=(scene, lead, incident))
    with scene.database.engine.begin() as telling:
        assert incident_store.lock_running(telling, incident.id)
        ending.start()
        ending.join(0.3)
        assert ending.is_alive()
        incident_store.mark_notified(telling, incident.id, [4711], scene.now)
    ending.join(patience(30))
    assert scene.read(incident_store.conversations_to_notify_end, 10) == (incident.id, [4711])
    assert not scene.write(incident_store.lock_running, incident.id)


# What is refused


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        ({"title": " "}, "The interruption has no title; say in a few words what is interrupted."),
        ({"title": "中" * 65}, "The title is longer than 64 characters; shorten it."),
        ({"notice": " \u200b"}, "There is no notice; write what every customer concerned is told."),
        ({"notice": "中" * 501}, "The notice is longer than 500 characters; shorten it."),
        (
            {"notice": "特级客户请稍候"},
            'Customers read the text; it must not name a tier or a queue, found "特级".',
        ),
        (
            {"topics": (), "words": ("！",)},
            "The interruption touches nothing; name a topic, or words by which customers speak of it.",
        ),
        ({"words": ("网",)}, 'The word "网" is in too many messages; write at least two characters.'),
        (
            {"words": ("网" * 21,)},
            f'The word "{"网" * 21}" is longer than 20 characters; customers would never write just that.',
        ),
        (
            {"words": tuple(f"词{number}" for number in range(31))},
            "There are more than 30 words; keep those by which customers speak of it.",
        ),
    ],
)
def test_a_bad_declaration_is_refused(scene: Scene, lead: Staff, draft: dict[str, Any], sentence: str) -> None:
    with pytest.raises(IncidentRefused) as refused:
        declare(scene, lead, **draft)
    assert str(refused.value) == sentence
    assert scene.read(incident_store.latest_incidents, 1) == []


def test_an_unknown_topic_is_refused_with_those_there_are(scene: Scene, lead: Staff) -> None:
    with pytest.raises(IncidentRefused) as refused:
        declare(scene, lead, topics=("故帐",))
    named = ", ".join(scene.policy.topics)
    assert str(refused.value) == f'The topic "故帐" is not in the policy; it has {named}.'


def test_agents_neither_declare_nor_end(scene: Scene, lead: Staff) -> None:
    agent = scene.staff("li")
    sentence = "Only a lead or a manager may declare or end a service interruption."
    with pytest.raises(IncidentRefused) as refused:
        declare(scene, agent)
    assert str(refused.value) == sentence
    incident = declare(scene, lead)
    with pytest.raises(IncidentRefused) as refused:
        end(scene, agent, incident)
    assert str(refused.value) == sentence


def test_a_second_one_over_the_same_topic_or_word_is_refused(scene: Scene, lead: Staff) -> None:
    declare(scene, lead, words=("官网",))
    with pytest.raises(IncidentRefused) as refused:
        declare(scene, lead, topics=("订单", "故障"))
    assert str(refused.value) == 'Interruption 1 ("报修系统中断") touches the topic "故障" already; end it first.'
    with pytest.raises(IncidentRefused) as refused:
        declare(scene, lead, topics=(), words=("官網",))
    assert str(refused.value) == 'Interruption 1 ("报修系统中断") touches the word "官网" already; end it first.'


def test_of_two_who_declare_at_once_one_is_refused(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    lead = scene.staff("han", "lead")
    outcomes: list[int | str] = []

    def attempt() -> None:
        try:
            outcomes.append(declare(scene, lead).id)
        except IncidentRefused as refused:
            outcomes.append(refused.code)

    _together(attempt)
    assert sorted(outcomes, key=str) == [1, "topic_taken", "topic_taken"]


def test_an_end_is_declared_once_with_words(scene: Scene, lead: Staff) -> None:
    incident = declare(scene, lead)
    with pytest.raises(IncidentRefused) as refused:
        end(scene, lead, incident, " ")
    assert str(refused.value) == (
        "There is no closing text; write what everybody who was told of the interruption is told now."
    )
    end(scene, lead, incident)
    with pytest.raises(IncidentRefused) as refused:
        end(scene, lead, incident)
    assert str(refused.value) == 'Interruption 1 ("报修系统中断") has ended already; everybody is told once only.'
    with pytest.raises(IncidentRefused) as refused:
        end(scene, lead, replace(incident, id=9))
    assert str(refused.value) == "There is no interruption 9; `jiedai incident list` shows those there are."


def test_the_ledger_says_who_was_told_when(scene: Scene, lead: Staff) -> None:
    anna = handed_over(scene, "anna")
    incident = declare(scene, lead)
    tell_all(scene)
    began = scene.now
    scene.clock.advance(hours=2)
    end(scene, lead, incident)
    tell_all(scene)
    rows = scene.read(lambda db: db.execute(select(incident_notices)).all())
    assert anna.conversation is not None
    assert [tuple(row) for row in rows] == [(incident.id, anna.conversation.id, began, scene.now)]
    assert anna.lines()[-1].meta == {"incident": incident.id}
