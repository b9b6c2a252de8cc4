"""Messages that were deleted in a connected account: their lines stay for staff, and say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import conversations, edits, message_store, processed_keys
from bot.transcript.business_chats import BusinessChat
from bot.transcript.channel_message_ids import find_id


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages of a chat, by their ids there, that nobody sees there any more."""

    chat: BusinessChat
    numbers: tuple[int, ...]
    key: str


def keep_deleted(db: Connection, deleted: MessagesDeleted, now: datetime) -> None:
    """Mark the lines of deleted messages, once; what they said, and what it brought about, stays."""
    address = deleted.chat.address
    if conversations.find_conversation(db, TELEGRAM, address) is None:
        return
    conversation = conversations.lock_conversation(db, TELEGRAM, address, now)
    if not processed_keys.remember_key(db, TELEGRAM, deleted.key, now):
        return
    for number in deleted.numbers:
        found = find_id(db, deleted.chat.number, number)
        if found is None or found.message_id is None:
            continue
        line = message_store.get_message(db, found.message_id)
        if line.conversation_id == conversation.id:
            edits.keep_deleted(db, line, now)
