"""A month of days off and make-up days, laid out for the console; pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.wording.labels import OWN_DAY, SPECIAL_DAYS
from escalation.working_hours.working_time import CalendarDay


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month; `own` if the company decided it."""

    day: date
    kind: str  # work | rest | off | on
    own: bool
    title: str


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days that are special for the same reason."""

    first: date
    last: date
    what: CalendarDay

    @property
    def reason(self) -> tuple[str, str, str | None]:
        """Kind, name and calendar that the days share."""
        return self.what.kind, self.what.name, self.what.calendar


@dataclass(frozen=True, slots=True)
class Month:
    """A month: weeks from Monday, None for days outside of it."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    runs: tuple[Run, ...]


def month_of(days: Iterable[CalendarDay], year: int, number: int) -> Month:
    """Lay out a month of these days."""
    mine = [day for day in days if day.day.month == number]
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    drawn = tuple(tuple(_cell(day, mine) if day.month == number else None for day in week) for week in weeks)
    return Month(number, drawn, runs_of(mine))


def _cell(day: date, days: Iterable[CalendarDay]) -> Cell:
    today = [one for one in days if one.day == day]
    usual = "rest" if day.weekday() >= 5 else "work"
    kind = next((one.kind for one in today if one.calendar is None), usual)
    return Cell(day, kind, any(one.calendar for one in today), "；".join(map(_said, today)))


def _said(day: CalendarDay) -> str:
    what = SPECIAL_DAYS[day.kind]
    return f"{day.calendar}：{day.name or OWN_DAY}（{what}）" if day.calendar else f"{day.name}（{what}）"


def runs_of(days: Iterable[CalendarDay]) -> tuple[Run, ...]:
    """Join consecutive days that are special for the same reason, in order."""
    found: list[Run] = []
    for day in sorted(days, key=lambda day: (day.calendar or "", day.kind, day.day)):
        last = found[-1] if found else None
        reason = (day.kind, day.name, day.calendar)
        if last and last.reason == reason and day.day - last.last == timedelta(days=1):
            found[-1] = Run(last.first, day.day, day)
        else:
            found.append(Run(day.day, day.day, day))
    return tuple(sorted(found, key=lambda run: run.first))
