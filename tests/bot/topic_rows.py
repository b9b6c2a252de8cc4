"""A ticket's topic as the database has it."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Connection, select

from bot.topic_sync.topics import topics
from bot.topic_sync.work_queue import TopicWork


def topic_of(db: Connection, ticket_id: int) -> TopicWork | None:
    """The row, if a topic was ever wanted for this ticket."""
    query = select(*(topics.c[field.name] for field in fields(TopicWork))).where(topics.c.ticket_id == ticket_id)
    row = db.execute(query).one_or_none()
    return TopicWork(*row) if row else None
