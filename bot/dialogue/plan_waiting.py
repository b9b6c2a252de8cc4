"""What a turn does while its ticket waits for a person; pure.

Acts are misheard in the middle of a talk, so that what is said here is true and fitting whatever the turn was.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.acts import (
    Act,
    Answer,
    AnswerStep,
    AskDanger,
    AskWithdrawal,
    Complain,
    Forward,
    Presume,
    RaiseUrgency,
    Reject,
    Safety,
    Say,
    StandBy,
    SuggestMeanwhile,
    TakeNote,
    Urge,
    Withdraw,
    WithdrawComplaint,
)
from bot.dialogue.answer_words import answer_in
from bot.dialogue.fixed_words import withdraws_complaint
from bot.dialogue.plan_rules import (
    chases,
    clearly_complains,
    is_danger,
    is_question,
    may_withdraw,
    was_refused,
    withdraws,
)
from bot.dialogue.situation import Situation, Turn
from knowledge_base.matching.decide import PROBABLE, Answered, Presumed, Unsure
from knowledge_base.matching.ranking import Candidate

_COURTESIES = frozenset({"thanks", "yes", "no", "calm", "greeting"})

ANSWERS_DETAILS = 0.95  # confidence from which what is told and asks nothing is answered while a person is awaited
_A_NUMBER = re.compile(r"\d{6}")  # of an order, a device, an invoice, a telephone
_THANKS = ("谢", "謝", "辛苦", "感谢", "感謝", "麻烦", "麻煩", "thank", "thx")


def while_waiting(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn of a customer whose ticket waits: danger, withdrawal, complaint, then all else."""
    if now.critical_already:
        return _in_danger(turn, now)
    if is_danger(turn, now):
        return (Forward(), RaiseUrgency(), Safety(), Say("handed_off_critical"))
    consents = "yes" in turn.heard and not is_question(turn) and not chases(turn)
    if now.awaiting == "withdrawal" and consents and may_withdraw(now):
        return (Withdraw(),)
    if withdraws(turn, now):
        return (Withdraw(),) if may_withdraw(now) else (*_for_its_person(now), Say("withdraw_for_person"))
    if now.complaint_already and withdraws_complaint(turn.text):
        return (*_for_its_person(now), Say("withdraw_for_person"))
    if "danger" in turn.doubted and now.awaiting != "danger":
        return (Forward(), AskDanger())
    if clearly_complains(turn, now):
        return (Forward(), Complain())
    if turn.threatens and not now.overdue:  # it grows on a complaint that is one already
        return (Forward(), TakeNote("complaint"))
    return _told(turn, now)


