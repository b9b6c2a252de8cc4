"""The articles tables: revisions of the knowledge base, each kept whole; the last one is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from knowledge_base.articles import Article

metadata = MetaData()

revisions = Table(
    "kb_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)

articles = Table(
    "kb_articles",
    metadata,
    Column("revision_id", ForeignKey(revisions.c.id), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("article_id", String, nullable=False),
    Column("category", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("similar", JSON, nullable=False),
    Column("answer", Text, nullable=False),
    Column("tiers", JSON, nullable=False),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_until", DateTime(timezone=True)),
)


def save_revision(db: Connection, content: Iterable[Article], now: datetime, note: str) -> int:
    """Publish this content as a new revision, in the caller's transaction; the older ones stay readable."""
    revision = db.execute(insert(revisions).values(created_at=now, note=note).returning(revisions.c.id)).scalar_one()
    rows = [_row(revision, place, article) for place, article in enumerate(content)]
    if rows:
        db.execute(insert(articles), rows)
    return int(revision)


def current_revision(db: Connection) -> int:
    """The published revision, 0 while there is none; cheap enough to be asked every second."""
    return int(db.execute(select(func.coalesce(func.max(revisions.c.id), 0))).scalar_one())


def load_published(db: Connection) -> tuple[int, tuple[Article, ...]]:
    """The published revision and its articles in the order they were saved."""
    revision = current_revision(db)
    return revision, load_revision(db, revision)


def load_revision(db: Connection, revision: int) -> tuple[Article, ...]:
    """The articles of one revision."""
    rows = db.execute(select(articles).where(articles.c.revision_id == revision).order_by(articles.c.place))
    return tuple(_article(row._mapping) for row in rows)


def _row(revision: int, place: int, article: Article) -> dict[str, Any]:
    return {
        "revision_id": revision,
        "place": place,
        "article_id": article.id,
        "category": article.category,
        "question": article.question,
        "similar": list(article.similar),
        "answer": article.answer,
        "tiers": list(article.tiers),
        "valid_from": article.valid_from,
        "valid_until": article.valid_until,
    }


def _article(row: RowMapping) -> Article:
    return Article(
        id=row["article_id"],
        category=row["category"],
        question=row["question"],
        similar=tuple(row["similar"]),
        answer=row["answer"],
        tiers=tuple(row["tiers"]),
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
    )
