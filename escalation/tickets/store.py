"""Tickets, deadlines, notes and history: the tables and the only SQL that touches them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
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
    UniqueConstraint,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from escalation.policy.model import FIRST_CONTACT
from escalation.sla.deadlines import Deadline, Pause
from escalation.sla.steps import StepProgress, instant
from escalation.tables import metadata
from escalation.tickets.changes import note_change
from escalation.tickets.hash_chain import link
from escalation.tickets.lifecycle import Refused, Ticket

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
    Column("waits_since", Instant),
    Column("cause", String(16)),
    Column("assignee_id", Integer, ForeignKey("staff.id")),
    Column("assigned_until", Instant),
    Column("incident_id", Integer, ForeignKey("incidents.id"), index=True),
    Column("events", Integer, nullable=False, server_default="0"),  # how many lines its history has, and the digest
    Column("head", String(64), nullable=False, server_default=""),  # of the last: one cut off at the end is missed too
    Index("ix_tickets_state_queue", "state", "queue"),
    Index("ix_tickets_topic_received_at", "topic", "received_at"),
)
Index(
    "ix_tickets_assigned_until",
    tickets.c.assigned_until,
    sqlite_where=tickets.c.assigned_until.is_not(None),
    postgresql_where=tickets.c.assigned_until.is_not(None),
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

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("data", JSON, nullable=False),
    Column("seq", Integer, nullable=False, server_default="0"),  # 1, 2, 3 … on its ticket
    Column("hash", String(64), nullable=False, server_default=""),  # over this line and the hash of the one before
    Index("ix_ticket_events_ticket_id_seq", "ticket_id", "seq", unique=True),
)

pauses = Table(  # while a ticket waits for the customer, the milestones that the policy lists stand still
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("by", Integer, ForeignKey("staff.id")),  # null: a fact of the policy did
    Column("why", Text, nullable=False),
    Column("ended_why", Text),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),  # 1, then one more for each revision
    Column("responsible_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("steps", JSON, nullable=False),  # [{"what", "by": instant}]
    Column("made_at", Instant, nullable=False),
    Column("made_by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("explained_at", Instant),
    Column("objected_at", Instant),
    UniqueConstraint("ticket_id", "version"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("to", String(16), nullable=False),  # a recipient: manager, lead, …
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
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

TICKET_COLUMNS = [tickets.c[f.name] for f in fields(Ticket)]
# Fields whose change a ticket's history tells.
_TRACED = ("contact_id", "tier", "queue", "topic", "urgency", "complaint", "state", "holder_id", "cause", "assignee_id")
_FIELDS = [f.name for f in fields(Ticket) if f.name != "id"]
# Built once: a statement made anew for thirty columns takes longer than the database does.
_INSERTED = insert(tickets).returning(tickets.c.id)
_UPDATED = update(tickets).where(tickets.c.id == bindparam("ticket"))
_ENDS = select(tickets.c.id, tickets.c.events, tickets.c.head).where(tickets.c.id.in_(bindparam("ids", expanding=True)))
_LINKED = _UPDATED.values(events=bindparam("lines"), head=bindparam("end"))


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
    rules_version: str
    paused_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: int | None
    fault: str | None

    @property
    def is_paused(self) -> bool:
        """Whether it stands still because the ticket waits for its customer."""
        return self.state == "open" and self.paused_at is not None

    @property
    def is_silent(self) -> bool:
        """Whether it was past when it was written: it has told nobody, and never will."""
        return self.state == "open" and self.step == 0 and self.next_at is None and self.paused_at is None

    @property
    def has_told_its_end(self) -> bool:
        """Whether those concerned were told that the due instant has come."""
        return self.step > len([line for line in self.schedule if line["kind"] == "warning"])


DEADLINE_COLUMNS = [deadlines.c[f.name] for f in fields(DeadlineRow)]


def insert_ticket(db: Connection, ticket: Ticket) -> int:
    """Write a new ticket (its `id` is ignored) and return its number."""
    return int(db.execute(_INSERTED, _values(ticket)).scalar_one())


def get_ticket(db: Connection, ticket_id: int) -> Ticket:
    """The ticket; refuses `not_found`."""
    row = db.execute(select(*TICKET_COLUMNS).where(tickets.c.id == ticket_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def lock_ticket(db: Connection, ticket_id: int) -> Ticket:
    """The ticket, locked until the transaction ends (SQLite's writer lock already covers it); refuses `not_found`.

    The number of a ticket never changes, so rows that refer to it may be written meanwhile (`key_share`): a sweep that
    holds a deadline and writes the ticket's history must not wait for an answer that waits for this deadline.
    """
    query = select(*TICKET_COLUMNS).where(tickets.c.id == ticket_id).with_for_update(key_share=True)
    row = db.execute(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def update_ticket(db: Connection, ticket: Ticket) -> None:
    """Write every field of a ticket that is locked in this transaction."""
    db.execute(_UPDATED, {**_values(ticket), "ticket": ticket.id})


def _values(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in _FIELDS}


def save_change(
    db: Connection, old: Ticket, new: Ticket, kind: str, now: datetime, staff_id: int | None = None, **data: Any
) -> None:
    """Write a ticket, locked in this transaction, and a line of its history that says what changed: before, after."""
    update_ticket(db, new)
    changed = [name for name in _TRACED if getattr(old, name) != getattr(new, name)]
    if changed:
        data["before"] = {name: getattr(old, name) for name in changed}
        data["after"] = {name: getattr(new, name) for name in changed}
    log(db, new.id, kind, now, staff_id, **data)


def find_tickets(db: Connection, *where: Any, limit: int = 200) -> list[Ticket]:
    """Tickets that satisfy all conditions, newest first."""
    query = select(*TICKET_COLUMNS).where(*where).order_by(tickets.c.id.desc()).limit(limit)
    return [Ticket(*row) for row in db.execute(query)]


def insert_deadlines(
    db: Connection,
    ticket_id: int,
    started: Sequence[Deadline],
    rules_version: str,
    paused_at: datetime | None = None,
    standing: Mapping[str, StepProgress] | None = None,
) -> None:
    """Start clocks: a row each, with its whole schedule; while the ticket waits for its customer some start paused.

    `standing` says, by milestone, how much of its schedule already lies behind a clock.
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
    schedule = [line.as_json() for line in deadline.lines]
    stands = standing or StepProgress(0, instant(schedule, deadline.due_at, 0))
    return {
        "ticket_id": ticket_id,
        "milestone": deadline.milestone,
        "label": deadline.label,
        "kind": deadline.kind,
        "starts_on": deadline.starts_on,
        "basis": deadline.basis,
        "within_s": int(deadline.within.total_seconds()),
        "started_at": deadline.started_at,
        "due_at": deadline.due_at,
        "warn_at": deadline.warn_at,
        "provisional": deadline.provisional,
        "state": "open",
        "schedule": schedule,
        **asdict(stands),
        "next_at": stands.next_at if paused_at is None else None,
        "rules_version": rules_version,
        "paused_at": paused_at,
        "fault": deadline.fault,
    }


def pause_deadlines(db: Connection, ticket_id: int, milestones: Sequence[str], now: datetime) -> None:
    """Let these running clocks stand still: nothing happens to them until they are resumed. What is late stays late."""
    mine = and_(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.milestone.in_(milestones))
    runs = and_(mine, deadlines.c.paused_at.is_(None), deadlines.c.due_at > now)
    db.execute(update(deadlines).where(runs).values(paused_at=now, next_at=None))


def resume_deadline(db: Connection, row: DeadlineRow, resumed: Deadline) -> None:
    """Let a paused clock run on to its new end; the steps it has taken stay taken."""
    assert resumed.due_at is not None, "it has started"
    schedule = [line.as_json() for line in resumed.lines]
    values: dict[str, Any] = {"due_at": resumed.due_at, "warn_at": resumed.warn_at, "schedule": schedule}
    values |= {"provisional": resumed.provisional, "fault": resumed.fault, "paused_at": None}
    values["next_at"] = instant(schedule, resumed.due_at, row.step)
    db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**values))


