"""Tickets, deadlines, notes and history: the tables and the only SQL that touches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    update,
)

from escalation.deadlines import Deadline
from escalation.tables import metadata
from escalation.tickets import Refused, Ticket

Instant = DateTime(timezone=True)
Settled = Literal["met", "cancelled"]

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, nullable=False, index=True),
    Column("contact_id", String(64), ForeignKey("contacts.id"), index=True),
    Column("tier", String(32), nullable=False),
    Column("tier_reason", Text, nullable=False),
    Column("policy_version", String(16), nullable=False),
    Column("queue", String(32), nullable=False),
    Column("topic", String(32)),
    Column("urgency", String(16), nullable=False),
    Column("complaint", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("holder_id", Integer, ForeignKey("staff.id")),
    Column("subject", Text, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("suggested", Text),
    Column("candidates", JSON, nullable=False),
    Column("rejected", JSON, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("claimed_at", Instant),
    Column("first_contact_at", Instant),
    Column("resolved_at", Instant),
    Column("closed_at", Instant),
    Column("urged", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("rating", Integer),
    Column("rating_reason", Text),
    Index("ix_tickets_state_queue", "state", "queue"),
)

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
    Column("next_at", Instant),  # when its next line falls due; null when nothing is left to happen
)
Index(
    "ix_deadlines_next_at_open",
    deadlines.c.next_at,
    sqlite_where=and_(deadlines.c.state == "open", deadlines.c.next_at.is_not(None)),
    postgresql_where=and_(deadlines.c.state == "open", deadlines.c.next_at.is_not(None)),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("data", JSON, nullable=False),
)

notes = Table(  # a table of their own, so that no query over messages can ever show one to a customer
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
)

_TICKET_COLUMNS = [tickets.c[f.name] for f in fields(Ticket)]


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline as it stands on a ticket."""

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


_DEADLINE_COLUMNS = [deadlines.c[f.name] for f in fields(DeadlineRow)]


def insert_ticket(db: Connection, ticket: Ticket) -> int:
    """Write a new ticket (its `id` is ignored) and return its number."""
    values = asdict(ticket)
    del values["id"]
    return int(db.execute(insert(tickets).values(**values).returning(tickets.c.id)).scalar_one())


