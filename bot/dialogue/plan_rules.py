"""What several rules of the dialogue ask about a turn; pure."""

from __future__ import annotations

from datetime import timedelta

from bot.dialogue.acts import Situation, Turn
from knowledge_base.matching.decide import Answered

LOW = 2  # a score up to which the customer was not satisfied


def is_danger(turn: Turn, now: Situation) -> bool:
    """Whether there is a danger: the turn says so, or a yes to the question whether there is one."""
    confirmed = (
        now.awaiting == "danger" and now.ticket != "claimed" and ("yes" in turn.heard or "danger" in turn.doubted)
    )
    return turn.critical or confirmed


def complains(turn: Turn, now: Situation) -> bool:
    """Whether the turn complains of what is no complaint yet."""
    return (turn.intent == "complaint" or turn.complaint) and not now.complaint_already


_SATISFIED = frozenset({"thanks", "withdrawal"})
_WANTS = frozenset({"person", "danger", "complaint", "chase", "unsolved", "sales_lead", "delete_data"})


def is_satisfied(turn: Turn) -> bool:
    """Whether the turn thanks or reports success, beside whatever it tells, and wants nothing."""
    asks = turn.asks or isinstance(turn.verdict, Answered) or turn.asked is not None
    return bool(turn.heard & _SATISFIED) and not turn.heard & _WANTS and not asks and not turn.file


def limits(overheld_after: timedelta | None, held: timedelta) -> bool:
    """Whether the bot has held a customer as long as it may; None: no limit."""
    return overheld_after is not None and held >= overheld_after
