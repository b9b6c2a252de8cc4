"""`plan`: a turn and a situation become acts; pure. All rules of the dialogue are in this module."""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.acts import (
    Act,
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
from knowledge_base.matching.decide import PROBABLE, Answered, Unknown, Unsure


def plan(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn, in order; none means: stay silent."""
    if now.ticket == "claimed":
        return _while_claimed(turn, now)
    if now.ticket == "waiting":
        return _while_waiting(turn, now)
    if now.ticket == "resolved":
        after = _after_resolution(turn, now)
        if after is not None:
            return after
    return _with_the_bot(turn, now)


def _while_claimed(turn: Turn, now: Situation) -> tuple[Act, ...]:
    # The agent has the floor: the bot says nothing, whatever it knows.
    if turn.critical and not now.critical_already:
        return (Forward(), RaiseUrgency(), Say("safety"))
    if _complains(turn, now):
        return (Forward(), Complain())
    return (Forward(),)


def _complains(turn: Turn, now: Situation) -> bool:
    return (turn.intent == "complaint" or turn.complaint) and not now.complaint_already


def _while_waiting(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if turn.critical and not now.critical_already:
        return (Forward(), RaiseUrgency(), Say("safety"), Say("handed_off_critical"))
    if _complains(turn, now):
        return (Forward(), Complain(), Urge())
    if turn.intent in ("urge", "person", "complaint", "unsolved"):
        return (Forward(), Urge())
    exact = turn.asked or (turn.verdict.candidate if isinstance(turn.verdict, Answered) else None)
    if exact is not None and (exact.exact or turn.asked):
        return (Forward(), Answer(exact))
    if turn.intent == "thanks":
        return (Forward(), Say("thanks"))
    # The first addition is acknowledged; after that an echo after every line would only disturb.
    news = now.awaiting == "details" and not turn.goes_on
    return (Forward(), Say("appended")) if news else (Forward(),)


def _after_resolution(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """None: the turn begins a new matter."""
    if turn.rating is not None and now.awaiting in ("more", "rating"):
        return (Rate(turn.rating),) if now.can_rate_later else (Say("thanks"),)
    if turn.score is not None and now.awaiting == "rating" and now.can_rate_later:
        return (Rate(turn.score),)
    # 「没用」 after an answer of the bot's is about that answer, not about what a person has solved.
    about_the_ticket = turn.intent == "urge" or (turn.intent == "unsolved" and now.last_answer is None)
    if (about_the_ticket or turn.unsolved) and now.can_reopen:
        return (Reopen(),)
    if now.awaiting == "more" and turn.intent in ("no_more", "solved", "thanks"):
        if now.can_rate:
            return (AskRating(),)
        # At night the case stays as it is: the rating is asked for in the morning.
        return (Say("no_more"),) if now.can_rate_later else (Say("closed"), Close())
    if now.awaiting == "reason" and _is_a_reason(turn):
        return (ExplainRating(), Say("rated_sorry" if now.rated_low else "rated_thanks"), Close())
    if turn.intent in ("thanks", "solved", "no_more"):
        return (Say("thanks"),)
    return None


def _is_a_reason(turn: Turn) -> bool:
    # The reason is optional: a question, a wish, a complaint or a tap is what it is, and not swallowed as one.
    tapped = turn.asked or turn.helpful or turn.unhelpful or turn.rating is not None or turn.file
    wishes = turn.intent in ("person", "complaint", "greeting") or turn.complaint or turn.critical
    return bool(turn.text) and not isinstance(turn.verdict, Answered) and not tapped and not wishes


def _with_the_bot(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901  # one line per rule, in order
    if turn.critical:
        return (HandOff("critical"),)
    if turn.file:
        return (HandOff("file"),)
    if turn.intent == "complaint" or turn.complaint:
        return (HandOff("complaint"),)
    if turn.intent == "person":
        return (HandOff("asked_for_person"),)
    if turn.helpful is not None:
        return (Helped(), Say("helped"))
    if turn.unhelpful is not None:
        return _missed(turn.unhelpful, now) if turn.unhelpful not in now.rejected else ()
    if turn.rating is not None:
        return (Say("thanks"),)
    if turn.intent is not None:
        return _to_small_talk(turn, turn.intent, now)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    if now.overheld or _spent(now):
        return (HandOff("bot_held_long_enough"),)
    return _to_question(turn, now)


def _spent(now: Situation) -> bool:
    return now.answers_at_most is not None and now.bot_answers >= now.answers_at_most


def _to_small_talk(turn: Turn, intent: Intent, now: Situation) -> tuple[Act, ...]:
    if intent == "unsolved":
        return _missed(now.last_answer, now)
    if intent in ("solved", "no_more"):
        return (Helped(), Say("helped")) if now.last_answer else (Say("no_more"),)
    if intent == "thanks":
        return (Say("thanks"),)
    if not turn.settled:
        return (Hold(),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    return (Say("greeting", offer_person=True),) if intent == "greeting" else (HandOff("asked_for_person"),)


def _to_question(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if turn.asked is not None:
        return (Answer(turn.asked),)
    match turn.verdict:
        case Answered(candidate):
            return (Answer(candidate),)
        case _ if not turn.settled:
            return (Hold(),)
        case Unsure(candidates):
            fresh = tuple(c for c in candidates if c.article.id not in now.rejected)
            if fresh and fresh[0].confidence >= PROBABLE:
                return (Suggest(fresh),)  # more likely right than wrong: one tap away, and no miss
            return _doubt(now, Suggest(fresh) if fresh else Say("unknown", offer_person=True))
        case Unknown():
            return _doubt(now, Say("unknown", offer_person=True))


def _doubt(now: Situation, otherwise: Act) -> tuple[Act, ...]:
    # A message that follows an answer without a word about it accepts that answer: the row of misses is broken.
    misses = 0 if now.last_answer else now.misses
    if misses + 1 >= now.misses_at_most:
        return (HandOff("missed_twice"),)
    return (Miss(), otherwise)


def _missed(rejected: str | None, now: Situation) -> tuple[Act, ...]:
    if now.bot == "suggests":
        return (Miss(rejected), HandOff("own_person"))
    if now.misses + 1 >= now.misses_at_most or _spent(now):
        return (Miss(rejected), HandOff("missed_twice"))
    return (Miss(rejected), Say("try_again", offer_person=True))


def limits(overheld_after: timedelta | None, held: timedelta) -> bool:
    """Whether the bot has held a customer as long as it may; None: no limit."""
    return overheld_after is not None and held >= overheld_after
