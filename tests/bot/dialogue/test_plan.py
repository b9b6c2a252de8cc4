"""Every rule of the dialogue, as plan() states it: no database, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from bot.dialogue.acts import (
    Answer,
    AskBack,
    AskDanger,
    AskRating,
    AskWithdrawal,
    Close,
    Complain,
    Either,
    ExplainRating,
    Forward,
    HandOff,
    Helped,
    Hold,
    Miss,
    RaiseUrgency,
    Rate,
    RateAgain,
    Reopen,
    Safety,
    Say,
    StandBy,
    Suggest,
    SuggestMeanwhile,
    TakeNote,
    Urge,
    Withdraw,
    WithdrawComplaint,
)
from bot.dialogue.intents import Intent
from bot.dialogue.plan import plan
from bot.dialogue.plan_bot import LEADS
from bot.dialogue.plan_question import FIRST_SHOWN, LEAST_SHOWN, ONE_LINE, SHOWN_TO_DETAILS, WORTH_SHOWING
from bot.dialogue.plan_rules import limits
from bot.dialogue.plan_waiting import ANSWERS_DETAILS
from bot.dialogue.situation import Situation, Turn
from knowledge_base.matching.decide import PROBABLE, Answered, Unknown, Unsure
from tests.bot.dialogue.situations import (
    CLAIMED,
    EXACT,
    OWN_PERSON,
    RESOLVED,
    SURE,
    UNSURE,
    WAITING,
    WITH_BOT,
    candidate,
    hears,
    said,
)

INTENTS: tuple[Intent, ...] = get_args(Intent)


def kinds(turn: Turn, situation: Situation) -> list[str]:
    return [type(act).__name__ for act in plan(turn, situation)]


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


def test_what_is_more_likely_something_else_is_no_complaint_yet() -> None:
    assert kinds(hears("complaint", "chase", complaint=True, main="chase"), WITH_BOT) != ["HandOff"]
    assert plan(hears("complaint", complaint=True, main="complaint"), WITH_BOT) == (HandOff("complaint"),)
    assert plan(hears("complaint", "chase", complaint=True, main="chase", threatens=True), WITH_BOT) == (
        HandOff("complaint"),
    )


def test_who_asks_how_far_it_is_has_called_nothing_off() -> None:
    waiting = replace(WITH_BOT, ticket="waiting")
    for turn in (
        hears("withdrawal", "chase"),
        hears("withdrawal", asks=True),
        hears("withdrawal", text="能取消订单吗？"),
    ):
        assert Withdraw() not in plan(turn, waiting)
    assert Withdraw() in plan(hears("withdrawal"), waiting)


def test_a_detail_of_a_matter_is_asked_back_about_only_what_it_very_likely_asks() -> None:
    verdict = Unsure((candidate(sure=SHOWN_TO_DETAILS - 0.01),))
    begun = replace(WITH_BOT, begun=True)
    assert "AskBack" not in kinds(said(verdict=verdict), begun)
    assert "AskBack" in kinds(said(verdict=verdict, asks=True), begun)
    assert "AskBack" in kinds(said(verdict=verdict), WITH_BOT)
    assert "AskBack" in kinds(said(verdict=Unsure((candidate(sure=SHOWN_TO_DETAILS),))), begun)


def test_a_question_is_no_consent_to_a_withdrawal() -> None:
    asked = replace(WITH_BOT, ticket="waiting", awaiting="withdrawal")
    assert plan(hears("yes"), asked) == (Withdraw(),)
    for turn in (hears("yes", asks=True), hears("yes", "chase"), hears("yes", text="那师傅到哪了？")):
        assert Withdraw() not in plan(turn, asked)


def test_who_denies_an_alarm_hears_that_it_is_noted() -> None:
    alarmed = replace(WITH_BOT, ticket="waiting", critical_already=True)
    assert plan(hears(denies=True, bare=False), alarmed) == (Forward(), StandBy("over"))
    assert plan(hears(denies=True, asks=True, bare=False), alarmed) == (Forward(), StandBy("report"))


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


def test_while_waiting_the_bot_goes_on_answering_what_it_knows_where_the_tier_lets_it() -> None:
    assert plan(said(verdict=SURE), WAITING) == (Forward(), Answer(SURE.candidate))
    assert plan(said(verdict=SURE), replace(WAITING, bot="suggests")) == (Forward(), TakeNote("detail"))
    assert plan(said(verdict=EXACT), replace(WAITING, bot="suggests")) == (Forward(), Answer(EXACT.candidate))


@pytest.mark.parametrize("verdict", [EXACT, SURE])
def test_nothing_is_answered_beside_a_danger(verdict: Any) -> None:
    assert plan(said(verdict=verdict), replace(WAITING, critical_already=True)) == (Forward(), StandBy("report"))


def test_what_is_denied_is_not_answered_while_waiting() -> None:
    assert plan(said(verdict=SURE, denies=True), WAITING) == (Forward(), TakeNote("detail"))


@pytest.mark.parametrize("known", [{"last_answer": "a1"}, {"rejected": frozenset({"a1"})}])
def test_while_waiting_nothing_is_answered_a_second_time(known: dict[str, Any]) -> None:
    assert plan(said(verdict=SURE), replace(WAITING, **known)) == (Forward(), TakeNote("detail"))
    assert plan(said(verdict=EXACT), replace(WAITING, **known)) == (Forward(), Answer(EXACT.candidate))


@pytest.mark.parametrize("verdict", [UNSURE, Unknown()])
def test_while_waiting_anything_else_is_noted(verdict: Any) -> None:
    assert plan(said(verdict=verdict), WAITING) == (Forward(), TakeNote("detail"))
    assert plan(said(verdict=verdict, settled=False), WAITING) == (Forward(), TakeNote("detail"))
    assert plan(said(signs="👌", text=""), WAITING) == (Forward(),)


@pytest.mark.parametrize(
    ("turn", "of"),
    [
        (said("thanks", text="谢谢"), "thanks"),
        (said("thanks", text="好的"), "assent"),
        (hears("thanks", text="感谢您"), "thanks"),
        (hears("calm", "thanks", text="不急，谢谢", main="calm"), "calm"),
        (said("solved", text="清楚了，谢谢", heard=frozenset({"withdrawal", "thanks"}), assents=True), "thanks"),
        (said("urge", text="好的，等你们回复", heard=frozenset({"chase", "yes"}), assents=True), "assent"),
        (hears("yes"), "assent"),
        (said("no_more"), "assent"),
        (hears("calm", "chase", main="calm", bare=False), "calm"),
    ],
)
def test_while_waiting_a_courtesy_neither_chases_nor_withdraws(turn: Turn, of: Any) -> None:
    assert plan(turn, WAITING) == (Forward(), TakeNote(of))


def test_thanks_choose_nothing_that_was_offered() -> None:
    thanks = hears("yes", text="清楚了，谢谢", assents=True, asked=candidate(3, exact=True))
    assert plan(thanks, WAITING) == (Forward(), TakeNote("thanks"))
    assert plan(replace(thanks, text="好的"), WAITING) == (Forward(), Answer(candidate(3, exact=True)))


def test_a_courtesy_that_may_be_none_hears_of_a_broken_promise() -> None:
    late = replace(WAITING, overdue=True)
    assert plan(hears("yes", text="考虑好没"), late) == (Forward(), Urge())
    assert plan(hears("yes", text="好的", assents=True), late) == (Forward(), TakeNote("assent"))


def test_whoever_is_kind_about_a_broken_promise_hears_that_it_is_broken() -> None:
    assert plan(hears("calm", main="calm", bare=False), replace(WAITING, overdue=True)) == (Forward(), Urge())


def test_a_further_piece_of_an_album_was_acknowledged_with_the_first() -> None:
    piece = replace(said(), file=True, goes_on=True)
    assert plan(piece, replace(WAITING, awaiting="details")) == (Forward(),)


IMPATIENT = [said("urge"), hears("chase", bare=False), said(signs="?", text=""), said(signs="???", text="")]


@pytest.mark.parametrize("turn", IMPATIENT)
def test_while_waiting_impatience_is_counted(turn: Turn) -> None:
    assert plan(turn, WAITING) == (Forward(), Urge())


@pytest.mark.parametrize("verdict", [UNSURE, Unknown()])
@pytest.mark.parametrize("question", [{"asks": True}, {"text": "自来水可以的吧？"}])
def test_while_waiting_a_question_is_left_to_the_person(verdict: Any, question: dict[str, Any]) -> None:
    asked = said(verdict=verdict, **question)
    assert plan(asked, WAITING) == (Forward(), TakeNote("question"))
    assert plan(asked, replace(WAITING, overdue=True)) == (Forward(), Urge(asks=True))
    assert plan(asked, CRITICAL) == (Forward(), StandBy("report"))


def test_while_waiting_what_probably_answers_a_question_is_offered_until_the_person_comes() -> None:
    likely, unlikely = candidate(1, sure=0.6), candidate(2, sure=0.4)
    asked = said(verdict=Unsure((likely, unlikely)), asks=True)
    assert plan(asked, WAITING) == (Forward(), SuggestMeanwhile((likely,)))
    assert plan(asked, replace(WAITING, rejected=frozenset({"a1"}))) == (Forward(), TakeNote("question"))
    assert plan(asked, replace(WAITING, bot="suggests")) == (Forward(), TakeNote("question"))
    assert plan(replace(asked, asks=False), WAITING) == (Forward(), TakeNote("detail"))


def test_a_question_that_is_heard_as_a_chase_is_answered_beside_it() -> None:
    asked = hears("chase", verdict=SURE, asks=True, bare=False)
    assert plan(asked, WAITING) == (Forward(), Urge(asks=True), Answer(SURE.candidate))
    assert plan(said("urge", verdict=SURE, asks=True), WAITING) == (Forward(), Urge())


def test_late_or_not_a_question_we_know_is_answered_and_a_danger_is_stood_by() -> None:
    late = replace(WAITING, overdue=True)
    assert plan(said(verdict=SURE), late) == (Forward(), Answer(SURE.candidate))
    assert plan(said(), replace(late, critical_already=True)) == (Forward(), StandBy("report"))


def test_while_waiting_not_solved_yet_is_an_addition() -> None:
    assert plan(said("unsolved"), WAITING) == (Forward(), TakeNote("detail"))


@pytest.mark.parametrize(
    "turn",
    [
        hears("complaint", complaint=True, asks=True),
        hears("complaint", complaint=True, text="自来水可以的吧？"),
        hears("complaint", "person", complaint=True, main="person"),
    ],
)
def test_a_question_or_what_is_likelier_something_else_is_no_complaint(turn: Turn) -> None:
    assert Complain() not in plan(turn, WAITING)
    assert Complain() in plan(replace(turn, threatens=True), WAITING)


@pytest.mark.parametrize("situation", ["overdue", "critical_already"])
def test_late_or_in_a_danger_only_what_is_called_a_complaint_or_threatens_is_one(situation: str) -> None:
    now = replace(WAITING, **{situation: True})
    sharp = hears("complaint", complaint=True, main="complaint")
    assert Complain() not in plan(sharp, now)
    assert plan(replace(sharp, threatens=True), now) == (Forward(), Complain())


def test_a_threat_on_a_complaint_is_noted_with_it() -> None:
    threat = hears("complaint", "chase", complaint=True, threatens=True, bare=False)
    assert plan(threat, COMPLAINT) == (Forward(), TakeNote("complaint"))
    assert plan(hears("complaint", complaint=True), COMPLAINT) == (Forward(), TakeNote("complaint"))
    assert plan(threat, replace(COMPLAINT, overdue=True)) == (Forward(), Urge())


@pytest.mark.parametrize("complaint", [said("complaint"), said(complaint=True)])
def test_a_complaint_while_waiting_flags_the_ticket_once(complaint: Turn) -> None:
    assert plan(complaint, WAITING) == (Forward(), Complain())
    assert Complain() not in plan(complaint, replace(WAITING, complaint_already=True))


def test_a_complaint_to_an_agent_flags_the_ticket_in_silence() -> None:
    assert plan(said("complaint"), CLAIMED) == (Forward(), Complain(tells=False))


def test_danger_while_waiting_is_told_what_to_do_first_and_raises_the_urgency() -> None:
    assert plan(said(critical=True), WAITING) == (Forward(), RaiseUrgency(), Safety(), Say("handed_off_critical"))


@pytest.mark.parametrize(
    ("turn", "after"),
    [
        (said(), "report"),
        (said(asks=True), "report"),
        (hears("chase", "danger", critical=True), "report"),
        (hears("withdrawal", "danger", critical=True), "report"),
        (said("urge"), "chase"),
        (said("person"), "chase"),
        (said(signs="?", text=""), "chase"),
        (said("thanks", text="谢谢"), "thanks"),
        (hears("thanks", text="谢谢，我心还在跳", bare=False), "thanks"),
        (hears("thanks", text="有的有的，红得很"), "report"),
        (hears("withdrawal"), "over"),
        (hears("withdrawal", text="清楚了，谢谢", assents=True), "thanks"),
    ],
)
def test_whoever_waits_in_a_danger_is_told_what_helps(turn: Turn, after: Any) -> None:
    assert plan(turn, CRITICAL) == (Forward(), StandBy(after))


def test_a_danger_that_is_known_already_is_filed_after_the_claim() -> None:
    assert plan(said(critical=True), replace(CLAIMED, critical_already=True)) == (Forward(),)


# ── claimed ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("intent", [None, *INTENTS])
@pytest.mark.parametrize("verdict", [EXACT, SURE, UNSURE, Unknown()])
def test_from_the_claim_on_the_bot_is_silent(intent: Intent | None, verdict: Any) -> None:
    assert plan(said(intent, verdict=verdict), replace(CLAIMED, complaint_already=True)) == (Forward(),)


@pytest.mark.parametrize("tap", [{"asked": candidate()}, {"helpful": "a1"}, {"unhelpful": "a1"}, {"file": True}])
def test_taps_and_files_after_the_claim_are_filed_too(tap: dict[str, Any]) -> None:
    assert plan(said(**tap), CLAIMED) == (Forward(),)


def test_only_danger_breaks_the_silence() -> None:
    assert plan(said(critical=True), CLAIMED) == (Forward(), RaiseUrgency(), Safety())


# ── resolved ──────────────────────────────────────────────────────────


NOT_SOLVED = said("unsolved", heard=frozenset({"unsolved"}))


@pytest.mark.parametrize("turn", [NOT_SOLVED, said("urge"), said(unsolved=True)])
def test_not_solved_reopens(turn: Turn) -> None:
    assert plan(turn, RESOLVED) == (Reopen(),)


def test_a_solution_in_the_words_of_the_company_reopens_nothing_however_it_sounds() -> None:
    rated = replace(RESOLVED, awaiting=None)
    assert plan(replace(NOT_SOLVED, intent=None, solved=True), rated) == (Say("noted"),)
    assert plan(replace(NOT_SOLVED, solved=True, unsolved=True), RESOLVED) == (Reopen(),)


def test_not_solved_too_late_reopens_nothing() -> None:
    assert Reopen() not in plan(NOT_SOLVED, replace(RESOLVED, can_reopen=False))


def test_a_withdrawn_matter_that_is_no_better_reopens() -> None:
    withdrawn = replace(RESOLVED, ticket="withdrawn", awaiting=None, can_rate=False)
    assert plan(NOT_SOLVED, withdrawn) == (Reopen(),)


def test_not_solved_about_an_answer_given_since_is_a_miss_and_no_reopening() -> None:
    assert kinds(NOT_SOLVED, replace(RESOLVED, last_answer="a1")) == ["Miss", "Say"]


def test_nothing_more_leads_to_the_rating() -> None:
    assert plan(said("no_more"), RESOLVED) == (AskRating(),)


@pytest.mark.parametrize("intent", ["solved", "thanks"])
def test_praise_is_answered_and_leads_to_the_rating(intent: Intent) -> None:
    assert plan(said(intent), RESOLVED) == (Say("thanks"), AskRating())


@pytest.mark.parametrize("intent", ["no_more", "solved", "thanks"])
def test_where_no_rating_is_due_the_ticket_is_closed(intent: Intent) -> None:
    assert plan(said(intent), replace(RESOLVED, can_rate=False)) == (Say("closed"), Close())


@pytest.mark.parametrize("awaiting", ["more", "rating"])
def test_a_score_is_kept(awaiting: Any) -> None:
    assert plan(said(rating=4), replace(RESOLVED, awaiting=awaiting, takes_rating=True)) == (Rate(4),)


def test_another_score_for_the_same_solution_is_one_again() -> None:
    assert plan(said(rating=4), replace(RESOLVED, awaiting="reason", takes_rating=True, rated=5)) == (RateAgain(4),)
    assert plan(said(score=4), replace(RESOLVED, awaiting="reason", takes_rating=True, rated=5)) == (RateAgain(4),)


@pytest.mark.parametrize("situation", [WAITING, CLAIMED])
def test_a_score_for_what_is_not_solved_comes_too_early(situation: Situation) -> None:
    assert plan(said(rating=5), situation) == (Say("rated_meanwhile"),)


def test_what_may_not_be_rated_is_not() -> None:
    assert plan(said(rating=4), replace(RESOLVED, awaiting="more", takes_rating=False)) == (Say("rated_thanks"),)


def test_what_follows_a_score_is_its_reason() -> None:
    acts = plan(said(), replace(RESOLVED, awaiting="reason"))
    assert acts == (ExplainRating(), Say("rated_thanks"), Close())


@pytest.mark.parametrize(
    ("turn", "first"),
    [
        (said(verdict=EXACT), "Answer"),
        (said(verdict=SURE), "Answer"),
        (said("person"), "HandOff"),
        (said("complaint", threatens=True), "HandOff"),
        (said(complaint=True, threatens=True), "HandOff"),
        (said(critical=True), "HandOff"),
        (said(file=True), "HandOff"),
        (said(unsolved=True), "Reopen"),
        (said(asked=candidate()), "Answer"),
        (said(helpful="a1"), "Helped"),
    ],
)
def test_the_reason_is_optional_a_new_matter_is_not_mistaken_for_it(turn: Turn, first: str) -> None:
    assert kinds(turn, replace(RESOLVED, awaiting="reason"))[0] == first


@pytest.mark.parametrize("turn", [said("complaint"), said(complaint=True), hears("complaint")])
def test_a_reason_may_be_dissatisfied_without_being_a_complaint(turn: Turn) -> None:
    rated = replace(RESOLVED, awaiting="reason", rated_low=True)
    assert plan(turn, rated) == (ExplainRating(), Say("rated_sorry"), Close())


def test_what_went_wrong_is_the_reason_of_a_score_and_reopens_nothing() -> None:
    rated = replace(RESOLVED, awaiting="reason", rated_low=True)
    assert plan(NOT_SOLVED, rated) == (ExplainRating(), Say("rated_sorry"), Close())


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


# ── acts heard in a text ──────────────────────────────────────────────


COMPLAINT = replace(WAITING, complaint_already=True)
CRITICAL = replace(WAITING, critical_already=True)


@pytest.mark.parametrize("verdict", [EXACT, SURE, UNSURE, Unknown()])
def test_a_danger_that_may_be_meant_is_asked_back_and_nothing_stands_beside_the_question(verdict: Any) -> None:
    assert plan(hears(doubted=("danger",), verdict=verdict), WITH_BOT) == (AskDanger(),)
    assert plan(hears(doubted=("danger",), verdict=verdict), WAITING) == (Forward(), AskDanger())
    assert plan(hears("person", doubted=("danger",), verdict=verdict), WITH_BOT) == (AskDanger(),)


def test_on_a_ticket_of_the_highest_urgency_no_danger_is_asked_back() -> None:
    assert plan(hears(doubted=("danger",)), CRITICAL) == (Forward(), StandBy("report"))


def test_signs_and_the_pieces_of_an_album_beside_a_danger_are_only_filed() -> None:
    assert plan(said(signs="👌", text=""), CRITICAL) == (Forward(),)
    assert plan(said(file=True, goes_on=True), CRITICAL) == (Forward(),)


@pytest.mark.parametrize("turn", [hears("yes"), hears(doubted=("danger",)), said(critical=True)])
def test_a_yes_or_a_symptom_after_the_question_is_the_danger(turn: Turn) -> None:
    assert plan(turn, replace(WITH_BOT, awaiting="danger")) == (HandOff("critical"),)
    alarm = (Forward(), RaiseUrgency(), Safety(), Say("handed_off_critical"))
    assert plan(turn, replace(WAITING, awaiting="danger")) == alarm


def test_a_yes_that_answers_no_question_is_no_danger() -> None:
    assert HandOff("critical") not in plan(hears("yes"), WITH_BOT)
    assert RaiseUrgency() not in plan(hears("yes"), WAITING)


def test_where_there_is_no_danger_the_question_goes_on() -> None:
    assert plan(hears("no", verdict=SURE), replace(WITH_BOT, awaiting="danger")) == (Answer(SURE.candidate),)


@pytest.mark.parametrize("verdict", [SURE, UNSURE, Unknown()])
@pytest.mark.parametrize("situation", [WITH_BOT, OWN_PERSON, RESOLVED])
def test_a_person_is_reached_wherever_in_the_text_one_is_wished_for(verdict: Any, situation: Situation) -> None:
    assert plan(hears("person", verdict=verdict, bare=False), situation) == (HandOff("asked_for_person"),)


def test_a_person_wished_for_in_a_complaint_is_given_to_a_complaint() -> None:
    assert plan(hears("person", "complaint", complaint=True), WITH_BOT) == (HandOff("complaint"),)


@pytest.mark.parametrize("turn", [said("person"), hears("person", bare=False)])
def test_whoever_wishes_for_a_person_while_waiting_hears_by_when_one_comes(turn: Turn) -> None:
    assert plan(turn, WAITING) == (Forward(), Say("person_coming"))
    assert plan(turn, replace(WAITING, overdue=True)) == (Forward(), Urge())


@pytest.mark.parametrize("verdict", [SURE, UNSURE])
def test_a_person_and_a_question_equally_likely_are_both_named(verdict: Any) -> None:
    candidates = (SURE.candidate,) if verdict is SURE else UNSURE.candidates
    assert plan(hears(doubted=("person",), verdict=verdict), WITH_BOT) == (Either(candidates),)


def test_the_very_words_of_a_question_are_that_question_whatever_else_they_may_mean() -> None:
    assert plan(hears(doubted=("person",), verdict=EXACT), WITH_BOT) == (Answer(EXACT.candidate),)


def test_a_withdrawal_ends_what_waits() -> None:
    assert plan(hears("withdrawal"), WAITING) == (Withdraw(),)
    assert plan(hears("withdrawal", bare=False), WAITING) == (Withdraw(),)


@pytest.mark.parametrize("situation", [COMPLAINT, CRITICAL])
def test_a_complaint_or_a_danger_is_ended_by_its_person(situation: Situation) -> None:
    told = StandBy("over") if situation is CRITICAL else Say("withdraw_for_person")
    noted = () if situation is CRITICAL else (WithdrawComplaint(),)
    assert plan(hears("withdrawal"), situation) == (Forward(), *noted, told)
    assert Withdraw() not in plan(hears("yes"), replace(situation, awaiting="withdrawal"))
    assert AskWithdrawal() not in plan(hears(doubted=("withdrawal",)), situation)


@pytest.mark.parametrize(
    ("turn", "acts"),
    [
        (hears("withdrawal", "person"), (Forward(), Say("person_coming"))),
        (hears("withdrawal", "complaint", complaint=True), (Forward(), Complain())),
    ],
)
def test_whoever_wants_a_person_or_complains_withdraws_nothing(turn: Turn, acts: tuple[Any, ...]) -> None:
    assert plan(turn, WAITING) == acts


def test_a_withdrawal_that_may_be_meant_is_asked_about_and_a_yes_is_one() -> None:
    assert plan(hears(doubted=("withdrawal",)), WAITING) == (Forward(), AskWithdrawal())
    assert plan(hears("yes"), replace(WAITING, awaiting="withdrawal")) == (Withdraw(),)
    assert plan(hears("no"), replace(WAITING, awaiting="withdrawal")) == (Forward(), Say("person_coming"))


def test_a_withdrawal_counts_while_a_danger_is_doubted_if_it_is_the_likelier() -> None:
    success = hears("withdrawal", doubted=("danger",))
    assert plan(replace(success, main="withdrawal"), WAITING) == (Withdraw(),)
    assert plan(replace(success, main="withdrawal"), replace(WAITING, overdue=True)) == (Withdraw(),)
    assert plan(replace(success, main="danger"), WAITING) == (Forward(), AskDanger())


@pytest.mark.parametrize(
    "thanks", [hears("withdrawal", "thanks", assents=True), hears(doubted=("withdrawal",), assents=True)]
)
def test_thanks_or_that_something_is_clear_withdraw_nothing(thanks: Turn) -> None:
    assert not {"Withdraw", "AskWithdrawal"} & set(kinds(thanks, WAITING))


def test_a_doubtful_withdrawal_is_asked_about_beside_a_matter_but_for_a_question_or_what_is_unsolved() -> None:
    doubtful = hears(doubted=("withdrawal",), bare=False)
    assert plan(doubtful, WAITING) == (Forward(), AskWithdrawal())
    assert plan(replace(doubtful, asks=True), WAITING) == (Forward(), TakeNote("question"))
    assert plan(hears("unsolved", doubted=("withdrawal",), bare=False), WAITING) == (Forward(), TakeNote("detail"))


def test_after_the_claim_a_withdrawal_counts_until_a_person_was_in_touch() -> None:
    assert plan(hears("withdrawal"), CLAIMED) == (Withdraw(),)
    assert plan(hears("withdrawal"), replace(CLAIMED, in_touch=True)) == (Forward(),)
    assert plan(hears("withdrawal", bare=False), CLAIMED) == (Forward(),)
    assert plan(hears("withdrawal"), replace(CLAIMED, complaint_already=True)) == (Forward(),)
    assert plan(hears("withdrawal"), replace(CLAIMED, critical_already=True)) == (Forward(),)


@pytest.mark.parametrize("doubted", ["danger", "withdrawal", "person"])
def test_after_the_claim_the_bot_asks_nothing_back(doubted: str) -> None:
    assert plan(hears(doubted=(doubted,)), CLAIMED) == (Forward(),)


@pytest.mark.parametrize(
    ("heard", "acts"),
    [
        (("danger", "person", "withdrawal", "complaint"), (Forward(), RaiseUrgency(), Safety())),
        (("person", "withdrawal", "chase"), (Forward(), Urge())),
        (("withdrawal", "thanks"), (Withdraw(),)),
    ],
)
def test_of_several_acts_the_weightiest_decides(heard: tuple[str, ...], acts: tuple[Any, ...]) -> None:
    turn = hears(*heard, critical="danger" in heard, complaint="complaint" in heard)
    assert plan(turn, WAITING)[: len(acts)] == acts


def test_two_questions_in_one_text_get_two_answers() -> None:
    further = (candidate(7, exact=True),)
    both = (Answer(SURE.candidate), Answer(further[0]))
    assert plan(said(verdict=SURE, further=further), WITH_BOT) == both
    assert plan(said(verdict=SURE, further=further), WAITING) == (Forward(), *both)


def test_none_of_what_was_offered_is_a_miss() -> None:
    assert plan(hears("no", rejects=True), WITH_BOT) == (Miss(), Say("try_again", offer_person=True))
    assert plan(hears("no", rejects=True), replace(WITH_BOT, misses=1)) == (Miss(), HandOff("missed_twice"))


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("situation", [WITH_BOT, OWN_PERSON])
def test_what_only_a_person_can_take_up_becomes_a_ticket_of_its_kind(lead: str, situation: Situation) -> None:
    assert plan(hears(lead, verdict=SURE, bare=False), situation) == (HandOff(lead),)


@pytest.mark.parametrize(("act", "wording"), ONE_LINE.items())
@pytest.mark.parametrize("verdict", [UNSURE, Unknown()])
def test_what_we_do_not_do_gets_one_honest_line_and_is_no_miss(act: str, wording: str, verdict: Any) -> None:
    [line] = plan(hears(act, verdict=verdict), replace(WITH_BOT, misses=1))
    assert isinstance(line, Say)
    assert line.wording == wording


def test_while_waiting_who_asks_whether_a_bot_writes_is_told_and_small_talk_is_noted() -> None:
    assert plan(hears("bot_question", main="bot_question"), WAITING) == (Forward(), TakeNote("bot_question"))
    assert plan(hears("bot_question", "unsolved", main="unsolved"), WAITING) == (Forward(), TakeNote("detail"))
    for act in set(ONE_LINE) - {"bot_question"}:
        assert plan(hears(act, main=act), WAITING) == (Forward(), TakeNote("detail"))


@pytest.mark.parametrize("act", ONE_LINE)
@pytest.mark.parametrize("verdict", [SURE, EXACT])
def test_what_we_know_is_answered_even_if_it_sounds_like_what_we_do_not_do(act: str, verdict: Answered) -> None:
    assert plan(hears(act, verdict=verdict), WITH_BOT) == (Answer(verdict.candidate),)


@pytest.mark.parametrize("act", ONE_LINE)
@pytest.mark.parametrize(("sure", "shown"), [(PROBABLE, True), (PROBABLE - 0.01, False)])
def test_the_honest_line_yields_to_a_suggestion_that_is_probable(act: str, sure: float, shown: bool) -> None:
    likely = Unsure((candidate(sure=sure),))
    line = Say(ONE_LINE[act], offer_person=act != "small_talk")
    assert plan(hears(act, verdict=likely), WITH_BOT) == ((AskBack(*likely.candidates),) if shown else (line,))


def test_a_suggestion_that_only_shows_that_nothing_was_understood_is_not_made() -> None:
    enough, rest = candidate(1, sure=0.3), candidate(2, sure=WORTH_SHOWING - 0.3)
    least, faint = candidate(3, sure=LEAST_SHOWN), candidate(4, sure=LEAST_SHOWN - 0.01)
    for worthless in ((enough,), (enough, replace(rest, confidence=0.19)), (candidate(sure=FIRST_SHOWN - 0.01),) * 3):
        assert plan(said(verdict=Unsure(worthless)), WITH_BOT) == (Miss(), Say("unknown", offer_person=True))
    assert plan(said(verdict=Unsure((enough, rest, least, faint))), WITH_BOT) == (
        Miss(),
        Suggest((enough, rest, least)),
    )


def test_what_a_text_denies_is_at_most_asked_back() -> None:
    likely = Answered(candidate(sure=0.95))
    assert plan(said(verdict=likely, denies=True), WITH_BOT) == (AskBack(likely.candidate),)
    assert plan(said(verdict=SURE, denies=True, settled=False), WITH_BOT) == (Hold(),)


@pytest.mark.parametrize("situation", [WITH_BOT, OWN_PERSON, replace(WITH_BOT, misses=1)])
def test_signs_without_words_are_taken_in(situation: Situation) -> None:
    assert plan(said(signs="👌", text=""), situation) == ()


@pytest.mark.parametrize("signs", ["?", "???", "?!"])
def test_a_mark_of_question_is_asked_what_it_means_and_is_no_miss(signs: str) -> None:
    asked = (Say("ask_what", offer_person=True),)
    assert plan(said(signs=signs, text=""), replace(WITH_BOT, misses=1)) == asked
    assert plan(said(signs=signs, text="", only_signs=True), WITH_BOT) == asked


@pytest.mark.parametrize("awaiting", ["more", "rating"])
def test_a_score_in_a_sentence_is_kept_with_its_reason(awaiting: Any) -> None:
    asked = replace(RESOLVED, awaiting=awaiting, takes_rating=True)
    assert plan(said(score=5), asked) == (Rate(5),)
    reasoned = said(score=5, reason="给5分，师傅很耐心")
    assert plan(reasoned, asked) == (Rate(5, asks=False), ExplainRating(), Say("rated_thanks"), Close())
    low = said(score=2, reason="2分吧，等太久了")
    assert plan(low, asked) == (Rate(2, asks=False), ExplainRating(), Say("rated_sorry"), Close())


@pytest.mark.parametrize(
    "turn",
    [
        hears("person", score=1, reason="1分，换个人"),
        hears("unsolved", score=1, reason="1分，还是不行"),
        said(score=1, complaint=True, threatens=True, reason="1分，我要投诉"),
        said(score=1, critical=True, reason="1分，又冒烟了"),
    ],
)
def test_a_number_beside_a_wish_is_no_score(turn: Turn) -> None:
    assert "Rate" not in kinds(turn, replace(RESOLVED, can_rate_later=True))


def test_a_number_that_nobody_asked_for_is_no_score() -> None:
    assert "Rate" not in kinds(said(score=5), replace(RESOLVED, awaiting=None, can_rate_later=True))
    assert "Rate" not in kinds(said(score=5), WITH_BOT)


def test_what_is_told_while_a_person_is_awaited_is_answered_only_where_that_is_all_but_certain() -> None:
    probable, sure = Answered(candidate(sure=ANSWERS_DETAILS - 0.01)), Answered(candidate(sure=ANSWERS_DETAILS))
    assert kinds(said(verdict=probable), WAITING) == ["Forward", "TakeNote"]
    assert kinds(said(verdict=sure), WAITING) == ["Forward", "Answer"]
    assert kinds(said(verdict=probable, asks=True), WAITING) == ["Forward", "Answer"]


def test_a_number_that_is_told_while_a_person_is_awaited_is_a_detail_however_near_a_question_is() -> None:
    sure = Answered(candidate(sure=0.99))
    assert kinds(said(text="订单号 YY20261120", verdict=sure), WAITING) == ["Forward", "TakeNote"]
    assert kinds(said(text="订单号 YY20261120 怎么查？", verdict=sure), WAITING) == ["Forward", "Answer"]
