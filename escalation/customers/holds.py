"""What of a contact or a ticket is held beyond its period: on which ground, until which day, by whom."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, Integer, String, Table, Text, insert, select, update

from escalation.tables import metadata

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("contact_id", Text, index=True),  # of the two one is given
    Column("ticket_id", Integer, index=True),
    Column("ground", Text, nullable=False),
    Column("until", Date, nullable=False),  # its last day
    Column("by", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class RetentionHold:
    """A hold as it stands; `until` is its last day."""

    id: int
    contact_id: str | None
    ticket_id: int | None
    ground: str
    until: date
    by: str
    at: datetime

    @property
    def chain(self) -> str:
        """The chain of the journal that speaks of what is held."""
        return f"ticket:{self.ticket_id}" if self.ticket_id is not None else f"customer:{self.contact_id}"


_HOLD = [holds.c[f.name] for f in fields(RetentionHold)]


def add_hold(db: Connection, **values: Any) -> RetentionHold:
    """Write a hold down and return it."""
    return RetentionHold(*db.execute(insert(holds).values(**values).returning(*_HOLD)).one())


def holds_on(db: Connection, day: date) -> list[RetentionHold]:
    """Return the holds that are in force on a day, the one that ends first at the head."""
    query = select(*_HOLD).where(holds.c.until >= day).order_by(holds.c.until, holds.c.id)
    return [RetentionHold(*row) for row in db.execute(query)]


def move_holds(db: Connection, from_id: str, into_id: str) -> None:
    """Let the holds of a contact be another contact's."""
    db.execute(update(holds).where(holds.c.contact_id == from_id).values(contact_id=into_id))