def acknowledge_deadlines(db: Connection, ticket_id: int, staff_id: int, now: datetime) -> int:
    """Somebody has seen what is late here: the steps that remain happen, repetitions no more; returns how many."""
    runs = and_(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.paused_at.is_(None))
    late = and_(runs, deadlines.c.acknowledged_at.is_(None), deadlines.c.due_at <= now)
    rows = [DeadlineRow(*row) for row in db.execute(select(*DEADLINE_COLUMNS).where(late))]
    told = [row for row in rows if not row.is_silent]
    for row in told:
        following = instant(row.schedule, row.due_at, row.step)
        values = {"acknowledged_at": now, "acknowledged_by": staff_id, "next_at": following}
        db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**values))
    return len(told)


def restamp(db: Connection, ids: Sequence[int], rules_version: str) -> None:
    """These clocks are the same under the present rules."""
    if ids:
        db.execute(update(deadlines).where(deadlines.c.id.in_(ids)).values(rules_version=rules_version))


def stale_tickets(db: Connection, rules_version: str, limit: int) -> list[int]:
    """Tickets with a running clock that was computed by other rules, the soonest due first."""
    query = (
        select(deadlines.c.ticket_id)
        .where(deadlines.c.state == "open", deadlines.c.rules_version != rules_version)
        .group_by(deadlines.c.ticket_id)
        .order_by(func.min(deadlines.c.due_at), deadlines.c.ticket_id)
        .limit(limit)
    )
    return list(db.scalars(query))


