"""Calendar: adds and measures working time between UTC instants; the zone only builds each day's open intervals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from escalation.instants import require_utc

DAY = 24 * 60
LONGEST_CLOSURE = 731  # days; a calendar that stays shut for two years is a mistake, not a holiday
_ONE_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d\d):(\d\d)\s*[-–—~～]\s*(\d\d):(\d\d)", re.ASCII)

Interval = tuple[datetime, datetime]


class NeverOpenError(ValueError):
    """Working time was to be added on a calendar that doesn't open within two years."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open hours of one day in minutes after its midnight; `closes` is outside, and beyond 1440 on the next day."""

    opens: int
    closes: int


def parse_span(text: str) -> Span:
    """Read 08:00-21:00, 00:00-24:00, or over midnight 21:00-08:00."""
    found = _SPAN.fullmatch(text.strip())
    if found is not None:
        hour, minute, to_hour, to_minute = map(int, found.groups())
        opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) < 60 and opens < DAY and closes <= DAY and opens != closes:
            return Span(opens, closes if closes > opens else closes + DAY)
    raise ValueError(f'A time span must be written such as 08:00-21:00, 00:00-24:00 or 21:00-08:00; found "{text}".')


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours in which a clock runs.

    `days_off` and `days_on` are the published holidays and make-up days, `years` the years they are published for.
    """

    name: str
    zone: ZoneInfo
    spans: tuple[Span, ...]
    working_days_only: bool = False
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse spans that overlap, also round midnight: an hour must not count twice."""
        spans = sorted(self.spans)
        for earlier, later in pairwise(spans):
            if later.opens < earlier.closes:
                raise ValueError(f"The time spans of calendar {self.name} overlap.")
        if spans and spans[-1].closes - DAY > spans[0].opens:
            raise ValueError(f"The time spans of calendar {self.name} overlap round midnight.")
        object.__setattr__(self, "spans", tuple(spans))

    def opens_on(self, day: date) -> bool:
        """Whether the calendar has open hours that begin on this local day."""
        if day in self.days_on:
            return True
        return day not in self.days_off and not (self.working_days_only and day.weekday() >= 5)

    def is_open(self, at: datetime) -> bool:
        """Whether the clock runs at this instant; the closing instant is outside."""
        at = require_utc(at)
        first = self._day(at) - _ONE_DAY
        days = (first, first + _ONE_DAY, first + 2 * _ONE_DAY)
        return any(opens <= at < closes for day in days for opens, closes in self._hours(day))

    def is_published(self, at: datetime) -> bool:
        """Whether the holidays of this instant's year are known; a calendar that opens every day needs none."""
        year = self._day(require_utc(at)).year
        return not self.working_days_only or year in self.years

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant not before `at`: itself while open."""
        at = require_utc(at)
        opens, _ = next(self._hours_from(at))
        return max(opens, at)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant when `duration` of open time has passed; work that ends with the day ends at closing time."""
        if duration < timedelta(0):
            raise ValueError("Only a duration of zero or more can be added to working time.")
        start = require_utc(start)
        left = duration
        for opens, closes in self._hours_from(start):
            begins = max(opens, start)
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        raise AssertionError("unreachable: _hours_from ends only by raising")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; negative when `end` comes first."""
        start, end = require_utc(start), require_utc(end)
        if end < start:
            return -self.between(end, start)
        total, day, last = timedelta(0), self._day(start) - _ONE_DAY, self._day(end) + _ONE_DAY
        while day <= last:
            for opens, closes in self._hours(day):
                total += max(min(closes, end) - max(opens, start), timedelta(0))
            day += _ONE_DAY
        return total

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _hours(self, day: date) -> tuple[Interval, ...]:
        return _intervals(self.zone, self.spans, day) if self.opens_on(day) else ()

    def _hours_from(self, at: datetime) -> Iterator[Interval]:
        """Open intervals that end after `at`, in order, for ever."""
        day = self._day(at) - _ONE_DAY  # yesterday's hours may reach over midnight
        shut = 0
        while shut <= LONGEST_CLOSURE:
            shut += 1
            for opens, closes in self._hours(day):
                if closes > at:
                    shut = 0
                    yield opens, closes
            day += _ONE_DAY
        raise NeverOpenError(
            f"Calendar {self.name} has no open hour in the two years after {at:%Y-%m-%d}; "
            "give it hours, or correct its days off."
        )


@lru_cache(maxsize=8192)
def _intervals(zone: ZoneInfo, spans: tuple[Span, ...], day: date) -> tuple[Interval, ...]:
    """The UTC intervals of the spans that begin on a local day; a span inside a daylight-saving gap has none."""
    pairs = ((_instant(zone, day, span.opens), _instant(zone, day, span.closes)) for span in spans)
    return tuple((opens, closes) for opens, closes in pairs if opens < closes)


def _instant(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The instant of a wall time: its first occurrence, or the end of the gap when the clocks skip it."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minutes)  # wall arithmetic, on purpose
    after = wall.astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return after
    before = wall.replace(fold=1).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
