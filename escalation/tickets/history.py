"""The history of tickets with its hash chain: the table and its SQL. Writers hold the lock of the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from escalation.journal.keyed import key_of
from escalation.sealed_columns import SealedJson
from escalation.tables import metadata
from escalation.tickets.changes import note_change
from escalation.tickets.hash_chain import link
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.task_store import look_again, ticket_tasks
from escalation.tickets.ticket_store import lock_ticket, tickets, update_ticket

DATA = "ticket_events.data"  # what a line's content is bound to as it is sealed

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id")),
    Column("data", SealedJson(DATA), nullable=False),
    Column("seq", Integer, nullable=False, server_default="0"),  # 1, 2, 3 … on its ticket
    Column("hash", String(64), nullable=False, server_default=""),  # over this line and the hash of the one before
    Column("salt", String(32), nullable=False, server_default=""),  # covered by the hash; empty for older lines
    Column("erased_by", String(128)),  # who erased what the line said, with its salt …
    Column("erased_at", DateTime(timezone=True)),
    Column("erasure", String(64)),  # … and the keyed seal over that, the hash and what is left
    Index("ix_ticket_events_ticket_id_seq", "ticket_id", "seq", unique=True),
)


# Fields whose change a ticket's history tells.
TRACED = (
    *("contact_id", "tier", "queue", "topic", "urgency", "complaint", "state", "holder_id", "cause", "assignee_id"),
    *("closed_to", "drawn_for", "helpers", "gravity"),
)


_UNTRACED = ("claimed_at", "first_contact_at", "resolved_at", "waits_since", "assigned_until")  # kept to undo


_ENDS = select(tickets.c.id, tickets.c.events, tickets.c.head).where(tickets.c.id.in_(bindparam("ids", expanding=True)))


_LINKED = (
    update(tickets).where(tickets.c.id == bindparam("ticket")).values(events=bindparam("lines"), head=bindparam("end"))
)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A line to be added to a ticket's history."""

    ticket_id: int
    kind: str
    at: datetime
    staff_id: int | None
    data: dict[str, Any]


def save_change(
    db: Connection, old: Ticket, new: Ticket, kind: str, now: datetime, staff_id: int | None = None, **data: Any
) -> None:
    """Write a ticket locked in this transaction, and a line of its history with the changed fields before and after.

    `data` is further content of the line.
    """
    update_ticket(db, new)
    if staff_id is not None:
        was = {name: _plain(getattr(old, name)) for name in _UNTRACED if getattr(old, name) != getattr(new, name)}
        data |= {"was": was} if was else {}
    changed = [name for name in TRACED if getattr(old, name) != getattr(new, name)]
    if changed:
        data["before"] = {name: getattr(old, name) for name in changed}
        data["after"] = {name: getattr(new, name) for name in changed}
    log(db, new.id, kind, now, staff_id, **data)
    if "closed_to" in changed:
        _close_merged(db, new, now)
    if new.closed - old.closed:
        look_again(db, now, ticket_tasks.c.ticket_id == new.id)


def _close_merged(db: Connection, ticket: Ticket, now: datetime) -> None:
    """Close the tickets that were merged into this one to the same people: their titles are of the same matter."""
    for number in db.scalars(select(tickets.c.id).where(tickets.c.merged_into == ticket.id).order_by(tickets.c.id)):
        old = lock_ticket(db, number)
        holder = None if old.holder_id in ticket.closed else old.holder_id
        if (old.closed_to, old.holder_id) != (ticket.closed_to, holder):
            new = replace(old, closed_to=ticket.closed_to, holder_id=holder)
            save_change(db, old, new, "closed_as_merged", now)


def _plain(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def log(db: Connection, ticket_id: int, kind: str, now: datetime, staff_id: int | None = None, **data: Any) -> None:
    """Add a line to a ticket's history; the caller holds the ticket's lock, so that its chain has one end."""
    log_many(db, [HistoryEntry(ticket_id, kind, now, staff_id, data)])


def log_many(db: Connection, lines: Sequence[HistoryEntry]) -> None:
    """Add lines, in this order, to histories of tickets that are all locked in this transaction."""
    found = db.execute(_ENDS, {"ids": sorted({line.ticket_id for line in lines})})
    heads: dict[int, tuple[int, str]] = {row.id: (row.events, row.head) for row in found}
    rows, key = [], key_of(db)
    for line in lines:
        note_change(db, line.ticket_id)
        seq, head = heads[line.ticket_id]
        said = (line.ticket_id, seq + 1, line.at, line.kind, line.staff_id, line.data)
        seq, salt = seq + 1, token_hex(16)
        head = link(head, *said, key=key, salt=salt)
        heads[line.ticket_id] = (seq, head)
        values = {"ticket_id": line.ticket_id, "at": line.at, "kind": line.kind, "staff_id": line.staff_id}
        rows.append({**values, "data": line.data, "seq": seq, "hash": head, "salt": salt})
    db.execute(insert(ticket_events), rows)
    db.execute(_LINKED, [{"ticket": ticket, "lines": seq, "end": head} for ticket, (seq, head) in heads.items()])


def history_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return the ticket's history, the oldest line first: rows with at, kind, staff_id, data."""
    return db.execute(
        select(ticket_events)
        .where(ticket_events.c.ticket_id == ticket_id)
        .order_by(ticket_events.c.seq, ticket_events.c.id)
    ).all()
