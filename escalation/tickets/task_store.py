"""What colleagues are asked for on a ticket, help, tasks and approvals: the table and its SQL.

Writers hold the lock of the ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    update,
)

from escalation.sealed_columns import SealedText
from escalation.tables import metadata
from escalation.tickets.changes import note_change
from escalation.tickets.id_list import of_ids
from escalation.tickets.task import TaskState, TicketTask

Instant = DateTime(timezone=True)

ticket_tasks = Table(
    "ticket_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # help | task | approval
    Column("asked_of", Text, nullable=False),  # a support contact, a department, a person's name
    Column("people", Text, nullable=False),  # ids of who was asked, as `id_list.of_ids` writes them
    Column("asked_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("text", SealedText("ticket_tasks.text"), nullable=False),
    Column("matter", String(64), nullable=False),  # of an approval with an amount: as the policy calls it
    Column("amount", BigInteger),  # of an approval: in fen
    Column("due_at", Instant),
    Column("schedule", JSON, nullable=False),  # as that of a deadline
    Column("step", Integer, nullable=False),
    Column("next_at", Instant),  # when its next step falls due; null when nothing is left to happen
    Column("carries", Boolean, nullable=False),  # of help: its answer is the fact that meets the ticket's milestone
    Column("state", String(16), nullable=False),  # open | answered | withdrawn | ended (with the ticket)
    Column("answer", SealedText("ticket_tasks.answer"), nullable=False),
    Column("agreed", Boolean),  # of an approval that was answered
    Column("answered_by", Integer, ForeignKey("staff.id")),
    Column("settled_at", Instant),  # when it was answered, withdrawn or ended
    Column("breached_at", Instant),
)


Index(
    "ix_ticket_tasks_next_at_open",
    ticket_tasks.c.next_at,
    sqlite_where=and_(ticket_tasks.c.state == "open", ticket_tasks.c.next_at.is_not(None)),
    postgresql_where=and_(ticket_tasks.c.state == "open", ticket_tasks.c.next_at.is_not(None)),
)


TASK_COLUMNS = [ticket_tasks.c[f.name] for f in fields(TicketTask)]
_OPEN = ticket_tasks.c.state == "open"


def insert_task(db: Connection, task: TicketTask) -> int:
    """Write a new task (its `id` is ignored) and return its number."""
    note_change(db, task.ticket_id)
    values = {f.name: getattr(task, f.name) for f in fields(TicketTask) if f.name != "id"}
    return int(db.execute(insert(ticket_tasks).values(**values).returning(ticket_tasks.c.id)).scalar_one())


def get_task(db: Connection, task_id: int) -> TicketTask | None:
    """Return a task; None without one of this number."""
    row = db.execute(select(*TASK_COLUMNS).where(ticket_tasks.c.id == task_id)).one_or_none()
    return TicketTask(*row) if row is not None else None


def tasks_of(db: Connection, ticket_id: int) -> list[TicketTask]:
    """Return every task of a ticket, the oldest first."""
    return _tasks(db, ticket_tasks.c.ticket_id == ticket_id)


def open_tasks(db: Connection, *where: ColumnElement[bool]) -> list[TicketTask]:
    """Return the open tasks that satisfy all conditions, the nearest end first."""
    query = select(*TASK_COLUMNS).where(_OPEN, *where)
    return [
        TicketTask(*row) for row in db.execute(query.order_by(ticket_tasks.c.due_at.nulls_last(), ticket_tasks.c.id))
    ]


def asked_of(staff_id: int) -> ColumnElement[bool]:
    """Return the condition on tasks that this person was asked for."""
    return ticket_tasks.c.people.contains(of_ids([staff_id]))


def settled_tasks(db: Connection, limit: int, *where: ColumnElement[bool]) -> list[TicketTask]:
    """Return tasks that are over and satisfy all conditions, the latest first."""
    query = select(*TASK_COLUMNS).where(ticket_tasks.c.state != "open", *where)
    return [TicketTask(*row) for row in db.execute(query.order_by(ticket_tasks.c.settled_at.desc()).limit(limit))]


def count_open(db: Connection, ticket_ids: Sequence[int]) -> dict[int, int]:
    """Return how many open tasks these tickets have; those without any are left out."""
    query = select(ticket_tasks.c.ticket_id, func.count()).where(_OPEN, ticket_tasks.c.ticket_id.in_(ticket_ids))
    return {row[0]: row[1] for row in db.execute(query.group_by(ticket_tasks.c.ticket_id))}


def count_asked_of(db: Connection, staff_id: int) -> int:
    """Return how many open tasks this person is asked for."""
    return int(db.scalar(select(func.count()).where(_OPEN, asked_of(staff_id))) or 0)


def settle_task(db: Connection, task: TicketTask, state: TaskState, now: datetime, **values: Any) -> None:
    """End an open task; one past its end that no sweep has seen counts as late all the same."""
    note_change(db, task.ticket_id)
    if task.breached_at is None and task.due_at is not None and task.due_at < now:
        values["breached_at"] = task.due_at
    ends = update(ticket_tasks).where(ticket_tasks.c.id == task.id)
    db.execute(ends.values(state=state, settled_at=now, next_at=None, **values))


def look_again(db: Connection, now: datetime, *where: ColumnElement[bool]) -> None:
    """Let the sweep look now whether whoever was asked for these open tasks can still answer."""
    db.execute(update(ticket_tasks).where(_OPEN, *where).values(next_at=now))


def _tasks(db: Connection, *where: ColumnElement[bool]) -> list[TicketTask]:
    return [TicketTask(*row) for row in db.execute(select(*TASK_COLUMNS).where(*where).order_by(ticket_tasks.c.id))]
