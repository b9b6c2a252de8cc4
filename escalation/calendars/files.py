"""Holidays and make-up days as a table, or as YAML in the policy's format; all faults of a file are reported."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from escalation.calendars.days import faults_of, needless
from escalation.calendars.faults import CalendarFileFault, CalendarFileFaults, calendar_fault
from escalation.policy.faults import PolicyFaultCollector, compose
from escalation.policy.model import Policy
from escalation.policy.read_calendars import read_holidays
from escalation.policy.yaml_blocks import Block, parse_day
from escalation.working_hours.working_time import CalendarDay, DayKind

HEADER = ("day", "kind", "name", "calendar")
REQUIRED = HEADER[:3]
_FORMULA = re.compile(
    r"'*[=+\-@\t\r]"
)  # a cell that begins so is a formula to a spreadsheet, or reads as a guarded one

Years = dict[int, tuple[CalendarDay, ...]]


def read_calendar(
    rows: Iterable[tuple[int, Mapping[str, str | None]]], policy: Policy, flaws: Iterable[CalendarFileFault] = ()
) -> Years:
    """Return the days of a table with the columns day, kind, name and calendar, by year.

    A row is its line and its cells by column; None is a cell that could not be read, whose fault is in `flaws`. Raises
    CalendarFileFaults with these and all faults found.
    """
    found = list(flaws)
    days = {line: day for line, cells in rows if (day := _day(line, cells, found)) is not None}
    found += _check(policy, days)
    if found:
        raise CalendarFileFaults(found)
    return _by_year(days.values())


def write_csv(days: Iterable[CalendarDay]) -> bytes:
    """Return the days as CSV for a spreadsheet: UTF-8 with a byte order mark, and no cell acts as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for day in days:
        name = f"'{day.name}" if _FORMULA.match(day.name) else day.name
        writer.writerow((day.day.isoformat(), day.kind, name, day.calendar or ""))
    return text.getvalue().encode("utf-8-sig")


def _day(line: int, cells: Mapping[str, str | None], flaws: list[CalendarFileFault]) -> CalendarDay | None:
    if None in cells.values():
        return None
    day, kind, name, calendar = (cells.get(column) or "" for column in HEADER)
    date_ = _date(day)
    if date_ is None:
        flaws.append(CalendarFileFault(line, calendar_fault("date", found=day[:40])))
        return None
    return CalendarDay(date_, cast("DayKind", kind.lower()), name, calendar or None)


def _date(text: str) -> date | None:
    """A date as people and spreadsheets write it: 2027-01-01, 2027/1/1."""
    parts = text.replace("/", "-").split("-")
    try:
        return parse_day("-".join(part.zfill(2) for part in parts))
    except ValueError:
        return None


def _check(policy: Policy, lines: dict[int, CalendarDay]) -> Iterator[CalendarFileFault]:
    """What is wrong with days that could be read, each year by itself."""
    for year in {day.day.year for day in lines.values()}:
        mine = [(line, day) for line, day in lines.items() if day.day.year == year]
        days = [day for _, day in mine]
        for place, what in (*faults_of(policy, year, days), *needless(policy, days)):
            yield CalendarFileFault(mine[place][0], what)


def _by_year(days: Iterable[CalendarDay]) -> Years:
    found: dict[int, list[CalendarDay]] = {}
    for day in days:
        found.setdefault(day.day.year, []).append(day)
    return {year: tuple(found[year]) for year in sorted(found)}


def read_yaml(path: Path, policy: Policy) -> Years:
    """Return the days of `holidays:` of a policy file, or of a file of just its years; the rest is ignored.

    Raises PolicyFaults with every fault.
    """
    faults = PolicyFaultCollector(str(path))
    node, _ = compose(path, faults)
    if node is None:
        raise faults.stop()
    root = Block(node, faults, "holidays", 1)
    section = root.block("holidays") if "holidays" in root.values else root
    lines = read_holidays(section, policy.calendars).lines
    days = list(lines)
    for year in {day.day.year for day in days}:
        mine = [day for day in days if day.day.year == year]
        for place, what in faults_of(policy, year, mine):
            faults.add(lines[mine[place]], str(what))
    if not days and not faults.found:
        faults.add(1, 'The file holds no days; it must group them by years as the policy\'s "holidays" does.')
    if faults.found:
        raise faults.stop()
    return _by_year(days)
