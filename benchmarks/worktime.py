"""Working time against a minute-walking oracle, and its speed beside pandas' CustomBusinessHour.

`python -m benchmarks.worktime [--quick]`. The last line is JSON: cases, mismatches, and how many times faster one
addition is than pandas', which is measured when it can be imported. The product never needs pandas; to have it here:

    python -m venv scratch && scratch/bin/pip install pandas
    PYTHONPATH=$(echo scratch/lib/python3.*/site-packages) .venv/bin/python -m benchmarks.worktime
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.law_days import made_up_for, off_by_law
from benchmarks.tables import percentile, show
from bot.config.settings import EXAMPLE_POLICY
from escalation.policy.reader import read_policy
from escalation.working_hours.working_time import Calendar, CalendarDay, Span, with_days

ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin")
FIRST, MINUTES = datetime(2025, 12, 1, tzinfo=UTC), 500 * 1440  # the minutes that are walked: all of 2026 and a margin
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CASES = 120  # of one calendar
WANTED = 10.0  # times faster than pandas

# Shanghai, 08:00-21:00 on working days; by hand, from the State Council's notice for 2026.
VECTORS = (
    ("2025-12-31T20:30", 60, "2026-01-04T08:30"),  # Sunday, worked
    ("2026-01-04T20:30", 60, "2026-01-05T08:30"),
    ("2026-02-13T20:30", 60, "2026-02-14T08:30"),  # Saturday, worked
    ("2026-02-14T20:30", 60, "2026-02-24T08:30"),
    ("2026-02-27T20:30", 60, "2026-02-28T08:30"),  # Saturday, worked
    ("2026-02-28T20:30", 60, "2026-03-02T08:30"),
    ("2026-05-08T20:30", 60, "2026-05-09T08:30"),  # Saturday, worked
    ("2026-05-09T20:30", 60, "2026-05-11T08:30"),
    ("2026-09-18T20:30", 60, "2026-09-20T08:30"),  # Sunday, worked; the Saturday before is not
    ("2026-09-20T20:30", 60, "2026-09-21T08:30"),
    ("2026-09-30T20:30", 60, "2026-10-08T08:30"),
    ("2026-10-09T20:30", 60, "2026-10-10T08:30"),  # Saturday, worked
    ("2026-10-10T20:30", 60, "2026-10-12T08:30"),
)


@dataclass(frozen=True)
class Hours:
    """What both sides are told: hours, and what is special about which days."""

    zone: str
    spans: tuple[tuple[int, int], ...]
    weekends_off: bool
    days: tuple[CalendarDay, ...]

    def calendar(self) -> Calendar:
        """As the product understands it."""
        plain = Calendar("x", ZoneInfo(self.zone), tuple(Span(*span) for span in self.spans), self.weekends_off)
        return with_days(plain, self.days, ())


class Oracle:
    """Every minute by itself: is it open? Then working time is counting. It knows of neither intervals nor sums."""

    def __init__(self, hours: Hours) -> None:
        """Decide all minutes."""
        day, minute = np.divmod(_wall(hours.zone), 1440)
        first = int(day[0]) - 1
        worked = np.array([_is_worked(hours, date.fromordinal(first + n)) for n in range(int(day[-1]) - first + 1)])
        today, late = np.zeros(1440, bool), np.zeros(1440, bool)
        for opens, closes in hours.spans:
            for each in range(opens, closes):
                (today if each < 1440 else late)[each % 1440] = True
        self.open = (worked[day - first] & today[minute]) | (worked[day - first - 1] & late[minute])
        self.minutes = np.flatnonzero(self.open)

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """By stepping from one open minute to the next; None when that leads out of what was walked."""
        place, into = divmod(start - FIRST, MINUTE)
        here = int(np.searchsorted(self.minutes, place))
        into = into if self.open[place] else timedelta(0)
        if not duration:
            return start if self.open[place] else self._minute(here)
        steps, rest = divmod(into + duration, MINUTE)
        if rest:
            found = self._minute(here + steps)
            return None if found is None else found + rest
        last = self._minute(here + steps - 1)
        return None if last is None else last + MINUTE

    def between(self, start: datetime, end: datetime) -> timedelta:
        """By counting open minutes, the first and the last in part."""
        return self._before(end) - self._before(start)

    def is_open(self, at: datetime) -> bool:
        """By looking."""
        return bool(self.open[(at - FIRST) // MINUTE])

    def edges(self) -> Sequence[int]:
        """The minutes at which something opens or closes."""
        found: Sequence[int] = (np.flatnonzero(np.diff(self.open.view(np.int8))) + 1).tolist()
        return found

    def _minute(self, place: int) -> datetime | None:
        return FIRST + int(self.minutes[place]) * MINUTE if place < len(self.minutes) else None

    def _before(self, at: datetime) -> timedelta:
        place, into = divmod(at - FIRST, MINUTE)
        return int(np.searchsorted(self.minutes, place)) * MINUTE + (into if self.open[place] else timedelta(0))


@cache
def _wall(zone: str) -> Any:
    """What a wall clock that is never put back shows at each minute: an hour that comes twice counts the first time."""
    there = ZoneInfo(zone)
    shown = np.empty(MINUTES, np.int64)
    at = FIRST
    for place in range(MINUTES):
        local = at.astimezone(there)
        shown[place] = local.toordinal() * 1440 + local.hour * 60 + local.minute
        at += MINUTE
    return np.maximum.accumulate(shown)


def _is_worked(hours: Hours, day: date) -> bool:
    for special in hours.days:
        if special.day == day and special.calendar == "x":
            return special.kind == "on"
    for special in hours.days:
        if special.day == day and hours.weekends_off:
            return special.kind == "on"
    return not hours.weekends_off or (day.isoweekday() < 6 and day not in _law(day.year))


@cache
def _law(year: int) -> set[date]:
    """What is off by law, and what makes up for it in a year that nobody has published."""
    return off_by_law(year) | made_up_for(year)


def drawn(dice: random.Random) -> Hours:
    """Random hours: up to three spans a day, often over midnight, holidays, make-up days, the company's own days."""
    edges = sorted(dice.sample(range(1440), 2 * dice.randint(1, 3)))
    spans = [(edges[n], edges[n + 1]) for n in range(0, len(edges), 2)]
    if dice.random() < 0.4:
        spans[-1] = (spans[-1][0], 1440 + dice.randint(0, spans[0][0]))
    if dice.random() < 0.1:
        spans = [(0, 1440)]
    year = [date(2025, 12, 1) + n * DAY for n in range(500)]
    kinds = {day: CalendarDay(day, "off") for _ in range(dice.randint(0, 9)) for day in _run(dice, year)}
    weekends = [day for day in year if day.isoweekday() > 5 and day not in kinds]
    kinds |= {day: CalendarDay(day, "on") for day in dice.sample(weekends, dice.randint(0, 8))}
    own = [CalendarDay(day, dice.choice(("off", "on")), "", "x") for day in dice.sample(year, dice.randint(0, 6))]
    return Hours(dice.choice(ZONES), tuple(spans), dice.random() < 0.6, (*kinds.values(), *own))


