"""Topics of a customer's private chat: further addresses of one conversation, answered where they wrote last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.telegram.parsing.customers import TELEGRAM
from bot.transcript import addresses, conversations


def follow_topic(db: Connection, address: str, now: datetime) -> None:
    """Let a topic of a private chat lead to the chat's conversation; a channel's direct messages have none."""
    chat = address.partition("/")[0]
    if chat.startswith("-") or addresses.leads_to(db, TELEGRAM, address) is not None:
        return
    conversation = conversations.lock_conversation(db, TELEGRAM, chat, now)
    addresses.place(db, TELEGRAM, address, conversation.id, now)


def topics_of(db: Connection, chat: str) -> list[str]:
    """Return the addresses of the topics in a customer's private chat, also of those where they are another contact."""
    return addresses.addresses_below(db, TELEGRAM, f"{chat}/")
