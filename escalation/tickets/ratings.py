"""What customers gave each solution, overall and by dimension, every rating of it kept: the tables and their SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)

from escalation.sealed_columns import SealedText
from escalation.tables import metadata
from escalation.tickets.lifecycle import Ticket

ratings = Table(
    "ratings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("solution", Integer, nullable=False),  # as `solution_of` says
    Column("score", Integer, nullable=False),
    Column("reason", SealedText("ratings.reason")),
    Column("at", DateTime(timezone=True), nullable=False),
)

rating_dimensions = Table(
    "rating_dimensions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("solution", Integer, nullable=False),
    Column("dimension", String(16), nullable=False),  # as in the policy's section `surveys`
    Column("score", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


def solution_of(ticket: Ticket) -> int:
    """Return the number of a ticket's present solution: 1, then one more after each reopening."""
    return ticket.reopened + 1


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


def insert_dimension(db: Connection, ticket_id: int, solution: int, dimension: str, score: int, now: datetime) -> None:
    """Write a rating of one dimension of a solution."""
    row = {"ticket_id": ticket_id, "solution": solution, "dimension": dimension, "score": score}
    db.execute(insert(rating_dimensions).values(**row, at=now))


def dimensions_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return every rating of a dimension, the first one first: rows with solution, dimension, score, at."""
    rows = select(rating_dimensions).where(rating_dimensions.c.ticket_id == ticket_id)
    return db.execute(rows.order_by(rating_dimensions.c.id)).all()


def latest_dimensions(db: Connection, ticket_id: int, solution: int) -> dict[str, int]:
    """Return what counts of one solution: the last score of each dimension."""
    return {row.dimension: row.score for row in dimensions_of(db, ticket_id) if row.solution == solution}
