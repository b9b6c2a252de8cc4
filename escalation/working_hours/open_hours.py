"""A calendar's opening hours as open intervals in UTC, one year at a time; pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

DAY = 24 * 60  # minutes
_ZERO, _ONE_DAY = timedelta(0), timedelta(days=1)
_SPAN = re.compile(r"(\d\d):(\d\d)\s*[-–—~～]\s*(\d\d):(\d\d)", re.ASCII)

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Opening hours of a day, in minutes after its midnight: [opens, closes); over 1440 is on the next day."""

    opens: int
    closes: int


def parse_span(text: str) -> Span:
    """Parse 08:00-21:00, 00:00-24:00, or over midnight 21:00-08:00; raises ValueError for anything else."""
    found = _SPAN.fullmatch(text.strip())
    if found is not None:
        hour, minute, to_hour, to_minute = map(int, found.groups())
        opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
        if max(minute, to_minute) < 60 and opens < DAY and closes <= DAY and opens != closes:
            return Span(opens, closes if closes > opens else closes + DAY)
    raise ValueError(f'A time span must be written such as 08:00-21:00, 00:00-24:00 or 21:00-08:00; found "{text}".')


class OpenYear:
    """The open intervals within one UTC year with their running sums, so that time is counted by binary search."""

    __slots__ = ("before", "closes", "opens", "total")

    def __init__(self, intervals: Iterable[Interval]) -> None:
        """Take the intervals, which are ordered, not empty, and do not overlap."""
        pairs = list(intervals)
        self.opens = [opens for opens, _ in pairs]
        self.closes = [closes for _, closes in pairs]
        self.before = list(accumulate((closes - opens for opens, closes in pairs), initial=_ZERO))
        self.total = self.before[-1]

    def is_open(self, at: datetime) -> bool:
        """Whether an instant of this year lies in an interval [start, end)."""
        place = bisect_right(self.opens, at) - 1
        return place >= 0 and at < self.closes[place]

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first open instant of the year at or after `at`; None when there is none."""
        place = bisect_right(self.opens, at)
        if place and at < self.closes[place - 1]:
            return at
        return self.opens[place] if place < len(self.opens) else None

    def until(self, at: datetime) -> timedelta:
        """Return the open time from the beginning of the year to `at`."""
        place = bisect_right(self.opens, at) - 1
        return self.before[place] + min(at, self.closes[place]) - self.opens[place] if place >= 0 else _ZERO

    def instant_of(self, worked: timedelta) -> datetime:
        """Return the earliest instant at which the open time of the year reaches `worked`; 0 < worked ≤ total."""
        place = bisect_left(self.before, worked) - 1
        return self.opens[place] + (worked - self.before[place])

    def latest_of(self, worked: timedelta) -> datetime:
        """Return the latest instant by which no more than `worked` of the year was open; its last close at most."""
        place = bisect_right(self.before, worked) - 1
        return self.opens[place] + (worked - self.before[place]) if place < len(self.opens) else self.closes[-1]


def open_year(zone: ZoneInfo, spans: tuple[Span, ...], year: int, shut: frozenset[date]) -> OpenYear:
    """Return the open intervals of a UTC year; no hours begin on the local days in `shut`."""
    first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    kept = (interval for day, intervals in _every_day(zone, spans, year) if day not in shut for interval in intervals)
    cut = ((max(opens, first), min(closes, after)) for opens, closes in kept)
    return OpenYear((opens, closes) for opens, closes in cut if opens < closes)


def days_round(year: int) -> list[date]:
    """Return the local days whose hours can reach into a UTC year: zones are up to 14 h away, spans up to 2 days."""
    first = date(year, 1, 1) - 3 * _ONE_DAY
    return [first + n * _ONE_DAY for n in range(366 + 5)]


@lru_cache(maxsize=32)
def _every_day(zone: ZoneInfo, spans: tuple[Span, ...], year: int) -> tuple[tuple[date, tuple[Interval, ...]], ...]:
    return tuple((day, _intervals(zone, spans, day)) for day in days_round(year))


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
