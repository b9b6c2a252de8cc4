"""Holidays and make-up days as a table, or as YAML in the policy's format; all faults of a file are reported.

A cell of the column `day` holds a day or a range of days, as people write them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import cast

from escalation.calendars.changes import Given
from escalation.calendars.days import faults_of, needless
from escalation.calendars.faults import CalendarFileFault, CalendarFileFaults, calendar_fault
from escalation.policy.faults import PolicyFaultCollector, compose_bytes
from escalation.policy.model import Policy
from escalation.policy.read_calendars import read_holidays
from escalation.policy.yaml_blocks import Block
from escalation.working_hours.working_time import CalendarDay, DayKind

HEADER = ("day", "kind", "name", "calendar")
REQUIRED = HEADER[:3]
COLUMNS_IN_CHINESE = {"日期": "day", "类型": "kind", "名称": "name", "服务时间": "calendar"}
_KINDS: Mapping[str, DayKind] = {"放假": "off", "休": "off", "上班": "on", "调休上班": "on", "班": "on"}
_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_DAYS = re.compile(rf"{_DATE}(?:\s*(?:至|到|\.\.|[~～—–]+|\s-\s)\s*{_DATE})?", re.ASCII)
_LONGEST = 31  # days of a range: more is a slip
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
    days = [(line, day) for line, cells in rows for day in _days(line, cells, found)]
    found += _check(policy, days)
    if found:
        raise CalendarFileFaults(found)
    return _by_year(day for _, day in days)


def write_csv(days: Iterable[CalendarDay]) -> bytes:
    """Return the days as CSV for a spreadsheet: UTF-8 with a byte order mark, and no cell acts as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for day in days:
        name = f"'{day.name}" if _FORMULA.match(day.name) else day.name
        writer.writerow((day.day.isoformat(), day.kind, name, day.calendar or ""))
    return text.getvalue().encode("utf-8-sig")


def _days(line: int, cells: Mapping[str, str | None], flaws: list[CalendarFileFault]) -> Iterator[CalendarDay]:
    if None in cells.values():
        return
    day, kind, name, calendar = (cells.get(column) or "" for column in HEADER)
    dates = _dates(day)
    if not dates:
        flaws.append(CalendarFileFault(line, calendar_fault("date", found=day[:40])))
    kind = _KINDS.get(kind, cast("DayKind", kind.lower()))
    yield from (CalendarDay(each, kind, name, calendar or None) for each in dates)


def _dates(text: str) -> list[date]:
    """A date or a range as people and spreadsheets write them: 2027-01-01, 2027/1/1, 2027年1月1日至2027年1月3日."""
    found = _DAYS.fullmatch(text.strip())
    try:
        ends = [date(*map(int, found.groups()[at : at + 3])) for at in (0, 3) if found[at + 1]] if found else []
    except ValueError:
        return []
    length = (ends[-1] - ends[0]).days if ends else -1
    return [ends[0] + timedelta(days=n) for n in range(length + 1)] if length < _LONGEST else []


def _check(policy: Policy, lines: Sequence[tuple[int, CalendarDay]]) -> Iterator[CalendarFileFault]:
    """What is wrong with days that could be read, each year by itself."""
    for year in {day.day.year for _, day in lines}:
        mine = [(line, day) for line, day in lines if day.day.year == year]
        days = [day for _, day in mine]
        for place, what in (*faults_of(policy, year, days), *needless(policy, days)):
            yield CalendarFileFault(mine[place][0], what)


def _by_year(days: Iterable[CalendarDay]) -> Years:
    found: dict[int, list[CalendarDay]] = {}
    for day in days:
        found.setdefault(day.day.year, []).append(day)
    return {year: tuple(found[year]) for year in sorted(found)}


def read_yaml(content: bytes, policy: Policy) -> Given:
    """Return the days of `holidays:` of a policy file, or of a file of just its years; the rest is ignored.

    Raises PolicyFaults with every fault, of a file without a name.
    """
    faults = PolicyFaultCollector("")
    node = compose_bytes(content, faults)
    if node is None:
        raise faults.stop()
    root = Block(node, faults, "holidays", 1)
    section = root.block("holidays") if "holidays" in root.values else root
    holidays = read_holidays(section, policy.calendars)
    lines = holidays.lines
    days = list(lines)
    for year in {day.day.year for day in days}:
        mine = [day for day in days if day.day.year == year]
        for place, what in faults_of(policy, year, mine):
            faults.add(lines[mine[place]], str(what))
    if not days and not faults.found:
        faults.add(1, 'The file holds no days; it must group them by years as the policy\'s "holidays" does.')
    if faults.found:
        raise faults.stop()
    return Given(_by_year(days), holidays.complete)
