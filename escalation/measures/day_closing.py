"""Days that are over are put away in blocks; facts of theirs that come later are put with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from escalation.measures.columns import FactColumns, columns_of, facts_of
from escalation.measures.fact_store import open_days, take_facts
from escalation.measures.measure_tables import measure_blocks, measure_facts, measure_months
from escalation.measures.packed_day import pack, unpack
from escalation.measures.periods import day_of

_C = measure_blocks.c


def day_to_close(db: Connection, reached: datetime, zone: ZoneInfo) -> str | None:
    """Return the first day with facts in rows of which no further fact is to come; None without one.

    `reached`: of which earlier instants nothing will come any more.
    """
    today = day_of(reached, zone).isoformat()
    query = select(measure_facts.c.day).where(measure_facts.c.day < today).order_by(measure_facts.c.day).limit(1)
    found: str | None = db.scalar(query)
    return found


def close_day(db: Connection, day: str, now: datetime, *, late: bool = True) -> int:
    """Put the facts of a day away, with those put away before, and return how many it has.

    Only one replica at a time may. `late`: those of a day put away before tell that it was rewritten.
    """
    before = db.execute(select(_C.facts, _C.rewritten_at).where(_C.day == day)).one_or_none()
    fresh = take_facts(db, day)
    if not len(fresh):
        return 0
    if before is None:
        values = {"day": day, "number": len(fresh), "facts": pack(fresh), "closed_at": now}
        db.execute(insert(measure_blocks).values(values))
    else:
        fresh = joined_columns(unpack(before.facts), fresh)
        values = {"number": len(fresh), "facts": pack(fresh), "rewritten_at": now if late else before.rewritten_at}
        db.execute(update(measure_blocks).where(_C.day == day).values(values))
    db.execute(delete(measure_months).where(measure_months.c.month == day[:7]))
    return len(fresh)


def joined_columns(one: FactColumns, other: FactColumns) -> FactColumns:
    """Return the facts of both."""
    return columns_of([*facts_of(one), *facts_of(other)])


def closed_days(db: Connection, first: str, last: str) -> Iterator[tuple[str, bytes]]:
    """Yield the closed days from `first` to `last` with their packed facts, in order, a few at a time."""
    query = select(_C.day, _C.facts).where(_C.day >= first, _C.day <= last).order_by(_C.day)
    for row in db.execute(query.execution_options(yield_per=16)):
        yield row.day, row.facts


def rewritten_days(db: Connection, first: str, last: str) -> dict[str, datetime]:
    """Return the days from `first` to `last` with which late facts were put, and when."""
    within = (_C.day >= first, _C.day <= last, _C.rewritten_at.is_not(None))
    return {row.day: row.rewritten_at for row in db.execute(select(_C.day, _C.rewritten_at).where(*within))}


def are_closed(db: Connection, first: str, last: str) -> bool:
    """Whether no day from `first` to `last` has facts in rows."""
    return not open_days(db, first, last)
