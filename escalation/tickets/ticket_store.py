"""Tickets, their pauses and their internal notes: the tables and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

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
    bindparam,
    insert,
    select,
    update,
)

from escalation.sealed_columns import SealedText
from escalation.sla.counted_time import Pause
from escalation.tables import metadata
from escalation.tickets.changes import name_of_ticket, note, note_change
from escalation.tickets.lifecycle import Refused, Ticket

Instant = DateTime(timezone=True)


tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, nullable=False, index=True),
    Column("contact_id", String(64), ForeignKey("contacts.id"), index=True),
    Column("tier", String(32), nullable=False),
    Column("tier_reason", SealedText("tickets.tier_reason"), nullable=False),
    Column("policy_version", String(16), nullable=False),
    Column("queue", String(32), nullable=False),
    Column("topic", String(32)),
    Column("urgency", String(16), nullable=False),
    Column("complaint", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("holder_id", Integer, ForeignKey("staff.id")),
    Column("subject", SealedText("tickets.subject"), nullable=False),
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
    Column("rating_reason", SealedText("tickets.rating_reason")),
    Column("waits_since", Instant),
    Column("cause", String(16)),
    Column("assignee_id", Integer, ForeignKey("staff.id")),
    Column("assigned_until", Instant),
    Column("incident_id", Integer, ForeignKey("incidents.id"), index=True),
    Column("withdrawn_at", Instant),
    Column("closed_to", Text, nullable=False, server_default=""),  # staff ids, as `id_list.of_ids` writes them
    Column("drawn_for", Text, nullable=False, server_default=""),  # inspectors' ids, likewise
    Column("channel", String(16), nullable=False, server_default=""),
    Column("opened_by", Integer, ForeignKey("staff.id")),
    Column("set_by_hand", Text, nullable=False, server_default=""),
    Column("gravity", String(16), nullable=False, server_default=""),
    Column("merged_into", Integer, ForeignKey("tickets.id"), index=True),
    Column("helpers", Text, nullable=False, server_default=""),  # ids of staff who were asked for help, likewise
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


Index(  # how many came lately whom nobody has identified
    "ix_tickets_of_strangers",
    tickets.c.received_at,
    sqlite_where=tickets.c.contact_id.is_(None),
    postgresql_where=tickets.c.contact_id.is_(None),
)


pauses = Table(  # while a ticket waits for the customer, the milestones that the policy lists stand still
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("by", Integer, ForeignKey("staff.id")),  # null: a fact of the policy did
    Column("why", SealedText("pauses.why"), nullable=False),
    Column("ended_why", SealedText("pauses.ended_why")),
)


notes = Table(  # a table of their own, so that no query over messages can ever show one to a customer
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", SealedText("notes.text"), nullable=False),
)


TICKET_COLUMNS = [tickets.c[f.name] for f in fields(Ticket)]


_FIELDS = [f.name for f in fields(Ticket) if f.name != "id"]


# Built once: a statement made anew for thirty columns takes longer than the database does.
_INSERTED = insert(tickets).returning(tickets.c.id)


_UPDATED = update(tickets).where(tickets.c.id == bindparam("ticket"))


def insert_ticket(db: Connection, ticket: Ticket) -> int:
    """Write a new ticket (its `id` is ignored) and return its number."""
    return int(db.execute(_INSERTED, _values(ticket)).scalar_one())


def get_ticket(db: Connection, ticket_id: int) -> Ticket:
    """Return the ticket; raises Refused (`not_found`)."""
    row = db.execute(select(*TICKET_COLUMNS).where(tickets.c.id == ticket_id)).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def open_ticket_of(db: Connection, conversation_id: int) -> int | None:
    """Return the id of the conversation's newest open ticket; None without one."""
    mine = (tickets.c.conversation_id == conversation_id, tickets.c.state.in_(("waiting", "claimed")))
    found: int | None = db.scalar(select(tickets.c.id).where(*mine).order_by(tickets.c.id.desc()).limit(1))
    return found


