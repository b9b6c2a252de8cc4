"""Conversations that go on by themselves: whose timer is due, and when the next one is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from bot.transcript.conversations import CONVERSATION, Conversation, conversations

LONGEST_HOLD = timedelta(minutes=5)


def due_conversations(db: Connection, now: datetime, limit: int = 50) -> list[Conversation]:
    """Return conversations with a timer due by `now`, the most overdue first.

    A hold that ends more than LONGEST_HOLD ahead counts as due: it was set before the clock was set back.
    """
    # Nobody is made to wait for minutes: an instant so far ahead was written before the clock was set back.
    due = or_(conversations.c.wake_at <= now, conversations.c.held_until > now + LONGEST_HOLD)
    query = select(*CONVERSATION).where(due).order_by(conversations.c.wake_at)
    return [Conversation(*row) for row in db.execute(query.limit(limit))]


def next_wake(db: Connection) -> datetime | None:
    """Return when the next timer of any conversation is due."""
    at: datetime | None = db.scalar(select(func.min(conversations.c.wake_at)))
    return at
