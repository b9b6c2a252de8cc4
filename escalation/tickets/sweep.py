"""Takes the due steps of deadlines; every replica may sweep, and each step is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, func, select, union_all, update

from escalation.policy.model import Policy
from escalation.sla.steps import DueStep, due_step, is_repetition
from escalation.tickets import history
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.events import DeadlineReached
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.repeats import is_steady, opens_at
from escalation.tickets.task_store import ticket_tasks
from escalation.tickets.ticket_store import TICKET_COLUMNS, tickets

_DEADLINE = [
    deadlines.c[name].label(f"d_{name}")
    for name in ("id", "milestone", "label", "kind", "due_at", "schedule", "step", "next_at", "acknowledged_at")
]


def carry_on(db: Connection, policy: Policy, now: datetime, limit: int) -> tuple[list[DeadlineReached], int]:
    """Take the due steps of up to `limit` deadlines, one each, within this transaction.

    The ticket is locked, not the deadline: writers of deadlines and of history hold the ticket too. PostgreSQL skips
    tickets locked by others (the next sweep finds them); SQLite has one writer. Repetitions due outside of the hours of
    their tier are put off until those begin, and the intervals of those that are not steady double.
    Returns what was reached, and how many were put off.
    """
    rows = _due(db, now, limit)
    opening = {row.d_id: opens_at(policy, _ticket(row), now) for row in rows if _repeats(row, now)}
    put_off = [{"deadline": number, "then": until} for number, until in opening.items() if until > now]
    if put_off:
        db.execute(_PUT_OFF, put_off)
    waiting = {each["deadline"] for each in put_off}
    return _take(db, [row for row in rows if row.d_id not in waiting], now, policy), len(put_off)


def take_due_steps(db: Connection, now: datetime, limit: int) -> list[DeadlineReached]:
    """As `carry_on` without a policy: repetitions wait for no hours, and keep their interval."""
    return _take(db, _due(db, now, limit), now, None)


def _take(db: Connection, rows: Sequence[Row[Any]], now: datetime, policy: Policy | None) -> list[DeadlineReached]:
    if not rows:
        return []
    moves = [_move(row, now, policy) for row in rows]
    db.execute(_MOVED, [_values(row, found) for row, found in zip(rows, moves, strict=True)])
    lines = [_line(row, found, now) for row, found in zip(rows, moves, strict=True)]
    history.log_many(db, lines)
    return [_reached(row, found, now) for row, found in zip(rows, moves, strict=True)]


def next_due(db: Connection) -> datetime | None:
    """Return when the next step of any open deadline or task is due; None without one."""
    due: datetime | None = db.scalar(_NEXT_DUE)
    return due


def _earliest(table: Table) -> Select[Any]:
    return select(func.min(table.c.next_at).label("at")).where(table.c.state == "open", table.c.next_at.is_not(None))


_EARLIEST = union_all(_earliest(deadlines), _earliest(ticket_tasks)).subquery()
_NEXT_DUE = select(func.min(_EARLIEST.c.at))


_MOVED = (
    update(deadlines)
    .where(deadlines.c.id == bindparam("deadline"))
    .values(
        step=bindparam("to_step"),
        next_at=bindparam("then"),
        breached_at=func.coalesce(deadlines.c.breached_at, bindparam("broken", type_=deadlines.c.breached_at.type)),
    )
)

_PUT_OFF = update(deadlines).where(deadlines.c.id == bindparam("deadline")).values(next_at=bindparam("then"))


def _due(db: Connection, now: datetime, limit: int) -> Sequence[Row[Any]]:
    query = (
        select(*TICKET_COLUMNS, *_DEADLINE)
        .join_from(deadlines, tickets, tickets.c.id == deadlines.c.ticket_id)
        .where(deadlines.c.state == "open", deadlines.c.next_at <= now)
        .order_by(deadlines.c.next_at, deadlines.c.id)
    )
    if db.dialect.name == "sqlite":
        return db.execute(query.limit(limit)).all()
    # Locked first, read afterwards: a join that locks may still show a clock as it was before it waited.
    locks = (
        select(tickets.c.id)
        .join_from(deadlines, tickets, tickets.c.id == deadlines.c.ticket_id)
        .where(deadlines.c.state == "open", deadlines.c.next_at <= now)
        .order_by(deadlines.c.next_at, deadlines.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=tickets, key_share=True)
    )
    held = set(db.scalars(locks))
    return db.execute(query.where(tickets.c.id.in_(held))).all() if held else []


def _move(row: Row[Any], now: datetime, policy: Policy | None) -> DueStep:
    doubles = policy is not None and not is_steady(policy, _ticket(row))
    known = row.d_acknowledged_at is not None
    return due_step(row.d_schedule, row.d_due_at, row.d_step, row.d_next_at, now, acknowledged=known, doubles=doubles)


def _repeats(row: Row[Any], now: datetime) -> bool:
    return is_repetition(row.d_schedule, row.d_due_at, row.d_step, row.d_next_at, now)


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(*row[: len(TICKET_COLUMNS)])


def _values(row: Row[Any], found: DueStep) -> dict[str, Any]:
    broken = row.d_due_at if found.kind == "breach" else None
    return {"deadline": row.d_id, "to_step": found.step, "then": found.next_at, "broken": broken}


def _line(row: Row[Any], found: DueStep, now: datetime) -> history.HistoryEntry:
    data = {"milestone": row.d_milestone, "due_at": row.d_due_at.isoformat(), "to": list(found.to)}
    late = (now - found.scheduled_at).total_seconds()
    return history.HistoryEntry(row.id, found.kind, now, None, {**data, "late_s": round(late, 3)})


def _reached(row: Row[Any], found: DueStep, now: datetime) -> DeadlineReached:
    return DeadlineReached(
        ticket=_ticket(row),
        milestone=row.d_milestone,
        label=row.d_label,
        kind=found.kind,
        due_at=row.d_due_at,
        scheduled_at=found.scheduled_at,
        noticed_at=now,
        to=found.to,
        deadline_id=row.d_id,
        reassign=found.reassign,
    )
