"""Talks that must go as they do: their files as they were imported, in versions; the newest is in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, DateTime, ForeignKey, Integer, String, Table, Text, func, insert, select

from knowledge_base.revisions.revision_store import metadata

talk_versions = Table(
    "kb_talk_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("talks", Integer, nullable=False),
)

talk_files = Table(
    "kb_talk_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, ForeignKey(talk_versions.c.id), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("text", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class KeptTalkFile:
    """A talk file: its name and its whole text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TalkVersion:
    """All talks that were in force from `created_at` on, until the next version."""

    id: int
    created_at: datetime
    author: str
    note: str
    talks: int


def save_talks(
    db: Connection, files: Iterable[KeptTalkFile], now: datetime, *, talks: int, author: str, note: str
) -> int:
    """Put these files in force in place of all others and return the new version; `talks` is how many they hold."""
    values = {"created_at": now, "author": author, "note": note, "talks": talks}
    version = int(db.execute(insert(talk_versions).values(values).returning(talk_versions.c.id)).scalar_one())
    rows = [{"version": version, "name": file.name, "text": file.text} for file in files]
    if rows:
        db.execute(insert(talk_files), rows)
    return version


def load_talks(db: Connection, version: int | None = None) -> tuple[KeptTalkFile, ...]:
    """Return the files of a version, in the order of their import; by default of the one in force."""
    wanted = version if version is not None else select(func.max(talk_versions.c.id)).scalar_subquery()
    rows = select(talk_files.c.name, talk_files.c.text).where(talk_files.c.version == wanted).order_by(talk_files.c.id)
    return tuple(KeptTalkFile(*row) for row in db.execute(rows))


def all_talk_versions(db: Connection) -> tuple[TalkVersion, ...]:
    """Return all versions, the newest first."""
    rows = db.execute(select(talk_versions).order_by(talk_versions.c.id.desc()))
    return tuple(TalkVersion(*row) for row in rows)
