"""Plans and service reports of tickets: the tables and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)

from escalation.sealed_columns import SealedJson, SealedText
from escalation.tables import metadata
from escalation.tickets import plan_steps
from escalation.tickets.plan_steps import StepOfPlan
from escalation.working_hours.instants import parse_instant

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # 1, then one more for each revision
    Column("responsible_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("steps", SealedJson("plans.steps"), nullable=False),  # [{"what", "by": instant}]
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("explained_at", DateTime(timezone=True)),
    Column("objected_at", DateTime(timezone=True)),
    UniqueConstraint("ticket_id", "version"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("to", String(16), nullable=False),  # a recipient: manager, lead, …
    Column("text", SealedText("reports.text"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("rating", Integer),  # that came after it was submitted, and before it was due
    Column("rated_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """What is to be done, by when, and by whom: `staff_id`, or the person responsible for the plan."""

    what: str
    by: datetime
    staff_id: int | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a ticket is to be solved: person responsible, steps and their due instants; `version` counts revisions."""

    version: int
    responsible_id: int
    steps: tuple[PlanStep, ...]
    made_at: datetime
    made_by: int
    explained_at: datetime | None
    objected_at: datetime | None

    @property
    def steps_to_come(self) -> tuple[PlanStep, ...]:
        """The steps that nobody has ticked."""
        return tuple(step for step in self.steps if step.done_at is None)


def insert_plan(
    db: Connection, ticket_id: int, responsible_id: int, steps: Sequence[PlanStep], made_by: int, now: datetime
) -> int:
    """Save a plan beside those it revises, and return its version."""
    version = len(plans_of(db, ticket_id)) + 1
    kept = [{"what": step.what, "by": step.by.isoformat()} for step in steps]
    values = {"ticket_id": ticket_id, "version": version, "responsible_id": responsible_id, "steps": kept}
    db.execute(insert(plans).values(**values, made_at=now, made_by=made_by))
    return version


def plans_of(db: Connection, ticket_id: int) -> list[Plan]:
    """Return every version, the first one first."""
    done = {(step.version, step.number): step for step in plan_steps.steps_of(db, ticket_id)}
    rows = db.execute(select(plans).where(plans.c.ticket_id == ticket_id).order_by(plans.c.version))
    return [
        Plan(
            row.version,
            row.responsible_id,
            tuple(_step(step, done.get((row.version, number))) for number, step in enumerate(row.steps, 1)),
            row.made_at,
            row.made_by,
            row.explained_at,
            row.objected_at,
        )
        for row in rows
    ]


def _step(kept: dict[str, str], its: StepOfPlan | None) -> PlanStep:
    staff_id, done_at = (its.staff_id, its.done_at) if its is not None else (None, None)
    return PlanStep(kept["what"], parse_instant(kept["by"]), staff_id, done_at)


def mark_latest(db: Connection, ticket_id: int, column: str, now: datetime | None) -> None:
    """Set `explained_at` or `objected_at` of the latest plan, if there is one; None takes it back."""
    found = plans_of(db, ticket_id)
    if found:
        latest = (plans.c.ticket_id == ticket_id, plans.c.version == found[-1].version)
        db.execute(update(plans).where(*latest).values({column: now}))


def insert_report(db: Connection, ticket_id: int, to: str, text: str, by: int, now: datetime) -> None:
    """Save a service report."""
    db.execute(insert(reports).values(ticket_id=ticket_id, to=to, text=text, at=now, by=by))


def reports_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return the reports, the oldest first: rows with to, text, at, by."""
    return db.execute(select(reports).where(reports.c.ticket_id == ticket_id).order_by(reports.c.id)).all()
