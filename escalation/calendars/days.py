"""Rules of holidays and make-up days: what is in force, what is faulty, which year is missing; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from escalation.calendars.faults import CalendarFault, calendar_fault
from escalation.policy.faults import nearest
from escalation.policy.model import Policy
from escalation.working_hours.legal_holidays import legal_days, may_be_off_by_law, missing_holidays
from escalation.working_hours.working_time import Calendar, CalendarDay, NeverOpenError, with_days

ALARM_FROM = (11, 1)  # month and day: the State Council publishes the coming year in November at the latest
LONGEST_NAME = 64  # characters
YEARS = range(2000, 2101)  # a year outside of these is a slip of the finger


@dataclass(frozen=True, slots=True)
class YearEdition:
    """An edition of the days of a year. `id` counts over all years, `version` within the year."""

    id: int
    year: int
    version: int
    days: tuple[CalendarDay, ...]
    at: datetime
    by: str
    note: str
    whole: bool = False

    @property
    def is_published(self) -> bool:
        """Whether the year's holidays are known: each of those by law, or all there are by an operator's word."""
        return self.whole or not missing_of(self.days, self.year)


def applied(policy: Policy, years: Mapping[int, YearEdition]) -> Policy:
    """Return the policy with the newest edition of each year instead of the days of its file.

    A calendar of working days takes the days of all and those that name it, any other only those that name it. Years
    without an edition stay as they are, so that applying again changes nothing.
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
    """Return the days of a year over the policy's calendars, in order; days for all appear once."""
    found = {day for calendar in policy.calendars.values() for day in calendar.days if day.day.year == year}
    return in_order(found)


def in_order(days: Iterable[CalendarDay]) -> tuple[CalendarDay, ...]:
    """Sort by day, the days of all before the company's own."""
    return tuple(sorted(days, key=lambda day: (day.day, day.calendar or "")))


def missing_of(days: Iterable[CalendarDay], year: int) -> tuple[str, ...]:
    """Return the holidays by law that these days do not cover."""
    return missing_holidays((day.day for day in days if day.calendar is None and day.kind == "off"), year)


def changed(present: Iterable[CalendarDay], day: CalendarDay, *, normal: bool) -> tuple[CalendarDay, ...]:
    """Return a year with one day set, or with `normal` removed."""
    kept = [one for one in present if (one.day, one.calendar) != (day.day, day.calendar)]
    return in_order(kept if normal else [*kept, day])


def faults_of(policy: Policy, year: int, days: Sequence[CalendarDay]) -> Iterator[tuple[int, CalendarFault]]:
    """Yield the faults of the days of a year, each with the index of its day."""
    seen: set[tuple[date, str | None]] = set()
    for place, day in enumerate(days):
        if (day.day, day.calendar) in seen:
            of = f" for calendar {day.calendar}" if day.calendar is not None else ""
            yield place, calendar_fault("twice", day=day.day, of=of, calendar=day.calendar or "")
            continue
        seen.add((day.day, day.calendar))
        yield from ((place, what) for what in _faults(policy, year, day))


def _faults(policy: Policy, year: int, day: CalendarDay) -> Iterator[CalendarFault]:
    if day.day.year not in YEARS:
        yield calendar_fault("year", first=YEARS[0], last=YEARS[-1], day=day.day)
    elif day.day.year != year:
        yield calendar_fault("elsewhere", day=day.day, year=year)
    if day.kind not in ("off", "on"):
        yield calendar_fault("kind", found=day.kind[:20])
    if len(day.name) > LONGEST_NAME or not day.name.isprintable():
        yield calendar_fault("name", most=LONGEST_NAME, length=len(day.name))
    if day.calendar is None and day.kind == "on" and day.day.weekday() < 5:
        yield calendar_fault("weekday", day=day.day, weekday=f"{day.day:%A}")
    elif day.calendar is None and day.kind == "on" and day.day in legal_days(day.day.year):
        yield calendar_fault("law", day=day.day, name=legal_days(day.day.year)[day.day])
    if day.calendar is not None and day.calendar not in policy.calendars:
        hint = nearest(day.calendar, policy.calendars)
        yield calendar_fault("calendar", known=", ".join(policy.calendars), found=day.calendar[:40], hint=hint)


def needless(policy: Policy, days: Sequence[CalendarDay]) -> Iterator[tuple[int, CalendarFault]]:
    """Yield the days that open a calendar which is open anyway: a slip, or the wrong calendar."""
    kinds = {day.day: day.kind for day in days if day.calendar is None}
    for place, day in enumerate(days):
        calendar = policy.calendars.get(day.calendar or "")
        if calendar is not None and day.kind == "on" and _is_worked(policy, calendar, day.day, kinds):
            yield place, calendar_fault("anyway", calendar=calendar.name, day=day.day)


def _is_worked(policy: Policy, calendar: Calendar, day: date, kinds: Mapping[date, str]) -> bool:
    if not calendar.working_days_only:
        return True
    if not kinds:  # only the company's own days are being given: those of all stand as they are
        kinds = {one.day: one.kind for one in days_of(policy, day.year) if one.calendar is None}
    kind = kinds.get(day)
    return kind == "on" or (kind is None and day.weekday() < 5 and not may_be_off_by_law(day))


def unpublished(policy: Policy, now: datetime) -> int | None:
    """Return the year whose holidays should be known and are not: this one, or the next from 1 November; else None."""
    today = now.astimezone(policy.zone).date()
    wanted = [today.year, *([today.year + 1] if (today.month, today.day) >= ALARM_FROM else [])]
    return next((year for year in wanted if not is_published(policy, year)), None)


def is_published(policy: Policy, year: int) -> bool:
    """Whether every calendar of working days knows this year's holidays."""
    return all(year in calendar.years for calendar in policy.calendars.values() if calendar.working_days_only)


def next_unpublished(policy: Policy, now: datetime) -> int | None:
    """Return the first unpublished year from this one on; None when no calendar needs holidays."""
    if not any(calendar.working_days_only for calendar in policy.calendars.values()):
        return None
    year = now.astimezone(policy.zone).year
    while is_published(policy, year):
        year += 1
    return year


def alarm(policy: Policy, now: datetime) -> str | None:
    """Return the sentence that staff see while a year is missing; None while none is."""
    year = unpublished(policy, now)
    if year is None:
        return None
    return (
        f"{year} 年的节假日安排还没有录入，涉及该年的期限暂按法定节假日和周一至周五推算。"
        "请主管或管理员在「日历」中导入国务院办公厅公布的放假安排。"
    )


def calendar_warnings(policy: Policy, now: datetime) -> list[str]:
    """Return what makes deadlines provisional or uncomputable now or soon, as whole sentences for an operator."""
    found = []
    year = unpublished(policy, now)
    if year is not None:
        found.append(
            f"The holidays of {year} are not known: clocks that reach it count Monday to Friday but for the "
            "days off by law, and are provisional. "
            "Give them with `jiedai calendar import FILE`."
        )
    for calendar in policy.calendars.values():
        try:
            calendar.add(now.astimezone(UTC), timedelta(seconds=1))
        except NeverOpenError as error:
            found.append(str(error))
    return found


def as_json(day: CalendarDay) -> dict[str, Any]:
    """Return a day as the database and programs hold it."""
    return {"day": day.day.isoformat(), "kind": day.kind, "name": day.name, "calendar": day.calendar}


def from_json(value: Mapping[str, Any]) -> CalendarDay:
    """Return the day that `as_json` wrote."""
    return CalendarDay(date.fromisoformat(value["day"]), value["kind"], value["name"], value["calendar"])
