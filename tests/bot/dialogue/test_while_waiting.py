"""A ticket that waits: whether it is late, by when a person comes, and what is never left in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.agents.actions import Reply, Resolve
from bot.dialogue.acts import Situation
from bot.dialogue.ranked_turn import while_waiting
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
    found: Situation = scene.read(while_waiting, conversation, bare, ticket, now)
    return found


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (119, False), (120, True), (500, True)])
def test_a_ticket_is_late_from_the_promised_instant_on(scene: Scene, anna: Visitor, minutes: int, late: bool) -> None:
    assert seen(scene, anna, at(10) + timedelta(minutes=minutes)).overdue is late


@pytest.mark.parametrize(("seconds", "may"), [(0, False), (59, False), (60, True)])
def test_an_addition_is_acknowledged_again_after_a_silent_minute(
    scene: Scene, anna: Visitor, seconds: int, may: bool
) -> None:
    assert seen(scene, anna, scene.now + timedelta(seconds=seconds)).can_acknowledge is may


def test_what_somebody_has_claimed_or_solved_is_not_late(scene: Scene, anna: Visitor) -> None:
    li = scene.claimed_by(scene.staff())
    assert not seen(scene, anna, at(20)).overdue
    scene.act(li, Reply("您好", "1"))
    scene.act(li, Resolve())
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


def test_a_question_nothing_answers_is_acknowledged_however_soon_it_comes(scene: Scene, anna: Visitor) -> None:
    anna.say(ADDITION)
    assert anna.say(UNKNOWN_QUESTION) == [scene.sentence("appended")]


@pytest.mark.parametrize("words", [ADDITION, UNKNOWN_QUESTION, "我要人工", "催一下", "？"])
def test_once_the_promise_is_broken_that_is_said_whatever_is_written(scene: Scene, anna: Visitor, words: str) -> None:
    scene.pass_time(hours=3)
    anna.read()
    assert anna.say(words) == [scene.sentence("waiting_overdue")]
