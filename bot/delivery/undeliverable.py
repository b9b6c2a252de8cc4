"""Replies and customers that cannot be reached: recorded in the ticket's history, the author notified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.topic_sync.topics import topics
from bot.transcript.addresses import set_unreachable
from bot.transcript.business_chats import business_chat
from bot.transcript.channel_message_ids import id_in
from bot.transcript.conversations import conversations, lock_conversation_by_id
from bot.transcript.message_store import messages
from bot.wording import business
from bot.wording.ticket_topic import UNREACHABLE
from escalation.tickets import history, ticket_store
from escalation.tickets.changes import note_change
from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class Place:
    """Where the author is notified: an address of the staff channel, and the message there to reply to."""

    address: str
    number: int | None


def note_undelivered(db: Connection, line: int, now: datetime, obstacle: str = "") -> Place | None:
    """Record in the ticket's history that an agent's reply was not delivered; return where to notify its author.

    None: the ticket has no topic, or the line is not an agent's. `obstacle`: the code of what stands in the way, if
    that is known. Locks the conversation and the ticket.
    """
    columns = (messages.c.conversation_id, messages.c.ticket_id, messages.c.author)
    row = db.execute(select(*columns).where(messages.c.id == line)).one_or_none()
    if row is None or row.author != "agent" or row.ticket_id is None:
        return None
    lock_conversation_by_id(db, row.conversation_id)
    why: dict[str, Any] = {"obstacle": obstacle} if obstacle else {}
    history.log(db, ticket_store.lock_ticket(db, row.ticket_id).id, "undelivered", now, **why, line=line)
    topic = db.execute(select(topics.c.chat, topics.c.thread).where(topics.c.ticket_id == row.ticket_id)).one_or_none()
    if topic is None or topic.thread is None:
        return None
    return Place(f"{topic.chat}/{topic.thread}", id_in(db, topic.chat, line))


def unreachable_words(address: str) -> str:
    """Return what agents read about a customer at an address where nothing reaches them."""
    return UNREACHABLE if business_chat(address) is None else business.UNREACHABLE


def mark_unreachable(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Record that the customer has blocked the bot, or that their account is gone."""
    _mark(db, channel, address, now, now, "unreachable")


def mark_reachable(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Record that the customer can be reached again: they wrote, or unblocked the bot."""
    _mark(db, channel, address, None, now, "reachable")


def mark_disconnected(db: Connection, channel: str, address: str, now: datetime) -> Ticket | None:
    """Record that the bot has lost the account that the customer writes to; return the open ticket it concerns."""
    return _mark(db, channel, address, now, now, "disconnected")


def mark_connected(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Record that the bot is connected again to the account that the customer writes to."""
    _mark(db, channel, address, None, now, "connected")


def _mark(
    db: Connection, channel: str, address: str, since: datetime | None, now: datetime, event: str
) -> Ticket | None:
    if not set_unreachable(db, channel, address, since):
        return None
    # What the agent is told is how its customer is reached now: where they wrote from last.
    mine = (conversations.c.channel == channel, conversations.c.address == address)
    changed = update(conversations).where(*mine).values(unreachable_at=since)
    ticket_id: int | None = db.execute(changed.returning(conversations.c.ticket_id)).scalar_one_or_none()
    if ticket_id is None:
        return None
    note_change(db, ticket_id)
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if not ticket.is_open:
        return None
    history.log(db, ticket_id, event, now)
    return ticket
