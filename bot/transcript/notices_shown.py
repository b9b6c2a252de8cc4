"""Which version of the privacy notice a conversation was first shown, and when: the table and its SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Row, String, Table, UniqueConstraint, select

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.conversations import conversations

notices_shown = Table(
    "notices_shown",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation_id", Integer, ForeignKey(conversations.c.id), nullable=False),
    Column("version", String(32), nullable=False),
    Column("channel", String(16), nullable=False),  # the door at which it was
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "version", name="uq_notices_shown_conversation_id_version"),
)

_SHOWN = insert_or_nothing(notices_shown, notices_shown.c.id)


def record_shown(db: Connection, conversation_id: int, version: str, channel: str, now: datetime) -> None:
    """Record that a version was shown; the first time stays."""
    _SHOWN.run(db, {"conversation_id": conversation_id, "version": version, "channel": channel, "at": now})


def shown_to(db: Connection, conversation_id: int) -> list[Row[tuple[str, str, datetime]]]:
    """Return version, channel and instant of what a conversation was shown, the latest first."""
    columns = (notices_shown.c.version, notices_shown.c.channel, notices_shown.c.at)
    mine = notices_shown.c.conversation_id == conversation_id
    return list(db.execute(select(*columns).where(mine).order_by(notices_shown.c.id.desc())))
