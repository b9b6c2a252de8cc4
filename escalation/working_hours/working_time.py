"""Calendar: adds and measures working time between UTC instants; the zone only builds each year's intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from escalation.working_hours.instants import require_utc
from escalation.working_hours.legal_holidays import legal_days, substitute_days
from escalation.working_hours.open_hours import DAY, OpenYear, Span, days_round, open_year, parse_span

__all__ = ["Calendar", "CalendarDay", "DayKind", "NeverOpenError", "Span", "parse_span", "with_days"]

LONGEST_CLOSURE = timedelta(days=731)  # a calendar that stays shut for two years is a mistake, not a holiday
_ZERO = timedelta(0)

DayKind = Literal["off", "on"]


class NeverOpenError(ValueError):
    """The calendar has no opening within two years, so that no working time can be added."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A holiday or a make-up day.

    Without a `calendar` it applies to every calendar of working days; with one it is a day of the company's own, and
    applies to that one.
    """

    day: date
    kind: DayKind
    name: str = ""
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours in which a clock runs.

    `days_off` and `days_on` are the published holidays and make-up days, `years` the years they are published for;
    `days` holds their names and sources for people.
    """

    name: str
    zone: ZoneInfo
    spans: tuple[Span, ...]
    working_days_only: bool = False
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    days: tuple[CalendarDay, ...] = field(default=(), compare=False, repr=False)
    _open_years: dict[int, OpenYear] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Check the spans; raises ValueError when they overlap, also around midnight: an hour must not count twice."""
        spans = sorted(self.spans)
        for earlier, later in pairwise(spans):
            if later.opens < earlier.closes:
                raise ValueError(f"The time spans of calendar {self.name} overlap.")
        if spans and spans[-1].closes - DAY > spans[0].opens:
            raise ValueError(f"The time spans of calendar {self.name} overlap round midnight.")
        object.__setattr__(self, "spans", tuple(spans))

    def opens_on(self, day: date) -> bool:
        """Whether open hours begin on this local day; days off by law are not working days in any year."""
        if day in self.days_on:
            return True
        return day not in self.days_off and (not self.working_days_only or self._is_working_day(day))

    def _is_working_day(self, day: date) -> bool:
        if day.weekday() >= 5 or day in legal_days(day.year):
            return False
        return day.year in self.years or day not in substitute_days(day.year)

    def is_open(self, at: datetime) -> bool:
        """Whether the clock runs at this instant; the closing instant is outside."""
        at = require_utc(at)
        return self._year(at.year).is_open(at)

    def is_published(self, at: datetime) -> bool:
        """Whether the holidays of this instant's year are known; a calendar that opens every day needs none."""
        year = require_utc(at).astimezone(self.zone).year
        return not self.working_days_only or year in self.years

    def next_opening(self, at: datetime) -> datetime:
        """Return the first open instant at or after `at`.

        Raises NeverOpenError when there is none within two years, ValueError when `at` is not aware UTC.
        """
        at = require_utc(at)
        found = self._year(at.year).next_opening(at)
        return next(self._years_after(at)).opens[0] if found is None else found

    def edges(self, year: int) -> list[datetime]:
        """Return the instants of a UTC year at which the calendar opens and closes, in order."""
        hours = self._year(year)
        return sorted({*hours.opens, *hours.closes})

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the earliest instant at which `duration` of open time has passed since `start`.

        Work that ends with the day ends at closing time, not at the next opening; zero gives the next opening. Raises
        ValueError for a negative duration or a `start` that is not aware UTC, NeverOpenError when the calendar does not
        open within two years; AssertionError cannot occur.
        """
        if duration < _ZERO:
            raise ValueError("Only a duration of zero or more can be added to working time.")
        if not duration:
            return self.next_opening(start)
        start = require_utc(start)
        hours = self._year(start.year)
        worked = hours.until(start) + duration
        if worked <= hours.total:
            return hours.instant_of(worked)
        worked -= hours.total
        for later in self._years_after(start):
            if worked <= later.total:
                return later.instant_of(worked)
            worked -= later.total
        raise AssertionError("unreachable: _years_after ends only by raising")

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """Return the latest start from which `duration` of open time has passed by `end`.

        Looked for in its year and the one before; where they do not hold so much, the beginning of that.
        """
        for year in (end.year, end.year - 1):
            worked = self._year(end.year).until(end) - duration + (self._year(year).total if year < end.year else _ZERO)
            if worked >= _ZERO:
                return self._year(year).latest_of(worked)
        return datetime(end.year - 1, 1, 1, tzinfo=UTC)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time from `start` to `end`; negative when `end` comes first.

        Raises ValueError when either is not aware UTC.
        """
        start, end = require_utc(start), require_utc(end)
        if end < start:
            return -self.between(end, start)
        whole = sum((self._year(year).total for year in range(start.year, end.year)), _ZERO)
        return whole + self._year(end.year).until(end) - self._year(start.year).until(start)

    def _year(self, year: int) -> OpenYear:
        found = self._open_years.get(year)
        if found is None:  # two threads may build it at once: they build the same
            shut = frozenset(day for day in days_round(year) if not self.opens_on(day))
            found = self._open_years[year] = open_year(self.zone, self.spans, year, shut)
        return found

    def _years_after(self, at: datetime) -> Iterator[OpenYear]:
        """The years after this instant's that have open hours, for ever."""
        year, hours, last = at.year, self._year(at.year), at
        while True:
            last = max(last, hours.closes[-1]) if hours.closes else last
            year, hours = year + 1, self._year(year + 1)
            until = hours.opens[0] if hours.opens else datetime(year + 1, 1, 1, tzinfo=UTC)
            if until - last > LONGEST_CLOSURE:
                raise NeverOpenError(
                    f"Calendar {self.name} has no open hour in the two years after {at:%Y-%m-%d}; "
                    "give it hours, or correct its days off."
                )
            if hours.opens:
                yield hours


def with_days(calendar: Calendar, days: Iterable[CalendarDay], years: Iterable[int]) -> Calendar:
    """Return the calendar with these days instead of its own; the company's own days override those of all."""
    scopes = (None, calendar.name) if calendar.working_days_only else (calendar.name,)
    meant = [day for day in days if day.calendar in scopes]
    kinds = {day.day: day.kind for day in sorted(meant, key=lambda day: day.calendar is not None)}
    return replace(
        calendar,
        days_off=frozenset(day for day, kind in kinds.items() if kind == "off"),
        days_on=frozenset(day for day, kind in kinds.items() if kind == "on"),
        years=frozenset(years) if calendar.working_days_only else frozenset(),
        days=tuple(meant),
    )
