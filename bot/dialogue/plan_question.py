"""What the bot makes of a question: an answer, a presumption, a question back, or that it does not know; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, Answer, AskBack, Either, HandOff, Hold, Miss, Presume, Say, Suggest
from bot.dialogue.plan_rules import is_question, is_satisfied, was_refused
from bot.dialogue.situation import Situation, Turn
from knowledge_base.matching.decide import PROBABLE, Answered, Presumed, Unknown, Unsure
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
_OFFERS_PERSON = frozenset({"bot_question", "wrong_shop", "haggling"})


def to_question(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901  # one line per rule, in order
    """Return the acts for what a turn asks, or tells of a matter."""
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
        case _ if "callback_number" in turn.heard and not is_question(turn) and not is_known(turn):
            return (HandOff("asked_for_person"),)  # told where to be reached, and nothing that we could answer
        case _ if turn.closes and is_satisfied(turn) and not (is_question(turn) or turn.about or _wants(turn)):
            return (Say("thanks"),)
        case Presumed(candidate) if _may_presume(turn, candidate, now):
            return (Presume(candidate), *_to_the_rest(turn))
        case Presumed(candidate):
            return _to_doubtful(turn, (candidate,), now)
        case Unsure(candidates):
            return _to_doubtful(turn, candidates, now)
        case Unknown():
            return _to_unknown(turn, now)


def _wants(turn: Turn) -> bool:
    """Whether a turn urges something, or probably asks what we know: thanks at its end do not answer that."""
    return "chase" in turn.heard or is_known(turn)


def _to_the_rest(turn: Turn) -> tuple[Act, ...]:
    """A further question of the same text is not dropped without a word."""
    if turn.other:
        return (_asking(turn.other),)
    return (Say("other_unknown", offer_person=True),) if turn.unanswered else ()


def _may_presume(turn: Turn, candidate: Candidate, now: Situation) -> bool:
    """Whether to answer as presumed; a detail of a matter asks something only where that is very likely."""
    if turn.denies or "person" in turn.doubted or was_refused(candidate, now):
        return False
    if now.begun and not is_question(turn) and candidate.confidence < SHOWN_TO_DETAILS:
        return False
    return candidate.article.id != now.last_answer


def _to_doubtful(turn: Turn, candidates: tuple[Candidate, ...], now: Situation) -> tuple[Act, ...]:
    known = now.rejected | ({now.last_answer} if now.last_answer else set())
    fresh = tuple(c for c in candidates if c.article.id not in known and c.confidence >= LEAST_SHOWN)
    is_detail = now.begun and not is_question(turn)
    if not _is_worth_showing(fresh, SHOWN_TO_DETAILS if is_detail else FIRST_SHOWN):
        return _to_unknown(turn, now)
    if "person" in turn.doubted:
        return (Either(fresh),)
    if fresh[0].confidence >= PROBABLE:
        return (_asking(fresh),)  # more likely right than wrong: one tap away, and no miss
    return missed(now.last_answer, now) if turn.repeats else _doubt(now, _asking(fresh))


def _is_worth_showing(candidates: tuple[Candidate, ...], least: float = FIRST_SHOWN) -> bool:
    """Whether one of these is more likely meant than none, and the first not too unlikely."""
    return (
        bool(candidates)
        and candidates[0].confidence >= least
        and sum(each.confidence for each in candidates) >= WORTH_SHOWING
    )


def _asking(candidates: tuple[Candidate, ...], *, sorry: bool = False) -> Suggest | AskBack:
    """The question which of these is meant; a single one is no list."""
    return Suggest(candidates, sorry) if len(candidates) > 1 else AskBack(candidates[0], sorry)


def to_not_meant(turn: Turn, refused: str, now: Situation) -> tuple[Act, ...]:
    """What was understood is not meant, and nothing else is said: what else may be meant is asked about."""
    if refused in now.rejected:
        return ()  # tapped twice
    if not turn.settled:
        return (Hold(turn.unfinished),)
    acts = missed(refused, now, "not_meant")
    others = tuple(each for each in turn.instead if each.article.id not in now.rejected | {refused})
    goes_on = not any(isinstance(act, HandOff) for act in acts)
    return (Miss(refused), _asking(others, sorry=True)) if goes_on and _is_worth_showing(others) else acts


def _to_unknown(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Nothing answers the turn: a question is admitted to be unknown, and for what is told a person is offered."""
    if turn.repeats:
        return missed(now.last_answer, now, "unknown_detail")
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


def missed(rejected: str | None, now: Situation, told: str = "try_again") -> tuple[Act, ...]:
    """Return the acts for a miss; `told` is said unless a person takes over."""
    if now.bot == "suggests":
        return (Miss(rejected), HandOff("own_person"))
    if now.misses + 1 >= now.misses_at_most or is_spent(now):
        return (Miss(rejected), HandOff("missed_twice"))
    return (Miss(rejected), Say(told, offer_person=True))


def is_spent(now: Situation) -> bool:
    """Whether the bot has given as many answers as this customer's tier allows."""
    return now.answers_at_most is not None and now.bot_answers >= now.answers_at_most


def _one_line(turn: Turn) -> Say | None:
    """The honest line for small talk and what we do not do; None if the turn asks what we know."""
    act = next((act for act in ONE_LINE if act in turn.heard), None)
    return Say(ONE_LINE[act], offer_person=act in _OFFERS_PERSON) if act is not None and not is_known(turn) else None


def is_known(turn: Turn) -> bool:
    """Whether the turn probably asks what we know."""
    match turn.verdict:
        case Answered() | Presumed():
            return True
        case Unsure(candidates):
            return candidates[0].confidence >= PROBABLE
        case Unknown():
            return False
