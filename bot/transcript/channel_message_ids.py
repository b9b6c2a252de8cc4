"""Map a channel's message ids to transcript lines and notes; kept for ever, so that replies to old messages resolve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, ForeignKey, Index, Integer, Table, and_, select

from bot.storage.tables import metadata
from bot.storage.upsert import insert_or_nothing
from bot.transcript.business_chats import business_chat
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


def chat_of(address: str) -> int | None:
    """Return the chat of an address at a messenger: 77 of "77" and of "77/5", one of its topics; None for others.

    A chat of an account that the bot is connected to ("77@…") has a number that stands for it here alone.
    """
    if (business := business_chat(address)) is not None:
        return business.number
    chat = address.partition("/")[0]
    return int(chat) if chat.removeprefix("-").isdecimal() else None


def remember_for(db: Connection, address: str, number: int | None, message_id: int) -> None:
    """Map the message with this number at a customer's address, if there is one."""
    if number is not None and (chat := chat_of(address)) is not None:
        remember_id(db, chat, number, message_id=message_id)


def find_for(db: Connection, address: str, number: int | None) -> ChannelMessage | None:
    """As `find_id`, by a customer's address; None without a number."""
    chat = chat_of(address) if number is not None else None
    return find_id(db, chat, number) if chat is not None and number is not None else None


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
