"""Tickets whose words have changed since they were last taken down for the search."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, Connection, Integer, Table, delete, insert, select

from bot.storage.tables import metadata
from escalation.tickets.changes import changed_tickets

# Never updated and deleted by number: a ticket that changes while its words are being read keeps its newer mark.
search_marks = Table(
    "search_marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, nullable=False),
)
_MARKED = insert(search_marks)


def mark_changed(db: Connection) -> None:
    """Mark every ticket that this transaction has written to."""
    changed = changed_tickets(db)
    if changed:
        db.execute(_MARKED, [{"ticket_id": ticket} for ticket in sorted(changed)])


def marked_tickets(db: Connection) -> set[int]:
    """Return the marked tickets."""
    return set(db.scalars(select(search_marks.c.ticket_id).distinct()))


def are_any(db: Connection) -> bool:
    """Whether any ticket is marked."""
    return db.scalar(select(search_marks.c.id).limit(1)) is not None


def take_marks(db: Connection, limit: int) -> Collection[int]:
    """Delete up to `limit` marks, the oldest first, and return their tickets."""
    rows = db.execute(select(search_marks).order_by(search_marks.c.id).limit(limit)).all()
    if rows:
        db.execute(delete(search_marks).where(search_marks.c.id.in_([row.id for row in rows])))
    return {row.ticket_id for row in rows}
