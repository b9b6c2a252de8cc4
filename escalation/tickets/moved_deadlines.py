"""Which open deadlines would move under other calendars; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from escalation.policy.model import Policy
from escalation.tickets import clocks, ticket_store
from escalation.tickets.clocks_compared import kept_promise
from escalation.tickets.deadline_store import DeadlineRow, deadlines, deadlines_of


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A running deadline, and when it would be due."""

    row: DeadlineRow
    due_at: datetime


def moved_deadlines(db: Connection, policy: Policy, since: datetime, now: datetime) -> list[MovedDeadline]:
    """Return the running deadlines due from `since` on that would be due at another time, the earliest first.

    `policy` is the one that would hold; `since`: the first instant at which its calendars differ.
    """
    later = (deadlines.c.state == "open", deadlines.c.paused_at.is_(None), deadlines.c.due_at >= since)
    numbers = db.scalars(select(deadlines.c.ticket_id).where(*later).distinct()).all()
    found = [moved for number in numbers for moved in _moved(db, policy, number, now)]
    return sorted(found, key=lambda moved: (moved.row.due_at, moved.row.id))


def _moved(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> Iterator[MovedDeadline]:
    ticket = ticket_store.get_ticket(db, ticket_id)
    rows = [row for row in deadlines_of(db, ticket_id) if row.state == "open"]
    fresh = {each.milestone: kept_promise(each, rows, now=now) for each in clocks.still_owed(db, policy, ticket)}
    for row in rows:
        due_at = fresh[row.milestone].due_at if row.milestone in fresh else None
        if due_at is not None and due_at != row.due_at and not row.is_paused:
            yield MovedDeadline(row, due_at)


def is_provisional(db: Connection, ticket_id: int, milestone: str) -> bool:
    """Whether the open deadline of this milestone may still move, because its year is not published."""
    return db.scalar(_PROVISIONAL, {"ticket": ticket_id, "of_milestone": milestone}) is not None


_PROVISIONAL = (
    select(deadlines.c.id)
    .where(
        deadlines.c.ticket_id == bindparam("ticket"),
        deadlines.c.state == "open",
        deadlines.c.milestone == bindparam("of_milestone"),
        deadlines.c.provisional,
    )
    .limit(1)
)


def has_provisional(db: Connection, since: datetime) -> bool:
    """Whether a running deadline due from `since` on rests on a year that is not published."""
    waits = (deadlines.c.state == "open", deadlines.c.next_at.is_not(None), deadlines.c.provisional)  # by the index
    return db.scalar(select(deadlines.c.id).where(*waits, deadlines.c.due_at >= since).limit(1)) is not None
