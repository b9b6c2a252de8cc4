"""The draft, changed question by question; each change keeps its author, its time and both versions: tables and SQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from knowledge_base.revisions.entries import article_of, entry_of
from knowledge_base.revisions.revision_store import metadata

ChangeState = Literal["pending", "published", "dropped"]

draft_changes = Table(
    "kb_draft_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("author", Text, nullable=False),
    Column("article_id", String, nullable=False),
    Column("before", JSON(none_as_null=True)),  # NULL: it was not there
    Column("after", JSON(none_as_null=True)),  # NULL: it was retired
    Column("state", String(16), nullable=False),  # pending | published | dropped
    Column("revision", Integer),  # published: as which
    Index("ix_kb_draft_changes_article_id", "article_id", "id"),
    Index("ix_kb_draft_changes_state", "state"),
)
_is_pending = draft_changes.c.state == "pending"
_articles = revision_store.articles


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What somebody did to one question of the draft."""

    id: int
    at: datetime
    author: str
    article_id: str
    before: Article | None
    after: Article | None
    state: ChangeState
    revision: int | None


def begin_draft(db: Connection, now: datetime, author: str) -> int:
    """Return the number of the draft, which is begun as a copy of what is published if there is none."""
    found = revision_store.find_draft(db)
    if found is not None:
        return found.id
    current = revision_store.current_revision(db)
    draft = revision_store.save_revision(db, (), now, "", author=author, based_on=current, state="draft")
    copied = [column for column in _articles.c if column.name != "revision_id"]
    rows = select(literal(draft), *copied).where(_articles.c.revision_id == current)
    db.execute(insert(_articles).from_select(["revision_id", *(column.name for column in copied)], rows))
    return draft


def latest_edition(db: Connection) -> int:
    """Return the number of the draft, or of what is published without one; 0 where there is neither."""
    found = revision_store.find_draft(db)
    return found.id if found is not None else revision_store.current_revision(db)


def find_entry(db: Connection, revision: int, article_id: str) -> Article | None:
    """Return an article of a revision; None without it."""
    rows = revision_store.articles_where(db, _articles.c.revision_id == revision, _articles.c.article_id == article_id)
    return next(iter(rows), None)


def change_entries(
    db: Connection, draft: int, wanted: Iterable[tuple[str, Article | None]], author: str, now: datetime
) -> int:
    """Write these questions into the draft, None for one to be retired; return how many changed by it."""
    return sum(_change_entry(db, draft, article_id, after, author, now) for article_id, after in wanted)


def _change_entry(
    db: Connection, draft: int, article_id: str, after: Article | None, author: str, now: datetime
) -> bool:
    before = find_entry(db, draft, article_id)
    if before == after:
        return False
    mine = (_articles.c.revision_id == draft, _articles.c.article_id == article_id)
    if after is None:
        db.execute(delete(_articles).where(*mine))
    elif before is None:
        place = select(func.coalesce(func.max(_articles.c.place), -1) + 1).where(_articles.c.revision_id == draft)
        db.execute(insert(_articles), revision_store.row_of(draft, db.execute(place).scalar_one(), after))
    else:
        db.execute(update(_articles).where(*mine).values(revision_store.values_of(after)))
    change = {"at": now, "author": author, "article_id": article_id, "state": "pending"}
    change |= {"before": entry_of(before) if before else None, "after": entry_of(after) if after else None}
    db.execute(insert(draft_changes), change)
    touched = {"created_at": now, "author": author}
    db.execute(update(revision_store.revisions).where(revision_store.revisions.c.id == draft).values(touched))
    return True


def set_base(db: Connection, draft: int, revision: int) -> None:
    """Note that the draft is based on this revision from now on."""
    db.execute(update(revision_store.revisions).where(revision_store.revisions.c.id == draft).values(based_on=revision))


def settle_changes(db: Connection, revision: int | None) -> None:
    """Note that what is pending was published as this revision; None: that it was dropped with its draft."""
    state = "dropped" if revision is None else "published"
    db.execute(update(draft_changes).where(_is_pending).values(state=state, revision=revision))


def pending_changes(db: Connection) -> tuple[DraftChange, ...]:
    """Return the changes of the draft, the oldest first."""
    return _changes(db, _is_pending)


def changes_of(db: Connection, article_id: str, limit: int) -> tuple[DraftChange, ...]:
    """Return the latest changes of a question, the newest first."""
    mine = draft_changes.c.article_id == article_id
    query = select(draft_changes).where(mine).order_by(draft_changes.c.id.desc()).limit(limit)
    return tuple(_change(row) for row in db.execute(query))


def last_changers(db: Connection, article_ids: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """Return who changed each of these questions in the draft last, and when."""
    found = (change for change in pending_changes(db) if change.article_id in article_ids)
    return {change.article_id: (change.author, change.at) for change in found}


def _changes(db: Connection, *only: Any) -> tuple[DraftChange, ...]:
    rows = db.execute(select(draft_changes).where(*only).order_by(draft_changes.c.id))
    return tuple(_change(row) for row in rows)


def _change(row: Any) -> DraftChange:
    values = dict(row._mapping)
    sides = {side: article_of(values[side]) if values[side] else None for side in ("before", "after")}
    return DraftChange(**{**values, **sides})
