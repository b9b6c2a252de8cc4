"""Working days as a unit of durations: 15wd, counted by a calendar's own days off and make-up days; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from escalation.working_hours.instants import require_utc
from escalation.working_hours.working_time import LONGEST_CLOSURE, Calendar, NeverOpenError

_WORKING_DAYS = re.compile(r"(\d{1,3})wd", re.ASCII)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days; the day from which they are counted is none of them."""

    count: int

    def __str__(self) -> str:
        """As `parse_working_days` reads it."""
        return f"{self.count}wd"

    def after(self, calendar: Calendar, start: datetime) -> datetime:
        """Return the last second of the last of these days, counted by the calendar from the day of `start`.

        Raises NeverOpenError when the calendar has no working day in two years, ValueError when `start` is not UTC.
        """
        day, left = require_utc(start).astimezone(calendar.zone).date(), self.count
        latest = day + LONGEST_CLOSURE
        while left:
            day += timedelta(days=1)
            if calendar.opens_on(day):
                left, latest = left - 1, day + LONGEST_CLOSURE
            elif day > latest:
                raise NeverOpenError(f"Calendar {calendar.name} has no working day in the two years before {day}.")
        return datetime.combine(day, _LAST_SECOND, calendar.zone).astimezone(UTC)


def parse_working_days(text: str) -> WorkingDays:
    """Parse 15wd, from 1wd to 999wd; raises ValueError for anything else."""
    found = _WORKING_DAYS.fullmatch(text.strip())
    if found is None or not int(found[1]):
        raise ValueError(f'Working days must be written such as 15wd; found "{text}".')
    return WorkingDays(int(found[1]))
