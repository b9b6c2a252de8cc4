"""Instants between which due times only move along with their start: their extremes are found there; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from escalation.working_hours.open_hours import DAY
from escalation.working_hours.working_time import Calendar

Count = tuple[Calendar | None, timedelta]  # so much time on a calendar; None counts every hour
SECOND = timedelta(seconds=1)


def turning_points(
    calendars: Iterable[Calendar], ways: Sequence[Sequence[Count]], years: Sequence[int]
) -> Iterator[datetime]:
    """Yield the instants of these years at which a calendar or a due time turns, and the second after each.

    A due time is reached by counts one after the other, its way, and turns where it passes an edge of a calendar.
    """
    kinds = list(calendars)
    for year in years:
        edges = {edge for calendar in kinds for edge in calendar.edges(year)}
        found = edges | {_start_of(way, edge) for way in ways for edge in edges}
        for at in sorted(at for at in found if at.year in (year, *years)):
            yield at
            yield at + SECOND


def _start_of(way: Sequence[Count], end: datetime) -> datetime:
    """The latest start from which this way ends by `end`."""
    for calendar, time in reversed(way):
        end = end - time if calendar is None else calendar.subtract(end, time)
    return end


def longest(calendar: Calendar, time: timedelta, *, open_days: bool = False) -> timedelta | None:
    """Return a bound of how long so much time on a calendar lasts, on open days or in all; None if none is known.

    In as many rounds of the day as it takes, no more than their closed hours lie between.
    """
    every_day = not calendar.working_days_only and not calendar.days_off
    if not (every_day or open_days) or any(span.closes > DAY for span in calendar.spans):
        return None
    hours = timedelta(minutes=sum(span.closes - span.opens for span in calendar.spans))
    rounds = -(-time // hours)
    return time + rounds * (timedelta(days=1) - hours)
