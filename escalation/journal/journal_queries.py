"""Lines of the journal for reading: by subject, person and time, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from escalation.journal.journal_store import journal_lines


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which lines: of a subject or all that begin with it and a colon, of a person, from and until an instant.

    `but`: a subject that is left out.
    """

    subject: str = ""
    by: str = ""
    since: datetime | None = None
    until: datetime | None = None
    but: str = ""


def find_lines(db: Connection, wanted: JournalFilter, limit: int, below: int | None = None) -> Sequence[Row[Any]]:
    """Return up to `limit` lines with an id under `below`, the newest first."""
    query = select(journal_lines).where(*_where(wanted))
    if below is not None:
        query = query.where(journal_lines.c.id < below)
    return db.execute(query.order_by(journal_lines.c.id.desc()).limit(limit)).all()


def count_lines(db: Connection, wanted: JournalFilter) -> int:
    """Return how many lines there are."""
    return int(db.scalar(select(func.count()).select_from(journal_lines).where(*_where(wanted))) or 0)


def _where(wanted: JournalFilter) -> list[Any]:
    column = journal_lines.c
    where: list[Any] = []
    if wanted.subject:
        begins = column.subject.startswith(f"{wanted.subject}:", autoescape=True)
        where.append((column.subject == wanted.subject) | begins)
    if wanted.but:
        where.append(column.subject != wanted.but)
    if wanted.by:
        where.append(column.by == wanted.by)
    if wanted.since is not None:
        where.append(column.at >= wanted.since)
    if wanted.until is not None:
        where.append(column.at < wanted.until)
    return where
