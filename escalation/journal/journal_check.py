"""Verifies every chain of the journal, in one pass and in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from escalation.journal.journal_store import SUBJECTS, journal_heads, journal_lines, line_hash, seal
from escalation.journal.keyed import key_of

AT_ONCE = 1_000


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


def verify_journal(db: Connection, count: JournalCount) -> Iterator[JournalFault]:
    """Yield the faults of every chain; `count` is brought up to what was read."""
    secret, ends, named = key_of(db), dict[str, tuple[int, str]](), set[str]()
    query = select(journal_lines).order_by(journal_lines.c.subject, journal_lines.c.seq)
    rows = db.execute(query.execution_options(yield_per=AT_ONCE))
    for subject, group in groupby(rows, key=lambda row: str(row.subject)):
        previous, seq = "", 0
        for row in group:
            count.lines += 1
            if row.seq != seq + 1:
                yield JournalFault(subject, None, f"line {seq + 1} is missing; line {row.seq} stands in its place.")
            elif row.hash != line_hash(secret, previous, row._asdict()):
                yield JournalFault(subject, row.seq, "it does not fit its hash; it was changed past the product.")
            if subject == SUBJECTS:
                named.add(str(row.after.get("subject")))
            previous, seq = row.hash, row.seq
        ends[subject] = (seq, previous)
        count.subjects += 1
    yield from _ends(db, secret, ends)
    for subject in sorted(named - ends.keys()):
        yield JournalFault(subject, None, "it had begun, but is gone; it was deleted past the product.")


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