def get_ticket(db: Connection, ticket_id: int) -> Ticket:
    """The ticket; refuses `not_found`."""
    row = db.execute(select(*_TICKET_COLUMNS).where(tickets.c.id == ticket_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def lock_ticket(db: Connection, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends (SQLite's writer lock already covers it); refuses `not_found`.

    The number of a ticket never changes, so rows that refer to it may be written meanwhile (`key_share`): a sweep that
    holds a deadline and writes the ticket's history must not wait for an answer that waits for this deadline.
    """
    query = select(*_TICKET_COLUMNS).where(tickets.c.id == ticket_id).with_for_update(key_share=True)
    row = db.execute(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def update_ticket(db: Connection, ticket: Ticket) -> None:
    """Write every field of a ticket that is locked in this transaction."""
    values = asdict(ticket)
    del values["id"]
    db.execute(update(tickets).where(tickets.c.id == ticket.id).values(**values))


def find_tickets(db: Connection, *where: Any, limit: int = 200) -> list[Ticket]:
    """Tickets that satisfy all conditions, newest first."""
    query = select(*_TICKET_COLUMNS).where(*where).order_by(tickets.c.id.desc()).limit(limit)
    return [Ticket(*row) for row in db.execute(query)]


def insert_deadline(db: Connection, ticket_id: int, deadline: Deadline) -> None:
    """Start a clock: one row with its whole schedule of warning, breach and later steps."""
    if deadline.due_at is None or deadline.started_at is None:
        raise ValueError("a deadline is written when its clock starts, not before")
    schedule = _schedule(deadline)
    first = deadline.due_at + timedelta(seconds=schedule[0]["at"])
    db.execute(
        insert(deadlines).values(
            ticket_id=ticket_id,
            milestone=deadline.milestone,
            label=deadline.label,
            kind=deadline.kind,
            starts_on=deadline.starts_on,
            basis=deadline.basis,
            within_s=int(deadline.within.total_seconds()),
            started_at=deadline.started_at,
            due_at=deadline.due_at,
            warn_at=deadline.warn_at,
            provisional=deadline.provisional,
            state="open",
            schedule=schedule,
            step=0,
            next_at=first,
        )
    )


def _schedule(deadline: Deadline) -> list[dict[str, Any]]:
    # Offsets from the due instant in seconds: a row read years later needs no policy to know what it still owes.
    assert deadline.due_at is not None
    lines: list[dict[str, Any]] = []
    at_due = [step for step in deadline.steps if not step.after]
    recipients = at_due[0].to if at_due else ("holder",)
    if deadline.warn_at is not None:
        lines.append({"kind": "warning", "at": (deadline.warn_at - deadline.due_at).total_seconds(), "to": ["holder"]})
    lines.append({"kind": "breach", "at": 0, "to": list(recipients)})
    later = sorted((step for step in deadline.steps if step.after), key=lambda step: step.after)
    return lines + [{"kind": "overdue", "at": step.after.total_seconds(), "to": list(step.to)} for step in later]


def open_milestones(db: Connection, ticket_id: int) -> set[str]:
    """Ids of the milestones whose clock runs on this ticket."""
    query = select(deadlines.c.milestone).where(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open")
    return set(db.scalars(query))


def settle(db: Connection, ticket_id: int, milestones: Sequence[str], how: Settled, now: datetime) -> int:
    """End the running clocks of these milestones as `met` or `cancelled`; returns how many.

    A promise settled after its due instant, but before any sweep saw it, was broken all the same: the row says when.
    """
    mine = and_(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.milestone.in_(milestones))
    unseen = and_(mine, deadlines.c.breached_at.is_(None), deadlines.c.due_at < now)
    db.execute(update(deadlines).where(unseen).values(breached_at=deadlines.c.due_at))
    done = db.execute(update(deadlines).where(mine).values(state=how, settled_at=now, next_at=None))
    return done.rowcount


def break_silently(db: Connection, ticket_id: int, milestone: str) -> None:
    """A clock that was past when it started: broken on record, with nothing left to happen."""
    mine = (deadlines.c.ticket_id == ticket_id, deadlines.c.milestone == milestone, deadlines.c.state == "open")
    db.execute(update(deadlines).where(*mine).values(breached_at=deadlines.c.due_at, next_at=None))


def deadlines_of(db: Connection, ticket_id: int) -> list[DeadlineRow]:
    """Every clock that ever ran on the ticket, oldest first."""
    query = select(*_DEADLINE_COLUMNS).where(deadlines.c.ticket_id == ticket_id).order_by(deadlines.c.id)
    return [DeadlineRow(*row) for row in db.execute(query)]


def promised(db: Connection, ticket_id: int) -> datetime | None:
    """When a person first contacts the customer at the latest; None once that happened."""
    query = select(func.min(deadlines.c.due_at)).where(
        deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.milestone == "first_contact"
    )
    due: datetime | None = db.scalar(query)
    return due


def log(db: Connection, ticket_id: int, kind: str, now: datetime, staff_id: int | None = None, **data: Any) -> None:
    """Append a line to the ticket's history."""
    db.execute(insert(ticket_events).values(ticket_id=ticket_id, at=now, kind=kind, staff_id=staff_id, data=data))


def history_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The ticket's history, oldest first: rows with at, kind, staff_id, data."""
    return db.execute(
        select(ticket_events).where(ticket_events.c.ticket_id == ticket_id).order_by(ticket_events.c.id)
    ).all()


def insert_note(db: Connection, ticket_id: int, staff_id: int, text: str, now: datetime) -> None:
    """Keep an internal remark."""
    db.execute(insert(notes).values(ticket_id=ticket_id, staff_id=staff_id, at=now, text=text))


def notes_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Internal remarks, oldest first: rows with staff_id, at, text."""
    return db.execute(select(notes).where(notes.c.ticket_id == ticket_id).order_by(notes.c.id)).all()
