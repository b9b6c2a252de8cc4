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
    Index("ix_kb_articles_article_id", "article_id", "revision_id"),
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
    rows = [row_of(revision, place, article) for place, article in enumerate(content)]
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


def published_at(db: Connection, at: datetime) -> tuple[Revision, ...]:
    """Return the revisions that were published at this very instant."""
    return tuple(_revisions(db, _is_published, revisions.c.created_at == at))


def all_revisions(db: Connection) -> tuple[Revision, ...]:
    """Return every revision, the draft first, then the newest."""
    return tuple(sorted(_revisions(db), key=lambda one: (one.state != "draft", -one.id)))


def load_published(db: Connection) -> tuple[int, tuple[Article, ...]]:
    """Return the published revision and its articles in the order they were saved."""
    revision = current_revision(db)
    return revision, load_revision(db, revision)


def load_revision(db: Connection, revision: int) -> tuple[Article, ...]:
    """Return the articles of a revision."""
    return articles_where(db, articles.c.revision_id == revision)


def articles_where(db: Connection, *only: Any) -> tuple[Article, ...]:
    """Return the articles that meet these conditions, by revision in the order they were saved."""
    rows = db.execute(select(articles).where(*only).order_by(articles.c.revision_id, articles.c.place))
    return tuple(_article(row._mapping) for row in rows)


def latest_versions(db: Connection) -> tuple[Article, ...]:
    """Return every article that was ever published, each as it was published last."""
    last = (
        select(articles.c.article_id, func.max(articles.c.revision_id).label("revision_id"))
        .join(revisions, revisions.c.id == articles.c.revision_id)
        .where(_is_published)
        .group_by(articles.c.article_id)
        .subquery()
    )
    same = (articles.c.article_id == last.c.article_id) & (articles.c.revision_id == last.c.revision_id)
    rows = db.execute(select(articles).join(last, same).order_by(articles.c.revision_id, articles.c.place))
    return tuple(_article(row._mapping) for row in rows)


def versions_of(db: Connection, article_id: str) -> tuple[tuple[Revision, Article], ...]:
    """Return an article in every published revision that holds it, the oldest first."""
    query = (
        select(articles, revisions)
        .join(revisions, revisions.c.id == articles.c.revision_id)
        .where(_is_published, articles.c.article_id == article_id)
        .order_by(revisions.c.id)
    )
    return tuple((_bare(row._mapping), _article(row._mapping)) for row in db.execute(query))


def _bare(row: RowMapping) -> Revision:
    names = ("id", "created_at", "note", "state", "author", "based_on")
    return Revision(**{name: row[name] for name in names}, questions=0)


def _revisions(db: Connection, *only: Any) -> Iterable[Revision]:
    count = select(func.count()).where(articles.c.revision_id == revisions.c.id).scalar_subquery()
    rows = db.execute(select(revisions, count.label("questions")).where(*only))
    return [Revision(**row._mapping) for row in rows]


def row_of(revision: int, place: int, article: Article) -> dict[str, Any]:
    """Return the row of an article in a revision."""
    return {"revision_id": revision, "place": place, **values_of(article)}


def values_of(article: Article) -> dict[str, Any]:
    """Return the columns of an article, but where it stands."""
    return {
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
