"""`jiedai calendar show|export|set|wait|check`: days off and make-up days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import File, argument
from bot.cli.output import Result, Table, counted
from bot.cli.policy import one_of
from bot.cli.session import Where, WithoutKnowledge, opened
from bot.notifications import calendar_alarm
from bot.service import Service
from bot.storage.database import be_alone
from escalation.calendars import calendar_editions
from escalation.calendars.calendar_editions import YearEdition
from escalation.calendars.days import (
    YEARS,
    applied,
    as_json,
    calendar_warnings,
    days_of,
    is_published,
    next_unpublished,
)
from escalation.calendars.files import write_csv
from escalation.policy.model import Policy
from escalation.policy.yaml_blocks import parse_day
from escalation.working_hours.instants import iso
from escalation.working_hours.working_time import CalendarDay

_KINDS = {"off": "off", "on": "on (make-up day)"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


Year = Annotated[int, argument(metavar="YEAR")]
Note = Annotated[str, argument("--note", metavar="TEXT", help="why, for the list of versions")]
By = Annotated[str, argument("--by", metavar="NAME", help="who, for the list of versions")]


def show(
    service: WithoutKnowledge,
    year: Annotated[int | None, argument(metavar="YEAR", help="default: this year")] = None,
) -> Result:
    """Return the days of a year, their source, and which year is missing next."""
    policy, now = _policy(service), service.clock()
    wanted = year or now.astimezone(policy.zone).year
    versions = service.database.read_now(calendar_editions.history, wanted)
    days, missing = days_of(policy, wanted), next_unpublished(policy, now)
    headings = ("day", "weekday", "kind", "name", "calendar")
    words: list[str | Table] = [Table(f"{wanted}", headings, map(_row, days))] if days else []
    words.append(_source(policy, wanted, days, versions))
    if missing is not None:
        words.append(f"The first year whose holidays are not known is {missing}.")
    return Result(_as_json(policy, wanted, days, versions, missing), words)


def save(service: WithoutKnowledge, year: Year, file: File) -> Result:
    """Write a year's days to a CSV file; raises NotReady if the year has none."""
    path, days = Path(file), days_of(_policy(service), year)
    if not days:
        raise NotReady(f"No day of {year} is known; there is nothing to write.")
    path.write_bytes(write_csv(days))
    return Result({"year": year, "days": len(days), "file": str(path)}, f"{path}: {_counted(days)} of {year}.")


def put(
    settings: Where,
    day: Annotated[str, argument(metavar="DAY", help="e.g. 2026-12-31")],
    kind: Annotated[
        str,
        argument(choices=("off", "on", "normal"), help="a day off, a make-up day, a day like any other"),
    ],
    name: Annotated[str, argument("--name", metavar="N", help="what it is called")] = "",
    calendar: Annotated[
        str | None, argument("--calendar", metavar="C", help="the company's own day, for this calendar only")
    ] = None,
    note: Note = "",
    by: By = "",
) -> Result:
    """Make one day a day off, a make-up day, or an ordinary day; raises NotReady for a text that is no date."""
    try:
        date = parse_day(day)
    except ValueError:
        raise NotReady(f'DAY must be a date such as 2027-01-01; found "{day}".') from None
    with opened(settings) as service:
        policy = _policy(service)
        if calendar is not None:
            one_of(policy.calendars, calendar, "calendar")
        wanted = CalendarDay(date, "on" if kind == "on" else "off", name, calendar)
        service.database.write_now(_set, policy, wanted, by, note or f"{day} {kind}", service.clock(), kind == "normal")
    of = f" for calendar {calendar}" if calendar else ""
    said = {"off": "a day off", "on": "a make-up day", "normal": f"a {_WEEKDAYS[date.weekday()]} like any other"}
    return Result(
        {**as_json(wanted), "kind": kind}, f"{date} is now {said[kind]}{of}. Running servers take it up at once."
    )


def wait(service: WithoutKnowledge, year: Year) -> Result:
    """Put off the reminders of a year; raises NotReady if its holidays are known, or for what is no year of ours."""
    if year not in YEARS:
        raise NotReady(f"YEAR must lie between {YEARS[0]} and {YEARS[-1]}; found {year}.")
    policy = _policy(service)
    if is_published(policy, year):
        raise NotReady(f"The holidays of {year} are known; nobody is reminded of them.")
    until = service.database.write_now(calendar_alarm.put_off, policy, year, service.clock())
    told = iso(until, policy.zone)
    return Result({"year": year, "quiet_until": told}, f"Nobody is reminded of {year} until {told}.")


def check(service: WithoutKnowledge) -> Result:
    """Return what makes deadlines provisional, or soon will; failed if there is anything."""
    found = calendar_warnings(_policy(service), service.clock())
    words = "\n".join(found) or "Every calendar opens, and every year within reach is known."
    return Result({"ok": not found, "troubles": found}, words, failed=bool(found))


def _policy(service: Service) -> Policy:
    """The policy with the calendar years in force."""
    return applied(service.rules.policy, service.database.read_now(calendar_editions.in_force))


def _set(db: Connection, policy: Policy, day: CalendarDay, by: str, note: str, now: datetime, normal: bool) -> int:
    be_alone(db)
    return calendar_editions.set_day(db, policy, day, by, note, now, normal=normal)


def _counted(days: Iterable[CalendarDay]) -> str:
    kinds = [day.kind for day in days]
    off, on = kinds.count("off"), kinds.count("on")
    return f"{counted(off, 'day')} off, {counted(on, 'make-up day')}"


def _source(policy: Policy, year: int, days: Iterable[CalendarDay], versions: list[YearEdition]) -> str:
    known = (
        "" if is_published(policy, year) else " The holidays of this year are not known: its clocks are provisional."
    )
    if versions:
        last = versions[0]
        by, note = f" by {last.by}" if last.by else "", f" ({last.note})" if last.note else ""
        return f"{year}: version {last.version}, {iso(last.at, policy.zone)}{by}{note}; {_counted(days)}.{known}"
    if not days:
        return f"{year}: no days.{known}"
    return f"{year}: from the policy file; {_counted(days)}.{known}"


def _row(day: CalendarDay) -> tuple[str, ...]:
    return (day.day.isoformat(), _WEEKDAYS[day.day.weekday()], _KINDS[day.kind], day.name, day.calendar or "")


def _as_json(
    policy: Policy, year: int, days: Iterable[CalendarDay], versions: list[YearEdition], missing: int | None
) -> dict[str, Any]:
    return {
        "year": year,
        "published": is_published(policy, year),
        "source": "edition" if versions else "policy",
        "versions": [
            {"version": one.version, "at": iso(one.at, policy.zone), "by": one.by, "note": one.note} for one in versions
        ],
        "next_unpublished": missing,
        "days": [as_json(day) for day in days],
    }
