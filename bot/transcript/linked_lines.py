"""Lines of other conversations that staff have linked to a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Table, select

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.message_store import messages
from escalation.staff import staff
from escalation.tickets.ticket_store import tickets

linked_lines = Table(
    "linked_lines",
    metadata,
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), primary_key=True),
    Column("message_id", Integer, ForeignKey(messages.c.id), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

_LINKED = insert_or_nothing(linked_lines, linked_lines.c.message_id)


@dataclass(frozen=True, slots=True)
class LineLink:
    """That somebody has linked a line to a ticket."""

    message_id: int
    staff_id: int
    at: datetime


def link_line(db: Connection, ticket_id: int, message_id: int, staff_id: int, now: datetime) -> bool:
    """Link a line to a ticket; False if it is linked already."""
    row = {"ticket_id": ticket_id, "message_id": message_id, "staff_id": staff_id, "at": now}
    return _LINKED.run(db, row).one_or_none() is not None


def linked_to(db: Connection, ticket_id: int) -> list[LineLink]:
    """Return which lines are linked to a ticket, in the order of the lines."""
    columns = (linked_lines.c.message_id, linked_lines.c.staff_id, linked_lines.c.at)
    query = select(*columns).where(linked_lines.c.ticket_id == ticket_id).order_by(linked_lines.c.message_id)
    return [LineLink(*row) for row in db.execute(query)]
