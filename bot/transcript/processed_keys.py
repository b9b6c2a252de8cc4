"""Idempotency keys of incoming messages, and the transcript line that each message became."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    select,
    update,
)

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("message_id", Integer),  # what the key became, so that a repetition is answered like the first time
)
_REMEMBERED = insert_or_nothing(inbox, inbox.c.key)
_OF_KEY = and_(inbox.c.channel == bindparam("of_channel"), inbox.c.key == bindparam("of_key"))
_NOTED = update(inbox).where(_OF_KEY)
_BECAME = select(inbox.c.message_id).where(_OF_KEY)


def remember_key(db: Connection, channel: str, key: str, now: datetime) -> bool:
    """Store an idempotency key; True the first time on this channel, False for a repetition."""
    values = {"channel": channel, "key": key, "at": now}
    return _REMEMBERED.run(db, values).one_or_none() is not None


def note_message(db: Connection, channel: str, key: str, message_id: int) -> None:
    """Store which line a key, remembered in this transaction, became."""
    db.execute(_NOTED, {"of_channel": channel, "of_key": key, "message_id": message_id})


def message_of_key(db: Connection, channel: str, key: str) -> int | None:
    """Return the id of the line that a key became; None if it became none."""
    found: int | None = db.scalar(_BECAME, {"of_channel": channel, "of_key": key})
    return found
