"""Topics of a customer's private chat: further addresses of one conversation, answered where they wrote last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiogram.types import Message
from sqlalchemy import Connection

from bot.delivery.customer_topics import adopt_topic, ticket_written_in
from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import addresses, conversations
from escalation.tickets import ticket_store

Mark = Callable[[Connection, str, str, datetime], None]


def follow_topic(db: Connection, address: str, now: datetime) -> None:
    """Let a topic of a private chat lead to its ticket's conversation, another one to the chat's.

    A channel's direct messages have none.
    """
    chat = address.partition("/")[0]
    if chat.startswith("-") or addresses.leads_to(db, TELEGRAM, address) is not None:
        return
    ticket_id = ticket_written_in(db, TELEGRAM, address)
    if ticket_id is None:
        conversation = conversations.lock_conversation(db, TELEGRAM, chat, now)
    else:
        number = ticket_store.get_ticket(db, ticket_id).conversation_id
        conversation = conversations.lock_conversation_by_id(db, number)
    addresses.place(db, TELEGRAM, address, conversation.id, now)


def note_own(db: Connection, message: Message) -> None:
    """Take note of a topic that the bot has made itself, in case the answer to its call was lost."""
    made, thread = message.forum_topic_created, message.message_thread_id
    if made is not None and thread is not None:
        adopt_topic(db, message.chat.id, made.name, thread)


def topics_of(db: Connection, chat: str) -> list[str]:
    """Return the addresses of the topics in a customer's private chat, also of those where they are another contact."""
    return addresses.addresses_below(db, TELEGRAM, f"{chat}/")


def mark_everywhere(db: Connection, address: str, mark: Mark, now: datetime) -> None:
    """Mark a private chat and all its topics, for who blocks the bot blocks it everywhere."""
    chat = address.partition("/")[0]
    for each in (chat, *topics_of(db, chat)):
        mark(db, TELEGRAM, each, now)
