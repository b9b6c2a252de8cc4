"""What a turn does while no person is concerned with the matter; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, Answer, AskDanger, Either, HandOff, Helped, Hold, Miss, Say, Situation, Suggest, Turn
from bot.dialogue.intents import Intent
from bot.dialogue.plan_rules import complains, is_danger, is_question, is_satisfied
from knowledge_base.matching.decide import PROBABLE, Answered, Unknown, Unsure
from knowledge_base.matching.ranking import Candidate

# An act that is answered in one honest line, and the sentence for it; the first one heard counts.
ONE_LINE = {
    "bot_question": "bot_honest",
    "wrong_shop": "wrong_shop",
    "haggling": "haggling",
    "small_talk": "small_talk",
}
WORTH_SHOWING = 0.5  # confidence, of all suggestions together, below which they only show that nothing was understood
FIRST_SHOWN, LEAST_SHOWN = 0.25, 0.1  # confidence of the first and of any other one of them
SHOWN_TO_DETAILS = 0.75  # confidence of the first where a matter goes on and nothing is asked
LEADS = ("delete_data", "sales_lead", "feedback")  # acts that a person takes up, each a reason of a ticket
_OFFERS_PERSON = frozenset({"bot_question", "wrong_shop", "haggling"})
_ASSENT = frozenset({"yes", "no", "calm", "thanks"})
_SHORT = 8  # characters of a mere yes or no


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
    if turn.intent == "complaint" or (turn.complaint and (turn.threatens or turn.main in ("complaint", ""))):
        return (HandOff("complaint"),)
    if now.awaiting == "danger" and _leaves_danger_open(turn):
        return (HandOff("own_person" if now.bot == "suggests" else "bot_held_long_enough"),)
    if turn.helpful is not None:
        return (Helped(), Say("helped"))
    if turn.unhelpful is not None:
        return _missed(turn.unhelpful, now) if turn.unhelpful not in now.rejected else ()
    if turn.rejects:
        return _missed(None, now)
    if turn.rating is not None:
        return (Say("thanks"),)
    if turn.either:
        return (Either(turn.either),)
    if turn.asked is None and turn.intent is not None:
        return _to_small_talk(turn, turn.intent, now)
    if "?" in turn.signs:
        return (Say("ask_what", offer_person=True),)
    if turn.signs:
        return (Say("empty_message"),) if turn.only_signs else ()
    if turn.bare and turn.heard & {"callback_number", "identity_claim"} and not (now.misses or turn.about):
        return _to_introduction(turn)
    if is_satisfied(turn) and (turn.solved or ("withdrawal" in turn.heard and now.last_answer is not None)):
        return (Helped(), Say("glad" if turn.solved else "helped"))
    if lead := next((act for act in LEADS if act in turn.heard), None):
        return (HandOff(lead),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    if _merely_assents(turn):
        return _to_assent(turn, now)
    if now.overheld or _spent(now):
        return (HandOff("bot_held_long_enough"),)
    return _to_question(turn, now)


def _leaves_danger_open(turn: Turn) -> bool:
    """Whether a turn neither denies the danger that was asked about nor asks what we know: a person must look."""
    is_no = "no" in turn.heard or turn.denies
    is_told = turn.settled and not turn.bare and not is_question(turn)
    return is_told and not is_no and not isinstance(turn.verdict, Answered)


def _to_introduction(turn: Turn) -> tuple[Act, ...]:
    """Who somebody is, or where they are reached, and nothing else: what they want comes next."""
    if not turn.settled:
        return (Hold(unfinished=True),)
    told = "contact_noted" if "callback_number" in turn.heard else "greeting"
    return (Say(told, offer_person=True),)


def _merely_assents(turn: Turn) -> bool:
    """Whether a turn is a yes, a no or thanks that answers nothing and asks nothing."""
    # Something longer that denies or agrees tells more than 好的 does: 正确的是 24536806，不是 24536860.
    short = len(turn.text) <= _SHORT or bool(turn.heard & {"thanks", "calm"})
    bare = turn.bare and bool(turn.heard) and turn.heard <= _ASSENT and short
    answers = turn.asked is not None or _is_known(turn)
    return (bare or turn.assents) and not answers and not is_question(turn)


def _to_assent(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if not turn.settled:
        return (Hold(turn.unfinished),)
    return (Helped(), Say("helped")) if now.last_answer else (Say("helped"),)


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
    act = next((act for act in ONE_LINE if act in turn.heard), None)
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


def _to_question(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901  # one line per rule, in order
    if turn.asked is not None:
        return (Answer(turn.asked),)
    if (one_line := _one_line(turn)) is not None:
        return (one_line,)
    match turn.verdict:
        case Answered(candidate) if candidate.exact or not (turn.denies or "person" in turn.doubted):
            return (Answer(candidate), *map(Answer, turn.further), *_to_the_rest(turn))
        case _ if not turn.settled:
            return (Hold(turn.unfinished),)
        case Answered(candidate):
            return _to_doubtful(turn, (candidate,), now)
        case _ if turn.insists is not None and "person" not in turn.doubted:
            return (Answer(turn.insists),)
        case _ if "callback_number" in turn.heard and not is_question(turn) and not _is_known(turn):
            return (HandOff("asked_for_person"),)  # told where to be reached, and nothing that we could answer
        case _ if turn.closes and is_satisfied(turn) and not is_question(turn) and not turn.about:
            return (Say("thanks"),)
        case Unsure(candidates):
            return _to_doubtful(turn, candidates, now)
        case Unknown():
            return _to_unknown(turn, now)


def _to_the_rest(turn: Turn) -> tuple[Act, ...]:
    """A further question of the same text is not dropped without a word."""
    if turn.other:
        return (Suggest(turn.other),)
    return (Say("other_unknown", offer_person=True),) if turn.unanswered and not turn.further else ()


def _to_doubtful(turn: Turn, candidates: tuple[Candidate, ...], now: Situation) -> tuple[Act, ...]:
    known = now.rejected | ({now.last_answer} if now.last_answer else set())
    fresh = tuple(c for c in candidates if c.article.id not in known and c.confidence >= LEAST_SHOWN)
    is_detail = now.begun and not is_question(turn)
    least = SHOWN_TO_DETAILS if is_detail else FIRST_SHOWN
    if not fresh or fresh[0].confidence < least or sum(c.confidence for c in fresh) < WORTH_SHOWING:
        return _to_unknown(turn, now)
    if "person" in turn.doubted:
        return (Either(fresh),)
    if fresh[0].confidence >= PROBABLE:
        return (Suggest(fresh),)  # more likely right than wrong: one tap away, and no miss
    return _missed(now.last_answer, now) if turn.repeats else _doubt(now, Suggest(fresh))


def _to_unknown(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Nothing answers the turn: a question is admitted to be unknown, and for what is told a person is offered."""
    if turn.repeats:
        return _missed(now.last_answer, now, "unknown_detail")
    if is_question(turn) or not turn.text or turn.about is None:
        return _doubt(now, Say("unknown", offer_person=True))
    if turn.about or (now.misses and not now.last_answer):
        return _doubt(now, Say("ask_person", offer_person=True))
    # A remark: after an answer it accepts that answer, before one it leaves open what is wanted.
    return (Say("helped"),) if now.last_answer else (Say("told_noted", offer_person=True),)


def _doubt(now: Situation, otherwise: Act) -> tuple[Act, ...]:
    # A message that follows an answer without a word about it accepts that answer: the row of misses is broken.
    misses = 0 if now.last_answer else now.misses
    if misses + 1 >= now.misses_at_most:
        return (HandOff("missed_twice"),)
    return (Miss(), otherwise)


def _missed(rejected: str | None, now: Situation, told: str = "try_again") -> tuple[Act, ...]:
    if now.bot == "suggests":
        return (Miss(rejected), HandOff("own_person"))
    if now.misses + 1 >= now.misses_at_most or _spent(now):
        return (Miss(rejected), HandOff("missed_twice"))
    return (Miss(rejected), Say(told, offer_person=True))