def _run(dice: random.Random, year: Sequence[date]) -> Sequence[date]:
    first = dice.randrange(len(year))
    return year[first : first + dice.randint(1, 9)]


def compare(calendars: int, seed: int) -> tuple[int, list[str]]:
    """How many random cases were asked of both sides, and those in which they differ."""
    dice, cases, found = random.Random(seed), 0, []
    for _ in range(calendars):
        hours = drawn(dice)
        calendar, oracle = hours.calendar(), Oracle(hours)
        edges = oracle.edges()
        for _ in range(CASES if edges else 0):
            start, duration = _start(dice, edges), _duration(dice)
            end = oracle.add(start, duration)
            if end is None or not len(oracle.minutes):
                continue
            cases += 1
            asked = (calendar.add(start, duration), calendar.between(start, end), calendar.is_open(start))
            expected = (end, oracle.between(start, end), oracle.is_open(start))
            if asked != expected:
                found.append(f"{hours}, {start}, {duration}: {asked} for {expected}")
    return cases, found


def _start(dice: random.Random, edges: Sequence[int]) -> datetime:
    margin = 4 * 1440  # a walk begins with a day whose yesterday it knows
    if dice.random() < 0.4:
        return FIRST + max(margin, dice.choice(edges[: len(edges) * 3 // 4] or edges)) * MINUTE
    return FIRST + margin * MINUTE + dice.randrange(380 * 86_400 * 10**6) * timedelta(microseconds=1)


def _duration(dice: random.Random) -> timedelta:
    kind = dice.random()
    if kind < 0.1:
        return timedelta(0)
    if kind < 0.6:
        return dice.randrange(1, 3_000) * MINUTE
    return dice.randrange(1, 20 * 24 * 3600 * 10**6) * timedelta(microseconds=1)


def vectors() -> list[str]:
    """The make-up days of 2026 that the example policy gets wrong."""
    policy = read_policy(EXAMPLE_POLICY)
    calendar, found = policy.calendars["工作日"], []
    for start, minutes, end in VECTORS:
        begins, ends = (datetime.fromisoformat(f"{text}+08:00").astimezone(UTC) for text in (start, end))
        if calendar.add(begins, minutes * MINUTE) != ends:
            found.append(f"{start} + {minutes} min must be {end}")
    return found


def speed(additions: int) -> dict[str, float | None]:
    """Microseconds of one addition, ours and pandas', over the same starts, hours and holidays; medians of rounds."""
    policy = read_policy(EXAMPLE_POLICY)
    given = policy.calendars["工作日"]
    holidays = [day for day in given.days if day.kind == "off" and day.day.year == 2026]  # pandas knows no make-up days
    calendar = with_days(given, holidays, (2026,))
    dice = random.Random(7)
    starts = [datetime(2026, 1, 5, tzinfo=UTC) + dice.randrange(300 * 1440) * MINUTE for _ in range(additions)]
    hours = [dice.randint(1, 24) for _ in starts]
    spans = [timedelta(hours=each) for each in hours]
    ours = _each(lambda: [calendar.add(*each) for each in zip(starts, spans, strict=True)], additions)
    found: dict[str, float | None] = {"ours_us": round(ours, 3), "pandas_us": None, "ratio": None, "agree": None}
    try:
        pandas = import_module("pandas")
    except ImportError:
        return found
    offsets = {n: _business_hours(pandas, holidays, n) for n in range(1, 25)}
    stamps = [pandas.Timestamp(at.astimezone(given.zone).replace(tzinfo=None)) for at in starts]
    steps = [offsets[each] for each in hours]
    theirs = _each(lambda: [stamp + step for stamp, step in zip(stamps, steps, strict=True)], additions)
    ends = (calendar.add(*each).astimezone(given.zone).replace(tzinfo=None) for each in zip(starts, spans, strict=True))
    agree = sum(stamp + step == pandas.Timestamp(end) for stamp, step, end in zip(stamps, steps, ends, strict=True))
    return found | {
        "pandas_us": round(theirs, 3),
        "ratio": round(theirs / ours, 1),
        "agree": round(agree / additions, 4),
    }


def _business_hours(pandas: Any, holidays: Sequence[CalendarDay], hours: int) -> Any:
    days = [day.day for day in holidays]
    return pandas.offsets.CustomBusinessHour(n=hours, start="08:00", end="21:00", holidays=days)


def _each(work: Callable[[], object], times: int) -> float:
    work()  # tables are built, caches are warm, on either side
    return percentile([seconds / times * 1e6 for seconds in _timed(work)], 0.5)


def _timed(work: Callable[[], object]) -> Iterator[float]:
    for _ in range(5):
        begun = time.perf_counter()
        work()
        yield time.perf_counter() - begun


def measure(*, quick: bool, seed: int = 2026) -> dict[str, float | None]:
    """All of it; prints what differs."""
    cases, differ = compare(200 if quick else 1_000, seed)
    wrong = vectors()
    for line in [*differ[:10], *wrong]:
        print(line)
    found: dict[str, float | None] = {"cases": cases, "mismatches": len(differ) + len(wrong), "vectors": len(VECTORS)}
    found |= speed(500 if quick else 2_000)
    rows = [(name, "–" if value is None else f"{value:,}") for name, value in found.items()]
    show("Working time, against walking minute by minute; peer: pandas CustomBusinessHour", ("figure", "value"), rows)
    if found["ratio"] is None:
        print(
            "  pandas is not installed here: its speed was not compared (see `python -m benchmarks.worktime --help`)."
        )
    return found


def main() -> None:
    """Measure, end with a line of JSON; exit code 1 when a case differs or pandas is less than ten times slower."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.worktime", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--quick", action="store_true", help="a fifth of the cases")
    options.add_argument("--seed", type=int, default=2026)
    given = options.parse_args()
    found = measure(quick=given.quick, seed=given.seed)
    print(json.dumps(found))
    too_slow = found["ratio"] is not None and found["ratio"] < WANTED
    raise SystemExit(1 if found["mismatches"] or too_slow else 0)


if __name__ == "__main__":
    main()
