"""Verifies every chain of the journal, in one pass and in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, String, select, type_coerce

from escalation.journal.erased_lines import ErasedCount, Erasure, erasure_of
from escalation.journal.journal_store import SUBJECTS, erasable, journal_heads, journal_lines, line_hash, seal
from escalation.journal.keyed import key_of

AT_ONCE = 1_000
_SPOILT = ("at", "before", "after", "erased_at")


@dataclass(frozen=True, slots=True)
class JournalFault:
    """A deviation in a chain of the journal, in a whole sentence."""

    subject: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """`Journal of staff:lin, line 3: sentence`."""
        return f"Journal of {self.subject}{'' if self.line is None else f', line {self.line}'}: {self.message}"


@dataclass
class JournalCount:
    """How much of the journal was read."""

    subjects: int = 0
    lines: int = 0
    erased: ErasedCount = field(default_factory=ErasedCount)


def verify_journal(db: Connection, count: JournalCount) -> Iterator[JournalFault]:
    """Yield the faults of every chain; `count` is brought up to what was read."""
    secret, ends, named = key_of(db), dict[str, tuple[int, str]](), set[str]()
    # Instants and JSON as the driver gives them: what was spoilt is a fault to tell, not to stumble over.
    raw = [type_coerce(journal_lines.c[name], String).label(name) for name in _SPOILT]
    columns = [column for column in journal_lines.c if column.name not in _SPOILT]
    query = select(*columns, *raw).order_by(journal_lines.c.subject, journal_lines.c.seq)
    rows = db.execute(query.execution_options(yield_per=AT_ONCE))
    for subject, group in groupby(rows, key=lambda row: str(row.subject)):
        previous, seq = "", 0
        for row in group:
            count.lines += 1
            if row.seq != seq + 1:
                yield JournalFault(subject, None, f"line {seq + 1} is missing; line {row.seq} stands in its place.")
            values = _readable(row)
            if row.seq == seq + 1 and (values is None or not _is_sound(secret, previous, values)):
                yield JournalFault(subject, row.seq, "it does not fit its hash; it was changed past the product.")
            if values is not None:
                count.erased.note(values["erasure_of"])
            if subject == SUBJECTS and values is not None:
                named.add(str(values["after"].get("subject")))
            previous, seq = row.hash, row.seq if isinstance(row.seq, int) else seq + 1
        ends[subject] = (seq, previous)
        count.subjects += 1
    yield from _ends(db, secret, ends)
    for subject in sorted(named - ends.keys()):
        yield JournalFault(subject, None, "it had begun, but is gone; it was deleted past the product.")


def _readable(row: Any) -> dict[str, Any] | None:
    values: dict[str, Any] = row._asdict()
    try:
        for name in ("before", "after"):
            values[name] = json.loads(values[name]) if isinstance(values[name], str) else values[name]
        at = values["at"] if isinstance(values["at"], datetime) else datetime.fromisoformat(values["at"])
        erased_at = values["erased_at"]
        erased_at = datetime.fromisoformat(erased_at) if isinstance(erased_at, str) else erased_at
    except (ValueError, TypeError):
        return None
    values["at"] = _aware(at)
    values["erasure_of"] = erasure_of(values["erased_by"], erased_at and _aware(erased_at), values["erasure"])
    return values if isinstance(values["after"], dict) else None


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at  # SQLite keeps UTC without saying so


def _is_sound(secret: bytes, previous: str, values: dict[str, Any]) -> bool:
    """Whether a line's hash is its own; of an erased one, whether its seal is."""
    erasure: Erasure | None = values["erasure_of"]
    if erasure is None:
        return bool(values["hash"] == line_hash(secret, previous, values))
    return erasure.fits(secret, previous, *erasable(values))


def _ends(db: Connection, secret: bytes, ends: dict[str, tuple[int, str]]) -> Iterator[JournalFault]:
    there = set()
    query = select(journal_heads).order_by(journal_heads.c.subject).execution_options(yield_per=AT_ONCE)
    for head in db.execute(query):
        there.add(head.subject)
        yield from _end(head, secret, ends.get(head.subject, (0, "")))
    for subject in sorted(ends.keys() - there):
        yield JournalFault(subject, None, "where it ends is not kept; that was deleted past the product.")


def _end(head: Any, secret: bytes, found: tuple[int, str]) -> Iterator[JournalFault]:
    lines, last = found
    if head.seal != seal(secret, head.subject, head.lines, head.hash):
        yield JournalFault(head.subject, None, "its end was not written by the product, or with another key.")
    elif lines < head.lines:
        yield JournalFault(head.subject, None, f"it ends with line {lines} of {head.lines}; the end was cut off.")
    elif lines > head.lines or last != head.hash:
        yield JournalFault(head.subject, None, f"its end is not line {head.lines} as it was written; it was changed.")
