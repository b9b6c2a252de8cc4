"""The journal's tables and their SQL: one hash chain per subject, and where each ends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from escalation.journal.keyed import key_of, mac, plain
from escalation.tables import insert_into, metadata

LONGEST_SUBJECT = 128
SUBJECTS = "subjects"  # the chain that names every other one, so that none can go as a whole

journal_lines = Table(
    "journal_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(LONGEST_SUBJECT), nullable=False),
    Column("seq", Integer, nullable=False),  # 1, 2, 3 … in the chain of its subject
    Column("at", DateTime(timezone=True), nullable=False),
    Column("what", String(64), nullable=False),
    Column("by", String(128), nullable=False),  # a sign-in name, "system", "cli" or "key NAME"
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("hash", String(64), nullable=False),  # keyed, over this line and the hash of the one before
    Column("erased_by", String(128)),  # who erased whom the line was about, and what it said of them …
    Column("erased_at", DateTime(timezone=True)),
    Column("erasure", String(64)),  # … and the keyed seal over that, the hash and what is left
    Index("ix_journal_lines_subject_seq", "subject", "seq", unique=True),
    Index("ix_journal_lines_by", "by"),
    Index("ix_journal_lines_at", "at"),
)

journal_heads = Table(
    "journal_heads",
    metadata,
    Column("subject", String(LONGEST_SUBJECT), primary_key=True),
    Column("lines", Integer, nullable=False),
    Column("hash", String(64), nullable=False),  # of the last line
    Column("seal", String(64), nullable=False),  # keyed, over this row: it cannot be set back to an earlier line
)

_HEAD = (
    select(journal_heads.c.lines, journal_heads.c.hash)
    .where(journal_heads.c.subject == bindparam("chain"))
    .with_for_update()
)
_ENDED = (
    update(journal_heads)
    .where(journal_heads.c.subject == bindparam("chain"))
    .values(lines=bindparam("number"), hash=bindparam("last"), seal=bindparam("sealed"))
)


def record(
    db: Connection,
    subject: str,
    what: str,
    by: str,
    now: datetime,
    *,
    before: Mapping[str, Any] = {},
    after: Mapping[str, Any] = {},
) -> None:
    """Add a line to the chain of `subject`, whose end stays locked until the transaction ends.

    `by` is a sign-in name, "system", "cli" or "key NAME". Values are what JSON can hold, instants, or shown as text;
    personal data and secrets are the caller's to leave out or to digest.
    """
    subject = subject_of(subject)
    key = key_of(db)
    lines, previous = _locked(db, subject, by, now, key)
    # As the columns hold it, whatever the dialect would do with the rest.
    row: dict[str, Any] = {"subject": subject, "seq": lines + 1, "at": now.astimezone(UTC)}
    row |= {"what": what[:64], "by": by[:128], "before": plain(before), "after": plain(after)}
    row["hash"] = line_hash(key, previous, row)
    db.execute(insert(journal_lines), row)
    end = {"number": lines + 1, "last": row["hash"], "sealed": seal(key, subject, lines + 1, row["hash"])}
    db.execute(_ENDED, {"chain": subject, **end})


def key_fits(db: Connection) -> bool:
    """Whether the key of `db` sealed one of the first chains, or there is none: then this is the key to begin with."""
    rows = db.execute(select(journal_heads).order_by(journal_heads.c.subject).limit(20)).all()
    key = key_of(db)
    return not rows or any(row.seal == seal(key, row.subject, row.lines, row.hash) for row in rows)


def subject_of(text: str) -> str:
    """Return a subject as its column holds it: a longer one keeps its beginning, and a digest of the whole."""
    if len(text) <= LONGEST_SUBJECT:
        return text
    return text[: LONGEST_SUBJECT - 17] + "#" + hashlib.sha256(text.encode()).hexdigest()[:16]


def line_hash(key: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """Return the keyed hash of a line after one with the hash `previous`; empty for the first."""
    names = ("subject", "seq", "at", "what", "by", "before", "after")
    return mac(key, "line", previous, *[row[name] for name in names])


def erasable(row: Mapping[str, Any]) -> list[Any]:
    """Return what the seal of an erased line covers, beside who erased it, when, and the hash before it."""
    names = ("subject", "seq", "at", "what", "by", "before", "after", "hash")
    return [row[name] for name in names]


def seal(key: bytes, subject: str, lines: int, last: str) -> str:
    """Return the keyed hash of where a chain ends."""
    return mac(key, "end", subject, lines, last)


def lines_of(db: Connection, subject: str) -> list[Row[Any]]:
    """Return the lines of one subject, the oldest first."""
    mine = journal_lines.c.subject == subject_of(subject)
    return list(db.execute(select(journal_lines).where(mine).order_by(journal_lines.c.seq)))


def latest(db: Connection, subject: str) -> Row[Any] | None:
    """Return the last line of a subject; None without one."""
    mine = journal_lines.c.subject == subject_of(subject)
    return db.execute(select(journal_lines).where(mine).order_by(journal_lines.c.seq.desc()).limit(1)).one_or_none()


def _locked(db: Connection, subject: str, by: str, now: datetime, key: bytes) -> tuple[int, str]:
    """Lock the end of a chain, new ones begun and named in the chain of all subjects."""
    row = db.execute(_HEAD, {"chain": subject}).one_or_none()
    if row is None:
        empty = {"subject": subject, "lines": 0, "hash": "", "seal": seal(key, subject, 0, "")}
        begun = insert_into(db, journal_heads).values(empty).on_conflict_do_nothing()
        is_new = db.execute(begun.returning(journal_heads.c.subject)).one_or_none() is not None
        if is_new and subject != SUBJECTS:
            record(db, SUBJECTS, "begun", by, now, after={"subject": subject})
        row = db.execute(_HEAD, {"chain": subject}).one()
    return row.lines, row.hash
