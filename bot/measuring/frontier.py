"""Where a stream of numbered rows may be read up to: only what is old enough to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from bot.rules import Rules
from escalation.measures.streams import Stream, begin_stream, lock_stream

SETTLED = timedelta(seconds=60)  # a transaction that has a number by then has ended: none comes below those seen
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_REST = timedelta(minutes=1)  # how often it is noted that there is nothing new, by which days are closed
_STEP = 1_000


def settled_by(rules: Rules, now: datetime) -> datetime:
    """Return up to which instant a ticket's history is settled: nothing older can be taken back."""
    return now - max(SETTLED, rules.policy.dialogue.undo_within + SETTLED)


def old_enough(
    db: Connection, table: Table, rows: Sequence[Row[Any]], until: datetime, now: datetime
) -> Sequence[Row[Any]]:
    """Return the rows, next of a table, before the first one that is younger than an instant; each has `id` and `at`.

    One dated in the future, by a clock that was wrong, is as old as the next one that is not: it was written before.
    """
    known = [place for place, row in enumerate(rows) if row.at <= now]
    young = next((place for place in known if rows[place].at > until), None)
    if young is None and rows and rows[-1].at > now:
        beyond = _next_dated(db, table, rows[-1].id, now)
        if beyond is not None and beyond <= until:
            return rows
    old = [place for place in known if young is None or place < young]
    return rows[: old[-1] + 1] if old else rows[:0]


def _next_dated(db: Connection, table: Table, after: int, now: datetime) -> datetime | None:
    query = select(table.c.at).where(table.c.id > after, table.c.at <= now).order_by(table.c.id).limit(1)
    found: datetime | None = db.scalar(query)
    return found


def is_behind(  # what is read, up to when, by now
    db: Connection, table: Table, stream: Stream | None, until: datetime, now: datetime, later: timedelta = timedelta(0)
) -> bool:
    """Whether a stream has not begun, its next row is old enough, or it is to be noted that there is none.

    `later`: how long after a row the instant of its facts is.
    """
    if stream is None:
        return True
    query = select(table.c.at).where(table.c.id > stream.through).order_by(table.c.id).limit(1)
    at = db.scalar(query)
    if at is not None and at > now:
        at = _next_dated(db, table, stream.through, now)
    return (at is not None and at <= until) or stream.reached < until + later - _REST


def last_settled(db: Connection, table: Table, until: datetime) -> int:
    """Return the highest number of which it and all lower ones are old enough; 0 without one."""
    highest = above = int(db.scalar(select(func.max(table.c.id))) or 0)
    while above > 0:
        query = select(table.c.id, table.c.at).where(table.c.id <= above).order_by(table.c.id.desc()).limit(_STEP)
        rows = db.execute(query).all()
        young = [row.id for row in rows if row.at > until]
        if not young:
            return highest
        highest = above = min(young) - 1
    return 0


def locked(db: Connection, name: str) -> Stream | None:
    """Return a stream that begins with the first row, locked; None while another replica has it."""
    found = lock_stream(db, name)
    if found is None:
        begin_stream(db, Stream(name, 0, 0, None, LONG_AGO))
        found = lock_stream(db, name)
    return found
