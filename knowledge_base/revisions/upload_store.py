"""Files that a keeper is about to take into the draft; their content goes when that is decided: table and SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from knowledge_base.revisions.revision_store import metadata

UploadState = Literal["open", "taken", "dropped"]
KEPT = timedelta(days=30)

uploads = Table(
    "kb_uploads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("author", Text, nullable=False),
    Column("file", String(200), nullable=False),  # its name
    Column("content", LargeBinary, nullable=False),  # empty once it is decided
    Column("choices", JSON, nullable=False),  # which column is which, and how it is taken
    Column("state", String(16), nullable=False),  # open | taken | dropped
)
_IS_OPEN = uploads.c.state == "open"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded; `choices` as the keeper's form had them, empty at first."""

    id: int
    at: datetime
    author: str
    file: str
    content: bytes
    choices: Mapping[str, Any]
    state: UploadState


def add_upload(db: Connection, file: str, content: bytes, author: str, now: datetime) -> int:
    """Keep a file and return its number; those older than KEPT go."""
    db.execute(delete(uploads).where(uploads.c.at < now - KEPT))
    values = {"at": now, "author": author, "file": file[:200], "content": content, "choices": {}, "state": "open"}
    return int(db.execute(insert(uploads).values(**values).returning(uploads.c.id)).scalar_one())


def find_upload(db: Connection, number: int) -> Upload | None:
    """Return an upload; None without it."""
    row = db.execute(select(uploads).where(uploads.c.id == number)).one_or_none()
    return Upload(**row._mapping) if row is not None else None


def open_uploads(db: Connection, limit: int) -> tuple[Upload, ...]:
    """Return the latest uploads that are not decided, the newest first, without their content."""
    columns = [column for column in uploads.c if column.name != "content"]
    rows = db.execute(select(*columns).where(_IS_OPEN).order_by(uploads.c.id.desc()).limit(limit))
    return tuple(Upload(**row._mapping, content=b"") for row in rows)


def choose(db: Connection, number: int, choices: Mapping[str, Any]) -> bool:
    """Keep how an open upload is to be read; return False if it is decided already."""
    changed = update(uploads).where(uploads.c.id == number, _IS_OPEN).values(choices=dict(choices))
    return db.execute(changed.returning(uploads.c.id)).one_or_none() is not None


def end_upload(db: Connection, number: int, state: UploadState) -> bool:
    """Decide an open upload and forget its content; return False if it is decided already."""
    changed = update(uploads).where(uploads.c.id == number, _IS_OPEN).values(state=state, content=b"")
    return db.execute(changed.returning(uploads.c.id)).one_or_none() is not None
