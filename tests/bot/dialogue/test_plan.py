"""Every rule of the dialogue, as plan() states it: no database, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from bot.dialogue.acts import (
    Answer,
    AskRating,
    Close,
    Complain,
    ExplainRating,
    Forward,
    HandOff,
    Helped,
    Hold,
    Miss,
    RaiseUrgency,
    Rate,
    Reopen,
    Say,
    Situation,
    Suggest,
    Turn,
    Urge,
)
from bot.dialogue.intents import Intent
from bot.dialogue.plan import limits, plan
from knowledge_base.articles import Article
from knowledge_base.matching.decide import Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

INTENTS: tuple[Intent, ...] = get_args(Intent)


def candidate(number: int = 1, *, exact: bool = False, sure: float = 0.3) -> Candidate:
    article = Article(f"a{number}", "订单", f"问题{number}", (), f"答案{number}")
    return Candidate(article, article.question, 1.0 if exact else sure, exact)


def said(intent: Intent | None = None, **known: Any) -> Turn:
    return Turn(intent=intent, **{"verdict": Unknown(), "text": "话", **known})


def kinds(turn: Turn, situation: Situation) -> list[str]:
    return [type(act).__name__ for act in plan(turn, situation)]


WITH_BOT = Situation(
    bot="answers",
    ticket="none",
    awaiting=None,
    misses=0,
    bot_answers=0,
    last_answer=None,
    rejected=frozenset(),
    misses_at_most=2,
    answers_at_most=None,
    overheld=False,
    can_reopen=False,
    can_rate=False,
    can_rate_later=False,
    complaint_already=False,
    rated_low=False,
    critical_already=False,
)
WAITING = replace(WITH_BOT, ticket="waiting")
CLAIMED = replace(WITH_BOT, ticket="claimed")
RESOLVED = replace(WITH_BOT, ticket="resolved", awaiting="more", can_reopen=True, can_rate=True)
OWN_PERSON = replace(WITH_BOT, bot="suggests")
SURE = Answered(candidate())
EXACT = Answered(candidate(exact=True))
UNSURE = Unsure(tuple(candidate(number) for number in range(1, 6)))


# ── with the bot ──────────────────────────────────────────────────────


def test_a_question_we_know_is_answered() -> None:
    assert plan(said(verdict=SURE), WITH_BOT) == (Answer(SURE.candidate),)


def test_an_exact_hit_is_answered_without_suggestions_and_without_waiting_for_more() -> None:
    assert plan(said(verdict=EXACT, settled=False), WITH_BOT) == (Answer(EXACT.candidate),)


@pytest.mark.parametrize("verdict", [Unknown(), UNSURE])
def test_a_doubtful_fragment_waits_for_the_next_one(verdict: Any) -> None:
    assert plan(said(verdict=verdict, settled=False), WITH_BOT) == (Hold(),)


def test_when_unsure_the_bot_asks_which_question_is_meant() -> None:
    assert plan(said(verdict=UNSURE), WITH_BOT) == (Miss(), Suggest(UNSURE.candidates))


def test_a_rejected_answer_is_not_suggested_again() -> None:
    acts = plan(said(verdict=UNSURE), replace(WITH_BOT, rejected=frozenset({"a2"})))
    assert acts == (Miss(), Suggest(tuple(c for c in UNSURE.candidates if c.article.id != "a2")))


def test_when_every_suggestion_was_rejected_the_bot_says_that_it_does_not_know() -> None:
    acts = plan(said(verdict=Unsure((candidate(1),))), replace(WITH_BOT, rejected=frozenset({"a1"})))
    assert acts == (Miss(), Say("unknown", offer_person=True))


@pytest.mark.parametrize("verdict", [Unknown(), UNSURE])
def test_the_second_miss_in_a_row_goes_to_a_person(verdict: Any) -> None:
    assert plan(said(verdict=verdict), replace(WITH_BOT, misses=1)) == (HandOff("missed_twice"),)


def test_a_probable_suggestion_is_one_tap_away_and_no_miss() -> None:
    probable = Unsure((candidate(1, sure=0.79), candidate(2)))
    assert plan(said(verdict=probable), replace(WITH_BOT, misses=1)) == (Suggest(probable.candidates),)


def test_an_answer_that_was_accepted_breaks_the_row_of_misses() -> None:
    acts = plan(said(), replace(WITH_BOT, misses=1, last_answer="a1"))
    assert acts == (Miss(), Say("unknown", offer_person=True))


@pytest.mark.parametrize("turn", [said(unhelpful="a1"), said("unsolved")])
def test_no_help_is_a_miss(turn: Turn) -> None:
    assert plan(turn, replace(WITH_BOT, last_answer="a1")) == (Miss("a1"), Say("try_again", offer_person=True))
    assert plan(turn, replace(WITH_BOT, last_answer="a1", misses=1)) == (Miss("a1"), HandOff("missed_twice"))


def test_the_same_no_help_tapped_twice_counts_once() -> None:
    assert plan(said(unhelpful="a1"), replace(WITH_BOT, misses=1, rejected=frozenset({"a1"}))) == ()


@pytest.mark.parametrize("misses", [0, 1, 5])
def test_a_greeting_is_never_a_miss(misses: int) -> None:
    assert plan(said("greeting"), replace(WITH_BOT, misses=misses)) == (Say("greeting", offer_person=True),)


def test_a_greeting_waits_for_what_follows() -> None:
    assert plan(said("greeting", settled=False), WITH_BOT) == (Hold(),)


@pytest.mark.parametrize("verdict", [EXACT, SURE, UNSURE, Unknown()])
def test_a_bare_wish_for_a_person_wins_over_any_match(verdict: Any) -> None:
    assert plan(said("person", verdict=verdict), WITH_BOT) == (HandOff("asked_for_person"),)


@pytest.mark.parametrize("verdict", [SURE, UNSURE, Unknown()])
def test_a_complaint_wins_over_any_match(verdict: Any) -> None:
    assert plan(said(complaint=True, verdict=verdict), WITH_BOT) == (HandOff("complaint"),)
    assert plan(said("complaint", verdict=verdict), WITH_BOT) == (HandOff("complaint"),)


@pytest.mark.parametrize("turn", [said(), said("complaint"), said("person"), said(file=True), said(verdict=SURE)])
@pytest.mark.parametrize("bot", ["answers", "suggests"])
def test_danger_wins_over_everything_at_every_tier(turn: Turn, bot: Any) -> None:
    assert plan(replace(turn, critical=True), replace(WITH_BOT, bot=bot)) == (HandOff("critical"),)


def test_a_file_goes_to_a_person() -> None:
    assert plan(said(file=True), WITH_BOT) == (HandOff("file"),)


def test_helped_forgets_the_misses() -> None:
    assert plan(said(helpful="a1"), replace(WITH_BOT, misses=1)) == (Helped(), Say("helped"))
    assert plan(said("solved"), replace(WITH_BOT, last_answer="a1")) == (Helped(), Say("helped"))


def test_thanks_are_answered_and_open_nothing() -> None:
    assert plan(said("thanks"), WITH_BOT) == (Say("thanks"),)
    assert plan(said("thanks"), OWN_PERSON) == (Say("thanks"),)


def test_nothing_more_is_answered_politely() -> None:
    assert plan(said("no_more"), WITH_BOT) == (Say("no_more"),)


def test_hurrying_without_a_ticket_is_a_wish_for_a_person() -> None:
    assert plan(said("urge"), WITH_BOT) == (HandOff("asked_for_person"),)


def test_a_tapped_suggestion_is_answered() -> None:
    assert plan(said(asked=candidate(3, exact=True)), WITH_BOT) == (Answer(candidate(3, exact=True)),)


def test_a_rating_out_of_season_is_thanked_for() -> None:
    assert plan(said(rating=5), WITH_BOT) == (Say("thanks"),)


# ── one answer, two minutes ───────────────────────────────────────────


def test_after_the_answers_the_policy_allows_the_next_question_goes_to_a_person() -> None:
    spent = replace(WITH_BOT, answers_at_most=1, bot_answers=1)
    assert plan(said(verdict=EXACT), spent) == (HandOff("bot_held_long_enough"),)


def test_no_help_under_an_older_answer_rejects_that_one() -> None:
    assert plan(said(unhelpful="a1"), replace(WITH_BOT, last_answer="a2"))[0] == Miss("a1")


def test_no_help_after_the_only_answer_goes_to_a_person_at_once() -> None:
    spent = replace(WITH_BOT, answers_at_most=1, bot_answers=1, last_answer="a1")
    assert plan(said(unhelpful="a1"), spent) == (Miss("a1"), HandOff("missed_twice"))
    assert plan(said("unsolved"), spent) == (Miss("a1"), HandOff("missed_twice"))


def test_a_customer_held_too_long_goes_to_a_person_whatever_they_ask() -> None:
    assert plan(said(verdict=EXACT), replace(WITH_BOT, overheld=True)) == (HandOff("bot_held_long_enough"),)


@pytest.mark.parametrize(
    ("allowed", "held", "over"),
    [(None, 99, False), (2, 1.9, False), (2, 2, True), (2, 40, True), (0, 0, True)],
)
def test_the_time_allowed_ends_on_its_instant(allowed: float | None, held: float, over: bool) -> None:
    span = None if allowed is None else timedelta(minutes=allowed)
    assert limits(span, timedelta(minutes=held)) is over


# ── a person at once ──────────────────────────────────────────────────


@pytest.mark.parametrize("verdict", [EXACT, SURE, UNSURE, Unknown()])
@pytest.mark.parametrize("settled", [True, False])
def test_a_tier_with_its_own_person_reaches_them_at_once(verdict: Any, settled: bool) -> None:
    assert plan(said(verdict=verdict, settled=settled), OWN_PERSON) == (HandOff("own_person"),)


@pytest.mark.parametrize("turn", [said("greeting"), said("urge"), said("unsolved"), said(unhelpful="a1")])
def test_a_tier_with_its_own_person_is_never_asked_to_try_again(turn: Turn) -> None:
    assert plan(turn, OWN_PERSON)[-1] == HandOff("own_person")
    assert "Say" not in kinds(turn, OWN_PERSON)


# ── waiting ───────────────────────────────────────────────────────────


def test_while_waiting_an_exact_hit_is_answered_and_filed() -> None:
    assert plan(said(verdict=EXACT), WAITING) == (Forward(), Answer(EXACT.candidate))


@pytest.mark.parametrize("verdict", [SURE, UNSURE, Unknown()])
def test_while_waiting_anything_else_is_only_filed(verdict: Any) -> None:
    assert plan(said(verdict=verdict), WAITING) == (Forward(),)
    assert plan(said(verdict=verdict, settled=False), WAITING) == (Forward(),)


def test_the_first_addition_is_acknowledged() -> None:
    assert plan(said(), replace(WAITING, awaiting="details")) == (Forward(), Say("appended"))


def test_a_further_piece_of_an_album_was_acknowledged_with_the_first() -> None:
    piece = replace(said(), file=True, goes_on=True)
    assert plan(piece, replace(WAITING, awaiting="details")) == (Forward(),)


@pytest.mark.parametrize("intent", ["urge", "person", "unsolved"])
def test_while_waiting_impatience_is_counted(intent: Intent) -> None:
    assert plan(said(intent), WAITING) == (Forward(), Urge())


@pytest.mark.parametrize("complaint", [said("complaint"), said(complaint=True)])
def test_a_complaint_while_waiting_flags_the_ticket_once(complaint: Turn) -> None:
    assert plan(complaint, WAITING) == (Forward(), Complain(), Urge())
    assert Complain() not in plan(complaint, replace(WAITING, complaint_already=True))


def test_a_complaint_to_an_agent_flags_the_ticket_in_silence() -> None:
    assert plan(said("complaint"), CLAIMED) == (Forward(), Complain())


def test_while_waiting_thanks_are_answered() -> None:
    assert plan(said("thanks"), WAITING) == (Forward(), Say("thanks"))


def test_danger_while_waiting_is_told_what_to_do_first_and_raises_the_urgency() -> None:
    assert plan(said(critical=True), WAITING) == (Forward(), RaiseUrgency(), Say("safety"), Say("handed_off_critical"))


def test_danger_that_is_known_already_is_only_filed() -> None:
    assert plan(said(critical=True), replace(WAITING, critical_already=True)) == (Forward(),)
    assert plan(said(critical=True), replace(CLAIMED, critical_already=True)) == (Forward(),)


# ── claimed ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("intent", [None, *INTENTS])
@pytest.mark.parametrize("verdict", [EXACT, SURE, UNSURE, Unknown()])
def test_from_the_claim_on_the_bot_is_silent(intent: Intent | None, verdict: Any) -> None:
    assert plan(said(intent, verdict=verdict), replace(CLAIMED, complaint_already=True)) == (Forward(),)


@pytest.mark.parametrize(
    "tap", [{"asked": candidate()}, {"helpful": "a1"}, {"unhelpful": "a1"}, {"rating": 5}, {"file": True}]
)
def test_taps_and_files_after_the_claim_are_filed_too(tap: dict[str, Any]) -> None:
    assert plan(said(**tap), CLAIMED) == (Forward(),)


def test_only_danger_breaks_the_silence() -> None:
    assert plan(said(critical=True), CLAIMED) == (Forward(), RaiseUrgency(), Say("safety"))


# ── resolved ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("intent", ["unsolved", "urge"])
def test_not_solved_reopens(intent: Intent) -> None:
    assert plan(said(intent), RESOLVED) == (Reopen(),)


def test_not_solved_about_an_answer_given_since_is_a_miss_and_no_reopening() -> None:
    assert kinds(said("unsolved"), replace(RESOLVED, last_answer="a1")) == ["Miss", "Say"]


@pytest.mark.parametrize("intent", ["no_more", "solved", "thanks"])
def test_nothing_else_leads_to_the_rating(intent: Intent) -> None:
    assert plan(said(intent), RESOLVED) == (AskRating(),)


@pytest.mark.parametrize("intent", ["no_more", "solved", "thanks"])
def test_where_no_rating_is_due_the_ticket_is_closed(intent: Intent) -> None:
    assert plan(said(intent), replace(RESOLVED, can_rate=False)) == (Say("closed"), Close())


@pytest.mark.parametrize("awaiting", ["more", "rating"])
def test_a_score_is_kept(awaiting: Any) -> None:
    assert plan(said(rating=4), replace(RESOLVED, awaiting=awaiting, can_rate_later=True)) == (Rate(4),)


def test_what_may_not_be_rated_is_not() -> None:
    assert plan(said(rating=4), replace(RESOLVED, awaiting="more", can_rate_later=False)) == (Say("thanks"),)


def test_what_follows_a_score_is_its_reason() -> None:
    acts = plan(said(), replace(RESOLVED, awaiting="reason"))
    assert acts == (ExplainRating(), Say("rated_thanks"), Close())


@pytest.mark.parametrize(
    ("turn", "first"),
    [
        (said(verdict=EXACT), "Answer"),
        (said(verdict=SURE), "Answer"),
        (said("person"), "HandOff"),
        (said("complaint"), "HandOff"),
        (said(complaint=True), "HandOff"),
        (said(critical=True), "HandOff"),
        (said(file=True), "HandOff"),
        (said("unsolved"), "Reopen"),
        (said(asked=candidate()), "Answer"),
        (said(helpful="a1"), "Helped"),
    ],
)
def test_the_reason_is_optional_a_new_matter_is_not_mistaken_for_it(turn: Turn, first: str) -> None:
    assert kinds(turn, replace(RESOLVED, awaiting="reason"))[0] == first


def test_a_second_score_is_no_reason() -> None:
    acts = kinds(said(rating=3, text=""), replace(RESOLVED, awaiting="reason"))
    assert "ExplainRating" not in acts


def test_a_new_question_after_the_resolution_is_served_by_the_bot() -> None:
    assert plan(said(verdict=SURE), RESOLVED) == (Answer(SURE.candidate),)


def test_thanks_long_after_the_resolution_open_nothing() -> None:
    assert plan(said("thanks"), replace(RESOLVED, awaiting=None)) == (Say("thanks"),)


@pytest.mark.parametrize("situation", [WITH_BOT, WAITING, CLAIMED, RESOLVED, OWN_PERSON])
@pytest.mark.parametrize("intent", [None, *INTENTS])
def test_whatever_happens_at_most_one_ticket_and_one_answer_come_of_a_turn(
    situation: Situation, intent: Intent | None
) -> None:
    for verdict in (EXACT, SURE, UNSURE, Unknown()):
        acts = kinds(said(intent, verdict=verdict), situation)
        assert acts.count("HandOff") + acts.count("Answer") + acts.count("Suggest") <= 1
