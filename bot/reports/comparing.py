"""With which period a period is compared: the one before it, or the same of the year before; pure."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from escalation.measures.periods import ReportPeriod, period_of

Comparison = Literal["previous", "year"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
_LEAP_DAY = (2, 29)


def compared_with(period: ReportPeriod, how: Comparison) -> ReportPeriod:
    """Return the period to compare with. Of a year before: a week by its number, 29 February as the 28th."""
    return period.previous() if how == "previous" else _year_before(period)


def _year_before(period: ReportPeriod) -> ReportPeriod:
    first = period.first
    if period.kind == "week":
        year, week, _ = first.isocalendar()
        weeks = date(year - 1, 12, 28).isocalendar().week
        return period_of("week", date.fromisocalendar(year - 1, min(week, weeks), 1))
    if period.kind in ("day", "days"):
        return ReportPeriod(_day_before(first), _day_before(period.last), period.kind)
    return period_of(period.kind, _day_before(first))


def _day_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == _LEAP_DAY else day.day)
