"""What several rules of the dialogue ask about a turn; pure."""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.situation import Situation, Turn
from knowledge_base.matching.decide import Answered
from knowledge_base.matching.ranking import Candidate


def is_danger(turn: Turn, now: Situation) -> bool:
    """Whether there is a danger: the turn says so, or a yes to the question whether there is one."""
    confirmed = (
        now.awaiting == "danger" and now.ticket != "claimed" and ("yes" in turn.heard or "danger" in turn.doubted)
    )
    return turn.critical or confirmed


def complains(turn: Turn, now: Situation) -> bool:
    """Whether the turn complains of what is no complaint yet."""
    return (turn.intent == "complaint" or turn.complaint) and not now.complaint_already


def clearly_complains(turn: Turn, now: Situation) -> bool:
    """Whether a turn complains beyond doubt of what waits and is no complaint yet.

    Acts are misheard in the middle of a talk, and a complaint is apologised for and moves the ticket: a turn that asks
    is none, nor one in which another act is likelier, but for a threat or a complaint that is called one.
    """
    if not complains(turn, now):
        return False
    # Sharp words about a broken promise are about just that; nothing beside a danger is a complaint by its tone.
    if turn.threatens or now.overdue or now.critical_already:
        return turn.threatens
    likelier = turn.main != "complaint" and turn.main in turn.heard
    return not is_question(turn) and not likelier


def is_question(turn: Turn) -> bool:
    """Whether the turn asks something, by its clauses or by its mark."""
    return turn.asks or turn.text.rstrip().endswith(("?", "？"))


def withdraws(turn: Turn, now: Situation) -> bool:
    """Whether the turn withdraws what waits: thanks, or that something is clear, are about no matter."""
    if "withdrawal" not in turn.heard or turn.heard & {"person", "unsolved"} or turn.assents:
        return False
    if is_question(turn) or chases(turn):
        return False  # who asks how far it is has not called it off
    # While a danger is doubted, only what is a withdrawal before all is one.
    return not clearly_complains(turn, now) and ("danger" not in turn.doubted or turn.main == "withdrawal")


def may_withdraw(now: Situation) -> bool:
    """Whether the customer alone ends it: a danger or a complaint ends when its person says so."""
    return not now.critical_already and not now.complaint_already


def chases(turn: Turn) -> bool:
    """Whether the turn asks for haste, or when it is at last."""
    return turn.intent == "urge" or "chase" in turn.heard or "?" in turn.signs


_SATISFIED = frozenset({"thanks", "withdrawal"})
_WANTS = frozenset({"person", "danger", "complaint", "chase", "unsolved", "sales_lead", "delete_data"})


def is_satisfied(turn: Turn) -> bool:
    """Whether the turn thanks or reports success, beside whatever it tells, and wants nothing."""
    asks = turn.asks or isinstance(turn.verdict, Answered) or turn.asked is not None
    return bool(turn.heard & _SATISFIED) and not turn.heard & _WANTS and not asks and not turn.file


def was_refused(candidate: Candidate, now: Situation) -> bool:
    """Whether an article may not be presumed: it was not meant before, or what was said last was not.

    So nobody is told wrongly twice in a row what they ask: after a no the next question is asked back.
    """
    just_refused = bool(now.rejected) and now.last_answer is None
    return just_refused or candidate.article.id in now.rejected | now.declined


def limits(overheld_after: timedelta | None, held: timedelta) -> bool:
    """Whether the bot has held a customer as long as it may; None: no limit."""
    return overheld_after is not None and held >= overheld_after
