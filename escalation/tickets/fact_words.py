"""What staff wrote with a fact of a ticket, such as the outcome of a follow-up: the table and its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, Row, String, Table, insert, select

from escalation.sealed_columns import SealedText
from escalation.tables import metadata

fact_words = Table(
    "fact_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("fact", String(32), nullable=False),
    Column("text", SealedText("fact_words.text"), nullable=False),
    Column("by", Integer, ForeignKey("staff.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)


def insert_words(db: Connection, ticket_id: int, fact: str, text: str, by: int, now: datetime) -> None:
    """Write what was written with a fact."""
    db.execute(insert(fact_words).values(ticket_id=ticket_id, fact=fact, text=text, by=by, at=now))


def words_of(db: Connection, ticket_id: int) -> Sequence[Row[Any]]:
    """Return what was written, the oldest first: rows with fact, text, by, at."""
    return db.execute(select(fact_words).where(fact_words.c.ticket_id == ticket_id).order_by(fact_words.c.id)).all()
