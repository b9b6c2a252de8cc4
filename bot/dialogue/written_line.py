"""What a customer sent, as a line of the transcript."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_topics import thread_of
from bot.messages import Incoming
from bot.transcript import attachments, channel_message_ids
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from bot.transcript.message_store import Message
from bot.transcript.received_lines import Source, add_received
from knowledge_base.text.normalise import is_empty
from knowledge_base.text.scripts import script_of, tells_script


def write_down(db: Connection, conversation: Conversation, message: Incoming, now: datetime, meta: NewLineMeta) -> int:
    """Store a message with its file and its number at the channel; returns the line's id. `meta`: further marks."""
    meta = meta.copy()
    if message.choice:
        meta["choice"] = message.choice
    if message.file is not None:
        meta |= {"file": message.file.name, "mime": message.file.mime, "size": message.file.size}
    if message.place is not None:
        meta["place"] = list(message.place)
    if message.album is not None:
        meta["album"] = message.album
    if message.mark:
        meta["mark"] = message.mark
    if (topic := thread_of(message.channel, message.address)) is not None:
        meta["topic"] = topic
    if (answered := _answered(db, message)) is not None:
        meta["reply_to"] = answered
    text = message.text or (str(message.rating) if message.rating is not None else "")
    message_id = add_received(db, conversation, source_of(message), text, now, kind=message.kind, **meta)
    if message.file is not None:
        attachments.add_attachment(db, message_id, message.file)
    return message_id


def source_of(message: Incoming) -> Source:
    """Return where a message comes from, as its line is kept with it."""
    chat = channel_message_ids.chat_of(message.address) if message.number is not None else None
    number = (chat, message.number) if chat is not None and message.number is not None else None
    return Source(message.channel, message.key, number)


def as_line(conversation: Conversation, message_id: int, message: Incoming, now: datetime) -> Message:
    """Return the message as a turn considers it: its text, also that below a picture; emoji alone count as none."""
    words = message.text if message.kind in ("text", "file") and not is_empty(message.text) else ""
    return Message(message_id, conversation.id, conversation.ticket_id, "customer", None, message.kind, words, {}, now)


def heard_of(conversation: Conversation, message: Incoming, now: datetime) -> Conversation:
    """Return the conversation as a message leaves it before its turn: its language, since when the matter is raised."""
    language = script_of(message.text) if tells_script(message.text) else conversation.language
    # Whatever the customer does after an answer raises the matter anew: the clock of a matter the bot has answered
    # does not run while nobody asks for anything.
    return replace(
        conversation,
        language=language,
        raised_at=conversation.raised_at or now,
        unreachable_at=None,
        origin=message.origin or conversation.origin,
    )  # whoever writes can be written to


def _answered(db: Connection, message: Incoming) -> int | None:
    """The line that a message replies to, however old; a tap belongs to its line anyway."""
    if message.kind == "choice":
        return None
    found = channel_message_ids.find_for(db, message.address, message.reply_to)
    return found.message_id if found is not None else None
