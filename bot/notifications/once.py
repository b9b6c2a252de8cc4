"""Marks that let one of several replicas do something once, or once in a while."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, DateTime, String, Table, bindparam, select

from bot.storage.tables import metadata
from bot.storage.upsert import Upsert, insert_or_nothing

once = Table(  # a morning's digest, a year's alarm
    "once",
    metadata,
    Column("what", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

_FIRST = insert_or_nothing(once, once.c.what)
_AGAIN = Upsert(
    once,
    lambda row: row.on_conflict_do_update(
        index_elements=[once.c.what],
        set_={"at": row.excluded.at},
        where=once.c.at <= bindparam("rested", type_=DateTime(timezone=True)),
    ).returning(once.c.what),
)


def is_done(db: Connection, what: str) -> bool:
    """Whether the mark was set already; reads without a lock."""
    return db.scalar(select(once.c.what).where(once.c.what == what)) is not None


def are_done(db: Connection, marks: Collection[str]) -> set[str]:
    """Return which of these marks were set already; reads without a lock."""
    return set(db.scalars(select(once.c.what).where(once.c.what.in_(marks)))) if marks else set()


def mark_once(db: Connection, what: str, now: datetime) -> bool:
    """Set the mark; True if this transaction was the first. Undone if the transaction is rolled back."""
    return _FIRST.run(db, {"what": what, "at": now}).one_or_none() is not None


def may_mark_again(db: Connection, what: str, pause: timedelta, now: datetime) -> bool:
    """Whether `mark_again_after` would return True; reads without a lock."""
    at = last_marked(db, what)
    return at is None or at <= now - pause


def last_marked(db: Connection, what: str) -> datetime | None:
    """Return when the mark was set last; reads without a lock."""
    at: datetime | None = db.scalar(select(once.c.at).where(once.c.what == what))
    return at


def mark_again_after(db: Connection, what: str, pause: timedelta, now: datetime) -> bool:
    """Set the mark if it was never set or last set at least `pause` ago; True if it was set now."""
    return _AGAIN.run(db, {"what": what, "at": now, "rested": now - pause}).one_or_none() is not None
