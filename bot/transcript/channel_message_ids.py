"""Map a channel's message ids to transcript lines and notes; kept for ever, so that replies to old messages resolve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, Table, and_, select

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.message_store import messages
from escalation.tickets.ticket_store import notes

channel_message_ids = Table(
    "numbers",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # the channel's own number of the message
    Column("message_id", Integer, ForeignKey(messages.c.id)),  # a line of the transcript …
    Column("note_id", Integer, ForeignKey(notes.c.id)),  # … or a remark of staff's
    Index("ix_numbers_message_id", "message_id"),
)


_NOTED = insert_or_nothing(channel_message_ids)


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message at the channel, by chat and id there, and the transcript line or the note that it shows."""

    chat: int
    number: int
    message_id: int | None
    note_id: int | None


def remember_id(
    db: Connection, chat: int, number: int, *, message_id: int | None = None, note_id: int | None = None
) -> None:
    """Map one channel message; an id that is mapped already keeps its meaning."""
    remember_ids(db, [ChannelMessage(chat, number, message_id, note_id)])


def remember_ids(db: Connection, many: Sequence[ChannelMessage]) -> None:
    """Map several channel messages in one statement; an id that is mapped already keeps its meaning."""
    if many:
        rows = [{"chat": each.chat, "number": each.number, **_of(each)} for each in many]
        _NOTED.run(db, rows)


def _of(each: ChannelMessage) -> dict[str, int | None]:
    return {"message_id": each.message_id, "note_id": each.note_id}


def find_id(db: Connection, chat: int, number: int) -> ChannelMessage | None:
    """Return what a channel message shows; None if it is not mapped."""
    row = db.execute(
        select(channel_message_ids).where(channel_message_ids.c.chat == chat, channel_message_ids.c.number == number)
    ).one_or_none()
    return ChannelMessage(*row) if row else None


def id_in(db: Connection, chat: int, message_id: int) -> int | None:
    """Return the id under which this chat shows a transcript line, the lowest if there are several."""
    mine = and_(channel_message_ids.c.message_id == message_id, channel_message_ids.c.chat == chat)
    found: int | None = db.scalar(
        select(channel_message_ids.c.number).where(mine).order_by(channel_message_ids.c.number).limit(1)
    )
    return found
