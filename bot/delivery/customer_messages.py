"""Send the bot's messages to customers: a transcript line and, except on the web, an outbox row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.delivery.customer_topics import topic_address
from bot.delivery.posted_lines import add_posted_line
from bot.messages import Button
from bot.transcript import message_store
from bot.transcript.addresses import APART, PAGES, WEB, another_of, messenger_of
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta

__all__ = ["WEB", "hears_nothing", "is_without_channel", "reachable_at", "send_to_customer"]


def send_to_customer(
    db: Connection,
    conversation: Conversation,
    text: str,
    now: datetime,
    buttons: Sequence[Button] = (),
    *,
    rank: int = 9,
    unasked: bool = False,
    about: int | None = None,
    **meta: Unpack[NewLineMeta],
) -> None:
    """Add a message of the bot to the transcript and post it to the outbox.

    Runs in the caller's transaction; the conversation must be locked. `rank`: outbox priority, the lowest is sent
    first. `unasked`: nobody waits for it where they wrote last; it finds them wherever they can be reached. `about`:
    the ticket in whose topic of a private chat it is said, if that has one.
    """
    line = message_store.line_of(db, conversation, "bot", text, now, buttons=buttons, **meta)
    to = reachable_at(db, conversation) if unasked else (conversation.channel, conversation.address)
    if to is None or to[0] in PAGES:
        message_store.add_line(db, line)
    else:
        place = topic_address(db, to, about)
        add_posted_line(db, line, outbox.row_of(*place, text, now, buttons, rank=rank))


def is_without_channel(db: Connection, conversation: Conversation) -> bool:
    """Whether no channel leads to the customer: nothing can be written to them."""
    if conversation.channel != APART:
        return False
    return another_of(db, conversation.id, APART, conversation.address) is None


def hears_nothing(db: Connection, conversation: Conversation) -> bool:
    """Whether nothing that is said now reaches the customer: no channel leads to them, or they have blocked the bot."""
    return conversation.unreachable_at is not None or is_without_channel(db, conversation)


def reachable_at(db: Connection, conversation: Conversation) -> tuple[str, str] | None:
    """Return channel and address at the messenger where the customer can be told something; None: on no messenger.

    Where they wrote from last, if that is one; else the one of theirs that was heard last and can be reached.
    """
    if conversation.channel not in PAGES:
        return conversation.channel, conversation.address
    return messenger_of(db, conversation.id)
