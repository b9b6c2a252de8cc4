"""`plan`: a turn and a situation become acts; pure. All rules of the dialogue are in this module.

What a turn does is decided in one order: danger, person, withdrawal, complaint, chase, question, courtesy.
"""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.acts import (
    Act,
    Answer,
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
    Reopen,
    Safety,
    Say,
    Situation,
    Suggest,
    Turn,
    Urge,
    Withdraw,
)
from bot.dialogue.intents import Intent
from knowledge_base.matching.decide import PROBABLE, Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

# An act that is answered in one honest line, and the sentence for it; the first one heard counts.
ONE_LINE = {
    "bot_question": "bot_honest",
    "wrong_shop": "wrong_shop",
    "haggling": "haggling",
    "small_talk": "small_talk",
}
LEADS = ("delete_data", "sales_lead", "feedback")  # acts that a person takes up, each a reason of a ticket
_OFFERS_PERSON = frozenset({"bot_question", "wrong_shop", "haggling"})


def plan(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn, in order; none means: stay silent."""
    if now.ticket == "claimed":
        return _while_claimed(turn, now)
    if now.ticket == "waiting":
        return _while_waiting(turn, now)
    if now.ticket in ("resolved", "withdrawn"):
        after = _after_resolution(turn, now)
        if after is not None:
            return after
    return _with_the_bot(turn, now)


def _while_claimed(turn: Turn, now: Situation) -> tuple[Act, ...]:
    # The agent has the floor: the bot says nothing, whatever it knows, but for a safety text.
    if _is_danger(turn, now) and not now.critical_already:
        return (Forward(), RaiseUrgency(), Safety())
    if "withdrawal" in turn.heard and turn.bare and not now.in_touch and _may_withdraw(now):
        return (Withdraw(),)
    if _complains(turn, now):
        return (Forward(), Complain(tells=False))
    return (Forward(),)


def _is_danger(turn: Turn, now: Situation) -> bool:
    """Whether there is a danger: the turn says so, or a yes to the question whether there is one."""
    confirmed = (
        now.awaiting == "danger" and now.ticket != "claimed" and ("yes" in turn.heard or "danger" in turn.doubted)
    )
    return turn.critical or confirmed


def _complains(turn: Turn, now: Situation) -> bool:
    return (turn.intent == "complaint" or turn.complaint) and not now.complaint_already


def _may_withdraw(now: Situation) -> bool:
    # A danger or a complaint ends when its person says so.
    return not now.critical_already and not now.complaint_already


def _while_waiting(turn: Turn, now: Situation) -> tuple[Act, ...]:  # one line per rule, in order
    if _is_danger(turn, now) and not now.critical_already:
        return (Forward(), RaiseUrgency(), Safety(), Say("handed_off_critical"))
    if "danger" in turn.doubted and not now.critical_already and now.awaiting != "danger":
        return (Forward(), AskDanger())
    if now.awaiting == "withdrawal" and "yes" in turn.heard and _may_withdraw(now):
        return (Withdraw(),)
    if "withdrawal" in turn.heard and "person" not in turn.heard and not _complains(turn, now):
        return (Withdraw(),) if _may_withdraw(now) else (Forward(), Say("withdraw_for_person"))
    if _complains(turn, now):
        return (Forward(), Complain())
    if turn.intent in ("urge", "person", "complaint", "unsolved") or turn.heard & {"person", "chase"}:
        return (Forward(), Urge())
    if "withdrawal" in turn.doubted and turn.bare and _may_withdraw(now):
        return (Forward(), AskWithdrawal())
    return _addition(turn, now)


def _addition(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Something said of the matter while it waits: the bot goes on answering, and acknowledges what it adds."""
    known = turn.asked or (turn.verdict.candidate if isinstance(turn.verdict, Answered) else None)
    exact = known is not None and (known.exact or turn.asked is not None)
    if known is not None and not now.critical_already and (exact or (now.bot == "answers" and not turn.denies)):
        return (Forward(), Answer(known), *map(Answer, turn.further))
    if "bot_question" in turn.heard:
        return (Forward(), Say(ONE_LINE["bot_question"]))
    if turn.intent == "thanks":
        return (Forward(), Say("thanks"))
    # The first addition is acknowledged, and one a minute after that: an echo after every line would only disturb.
    news = (now.awaiting == "details" or now.can_acknowledge) and not turn.goes_on and not turn.signs_only
    return (Forward(), Say("appended")) if news else (Forward(),)


def _after_resolution(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """None: the turn begins a new matter."""
    if turn.rating is not None and now.awaiting in ("more", "rating"):
        return (Rate(turn.rating),) if now.can_rate_later else (Say("thanks"),)
    if turn.score is not None and now.awaiting in ("more", "rating", "reason") and not _wants_more(turn):
        can_rate = now.can_rate_later and now.awaiting != "reason"
        return _rated_in_words(turn, turn.score) if can_rate else (Say("thanks"),)
    # 「没用」 after an answer of the bot's is about that answer, not about what a person has solved.
    about_the_ticket = turn.intent == "urge" or ("unsolved" in turn.heard and now.last_answer is None)
    if (about_the_ticket or turn.unsolved) and now.can_reopen:
        return (Reopen(),)
    if now.awaiting == "more" and turn.intent in ("no_more", "solved", "thanks"):
        if now.can_rate:
            return (AskRating(),) if turn.intent == "no_more" else (Say("thanks"), AskRating())
        # At night the case stays as it is: the rating is asked for in the morning.
        return (Say("no_more"),) if now.can_rate_later else (Say("closed"), Close())
    if now.awaiting == "rating" and turn.intent in ("thanks", "solved") and now.can_rate:
        return (AskRating(),)  # satisfied, in words: the number is asked for again
    if now.awaiting == "reason" and _is_a_reason(turn):
        return (ExplainRating(), Say("rated_sorry" if now.rated_low else "rated_thanks"), Close())
    if turn.intent in ("thanks", "solved", "no_more"):
        return (Say("thanks"),)
    return None


def _wants_more(turn: Turn) -> bool:
    # A low score and its reason are dissatisfied, and no complaint yet.
    return turn.critical or turn.threatens or bool({"person", "unsolved"} & turn.heard)


def _rated_in_words(turn: Turn, score: int) -> tuple[Act, ...]:
    """A score and, in the same sentence, its reason."""
    if not turn.reason:
        return (Rate(score),)
    return (Rate(score, asks=False), ExplainRating(), Say("rated_sorry" if score <= LOW else "rated_thanks"), Close())


LOW = 2  # a score up to which the customer was not satisfied


def _is_a_reason(turn: Turn) -> bool:
    # The reason is optional: a question, a wish, a complaint or a tap is what it is, and not swallowed as one.
    tapped = turn.asked or turn.helpful or turn.unhelpful or turn.rating is not None or turn.file
    wishes = turn.intent in ("person", "greeting") or "person" in turn.heard or turn.threatens or turn.critical
    return bool(turn.text) and not isinstance(turn.verdict, Answered) and not tapped and not wishes


def _with_the_bot(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901, PLR0912  # one line per rule, in order
    if _is_danger(turn, now):
        return (HandOff("critical"),)
    if "danger" in turn.doubted and now.awaiting != "danger":
        return (AskDanger(),)
    if turn.file:
        return (HandOff("file"),)
    if turn.intent == "person" or "person" in turn.heard:
        return (HandOff("complaint" if _complains(turn, now) else "asked_for_person"),)
    if turn.intent == "complaint" or turn.complaint:
        return (HandOff("complaint"),)
    if turn.helpful is not None:
        return (Helped(), Say("helped"))
    if turn.unhelpful is not None:
        return _missed(turn.unhelpful, now) if turn.unhelpful not in now.rejected else ()
    if turn.rejects:
        return _missed(None, now)
    if turn.rating is not None:
        return (Say("thanks"),)
    if turn.asked is None and turn.intent is not None:
        return _to_small_talk(turn, turn.intent, now)
    if turn.signs_only:
        return ()
    if lead := next((act for act in LEADS if act in turn.heard), None):
        return (HandOff(lead),)
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


def _one_line(turn: Turn) -> Say | None:
    """The honest line for small talk and what we do not do; None if the turn asks what we know."""
    act = next((act for act in ONE_LINE if act in turn.heard), None)
    answered = isinstance(turn.verdict, Answered) and turn.verdict.candidate.exact
    return Say(ONE_LINE[act], offer_person=act in _OFFERS_PERSON) if act is not None and not answered else None


def _to_question(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if turn.asked is not None:
        return (Answer(turn.asked),)
    if (one_line := _one_line(turn)) is not None:
        return (one_line,)
    match turn.verdict:
        case Answered(candidate) if candidate.exact or not (turn.denies or "person" in turn.doubted):
            return (Answer(candidate), *map(Answer, turn.further))
        case _ if not turn.settled:
            return (Hold(),)
        case Answered(candidate):
            return _to_doubtful(turn, (candidate,), now)
        case Unsure(candidates):
            return _to_doubtful(turn, tuple(c for c in candidates if c.article.id not in now.rejected), now)
        case Unknown():
            return _doubt(now, Say("unknown", offer_person=True))


def _to_doubtful(turn: Turn, fresh: tuple[Candidate, ...], now: Situation) -> tuple[Act, ...]:
    if fresh and "person" in turn.doubted:
        return (Either(fresh),)
    if fresh and fresh[0].confidence >= PROBABLE:
        return (Suggest(fresh),)  # more likely right than wrong: one tap away, and no miss
    return _doubt(now, Suggest(fresh) if fresh else Say("unknown", offer_person=True))


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
