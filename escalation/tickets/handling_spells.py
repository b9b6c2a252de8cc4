"""Spells in which a person had a ticket open and was active in it, made of heartbeats of the ticket's page."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, Index, Integer, Table, func, insert, select, update

from escalation.tables import metadata
from escalation.tickets.changes import name_of_presence, note

LONGEST_GAP = timedelta(seconds=45)  # between two heartbeats of one spell

handling_spells = Table(
    "handling_spells",
    metadata,
    Column("id", Integer, primary_key=True),
    # No keys: a check would wait for whoever holds the ticket, and these two stay as long as what was counted.
    Column("ticket_id", Integer, nullable=False, index=True),
    Column("staff_id", Integer, nullable=False),
    Column("began_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True), nullable=False),
    Index("ix_handling_spells_staff", "staff_id", "id"),
)
_C = handling_spells.c


def note_active(db: Connection, ticket_id: int, staff_id: int, now: datetime) -> None:
    """Note that a person is active in a ticket: their spell goes on, or begins and ends that in another ticket."""
    if db.dialect.name == "postgresql":  # two windows of theirs at once; SQLite has one writer
        db.execute(select(func.pg_advisory_xact_lock(func.hashtext("handling"), staff_id)))
    note(db, name_of_presence(ticket_id))
    latest = db.execute(
        select(handling_spells).where(_C.staff_id == staff_id).order_by(_C.id.desc()).limit(1)
    ).one_or_none()
    goes_on = latest is not None and now - latest.ended_at <= LONGEST_GAP
    if latest is not None and goes_on and now > latest.ended_at:
        db.execute(update(handling_spells).where(_C.id == latest.id).values(ended_at=now))
    if latest is None or not goes_on or latest.ticket_id != ticket_id:
        began = now if latest is None else max(now, latest.ended_at)
        values = {"ticket_id": ticket_id, "staff_id": staff_id, "began_at": began, "ended_at": began}
        db.execute(insert(handling_spells).values(values))


def recorded_since(db: Connection) -> datetime | None:
    """Return when the first spell began; None without one."""
    found: datetime | None = db.scalar(select(_C.began_at).order_by(_C.id).limit(1))
    return found
