"""What the alarm clock sees to besides deadlines and conversations: looked for cheaply, done in a unit of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.notifications import calendar_alarm, morning_digest, paging
from bot.rules import Rules
from bot.tickets import assignment, incidents


@dataclass(frozen=True, slots=True)
class Chore:
    """`is_due` only reads; `do` writes one batch and says whether there was something to do."""

    name: str
    is_due: Callable[[Connection, Rules, datetime], bool]
    do: Callable[[Connection, Rules, datetime], Any]


def _has_more_to_tell(db: Connection, _rules: Rules, _now: datetime) -> bool:
    return incidents.has_more_to_tell(db)


def _tell_some(db: Connection, _rules: Rules, now: datetime) -> int:
    return incidents.tell_some(db, now)


CHORES = (
    Chore("giving tickets to people", assignment.is_due, assignment.do),
    Chore("the morning's digest", morning_digest.is_due, morning_digest.do),
    Chore("a missing calendar year", calendar_alarm.is_due, calendar_alarm.alarm_if_needed),
    Chore("pages to the staff chat", paging.is_due, paging.flush),
    Chore("telling customers of an interruption", _has_more_to_tell, _tell_some),
)
