"""Deadlines of tickets: the table and its SQL. Writers hold the lock of the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
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
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from escalation.policy.tiers import FIRST_CONTACT
from escalation.sla.deadlines import Deadline
from escalation.sla.steps import StepProgress, step_due_at
from escalation.tables import metadata
from escalation.tickets.history import ticket_events

Instant = DateTime(timezone=True)


Settled = Literal["met", "cancelled"]


deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("milestone", String(32), nullable=False),
    Column("label", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # promise | target
    Column("starts_on", String(32), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("within_s", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("warn_at", Instant),
    Column("provisional", Boolean, nullable=False),
    Column("state", String(16), nullable=False),  # open | met | cancelled
    Column("settled_at", Instant),
    Column("breached_at", Instant),
    Column("schedule", JSON, nullable=False),  # what happens when: [{"kind", "at" (seconds from due), "to"}]
    Column("step", Integer, nullable=False),  # how much of the schedule has happened
    Column("next_at", Instant),  # when its next line falls due, or fell due when it ended; null: nothing left to happen
    Column("rules_version", String(32), nullable=False, server_default=""),  # policy and calendars it was computed by
    Column("paused_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Integer, ForeignKey("staff.id")),
    Column("fault", Text),  # why its calendar could not be counted; the due instant is by elapsed time then
)


Index(
    "ix_deadlines_next_at_open",
    deadlines.c.next_at,
    sqlite_where=and_(deadlines.c.state == "open", deadlines.c.next_at.is_not(None)),
    postgresql_where=and_(deadlines.c.state == "open", deadlines.c.next_at.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline as a row."""

    id: int
    ticket_id: int
    milestone: str
    label: str
    kind: str
    starts_on: str
    basis: str
    within_s: int
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    provisional: bool
    state: str
    settled_at: datetime | None
    breached_at: datetime | None
    schedule: list[dict[str, Any]]
    step: int
    next_at: datetime | None
    rules_version: str
    paused_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    fault: str | None

    @property
    def is_paused(self) -> bool:
        """Whether it is paused, for the ticket waits for its customer."""
        return self.state == "open" and self.paused_at is not None

    @property
    def is_silent(self) -> bool:
        """Whether it was past when it was written: no step was taken, and none will be."""
        return self.state == "open" and self.tells_nothing

    @property
    def tells_nothing(self) -> bool:
        """Whether no step was taken and none was to come, also of one that ended."""
        return self.step == 0 and self.next_at is None and self.paused_at is None

    @property
    def has_told_its_end(self) -> bool:
        """Whether the step of the due instant was taken."""
        return self.step > len([line for line in self.schedule if line["kind"] == "warning"])


DEADLINE_COLUMNS = [deadlines.c[f.name] for f in fields(DeadlineRow)]
_COPIED = tuple({f.name for f in fields(Deadline)} & set(deadlines.c.keys()))  # named alike in rule and row


def insert_deadlines(
    db: Connection,
    ticket_id: int,
    started: Sequence[Deadline],
    rules_version: str,
    paused_at: datetime | None = None,
    standing: Mapping[str, StepProgress] | None = None,
) -> None:
    """Write running deadlines with their steps; `paused_at`: they start paused.

    `standing` gives by milestone the steps already taken. Raises ValueError for a deadline that has not started.
    """
    known = standing or {}
    rows = [_deadline_row(ticket_id, each, rules_version, paused_at, known.get(each.milestone)) for each in started]
    if rows:
        db.execute(insert(deadlines), rows)


def _deadline_row(
    ticket_id: int, deadline: Deadline, rules_version: str, paused_at: datetime | None, standing: StepProgress | None
) -> dict[str, Any]:
    if deadline.due_at is None or deadline.started_at is None:
        raise ValueError("a deadline is written when its clock starts, not before")
    schedule = [step.as_json() for step in deadline.steps]
    progress = standing or StepProgress(0, step_due_at(schedule, deadline.due_at, 0))
    return {
        "ticket_id": ticket_id,
        **{name: getattr(deadline, name) for name in _COPIED},
        "within_s": int(deadline.within.total_seconds()),
        "state": "open",
        "schedule": schedule,
        **asdict(progress),
        "next_at": progress.next_at if paused_at is None else None,
        "rules_version": rules_version,
        "paused_at": paused_at,
    }


