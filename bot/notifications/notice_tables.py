"""The tables of notices to staff, and of who has read them."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.tables import metadata
from escalation.staff import staff
from escalation.tickets.ticket_store import tickets

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey(tickets.c.id), nullable=False, index=True),
    Column("ref", String(32), nullable=False),  # the same for all audiences of one notice
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),  # sealed: it names the customer
    Column("audience", String(8), nullable=False),  # staff | queue | role
    Column("name", String(64), nullable=False),  # a staff id, a queue, a role
    Column("at", DateTime(timezone=True), nullable=False),
    Column("deadline_id", Integer),  # of a deadline that was reached: the notice goes with it
    Index("ix_notices_audience_name_id", "audience", "name", "id"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("notice_id", Integer, ForeignKey(notices.c.id), primary_key=True),
    Column("staff_id", Integer, ForeignKey(staff.c.id), primary_key=True),
)
