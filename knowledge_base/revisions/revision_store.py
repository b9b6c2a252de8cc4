"""Revisions of the knowledge base, each stored whole; the last published one is in force: tables and SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from knowledge_base.articles import Article

metadata = MetaData()

State = Literal["published", "draft"]

revisions = Table(
    "kb_revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(16), nullable=False, server_default="published"),  # published | draft
    Column("author", Text, nullable=False, server_default=""),
    Column("based_on", Integer),  # the revision that was in force when work on this one began
)
_is_draft = revisions.c.state == "draft"
_is_published = revisions.c.state == "published"
Index("uq_kb_revisions_draft", revisions.c.state, unique=True, sqlite_where=_is_draft, postgresql_where=_is_draft)

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
    Column("night_answer", Text),
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision without its articles. `author` is empty for those of the program itself."""

    id: int
    created_at: datetime
    note: str
    state: State
    author: str
    based_on: int | None
    questions: int


def save_revision(
    db: Connection,
    content: Iterable[Article],
    now: datetime,
    note: str,
    *,
    author: str = "",
    based_on: int | None = None,
    state: State = "published",
) -> int:
    """Publish these articles as a new revision, in the transaction of the caller, and return its number."""
    values = {"created_at": now, "note": note, "state": state, "author": author, "based_on": based_on}
    revision = db.execute(insert(revisions).values(values).returning(revisions.c.id)).scalar_one()
    rows = [_row(revision, place, article) for place, article in enumerate(content)]
    if rows:
        db.execute(insert(articles), rows)
    return int(revision)


def save_draft(
    db: Connection, content: Iterable[Article], now: datetime, note: str, *, author: str, based_on: int
) -> int:
    """Save these articles as the draft, replacing the previous one, and return its number."""
    discard_draft(db)
    return save_revision(db, content, now, note, author=author, based_on=based_on, state="draft")


def discard_draft(db: Connection, only: Revision | None = None) -> bool:
    """Delete the draft, with `only` if it is that one; return False when there is none."""
    found = find_draft(db)
    if found is None or only not in (None, found):
        return False
    db.execute(delete(articles).where(articles.c.revision_id == found.id))
    db.execute(delete(revisions).where(revisions.c.id == found.id))
    return True


def current_revision(db: Connection) -> int:
    """Return the published revision, 0 without one; cheap enough to be called every second."""
    return int(db.execute(select(func.coalesce(func.max(revisions.c.id), 0)).where(_is_published)).scalar_one())


def find_revision(db: Connection, revision: int) -> Revision | None:
    """Return a revision, published or draft; None when there is none."""
    return next(iter(_revisions(db, revisions.c.id == revision)), None)


def find_draft(db: Connection) -> Revision | None:
    """Return the draft; None without one."""
    return next(iter(_revisions(db, _is_draft)), None)


def all_revisions(db: Connection) -> tuple[Revision, ...]:
    """Return every revision, the draft first, then the newest."""
    return tuple(sorted(_revisions(db), key=lambda one: (one.state != "draft", -one.id)))


def load_published(db: Connection) -> tuple[int, tuple[Article, ...]]:
    """Return the published revision and its articles in the order they were saved."""
    revision = current_revision(db)
    return revision, load_revision(db, revision)


def load_revision(db: Connection, revision: int) -> tuple[Article, ...]:
    """Return the articles of a revision."""
    rows = db.execute(select(articles).where(articles.c.revision_id == revision).order_by(articles.c.place))
    return tuple(_article(row._mapping) for row in rows)


def _revisions(db: Connection, *only: Any) -> Iterable[Revision]:
    count = select(func.count()).where(articles.c.revision_id == revisions.c.id).scalar_subquery()
    rows = db.execute(select(revisions, count.label("questions")).where(*only))
    return [Revision(**row._mapping) for row in rows]


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
        "night_answer": article.night_answer,
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
        night_answer=row["night_answer"],
    )
