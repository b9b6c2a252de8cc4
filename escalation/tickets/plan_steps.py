"""The steps of the plans in force: whose each is, when it is due, who is reminded, and that it is done; the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    Table,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)

from escalation.tables import metadata

plan_steps = Table(
    "plan_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the plan …
    Column("number", Integer, nullable=False),  # … and the place in it, from 1
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),  # whose step it is
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("reminders", Integer, nullable=False),  # how many were given: one before the end, one at it
    Column("next_at", DateTime(timezone=True), index=True),  # of the next one; null: none
    Column("done_at", DateTime(timezone=True)),
    Column("done_by", Integer, ForeignKey("staff.id")),
    UniqueConstraint("ticket_id", "version", "number"),
)


@dataclass(frozen=True, slots=True)
class StepOfPlan:
    """One step of a plan, and how far it is."""

    id: int
    ticket_id: int
    version: int
    number: int
    staff_id: int
    due_at: datetime
    reminders: int
    next_at: datetime | None
    done_at: datetime | None
    done_by: int | None


_STEP = [plan_steps.c[each.name] for each in fields(StepOfPlan)]


def insert_steps(
    db: Connection,
    ticket_id: int,
    version: int,
    steps: Sequence[tuple[int, datetime]],
    remind_before: timedelta,
    now: datetime,
) -> None:
    """Write whose the steps of a plan are, and by when; those of earlier versions remind nobody any more."""
    mine = (plan_steps.c.ticket_id == ticket_id, plan_steps.c.next_at.is_not(None))
    db.execute(update(plan_steps).where(*mine).values(next_at=None))
    rows = [
        {
            "ticket_id": ticket_id,
            "version": version,
            "number": number,
            "staff_id": staff_id,
            "due_at": due,
            "reminders": int(due - remind_before <= now),
            "next_at": due if due - remind_before <= now else due - remind_before,
        }
        for number, (staff_id, due) in enumerate(steps, 1)
    ]
    db.execute(insert(plan_steps), rows)


def adopt(db: Connection, ticket_id: int, version: int, number: int, staff_id: int, due: datetime) -> None:
    """Write the row of a step that was planned before there were rows; nobody is reminded of it."""
    place = {"ticket_id": ticket_id, "version": version, "number": number}
    db.execute(insert(plan_steps).values(**place, staff_id=staff_id, due_at=due, reminders=0, next_at=None))


def steps_of(db: Connection, ticket_id: int) -> list[StepOfPlan]:
    """Return the steps of every version, in order."""
    query = select(*_STEP).where(plan_steps.c.ticket_id == ticket_id)
    return [StepOfPlan(*row) for row in db.execute(query.order_by(plan_steps.c.version, plan_steps.c.number))]


def is_as_read(db: Connection, step: StepOfPlan) -> bool:
    """Whether a step still stands as it was read; asked once its ticket is locked, another replica may have been."""
    row = db.execute(select(*_STEP).where(plan_steps.c.id == step.id)).one_or_none()
    return row is not None and StepOfPlan(*row) == step


def change_step(db: Connection, step: StepOfPlan, **values: object) -> None:
    """Write these columns of a step."""
    db.execute(update(plan_steps).where(plan_steps.c.id == step.id).values(**values))


def are_due(db: Connection, now: datetime) -> bool:
    """Whether somebody is to be reminded of a step. Reads only."""
    first: datetime | None = db.scalar(select(func.min(plan_steps.c.next_at)))
    return first is not None and first <= now


def due_steps(db: Connection, now: datetime, limit: int) -> list[StepOfPlan]:
    """Return the steps of which somebody is to be reminded, in the order of their tickets."""
    query = select(*_STEP).where(plan_steps.c.next_at <= now).order_by(plan_steps.c.ticket_id, plan_steps.c.id)
    return [StepOfPlan(*row) for row in db.execute(query.limit(limit))]
