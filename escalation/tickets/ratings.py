"""What customers gave each solution of their tickets, every rating of it kept: the table and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Row, Table, Text, insert, select, update

from escalation.tables import metadata

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("solution", Integer, nullable=False),  # 1, then one more after each reopening
    Column("score", Integer, nullable=False),
    Column("reason", Text),
    Column("at", DateTime(timezone=True), nullable=False),
)


def insert_rating(db: Connection, ticket_id: int, solution: int, score: int, now: datetime) -> None:
    """Write a rating of the ticket's solution of this number."""
    db.execute(insert(ratings).values(ticket_id=ticket_id, solution=solution, score=score, at=now))


def explain_latest(db: Connection, ticket_id: int, reason: str) -> None:
    """Write the reason of the ticket's latest rating, if it has one."""
    latest = select(ratings.c.id).where(ratings.c.ticket_id == ticket_id).order_by(ratings.c.id.desc()).limit(1)
    db.execute(update(ratings).where(ratings.c.id == latest.scalar_subquery()).values(reason=reason))


def ratings_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return every rating, the first one first: rows with solution, score, reason, at. The last one counts."""
    return db.execute(select(ratings).where(ratings.c.ticket_id == ticket_id).order_by(ratings.c.id)).all()