def _told(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if (given := answer_in(turn.text, now.asked)) is not None:  # sent by whoever held it before
        return (Forward(), AnswerStep(given))
    if turn.not_meant is not None:
        return _not_meant(turn, turn.not_meant, now)
    return _courtesy(turn, now) or _wish(turn, now) or _addition(turn, now)


def _for_its_person(now: Situation) -> tuple[Act, ...]:
    return (Forward(), WithdrawComplaint()) if now.complaint_already else (Forward(),)


def _not_meant(turn: Turn, refused: str, now: Situation) -> tuple[Act, ...]:
    """What the bot understood is not meant: the person who comes answers what is, unless the bot knows that."""
    if turn.rejects:
        return (Forward(), Reject(refused), Urge(asks=True) if now.overdue else TakeNote("question"))
    after = replace(now, rejected=now.rejected | {refused}, last_answer=None)
    return (Forward(), Reject(refused), *while_waiting(replace(turn, not_meant=None), after)[1:])


def _in_danger(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """A danger that nobody has taken up yet: nothing is answered beside it but what helps."""
    if turn.goes_on or (turn.signs and "?" not in turn.signs):
        return (Forward(),)
    if clearly_complains(turn, now):
        return (Forward(), Complain())
    if turn.critical:
        return (Forward(), StandBy("report"))
    is_over = "withdrawal" in turn.heard and not turn.assents and not turn.heard & {"person", "unsolved"}
    if is_over or (not is_question(turn) and (turn.denies or (turn.bare and "no" in turn.heard))):
        return (Forward(), StandBy("over"))
    if _is_thanks(turn) and not is_question(turn):
        return (Forward(), StandBy("thanks"))
    wants_a_person = turn.intent == "person" or "person" in turn.heard
    return (Forward(), StandBy("chase" if chases(turn) or wants_a_person else "report"))


def _courtesy(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Thanks, assent, and that there is no hurry; none of them is a chase."""
    chooses = turn.asked is not None and not (turn.assents and _is_thanks(turn))
    if turn.intent == "greeting" and not (turn.file or chooses or turn.signs):
        # 在吗 asks whether anybody looks after the matter: it waits for a person, and by when that is.
        return (Forward(), Urge() if now.overdue else Say("person_coming"))
    if is_question(turn) or turn.file or chooses:
        return ()
    if now.awaiting == "withdrawal" and "no" in turn.heard and turn.bare and not now.overdue:
        return (Forward(), Say("person_coming"))
    only = turn.assents or (turn.bare and bool(turn.heard) and turn.heard <= _COURTESIES)
    if turn.intent == "thanks" or (only and "calm" not in turn.heard):
        if now.overdue and not turn.assents and not _is_thanks(turn):
            return (Forward(), Urge())
        return (Forward(), TakeNote("thanks" if _is_thanks(turn) else "assent"))
    if "calm" in turn.heard and turn.main in _COURTESIES and turn.intent != "urge":
        # Late all the same: who says kindly that there is no hurry hears that it is.
        return (Forward(), Urge()) if now.overdue else (Forward(), TakeNote("calm"))
    return (Forward(), TakeNote("assent")) if turn.intent == "no_more" else ()


def _is_thanks(turn: Turn) -> bool:
    # The company's word list of thanks, and what was learned of them, hold 好的 and 嗯 as well.
    return any(word in turn.text.casefold() for word in _THANKS)


def _wish(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """A chase, a person wished for again, or what may be a withdrawal."""
    known = _known(turn, now)
    if chases(turn):
        # A question that is heard as a chase is answered as well.
        answers = (Answer(known),) if known is not None and is_question(turn) and turn.intent != "urge" else ()
        return (Forward(), Urge(asks=is_question(turn) and turn.intent != "urge"), *answers)
    if turn.intent == "person" or "person" in turn.heard:
        return (Forward(), Urge()) if now.overdue else (Forward(), Say("person_coming"))
    doubted = "withdrawal" in turn.doubted and "unsolved" not in turn.heard
    if doubted and not is_question(turn) and not turn.assents and may_withdraw(now):
        return (Forward(), AskWithdrawal())
    return ()


def _addition(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Something said of the matter: the bot goes on answering what it knows, and says that it noted all else."""
    known = _known(turn, now)
    if known is not None:
        return (Forward(), Answer(known), *map(Answer, turn.further))
    if "bot_question" in turn.heard and turn.main == "bot_question":
        return (Forward(), Urge()) if now.overdue else (Forward(), TakeNote("bot_question"))
    if "callback_number" in turn.heard:
        return (Forward(), Say("contact_noted"))
    if turn.goes_on or turn.signs:
        return (Forward(),)
    if is_question(turn):
        return (Forward(), _to_question(turn, now))
    if "delete_data" in turn.heard:
        return (Forward(), TakeNote("wish"))
    return (Forward(), TakeNote("complaint" if "complaint" in turn.heard and now.complaint_already else "detail"))


def _to_question(turn: Turn, now: Situation) -> Act:
    """A question that nothing surely answers: what probably does is offered, unless it is late."""
    if now.overdue:
        return Urge(asks=True)
    if now.bot != "answers":
        return TakeNote("question")
    match turn.verdict:
        case Presumed(candidate) if _is_news(candidate, turn, now) and not was_refused(candidate, now):
            return Presume(candidate)
        case Presumed(candidate):
            offered: tuple[Candidate, ...] = (candidate,)
        case Unsure(candidates):
            offered = candidates
        case _:
            offered = ()
    probable = tuple(each for each in offered if each.confidence >= PROBABLE and each.article.id not in now.rejected)
    return SuggestMeanwhile(probable) if probable else TakeNote("question")


def _is_news(known: Candidate, turn: Turn, now: Situation) -> bool:
    """Whether an article may be answered with: it is not what the turn denies, and nothing is said a second time."""
    return not turn.denies and known.article.id not in now.rejected and known.article.id != now.last_answer


def _known(turn: Turn, now: Situation) -> Candidate | None:
    """The article that answers the turn, where the tier lets the bot answer; nothing is said a second time."""
    if turn.asked is not None:
        return turn.asked
    if not isinstance(turn.verdict, Answered):
        return None
    known = turn.verdict.candidate
    if known.exact:
        return known
    if not is_question(turn) and (known.confidence < ANSWERS_DETAILS or _A_NUMBER.search(turn.text)):
        return None  # 订单号是 … tells what a person needs, and does not ask where orders are found
    return known if now.bot == "answers" and _is_news(known, turn, now) else None
