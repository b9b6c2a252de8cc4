"""From the database to numbers: sums of facts in a period, and the tickets behind a number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection, func, select

from escalation.measures.adding import Adding
from escalation.measures.columns import FactColumns
from escalation.measures.day_closing import closed_days
from escalation.measures.fact_store import open_days, open_facts
from escalation.measures.measure_tables import measure_blocks
from escalation.measures.month_sums import kept_months
from escalation.measures.packed_day import unpack
from escalation.measures.periods import ReportPeriod, months_of
from escalation.measures.sums import Dimension, Filters, Key, Sum, chosen, column_of
from escalation.staff import Staff
from escalation.tickets.access import visible_to
from escalation.tickets.ticket_store import tickets

_DAY = timedelta(days=1)
_AT_ONCE = 500  # numbers in one query
_LOOKED_BACK = 92  # days


def sums(
    db: Connection,
    period: ReportPeriod,
    filters: Filters | None = None,
    by: Dimension | None = None,
    measures: Collection[str] = (),
    *,
    articles: bool = False,
) -> dict[str, dict[Key, Sum]]:
    """Return by group, measure and part the sums of the period's facts; of some measures, or of all.

    The group is a value of `by` (an agent's number as text), or ALL without one. By a dimension, what is counted by
    article is summed over all of them, as part "", unless `articles`, which takes longer.
    """
    filters = filters or Filters()
    adding = Adding(by, articles=articles or by is None)
    months = months_of(period) if filters.are_none and not (articles and by) else {}
    kept = kept_months(db, months, by)
    for packed in kept.values():
        adding.add_packed(packed, measures)
    wanted = {"measure", "part", *filters.columns, *([column_of(by)] if by else [])}
    for columns in _days(db, period, [months[name] for name in kept], wanted, measures):
        adding.add(columns, chosen(columns, filters, measures))
    return adding.result()


def behind(
    db: Connection,
    who: Staff,
    period: ReportPeriod,
    filters: Filters,
    key: Key,
    after: int = 0,
    limit: int = 100,
) -> list[int]:
    """Return up to `limit` numbers above `after` of tickets that make a sum, which this person may see, in order."""
    numbers = _tickets_of(db, period, filters, key)
    found: list[int] = []
    later = numbers[np.searchsorted(numbers, after, side="right") :].tolist()
    for index in range(0, len(later), _AT_ONCE):
        some = later[index : index + _AT_ONCE]
        seen = select(tickets.c.id).where(tickets.c.id.in_(some), visible_to(who)).order_by(tickets.c.id)
        found.extend(db.scalars(seen.limit(limit - len(found))))
        if len(found) >= limit:
            break
    return found


def latest_value(db: Connection, period: ReportPeriod, measure: str) -> int | None:
    """Return the total of a measure on the period's last day that has it, as of what is counted at the end of days."""
    day = period.last
    for _ in range(min(period.days, _LOOKED_BACK)):
        found = sums(db, ReportPeriod(day, day), measures=(measure,)).get("", {})
        if found:
            return sum(each.total for each in found.values())
        day -= _DAY
    return None


def first_day(db: Connection) -> date | None:
    """Return the first day that has facts; None without any."""
    closed, still = db.scalar(select(func.min(measure_blocks.c.day))), open_days(db)[:1]
    days = [*still, *([closed] if closed is not None else [])]
    return date.fromisoformat(min(days)) if days else None


def _tickets_of(db: Connection, period: ReportPeriod, filters: Filters, key: Key) -> np.ndarray:
    measure, part = key
    parts = [np.zeros(0, dtype=np.int64)]
    for columns in _days(db, period, (), {"measure", "part", "ticket_id", *filters.columns}, (measure,)):
        mask = chosen(columns, filters, (measure,))
        if part:
            mask &= columns.arrays["part"] == columns.place_of(part)
        parts.append(np.unique(columns.arrays["ticket_id"][mask]))
    numbers = np.unique(np.concatenate(parts))
    return numbers[numbers > 0]


def _days(
    db: Connection,
    period: ReportPeriod,
    but: Sequence[ReportPeriod],
    wanted: Collection[str],
    measures: Collection[str],
) -> Iterator[FactColumns]:
    """Yield the facts of the period's days: of closed ones but those of some months, and all that are still rows."""
    for first, last in _ranges(period, but):
        for _, packed in closed_days(db, first.isoformat(), last.isoformat()):
            yield unpack(packed, wanted)
    for day in open_days(db, period.first.isoformat(), period.last.isoformat()):
        yield open_facts(db, day, measures)


def _ranges(period: ReportPeriod, but: Sequence[ReportPeriod]) -> Iterator[tuple[date, date]]:
    first = period.first
    for each in sorted(but):
        if first < each.first:
            yield first, each.first - _DAY
        first = each.last + _DAY
    if first <= period.last:
        yield first, period.last
