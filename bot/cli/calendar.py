"""`jiedai calendar show|import|export|set|check`: days off and make-up days."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.output import print_json, print_line, print_table
from bot.cli.policy import one_of
from bot.cli.session import service_of
from bot.files.escalation_files import read_calendar_file
from bot.service import Service
from bot.storage.database import be_alone
from escalation.calendars import calendar_editions
from escalation.calendars.calendar_editions import YearEdition
from escalation.calendars.days import applied, as_json, days_of, is_published, next_unpublished, troubles
from escalation.calendars.files import write_csv
from escalation.policy.model import Policy
from escalation.policy.yaml_blocks import parse_day
from escalation.working_hours.instants import iso
from escalation.working_hours.working_time import CalendarDay

_KINDS = {"off": "off", "on": "on (make-up day)"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[tuple[Service, Policy]]:
    """The service, and its policy with the calendar years in force."""
    service = service_of(options, knowledge="none")
    try:
        yield service, applied(service.rules.policy, service.database.read_now(calendar_editions.in_force))
    finally:
        service.database.close()


def show(options: argparse.Namespace) -> None:
    """Print the days of a year, their source, and which year is missing next."""
    with _opened(options) as (service, policy):
        now = service.clock()
        year = options.year or now.astimezone(policy.zone).year
        versions = service.database.read_now(calendar_editions.history, year)
        days, missing = days_of(policy, year), next_unpublished(policy, now)
        if options.json:
            print_json(_as_json(policy, year, days, versions, missing))
            return
        if days:
            print_table(f"{year}", ("day", "weekday", "kind", "name", "calendar"), map(_row, days))
        print_line(_source(policy, year, days, versions))
        if missing is not None:
            print_line(f"The first year whose holidays are not known is {missing}.")


def load(options: argparse.Namespace) -> None:
    """Import a file; all or nothing."""
    path = Path(options.file)
    with _opened(options) as (service, policy):
        years = read_calendar_file(path, policy)
        note = options.note or f"imported from {path.name}"
        changed = service.database.write_now(_take_in, policy, years, options.by, note, service.clock())
        left = service.database.read_now(_kept, policy, years)
        if options.json:
            print_json({"years": list(years), "changed": changed, "days": sum(map(len, years.values())), "kept": left})
            return
        for year, days in years.items():
            others = (
                "1 other day of that year stays" if left[year] == 1 else f"{left[year]} other days of that year stay"
            )
            kept = f"; {others}" if left[year] else ""
            print_line(f"{year}: {_counted(days)}{kept}." if year in changed else f"{year}: nothing new.")
        if changed:
            print_line("Running servers take it up at once, and count open deadlines anew.")


def save(options: argparse.Namespace) -> None:
    """Write a year's days to a CSV file; raises NotReady if the year has none."""
    path = Path(options.file)
    with _opened(options) as (_, policy):
        days = days_of(policy, options.year)
        if not days:
            raise NotReady(f"No day of {options.year} is known; there is nothing to write.")
        path.write_bytes(write_csv(days))
    if options.json:
        print_json({"year": options.year, "days": len(days), "file": str(path)})
    else:
        print_line(f"{path}: {_counted(days)} of {options.year}.")


def put(options: argparse.Namespace) -> None:
    """Make one day a day off, a make-up day, or an ordinary day; raises NotReady for a text that is no date."""
    try:
        day = parse_day(options.day)
    except ValueError:
        raise NotReady(f'DAY must be a date such as 2027-01-01; found "{options.day}".') from None
    with _opened(options) as (service, policy):
        if options.calendar is not None:
            one_of(policy.calendars, options.calendar, "calendar")
        kind = "on" if options.kind == "on" else "off"
        wanted = CalendarDay(day, "on" if kind == "on" else "off", options.name, options.calendar)
        note = options.note or f"{options.day} {options.kind}"
        service.database.write_now(_set, policy, wanted, options.by, note, service.clock(), options.kind == "normal")
    of = f" for calendar {options.calendar}" if options.calendar else ""
    if options.json:
        print_json({**as_json(wanted), "kind": options.kind})
    else:
        said = {"off": "a day off", "on": "a make-up day", "normal": f"a {_WEEKDAYS[day.weekday()]} like any other"}
        print_line(f"{day} is now {said[options.kind]}{of}. Running servers take it up at once.")


def check(options: argparse.Namespace) -> None:
    """Print what makes deadlines provisional, or soon will; raises SystemExit (1) if there is anything."""
    with _opened(options) as (service, policy):
        found = troubles(policy, service.clock())
    if options.json:
        print_json({"ok": not found, "troubles": found})
    else:
        print_line("\n".join(found) or "Every calendar opens, and every year within reach is known.")
    if found:
        raise SystemExit(1)


def _take_in(
    db: Connection, policy: Policy, years: Mapping[int, Iterable[CalendarDay]], by: str, note: str, now: datetime
) -> list[int]:
    be_alone(db)  # on what is there now, not on what was there when the file was read
    return calendar_editions.take_in(db, policy, years, by, note, now)


def _set(db: Connection, policy: Policy, day: CalendarDay, by: str, note: str, now: datetime, normal: bool) -> int:
    be_alone(db)
    return calendar_editions.set_day(db, policy, day, by, note, now, normal=normal)


def _kept(db: Connection, policy: Policy, years: Mapping[int, tuple[CalendarDay, ...]]) -> dict[int, int]:
    return {
        year: len(set(calendar_editions.present_days(db, policy, year)) - set(days)) for year, days in years.items()
    }


def _counted(days: Iterable[CalendarDay]) -> str:
    kinds = [day.kind for day in days]
    off, on = kinds.count("off"), kinds.count("on")
    return f"{off} day{'' if off == 1 else 's'} off, {on} make-up day{'' if on == 1 else 's'}"


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
