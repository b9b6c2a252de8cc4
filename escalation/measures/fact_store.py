"""Facts of days that are not closed, as rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select

from escalation.measures.columns import COLUMNS, FactColumns, columns_of_rows
from escalation.measures.facts import Fact
from escalation.measures.measure_tables import measure_facts
from escalation.measures.periods import day_of

_FIELDS = (*(name for name in COLUMNS if name != "at"), "at")
_COLUMNS = [measure_facts.c[name] for name in COLUMNS]


def save_facts(db: Connection, facts: Iterable[Fact], zone: ZoneInfo) -> int:
    """Write facts, each for its day in the zone, and return how many."""
    rows = [_row(fact, zone) for fact in facts]
    if rows:
        db.execute(insert(measure_facts), rows)
    return len(rows)


def open_days(db: Connection, first: str = "", last: str = "9") -> list[str]:
    """Return the days from `first` to `last` that have facts in rows, in order."""
    within = (measure_facts.c.day >= first, measure_facts.c.day <= last)
    return list(db.scalars(select(measure_facts.c.day).where(*within).distinct().order_by(measure_facts.c.day)))


def open_facts(db: Connection, day: str, measures: Collection[str] = ()) -> FactColumns:
    """Return the facts of a day that stand in rows; of some measures, or of all."""
    query = select(*_COLUMNS).where(measure_facts.c.day == day)
    if measures:
        query = query.where(measure_facts.c.measure.in_(measures))
    return columns_of_rows(tuple(row) for row in db.execute(query))


def take_facts(db: Connection, day: str) -> FactColumns:
    """Delete the rows of a day and return their facts."""
    rows = db.execute(delete(measure_facts).where(measure_facts.c.day == day).returning(*_COLUMNS)).all()
    return columns_of_rows(tuple(row) for row in rows)


def _row(fact: Fact, zone: ZoneInfo) -> dict[str, Any]:
    return {"day": day_of(fact.at, zone).isoformat(), **{name: getattr(fact, name) for name in _FIELDS}}
