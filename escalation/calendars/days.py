"""The days off and make-up days of a year: which hold, what is wrong with some, and when a year is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from escalation.calendars.faults import Wrong, wrong
from escalation.policy.faults import nearest
from escalation.policy.model import Policy
from escalation.working_hours.working_time import Calendar, CalendarDay, NeverOpenError, with_days

ALARM_FROM = (11, 1)  # month and day: the State Council publishes the coming year in November at the latest
LONGEST_NAME = 64  # characters
YEARS = range(2000, 2101)  # a year outside of these is a slip of the finger


@dataclass(frozen=True, slots=True)
class YearEdition:
    """One version of a year's days. `id` counts over all years, `version` within this one."""

    id: int
    year: int
    version: int
    days: tuple[CalendarDay, ...]
    at: datetime
    by: str
    note: str

    @property
    def is_published(self) -> bool:
        """Whether it tells of holidays; the company's own days alone don't make a year known."""
        return any(day.calendar is None for day in self.days)


def applied(policy: Policy, years: Mapping[int, YearEdition]) -> Policy:
    """The policy with the newest edition of each year in place of what its file says of that year.

    A calendar of working days takes the days of all and those that name it, any other only those that name it. Years
    without an edition stay as they are, so that applying again what was applied before changes nothing.
    """
    if not years:
        return policy
    known = {year for year, edition in years.items() if edition.is_published}
    calendars = {}
    for name, calendar in policy.calendars.items():
        kept = [day for day in calendar.days if day.day.year not in years]
        added = [day for edition in years.values() for day in edition.days]
        calendars[name] = with_days(calendar, (*kept, *added), (calendar.years - years.keys()) | known)
    return replace(policy, calendars=calendars, calendars_version=max(edition.id for edition in years.values()))


def days_of(policy: Policy, year: int) -> tuple[CalendarDay, ...]:
    """What the policy's calendars say of a year, in order; days that hold for all stand once."""
    found = {day for calendar in policy.calendars.values() for day in calendar.days if day.day.year == year}
    return in_order(found)


def in_order(days: Iterable[CalendarDay]) -> tuple[CalendarDay, ...]:
    """By day, what holds for all before what the company decided."""
    return tuple(sorted(days, key=lambda day: (day.day, day.calendar or "")))


def merged(present: Iterable[CalendarDay], given: Iterable[CalendarDay]) -> tuple[CalendarDay, ...]:
    """A year with new days: they stand in place of all days of the same calendar (or of all), and leave the others."""
    given = tuple(given)
    named = {day.calendar for day in given}
    return in_order((*given, *(day for day in present if day.calendar not in named)))


def changed(present: Iterable[CalendarDay], day: CalendarDay, *, normal: bool) -> tuple[CalendarDay, ...]:
    """A year with one day set, or made a day like any other."""
    kept = [one for one in present if (one.day, one.calendar) != (day.day, day.calendar)]
    return in_order(kept if normal else [*kept, day])


def faults_of(policy: Policy, year: int, days: Sequence[CalendarDay]) -> Iterator[tuple[int, Wrong]]:
    """What is wrong with a year's days, each with the place of the day."""
    seen: set[tuple[date, str | None]] = set()
    for place, day in enumerate(days):
        if (day.day, day.calendar) in seen:
            of = f" for calendar {day.calendar}" if day.calendar is not None else ""
            yield place, wrong("twice", day=day.day, of=of, calendar=day.calendar or "")
            continue
        seen.add((day.day, day.calendar))
        yield from ((place, what) for what in _faults(policy, year, day))


