"""A ticket that waits: whether it is late, by when a person comes, and what is never left in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.agents.actions import Reply, Resolve
from bot.dialogue.ranked_turn import while_waiting
from bot.dialogue.situation import Situation
from bot.dialogue.turn import situation_of
from escalation.customers.model import TierDecision
from tests.bot.monday import at
from tests.bot.scene import Scene, Visitor

NOON = "今天 12:00"
ADDITION = "就是昨天买的那台"
UNKNOWN_QUESTION = "你们老板周末在店里吗？"


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    visitor = scene.visitor()
    visitor.say("人工")
    return visitor


def seen(scene: Scene, anna: Visitor, now: datetime) -> Situation:
    conversation, ticket = anna.conversation, scene.ticket
    assert conversation is not None
    bare = situation_of(scene.rules, conversation, TierDecision(ticket.tier, ticket.tier_reason), ticket, now)
    found: Situation = scene.read(while_waiting, bare, ticket, now)
    return found


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (119, False), (120, True), (500, True)])
def test_a_ticket_is_late_from_the_promised_instant_on(scene: Scene, anna: Visitor, minutes: int, late: bool) -> None:
    assert seen(scene, anna, at(10) + timedelta(minutes=minutes)).overdue is late


def test_what_somebody_has_claimed_or_solved_is_not_late(scene: Scene, anna: Visitor) -> None:
    li = scene.claimed_by(scene.staff())
    assert not seen(scene, anna, at(20)).overdue
    scene.act(li, Reply("您好", "1"))
    scene.act(li, Resolve(why="当场解决"))
    assert not seen(scene, anna, at(20)).overdue


def test_whoever_asks_for_a_person_again_hears_by_when_one_comes(scene: Scene, anna: Visitor) -> None:
    assert anna.say("我要人工") == [scene.sentence("person_coming", by=NOON)]
    assert scene.ticket.urged == 0


@pytest.mark.parametrize("signs", ["？", "???", "？！"])
def test_a_mark_of_question_chases(scene: Scene, anna: Visitor, signs: str) -> None:
    assert anna.say(signs) == [scene.sentence("waiting", by=NOON)]
    assert scene.ticket.urged == 1


def test_other_signs_are_taken_in(scene: Scene, anna: Visitor) -> None:
    assert anna.say("👌") == []


NOTED = "收到，已补充到您的问题里，专人会一并看到。"
NOTED_TOO = "好的，这一条也记下了。"
QUESTION_NOTED = f"您说的我先记下，专人最晚{NOON} 前与您联系（首次联系），一并答复您。"
LATE = "非常抱歉，没能在约定的时间联系您。我已再次提醒负责人，请您稍候，您的问题不会被漏掉。"
LATE_AND_ASKED = "非常抱歉，没能在约定的时间联系您。您说的已记下，我已再次提醒负责人，联系您时一并答复。"
STILL_LATE = "还没有人联系上您，实在抱歉。已再次提醒负责人，您说的也一并记下了。"


def test_details_that_follow_each_other_are_noted_once_a_minute(scene: Scene, anna: Visitor) -> None:
    assert anna.say(ADDITION) == [NOTED]
    assert anna.say("在二楼前台") == []
    scene.pass_time(minutes=1)
    assert anna.say("门口有个台阶") == [NOTED_TOO]
    scene.pass_time(minutes=1)
    assert anna.say("电梯在左边") == [NOTED]


def test_a_detail_after_another_kind_of_reply_is_noted_however_soon_it_comes(scene: Scene, anna: Visitor) -> None:
    anna.say("催一下")
    assert anna.say(ADDITION) == [NOTED]


def test_a_question_nothing_answers_is_left_to_the_person_however_soon_it_comes(scene: Scene, anna: Visitor) -> None:
    anna.say(ADDITION)
    assert anna.say(UNKNOWN_QUESTION) == [QUESTION_NOTED]
    assert anna.say("那你们老板姓什么？") == ["好的，这个也记下了，专人联系您时一并答复。"]
    assert anna.say("周日呢？") == [QUESTION_NOTED]


def test_what_probably_answers_is_offered_once_until_the_person_comes(scene: Scene, anna: Visitor) -> None:
    asked = "打印机有点问题"  # nothing says it is a question but its mark
    assert anna.say(asked) == [NOTED]


@pytest.mark.parametrize(
    "words", ["好的", "可以", "好的，我等你们电话", "好的，等待贵司回复", "可以那我等到中午", "知道了"]
)
def test_assent_and_waiting_are_no_chase(scene: Scene, anna: Visitor, words: str) -> None:
    assert anna.say(words) == ["好的，已记下。有新的情况随时告诉我们。"]
    assert (scene.ticket.urged, scene.ticket.state) == (0, "waiting")


@pytest.mark.parametrize("words", ["谢谢", "清楚了，谢谢。", "记好了，谢谢您提醒我"])
def test_thanks_withdraw_nothing(scene: Scene, anna: Visitor, words: str) -> None:
    assert anna.say(words) == ["不客气，有需要随时告诉我。"]
    assert scene.ticket.state == "waiting"


def test_a_chase_reads_well_if_it_was_a_detail(scene: Scene, anna: Visitor) -> None:
    assert anna.say("催一下") == [f"已记下并为您催办，专人最晚{NOON} 前与您联系（首次联系），会一并为您处理。"]
    assert anna.say("快点") == [f"刚才已为您催过，您说的也记下了。专人最晚{NOON} 前与您联系（首次联系）。"]
    scene.pass_time(minutes=5)
    assert anna.say("还要多久") == [
        f"让您久等了。您说的已记下，也已再次催办并告知负责人，专人最晚{NOON} 前与您联系（首次联系）。"
    ]


def test_what_stays_in_the_ticket_after_a_no_is_promised_as_before(scene: Scene, anna: Visitor) -> None:
    anna.say("我要投诉")
    assert scene.ticket.complaint
    assert anna.say("再不处理我就打12315投诉你们") == [
        f"您说的这些已一并记入投诉，负责人会看到。专人最晚{NOON} 前与您联系（首次联系）。"
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [(ADDITION, LATE), (UNKNOWN_QUESTION, LATE_AND_ASKED), ("我要人工", LATE), ("催一下", LATE), ("？", LATE)],
)
def test_once_the_promise_is_broken_that_is_said_whatever_is_written(
    scene: Scene, anna: Visitor, words: str, told: str
) -> None:
    scene.pass_time(hours=3)
    anna.read()
    assert anna.say(words) == [told]


def test_a_broken_promise_is_not_told_twice_in_the_same_words(scene: Scene, anna: Visitor) -> None:
    scene.pass_time(hours=3)
    anna.read()
    assert anna.say("催一下") == [LATE]
    assert anna.say("人呢") == [STILL_LATE]
    assert anna.say(ADDITION) == [NOTED]
    assert scene.ticket.urged == 2
