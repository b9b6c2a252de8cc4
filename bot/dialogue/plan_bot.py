"""What a turn does while no person is concerned with the matter; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, Answer, AskDanger, Either, HandOff, Helped, Hold, Miss, Say, Situation, Suggest, Turn
from bot.dialogue.intents import Intent
from bot.dialogue.plan_rules import complains, is_danger, is_satisfied
from knowledge_base.matching.decide import PROBABLE, Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

# An act that is answered in one honest line, and the sentence for it; the first one heard counts.
ONE_LINE = {
    "bot_question": "bot_honest",
    "wrong_shop": "wrong_shop",
    "haggling": "haggling",
    "small_talk": "small_talk",
}
WORTH_SHOWING = 0.3  # confidence below which a suggestion only shows that nothing was understood
LEADS = ("delete_data", "sales_lead", "feedback")  # acts that a person takes up, each a reason of a ticket
_OFFERS_PERSON = frozenset({"bot_question", "wrong_shop", "haggling"})


def with_the_bot(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901, PLR0912  # one line per rule, in order
    """Return the acts for a turn of a customer whom no person is concerned with."""
    if is_danger(turn, now):
        return (HandOff("critical"),)
    if "danger" in turn.doubted and now.awaiting != "danger":
        return (AskDanger(),)
    if turn.file:
        return (HandOff("file"),)
    if turn.intent == "person" or "person" in turn.heard:
        return (HandOff("complaint" if complains(turn, now) else "asked_for_person"),)
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
    if turn.signs:
        return (Say("unknown", offer_person=True),) if "?" in turn.signs else ()
    if turn.bare and turn.heard & {"callback_number", "identity_claim"}:
        return _to_introduction(turn)
    if "withdrawal" in turn.heard and is_satisfied(turn):
        return (Helped(), Say("helped"))
    if lead := next((act for act in LEADS if act in turn.heard), None):
        return (HandOff(lead),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    if now.overheld or _spent(now):
        return (HandOff("bot_held_long_enough"),)
    return _to_question(turn, now)


def _to_introduction(turn: Turn) -> tuple[Act, ...]:
    """Who somebody is, or where they are reached, and nothing else: what they want comes next."""
    if not turn.settled:
        return (Hold(unfinished=True),)
    told = "contact_noted" if "callback_number" in turn.heard else "greeting"
    return (Say(told, offer_person=True),)


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
        return (Hold(turn.unfinished),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    return (Say("greeting", offer_person=True),) if intent == "greeting" else (HandOff("asked_for_person"),)


def _one_line(turn: Turn) -> Say | None:
    """The honest line for small talk and what we do not do; None if the turn asks what we know."""
    act = next((act for act in ONE_LINE if act in turn.heard and (turn.bare or act != "small_talk")), None)
    return Say(ONE_LINE[act], offer_person=act in _OFFERS_PERSON) if act is not None and not _is_known(turn) else None


def _is_known(turn: Turn) -> bool:
    """Whether the turn probably asks what we know."""
    match turn.verdict:
        case Answered():
            return True
        case Unsure(candidates):
            return candidates[0].confidence >= PROBABLE
        case Unknown():
            return False


def _to_question(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if turn.asked is not None:
        return (Answer(turn.asked),)
    if (one_line := _one_line(turn)) is not None:
        return (one_line,)
    match turn.verdict:
        case Answered(candidate) if candidate.exact or not (turn.denies or "person" in turn.doubted):
            return (Answer(candidate), *map(Answer, turn.further))
        case _ if not turn.settled:
            return (Hold(turn.unfinished),)
        case Answered(candidate):
            return _to_doubtful(turn, (candidate,), now)
        case Unsure(candidates):
            return _to_doubtful(turn, tuple(c for c in candidates if c.article.id not in now.rejected), now)
        case Unknown():
            return _doubt(now, Say("unknown", offer_person=True))


def _to_doubtful(turn: Turn, fresh: tuple[Candidate, ...], now: Situation) -> tuple[Act, ...]:
    fresh = tuple(each for each in fresh if each.confidence >= WORTH_SHOWING)
    if fresh and "person" in turn.doubted:
        return (Either(fresh),)
    if fresh and fresh[0].confidence >= PROBABLE:
        return (Suggest(fresh),)  # more likely right than wrong: one tap away, and no miss
    if turn.repeats:
        return _missed(now.last_answer, now)
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
