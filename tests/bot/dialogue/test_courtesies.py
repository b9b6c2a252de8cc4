"""Courtesies beside what is asked: they are answered alone only where nothing else is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.acts import Answer, Forward, Presume, Say, Urge
from bot.dialogue.plan import plan
from bot.dialogue.questions import questions_in
from bot.dialogue.turn import turn_of
from bot.rules import Rules
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.decide import Presumed
from tests.bot.dialogue.situations import SURE, WAITING, WITH_BOT, candidate, hears, said
from tests.bot.monday import at
from tests.bot.scene import Scene, Visitor


def clause(text: str, *heard: str, matter: bool = True, asked: bool = False) -> ClauseReading:
    return ClauseReading(text, dict.fromkeys(heard, 1.0), frozenset(heard), matter=matter, asked=asked)


def reading(text: str, *clauses: ClauseReading) -> Reading:
    return Reading(text, clauses)


def test_thanks_beside_a_presentation_are_not_all_that_is_said(rules: Rules) -> None:
    said_both = reading(
        "哦，我们走公账", clause("哦", "thanks", matter=False), clause("我们走公账", "identity_claim", matter=False)
    )
    assert turn_of(rules, said_both.text, (), settled=True, reading=said_both).intent is None


@pytest.mark.parametrize("words", ["在", "忙着没", "有个事儿哈"])
def test_a_greeting_that_announces_more_is_a_greeting(rules: Rules, words: str) -> None:
    greets = reading(words, clause(words, "greeting", "unfinished"))
    assert turn_of(rules, words, (), settled=True, reading=greets).intent == "greeting"


def test_what_is_known_is_answered_beside_a_presentation() -> None:
    turn = hears("identity_claim", "thanks", verdict=SURE)
    assert plan(turn, WITH_BOT) == (Answer(SURE.candidate),)


def test_thanks_at_the_end_do_not_answer_what_is_presumed_or_chased() -> None:
    likely = replace(candidate(2), confidence=0.85)
    thanked = hears("thanks", bare=False, closes=True, verdict=Presumed(likely))
    assert plan(thanked, WITH_BOT) == (Presume(likely),)
    chased = hears("thanks", "chase", bare=False, closes=True, about=False)
    assert Say("thanks") not in plan(chased, WITH_BOT)


def test_a_further_question_beside_two_answers_is_admitted_to_be_unknown() -> None:
    other = candidate(2)
    turn = said(verdict=SURE, further=(other,), unanswered=True)
    assert plan(turn, WITH_BOT) == (Answer(SURE.candidate), Answer(other), Say("other_unknown", offer_person=True))


@pytest.mark.parametrize("begins", ["第一，", "您好，"])
def test_what_has_not_come_is_a_question_of_its_own(rules: Rules, begins: str) -> None:
    text = f"{begins}两箱滤芯还没到货；怎么开发票"
    first = clause(begins[:-1], "yes", matter=False)
    waits = clause("两箱滤芯还没到货", "chase", matter=False)
    found = questions_in(rules, reading(text, first, waits, clause("怎么开发票", asked=True)), "三级", at(10))
    assert (found.several, found.unanswered) == (True, True)
    assert len(found.answers) == 1


def test_what_goes_on_with_its_sentence_is_no_question_of_its_own(rules: Rules) -> None:
    text = "怎么开发票，什么时候能寄来"
    both = (clause("怎么开发票", asked=True), clause("什么时候能寄来", asked=True))
    assert not questions_in(rules, reading(text, *both), "三级", at(10)).unanswered


def test_whoever_greets_while_a_ticket_waits_is_told_that_it_waits_for_a_person() -> None:
    assert plan(said("greeting", text="在吗"), WAITING) == (Forward(), Say("person_coming"))
    assert plan(said("greeting", text="在吗"), replace(WAITING, overdue=True)) == (Forward(), Urge())


@pytest.mark.parametrize("words", ["在吗", "有人吗", "您好？"])
def test_a_greeting_hears_by_when_a_person_comes_and_urges_nobody(scene: Scene, words: str) -> None:
    anna: Visitor = scene.visitor()
    anna.say("人工")
    assert anna.say(words) == ["已经在为您安排专人，最晚今天 12:00 前与您联系（首次联系），请您稍候。"]
    assert scene.ticket.urged == 0
