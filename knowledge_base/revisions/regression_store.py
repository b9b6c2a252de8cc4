"""Regression messages: the table and its SQL; they are replaced as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, Integer, String, Table, Text, delete, insert, select

from knowledge_base.revisions.regressions import Regression
from knowledge_base.revisions.revision_store import metadata

regressions = Table(
    "kb_regressions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("expected", String),  # the question that must answer it; NULL: none may
    Column("added_at", DateTime(timezone=True), nullable=False),
)


def save_regressions(db: Connection, wanted: Iterable[Regression], now: datetime) -> None:
    """Replace all regressions."""
    db.execute(delete(regressions))
    rows = [{"text": one.text, "expected": one.expected, "added_at": now} for one in wanted]
    if rows:
        db.execute(insert(regressions), rows)


def load_regressions(db: Connection) -> tuple[Regression, ...]:
    """Return all regressions, in the order of their file."""
    rows = db.execute(select(regressions.c.text, regressions.c.expected).order_by(regressions.c.id))
    return tuple(Regression(row.text, row.expected) for row in rows)