def open_milestones(db: Connection, ticket_id: int) -> set[str]:
    """Ids of the milestones whose clock runs on this ticket."""
    query = select(deadlines.c.milestone).where(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open")
    return set(db.scalars(query))


def settle(db: Connection, ticket_id: int, milestones: Sequence[str], how: Settled, now: datetime) -> int:
    """End the running clocks of these milestones as `met` or `cancelled`; returns how many.

    A promise settled after its due instant, but before any sweep saw it, was broken all the same: the row says when.
    """
    mine = and_(deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.milestone.in_(milestones))
    if not milestones:
        return 0
    latest = db.scalar(select(func.max(ticket_events.c.at)).where(ticket_events.c.ticket_id == ticket_id))
    now = max(now, latest or now)  # whoever waited for the ticket's lock acts after what happened meanwhile
    unseen = and_(
        mine,
        deadlines.c.kind == "promise",
        deadlines.c.breached_at.is_(None),
        deadlines.c.paused_at.is_(None),
        deadlines.c.due_at < now,
    )
    db.execute(update(deadlines).where(unseen).values(breached_at=deadlines.c.due_at))
    done = db.execute(update(deadlines).where(mine).values(state=how, settled_at=now, next_at=None, paused_at=None))
    return done.rowcount


def deadlines_of(db: Connection, ticket_id: int) -> list[DeadlineRow]:
    """Every clock that ever ran on the ticket, oldest first."""
    query = select(*DEADLINE_COLUMNS).where(deadlines.c.ticket_id == ticket_id).order_by(deadlines.c.id)
    return [DeadlineRow(*row) for row in db.execute(query)]


def promised(db: Connection, ticket_id: int) -> datetime | None:
    """When a person first contacts the customer at the latest; None once that happened."""
    return due_of(db, ticket_id, FIRST_CONTACT)


def due_of(db: Connection, ticket_id: int, milestone: str) -> datetime | None:
    """When a running clock ends; None when none of that milestone runs."""
    query = select(func.min(deadlines.c.due_at)).where(
        deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open", deadlines.c.milestone == milestone
    )
    due: datetime | None = db.scalar(query)
    return due


def log(db: Connection, ticket_id: int, kind: str, now: datetime, staff_id: int | None = None, **data: Any) -> None:
    """Add a line to the ticket's history; whoever does holds the ticket's lock, so that the chain has one end."""
    log_many(db, [HistoryEntry(ticket_id, kind, now, staff_id, data)])


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something to be written into a ticket's history."""

    ticket_id: int
    kind: str
    at: datetime
    staff_id: int | None
    data: dict[str, Any]


def log_many(db: Connection, lines: Sequence[HistoryEntry]) -> None:
    """Add lines, in this order, to the histories of tickets that are all locked in this transaction."""
    found = db.execute(_ENDS, {"ids": sorted({line.ticket_id for line in lines})})
    heads: dict[int, tuple[int, str]] = {row.id: (row.events, row.head) for row in found}
    rows = []
    for line in lines:
        note_change(db, line.ticket_id)
        seq, head = heads[line.ticket_id]
        seq, head = seq + 1, link(head, line.ticket_id, seq + 1, line.at, line.kind, line.staff_id, line.data)
        heads[line.ticket_id] = (seq, head)
        values = {"ticket_id": line.ticket_id, "at": line.at, "kind": line.kind, "staff_id": line.staff_id}
        rows.append({**values, "data": line.data, "seq": seq, "hash": head})
    db.execute(insert(ticket_events), rows)
    db.execute(_LINKED, [{"ticket": ticket, "lines": seq, "end": head} for ticket, (seq, head) in heads.items()])


def history_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """The ticket's history, oldest first: rows with at, kind, staff_id, data."""
    return db.execute(
        select(ticket_events).where(ticket_events.c.ticket_id == ticket_id).order_by(ticket_events.c.id)
    ).all()


def insert_note(db: Connection, ticket_id: int, staff_id: int, text: str, now: datetime) -> int:
    """Keep an internal remark and return its id."""
    note_change(db, ticket_id)
    values = {"ticket_id": ticket_id, "staff_id": staff_id, "at": now, "text": text}
    return int(db.execute(insert(notes).values(**values).returning(notes.c.id)).scalar_one())


def notes_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Internal remarks, oldest first: rows with staff_id, at, text."""
    return db.execute(select(notes).where(notes.c.ticket_id == ticket_id).order_by(notes.c.id)).all()


def begin_pause(db: Connection, ticket_id: int, staff_id: int | None, why: str, now: datetime) -> None:
    """The ticket waits for its customer from now on."""
    db.execute(insert(pauses).values(ticket_id=ticket_id, began_at=now, by=staff_id, why=why))


def end_pause(db: Connection, ticket_id: int, why: str, now: datetime) -> None:
    """The ticket waits no longer."""
    running = and_(pauses.c.ticket_id == ticket_id, pauses.c.ended_at.is_(None))
    db.execute(update(pauses).where(running).values(ended_at=now, ended_why=why))


def pauses_of(db: Connection, ticket_id: int) -> list[Pause]:
    """The pauses that are over, oldest first."""
    query = select(pauses.c.began_at, pauses.c.ended_at).where(pauses.c.ticket_id == ticket_id)
    return [(row.began_at, row.ended_at) for row in db.execute(query.order_by(pauses.c.id)) if row.ended_at]


def pause_lines(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Every pause as it is on record: rows with began_at, ended_at, by, why, ended_why."""
    return db.execute(select(pauses).where(pauses.c.ticket_id == ticket_id).order_by(pauses.c.id)).all()