def _faults(policy: Policy, year: int, day: CalendarDay) -> Iterator[Wrong]:
    if day.day.year not in YEARS:
        yield wrong("year", first=YEARS[0], last=YEARS[-1], day=day.day)
    elif day.day.year != year:
        yield wrong("elsewhere", day=day.day, year=year)
    if day.kind not in ("off", "on"):
        yield wrong("kind", found=day.kind[:20])
    if len(day.name) > LONGEST_NAME or not day.name.isprintable():
        yield wrong("name", most=LONGEST_NAME, length=len(day.name))
    if day.calendar is None and day.kind == "on" and day.day.weekday() < 5:
        yield wrong("weekday", day=day.day, weekday=f"{day.day:%A}")
    if day.calendar is not None and day.calendar not in policy.calendars:
        hint = nearest(day.calendar, policy.calendars)
        yield wrong("calendar", known=", ".join(policy.calendars), found=day.calendar[:40], hint=hint)


def needless(policy: Policy, days: Sequence[CalendarDay]) -> Iterator[tuple[int, Wrong]]:
    """Days on which the company means to open one calendar though it opens anyway: a slip, or the wrong calendar."""
    kinds = {day.day: day.kind for day in days if day.calendar is None}
    for place, day in enumerate(days):
        calendar = policy.calendars.get(day.calendar or "")
        if calendar is not None and day.kind == "on" and _is_worked(policy, calendar, day.day, kinds):
            yield place, wrong("anyway", calendar=calendar.name, day=day.day)


def _is_worked(policy: Policy, calendar: Calendar, day: date, kinds: Mapping[date, str]) -> bool:
    if not calendar.working_days_only:
        return True
    if not kinds:  # only the company's own days are being given: those of all stand as they are
        kinds = {one.day: one.kind for one in days_of(policy, day.year) if one.calendar is None}
    kind = kinds.get(day)
    return kind == "on" or (kind is None and day.weekday() < 5)


def unpublished(policy: Policy, now: datetime) -> int | None:
    """The year whose holidays should be known by now and aren't: this one, or from 1 November the coming one."""
    today = now.astimezone(policy.zone).date()
    wanted = [today.year, *([today.year + 1] if (today.month, today.day) >= ALARM_FROM else [])]
    return next((year for year in wanted if not is_published(policy, year)), None)


def is_published(policy: Policy, year: int) -> bool:
    """Whether every calendar of working days knows this year's holidays."""
    return all(year in calendar.years for calendar in policy.calendars.values() if calendar.working_days_only)


def next_unpublished(policy: Policy, now: datetime) -> int | None:
    """The first year from this one on that isn't published; None when no calendar asks for one."""
    if not any(calendar.working_days_only for calendar in policy.calendars.values()):
        return None
    year = now.astimezone(policy.zone).year
    while is_published(policy, year):
        year += 1
    return year


def alarm(policy: Policy, now: datetime) -> str | None:
    """The sentence staff see while a year is missing; None while none is."""
    year = unpublished(policy, now)
    if year is None:
        return None
    return (
        f"{year} 年的节假日安排还没有录入，涉及该年的期限暂按周一至周五推算。"
        "请组长在「日历」中导入国务院办公厅公布的放假安排。"
    )


def troubles(policy: Policy, now: datetime) -> list[str]:
    """Everything that makes, or soon will make, clocks guess or fail; whole sentences for an operator."""
    found = []
    year = unpublished(policy, now)
    if year is not None:
        found.append(
            f"The holidays of {year} are not known: clocks that reach it count Monday to Friday and are provisional. "
            "Give them with `jiedai calendar import FILE`."
        )
    for calendar in policy.calendars.values():
        try:
            calendar.add(now.astimezone(UTC), timedelta(seconds=1))
        except NeverOpenError as error:
            found.append(str(error))
    return found


def as_json(day: CalendarDay) -> dict[str, Any]:
    """A day as the ledger and programs hold it."""
    return {"day": day.day.isoformat(), "kind": day.kind, "name": day.name, "calendar": day.calendar}


def from_json(value: Mapping[str, Any]) -> CalendarDay:
    """A day of the ledger."""
    return CalendarDay(date.fromisoformat(value["day"]), value["kind"], value["name"], value["calendar"])
