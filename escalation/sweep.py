"""Take one due deadline and move it to its next step; every replica may sweep, none does a step twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from escalation import store
from escalation.events import DeadlineReached
from escalation.store import deadlines


def take_one(db: Connection, now: datetime) -> DeadlineReached | None:
    """The earliest deadline with something due by `now`, moved on within this transaction; None when all is quiet.

    PostgreSQL skips rows another replica holds; on SQLite the conditional update decides.
    """
    query = (
        select(deadlines)
        .where(deadlines.c.state == "open", deadlines.c.next_at <= now)
        .order_by(deadlines.c.next_at, deadlines.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    line, following = _current(row, now)
    values: dict[str, Any] = {"step": row.step + following, "next_at": _next_at(row, row.step + following)}
    if line["kind"] == "breach":
        values["breached_at"] = row.due_at
    mine = (deadlines.c.id == row.id) & (deadlines.c.step == row.step) & (deadlines.c.state == "open")
    if db.execute(update(deadlines).where(mine).values(**values)).rowcount != 1:
        return None
    store.log(db, row.ticket_id, line["kind"], now, milestone=row.milestone, due_at=row.due_at.isoformat())
    return DeadlineReached(
        ticket=store.get_ticket(db, row.ticket_id),
        milestone=row.milestone,
        label=row.label,
        kind=line["kind"],
        due_at=row.due_at,
        scheduled_at=row.due_at + timedelta(seconds=line["at"]),
        noticed_at=now,
        to=tuple(line["to"]),
    )


def next_due(db: Connection) -> datetime | None:
    """When the next step of any open deadline falls due."""
    query = select(func.min(deadlines.c.next_at)).where(deadlines.c.state == "open", deadlines.c.next_at.is_not(None))
    due: datetime | None = db.scalar(query)
    return due


def _current(row: Any, now: datetime) -> tuple[dict[str, Any], int]:
    # After an outage a warning whose deadline has passed helps nobody: the breach that follows says more.
    line = row.schedule[row.step]
    if line["kind"] == "warning" and row.due_at <= now:
        return row.schedule[row.step + 1], 2
    return line, 1


def _next_at(row: Any, step: int) -> datetime | None:
    if step >= len(row.schedule):
        return None
    return row.due_at + timedelta(seconds=row.schedule[step]["at"])  # type: ignore[no-any-return]