def acknowledge_deadlines(db: Connection, ticket_id: int, staff_id: int, now: datetime) -> int:
    """Acknowledge the late deadlines: remaining steps are taken, repetitions not. Returns how many there were."""
    runs = and_(open_on(ticket_id), deadlines.c.paused_at.is_(None))
    late = and_(runs, deadlines.c.acknowledged_at.is_(None), deadlines.c.due_at <= now)
    rows = [DeadlineRow(*row) for row in db.execute(select(*DEADLINE_COLUMNS).where(late))]
    told = [row for row in rows if not row.is_silent]
    for row in told:
        following = step_due_at(row.schedule, row.due_at, row.step)
        values = {"acknowledged_at": now, "acknowledged_by": staff_id, "next_at": following}
        db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**values))
    return len(told)


def restamp(db: Connection, ids: Sequence[int], rules_version: str) -> None:
    """Note that these deadlines are the same under the present rules."""
    if ids:
        db.execute(update(deadlines).where(deadlines.c.id.in_(ids)).values(rules_version=rules_version))


def open_milestones(db: Connection, ticket_id: int) -> set[str]:
    """Return the milestones with an open deadline."""
    query = select(deadlines.c.milestone).where(open_on(ticket_id))
    return set(db.scalars(query))


def settle(
    db: Connection, ticket_id: int, milestones: Sequence[str], how: Settled, now: datetime, *, own_time: bool = False
) -> int:
    """End the open deadlines of these milestones as `met` or `cancelled`; return how many.

    A promise settled after its due instant, but before a sweep took its breach, is marked as breached all the same.
    `own_time`: by something that happened at `now`, whatever was written down before it was.
    """
    mine = and_(open_on(ticket_id), deadlines.c.milestone.in_(milestones))
    if not milestones:
        return 0
    latest = db.scalar(select(func.max(ticket_events.c.at)).where(ticket_events.c.ticket_id == ticket_id))
    now = (
        now if own_time else max(now, latest or now)
    )  # whoever waited for the ticket's lock acts after what happened meanwhile
    unseen = and_(mine, deadlines.c.kind == "promise", deadlines.c.breached_at.is_(None), deadlines.c.due_at < now)
    unseen = and_(unseen, deadlines.c.paused_at.is_(None))
    db.execute(update(deadlines).where(unseen).values(breached_at=deadlines.c.due_at))
    # Whoever takes back what ended them must know whether they had steps to come: a paused one had.
    stood = func.coalesce(deadlines.c.next_at, case((deadlines.c.paused_at.is_not(None), deadlines.c.due_at)))
    done = db.execute(update(deadlines).where(mine).values(state=how, settled_at=now, next_at=stood, paused_at=None))
    return done.rowcount


def deadlines_of(db: Connection, ticket_id: int) -> list[DeadlineRow]:
    """Return every deadline of the ticket, the oldest first."""
    query = select(*DEADLINE_COLUMNS).where(deadlines.c.ticket_id == ticket_id).order_by(deadlines.c.id)
    return [DeadlineRow(*row) for row in db.execute(query)]


def promised(db: Connection, ticket_id: int) -> datetime | None:
    """Return by when the customer is promised a first contact; None once it happened."""
    return due_of(db, ticket_id, FIRST_CONTACT)


def due_of(db: Connection, ticket_id: int, milestone: str) -> datetime | None:
    """Return when the open deadline of this milestone is due; None without one."""
    due: datetime | None = db.scalar(_DUE_OF, {"ticket": ticket_id, "of_milestone": milestone})
    return due


# Built once: a hand-off asks several times.
_DUE_OF = select(func.min(deadlines.c.due_at)).where(
    deadlines.c.ticket_id == bindparam("ticket"),
    deadlines.c.state == "open",
    deadlines.c.milestone == bindparam("of_milestone"),
)


def open_on(ticket_id: int) -> ColumnElement[bool]:
    """Return a condition on deadlines: open ones of this ticket."""
    return and_(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open")
