"""A period of days: a week, a month, a quarter, a year, or from one day to another; pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from escalation.refusals import EscalationRefusal

PeriodKind = Literal["day", "week", "month", "quarter", "year", "days"]
_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1990, 2999
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_FORMS = "2026-W48, 2026-11, 2026-Q4, 2026, 2026-11-05, or two days as 2026-11-01..2026-11-15"


class NoSuchPeriod(EscalationRefusal):
    """A text that names no period; the text is a whole sentence."""

    def __init__(self, text: str, why: str = "") -> None:
        because = why or f'"{text}" names no period'
        super().__init__(f"{because}; write it as {_FORMS}.")
        self.wanted, self.why = text, why


@dataclass(frozen=True, slots=True, order=True)
class ReportPeriod:
    """The days from `first` to `last`, both included."""

    first: date
    last: date
    kind: PeriodKind = "days"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def name(self) -> str:
        """Return the period as `parse_period` reads it."""
        match self.kind:
            case "week":
                return f"{self.first:%G-W%V}"
            case "month":
                return f"{self.first:%Y-%m}"
            case "quarter":
                return f"{self.first.year:04}-Q{_quarter_of(self.first)}"
            case "year":
                return f"{self.first.year:04}"
            case "day":
                return self.first.isoformat()
            case _:
                return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def previous(self) -> ReportPeriod:
        """Return the period of its kind, or of as many days, that ends the day before it."""
        return period_of(self.kind, self.first - _DAY, self.days)

    def holds(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.first <= day <= self.last


def period_of(kind: PeriodKind, day: date, days: int = 1) -> ReportPeriod:
    """Return the period of a kind that holds a day; of `days` the one of so many days that ends with it."""
    match kind:
        case "week":
            monday = day - timedelta(days=day.weekday())
            return ReportPeriod(monday, monday + timedelta(days=6), kind)
        case "month":
            return ReportPeriod(day.replace(day=1), _end_of_month(day.year, day.month), kind)
        case "quarter":
            first = 3 * _quarter_of(day) - 2
            return ReportPeriod(date(day.year, first, 1), _end_of_month(day.year, first + 2), kind)
        case "year":
            return ReportPeriod(date(day.year, 1, 1), date(day.year, 12, 31), kind)
        case "day":
            return ReportPeriod(day, day, kind)
        case _:
            return ReportPeriod(day - timedelta(days=days - 1), day)


def parse_period(text: str) -> ReportPeriod:
    """Read a period as people write it; raises NoSuchPeriod, which says what is wrong with it."""
    text = text.strip()
    first, dots, last = text.partition("..")
    found = ReportPeriod(_day(first, text), _day(last, text)) if dots else _named(text)
    if found.last < found.first:
        raise NoSuchPeriod(text, f'"{text}" ends before it begins')
    if not _FIRST_YEAR <= found.first.year <= found.last.year <= _LAST_YEAR:
        raise NoSuchPeriod(text, f'"{text}" is no time at which there were tickets')
    return found


def _named(text: str) -> ReportPeriod:
    try:
        if (found := _WEEK.fullmatch(text)) is not None:
            return period_of("week", date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if (found := _QUARTER.fullmatch(text)) is not None:
            return period_of("quarter", date(int(found[1]), 3 * int(found[2]), 1))
        if (found := _MONTH.fullmatch(text)) is not None:
            return period_of("month", date(int(found[1]), int(found[2]), 1))
        if (found := _YEAR.fullmatch(text)) is not None:
            return period_of("year", date(int(found[1]), 1, 1))
    except ValueError:
        raise NoSuchPeriod(text) from None
    return period_of("day", _day(text, text))


def _day(text: str, whole: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII) is None:
        raise NoSuchPeriod(whole)
    year, month, day = (int(part) for part in text.strip().split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        if (month, day) == (2, 29) and year:
            raise NoSuchPeriod(whole, f"The year {year} has no 29 February") from None
        raise NoSuchPeriod(whole, f"There is no day {text.strip()}") from None


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """Return the day of an instant in a zone."""
    return at.astimezone(zone).date()


def bounds_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day of a zone begins and ends, as UTC; it may have 23 or 25 hours."""
    begins, ends = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, day + _DAY))
    return begins, ends


def months_of(period: ReportPeriod) -> dict[str, ReportPeriod]:
    """Return the months that lie whole in a period, by how they are written."""
    found, month = {}, period_of("month", period.first)
    while month.first <= period.last:
        if period.first <= month.first and month.last <= period.last:
            found[month.name] = month
        month = period_of("month", month.last + _DAY)
    return found


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _quarter_of(day: date) -> int:
    return (day.month + 2) // 3
