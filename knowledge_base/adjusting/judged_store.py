"""What became of answers: the table and its SQL. One row per answer, without a word of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, DateTime, Float, Integer, String, Table, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from knowledge_base.revisions.revision_store import metadata

judged_answers = Table(
    "kb_judged_answers",
    metadata,
    Column("answer", String(32), primary_key=True),  # the line, or the ticket for what an agent sent
    Column("at", DateTime(timezone=True), nullable=False, index=True),  # when it was judged last
    Column("conversation_id", Integer, nullable=False),  # no foreign key: this package does not know the other's tables
    Column("article_id", String, nullable=False),
    Column("confidence", Float, nullable=False),  # as it was when it was given
    Column("is_right", Boolean, nullable=False),
    Column("told_by", String(16), nullable=False),  # customer | agent
)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_CHANGED = ("at", "is_right", "told_by")


def save_judgement(
    db: Connection,
    answer: str,
    *,
    conversation_id: int,
    article_id: str,
    confidence: float,
    is_right: bool,
    told_by: str,
    now: datetime,
) -> None:
    """Keep what became of an answer; the latest judgement of it counts."""
    values = {"answer": answer, "conversation_id": conversation_id, "article_id": article_id, "at": now}
    values |= {"confidence": confidence, "is_right": is_right, "told_by": told_by}
    row = _INSERTS[db.dialect.name](judged_answers).values(values)
    changes = {name: row.excluded[name] for name in _CHANGED}
    db.execute(row.on_conflict_do_update(index_elements=[judged_answers.c.answer], set_=changes))


def judged_by_article(db: Connection) -> dict[str, tuple[int, int]]:
    """Return for each article of which answers were judged how many were right, and how many were judged."""
    right = func.sum(case((judged_answers.c.is_right, 1), else_=0))
    query = select(judged_answers.c.article_id, right, func.count()).group_by(judged_answers.c.article_id)
    return {article: (int(good), int(judged)) for article, good, judged in db.execute(query)}
