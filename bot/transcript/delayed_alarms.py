"""Dangers that could not call anybody at once: kept until staff have been told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Table, delete, select

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.conversations import conversations

delayed_alarms = Table(
    "delayed_alarms",
    metadata,
    Column("conversation_id", Integer, ForeignKey(conversations.c.id), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

_KEPT = insert_or_nothing(delayed_alarms)


def keep(db: Connection, conversation_id: int, now: datetime) -> None:
    """Keep a delayed danger, once for each conversation, until `take` hands it out."""
    _KEPT.run(db, {"conversation_id": conversation_id, "at": now})


def move(db: Connection, from_id: int, to_id: int) -> None:
    """Keep for one conversation what was kept for another that has become part of it."""
    mine = delayed_alarms.c.conversation_id == from_id
    for at in db.scalars(delete(delayed_alarms).where(mine).returning(delayed_alarms.c.at)).all():
        keep(db, to_id, at)


def has_any(db: Connection) -> bool:
    """Whether staff have still to be told of a delayed danger; reads without a lock."""
    return db.scalar(select(delayed_alarms.c.conversation_id).limit(1)) is not None


def take(db: Connection) -> Sequence[tuple[int, datetime]]:
    """Remove all delayed dangers and return them as conversation id and instant, the earliest first."""
    rows = db.execute(delete(delayed_alarms).returning(delayed_alarms.c.conversation_id, delayed_alarms.c.at))
    return sorted(((row[0], row[1]) for row in rows), key=lambda each: (each[1], each[0]))
