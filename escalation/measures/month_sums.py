"""Sums of whole closed months without filters, kept so that reports of years read few rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, insert, select

from escalation.measures.adding import Adding
from escalation.measures.columns import NAMES
from escalation.measures.day_closing import are_closed, closed_days
from escalation.measures.measure_tables import measure_blocks, measure_months
from escalation.measures.packed_day import unpack
from escalation.measures.periods import ReportPeriod, period_of
from escalation.measures.sums import DIMENSIONS, Dimension, Filters, chosen

_C = measure_months.c
_WAYS: tuple[Dimension | None, ...] = (None, *DIMENSIONS)


def month_to_sum(db: Connection, before: date) -> tuple[ReportPeriod, Dimension | None] | None:
    """Return a month that ended before a day, and by what its closed days are not summed yet; None without one."""
    first = db.scalar(select(func.min(measure_blocks.c.day)))
    if first is None:
        return None
    kept = {(row.month, row.dimension) for row in db.execute(select(_C.month, _C.dimension))}
    month = period_of("month", date.fromisoformat(first))
    while month.last < before:
        missing = [by for by in _WAYS if (month.name, by or "") not in kept]
        if missing and are_closed(db, month.first.isoformat(), month.last.isoformat()):
            return month, missing[0]
        month = period_of("month", date.fromordinal(month.last.toordinal() + 1))
    return None


def sum_month(db: Connection, month: ReportPeriod, by: Dimension | None) -> None:
    """Keep the sums of a month's closed days."""
    adding, everything = Adding(by, articles=by is None), Filters()
    for _, packed in closed_days(db, month.first.isoformat(), month.last.isoformat()):
        columns = unpack(packed, {*NAMES, "staff_id"})
        adding.add(columns, chosen(columns, everything))
    values = {"month": month.name, "dimension": by or "", "sums": adding.packed()}
    db.execute(insert(measure_months).values(values))


def kept_months(db: Connection, months: Collection[str], by: Dimension | None) -> dict[str, bytes]:
    """Return the packed sums of those of the months that have them."""
    wanted = (_C.month.in_(months), _C.dimension == (by or ""))
    return {row.month: row.sums for row in db.execute(select(_C.month, _C.sums).where(*wanted))} if months else {}