def lock_ticket(db: Connection, ticket_id: int) -> Ticket:
    """Return the ticket, locked until the transaction ends; raises Refused (`not_found`).

    SQLite's writer lock covers it already. The number of a ticket never changes, so rows that refer to it may be
    written meanwhile (`key_share`): a sweep that holds a deadline and writes the ticket's history must not wait for a
    reply that waits for this deadline.
    """
    query = select(*TICKET_COLUMNS).where(tickets.c.id == ticket_id).with_for_update(key_share=True)
    row = db.execute(query).one_or_none()
    if row is None:
        raise Refused("not_found")
    return Ticket(*row)


def update_ticket(db: Connection, ticket: Ticket) -> None:
    """Write every field of a ticket that is locked in this transaction."""
    note(db, name_of_ticket(ticket.id))
    db.execute(_UPDATED, {**_values(ticket), "ticket": ticket.id})


def _values(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in _FIELDS}


def find_tickets(db: Connection, *where: Any, limit: int = 200) -> list[Ticket]:
    """Return the tickets that satisfy all conditions, the newest first."""
    query = select(*TICKET_COLUMNS).where(*where).order_by(tickets.c.id.desc()).limit(limit)
    return [Ticket(*row) for row in db.execute(query)]


def tickets_after(db: Connection, after: int, limit: int, *where: Any) -> list[Ticket]:
    """Return up to `limit` tickets with numbers above `after` that satisfy all conditions, in order."""
    query = select(*TICKET_COLUMNS).where(tickets.c.id > after, *where).order_by(tickets.c.id).limit(limit)
    return [Ticket(*row) for row in db.execute(query)]


def begin_pause(db: Connection, ticket_id: int, staff_id: int | None, why: str, now: datetime) -> None:
    """Start a pause: the ticket waits for its customer."""
    db.execute(insert(pauses).values(ticket_id=ticket_id, began_at=now, by=staff_id, why=why))


def end_pause(db: Connection, ticket_id: int, why: str, now: datetime) -> None:
    """End the running pause."""
    running = and_(pauses.c.ticket_id == ticket_id, pauses.c.ended_at.is_(None))
    db.execute(update(pauses).where(running).values(ended_at=now, ended_why=why))


def undo_pause(db: Connection, ticket_id: int, began_at: datetime, why: str) -> None:
    """Let the pause that began then have lasted no time, whether it still runs or not."""
    mine = and_(pauses.c.ticket_id == ticket_id, pauses.c.began_at == began_at)
    db.execute(update(pauses).where(mine).values(ended_at=began_at, ended_why=why))


def go_on_pausing(db: Connection, ticket_id: int, since: datetime) -> None:
    """Let the pause that began at `since` go on as if it had never ended."""
    mine = and_(pauses.c.ticket_id == ticket_id, pauses.c.began_at == since)
    db.execute(update(pauses).where(mine).values(ended_at=None, ended_why=None))


def pauses_of(db: Connection, ticket_id: int) -> list[Pause]:
    """Return the pauses that have ended, the oldest first."""
    query = select(pauses.c.began_at, pauses.c.ended_at).where(pauses.c.ticket_id == ticket_id)
    return [(row.began_at, row.ended_at) for row in db.execute(query.order_by(pauses.c.id)) if row.ended_at]


def pause_rows(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return every pause, the oldest first: rows with began_at, ended_at, by, why, ended_why."""
    return db.execute(select(pauses).where(pauses.c.ticket_id == ticket_id).order_by(pauses.c.id)).all()


def insert_note(db: Connection, ticket_id: int, staff_id: int, text: str, now: datetime) -> int:
    """Write an internal note and return its id."""
    note_change(db, ticket_id)
    values = {"ticket_id": ticket_id, "staff_id": staff_id, "at": now, "text": text}
    return int(db.execute(insert(notes).values(**values).returning(notes.c.id)).scalar_one())


def notes_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return the internal notes, the oldest first: rows with staff_id, at, text."""
    return db.execute(select(notes).where(notes.c.ticket_id == ticket_id).order_by(notes.c.id)).all()
