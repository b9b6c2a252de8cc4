"""What customers changed in messages already sent: each version is kept, staff see that there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Table, Text, insert, select

from bot.history import messages
from bot.tables import metadata

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", Integer, ForeignKey(messages.c.id), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A later version of a line; the line itself keeps its first words."""

    message_id: int
    text: str
    at: datetime


def revise(db: Connection, message_id: int, text: str, now: datetime) -> int:
    """Add a version and return its id."""
    statement = insert(revisions).values(message_id=message_id, text=text, at=now)
    return int(db.execute(statement.returning(revisions.c.id)).scalar_one())


def revisions_of(db: Connection, message_ids: Sequence[int]) -> dict[int, list[Revision]]:
    """The later versions of these lines, oldest first; lines never changed are left out."""
    query = select(revisions.c.message_id, revisions.c.text, revisions.c.at)
    found: dict[int, list[Revision]] = {}
    for row in db.execute(query.where(revisions.c.message_id.in_(message_ids)).order_by(revisions.c.id)):
        found.setdefault(row.message_id, []).append(Revision(*row))
    return found
