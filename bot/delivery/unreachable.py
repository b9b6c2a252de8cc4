"""Customers that their channel no longer delivers to (bot blocked, account deleted), until they are back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from bot.transcript.conversations import conversations
from escalation.tickets import history, ticket_store
from escalation.tickets.changes import note_change


def mark_unreachable(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Record that the customer has blocked the bot, or that their account is gone."""
    _mark(db, channel, address, now, now)


def mark_reachable(db: Connection, channel: str, address: str, now: datetime) -> None:
    """Record that the customer can be reached again: they wrote, or unblocked the bot."""
    _mark(db, channel, address, None, now)


def _mark(db: Connection, channel: str, address: str, since: datetime | None, now: datetime) -> None:
    mine = (conversations.c.channel == channel, conversations.c.address == address)
    other = conversations.c.unreachable_at.is_not(None) if since is None else conversations.c.unreachable_at.is_(None)
    changed = update(conversations).where(*mine, other).values(unreachable_at=since)
    ticket_id: int | None = db.execute(changed.returning(conversations.c.ticket_id)).scalar_one_or_none()
    if ticket_id is None:
        return
    note_change(db, ticket_id)
    if ticket_store.lock_ticket(db, ticket_id).is_open:
        history.log(db, ticket_id, "reachable" if since is None else "unreachable", now)
