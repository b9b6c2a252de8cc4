"""Reads the calendars and holidays of a policy file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml

from escalation.policy.faults import PolicyFaultCollector, nearest
from escalation.policy.yaml_blocks import Block, parse_day
from escalation.working_hours.legal_holidays import may_be_off_by_law, missing_holidays
from escalation.working_hours.working_time import Calendar, CalendarDay, DayKind, Span, parse_span, with_days

COMPLETE = "complete"  # the key beside the years


@dataclass(slots=True)
class Holidays:
    """The days of a file while it is read, each with its line."""

    lines: dict[CalendarDay, int] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)  # whose holidays are known; the company's own days are none
    complete: frozenset[int] = frozenset()  # of which the file says that its days are all

    def kind(self, calendar: str | None, kind: DayKind) -> dict[date, int]:
        """Return the days of one kind for one calendar (None: all of working days), with their lines."""
        return {day.day: line for day, line in self.lines.items() if (day.calendar, day.kind) == (calendar, kind)}

    def add(self, day: CalendarDay, line: int) -> None:
        """Add a day; a day named twice, as where two holidays meet, is kept once."""
        if not any((day.day, day.kind, day.calendar) == (one.day, one.kind, one.calendar) for one in self.lines):
            self.lines[day] = line


def read_zone(root: Block) -> ZoneInfo:
    """Read the time zone of the hours and days of the policy."""
    name = root.text("zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a region's folder such as Asia
        node, hint = root.values["zone"], nearest(name, available_timezones()) if "/" in name else ""
        root.faults.add(node, f'"zone" must be a time zone such as Asia/Shanghai; found "{name}"{hint}.')
    return ZoneInfo("UTC")


def read_calendars(root: Block, zone: ZoneInfo) -> dict[str, Calendar]:
    """Read every calendar: those of working days with the published holidays, each with the company's own days."""
    calendars: dict[str, Calendar] = {}
    for name, block in root.entries("calendars"):
        calendars[name] = _read_calendar(name, block, zone)
    holidays = read_holidays(root.block("holidays"), calendars)
    return {name: with_days(one, holidays.lines, holidays.years) for name, one in calendars.items()}


def _read_calendar(name: str, block: Block, zone: ZoneInfo) -> Calendar:
    spans = _read_spans(block)
    working_days_only = block.flag("working_days_only")
    block.finish()
    try:
        return Calendar(name, zone, spans, working_days_only)
    except ValueError as error:
        block.faults.add(block.values["hours"], f"{str(error).removesuffix('.')}; join them or move one.")
    return Calendar(name, zone, (), working_days_only)


def _read_spans(block: Block) -> tuple[Span, ...]:
    spans = []
    for node in block.items("hours"):
        try:
            spans.append(parse_span(node.value if isinstance(node, yaml.ScalarNode) else ""))
        except ValueError as error:
            block.faults.add(node, str(error))
    return tuple(spans)


def read_holidays(section: Block, calendars: Collection[str]) -> Holidays:
    """Read the holidays and make-up days of a block that groups them by year."""
    holidays = Holidays()
    told = _read_complete(section)
    for year in tuple(section.values):
        if year == COMPLETE:
            continue
        if not (year.isdecimal() and year.isascii() and len(year) == 4):
            section.faults.add(section.keys[year], f'"holidays" must be grouped by years such as 2026; found "{year}".')
            section.get(year)
            continue
        for block in section.blocks(year):
            _read_holiday(block, int(year), holidays, calendars)
    for calendar in {day.calendar: None for day in holidays.lines}:
        _check_make_up(holidays, calendar, section.faults)
    off = holidays.kind(None, "off")
    holidays.years = {year for year in holidays.years if year in told or not missing_holidays(off, year)}
    holidays.complete = told
    return holidays


def _read_complete(section: Block) -> frozenset[int]:
    """The years of which the file says that the days it gives are all, though a holiday by law is not among them."""
    found = set()
    for node in section.items(COMPLETE, required=False):
        year = node.value if isinstance(node, yaml.ScalarNode) else ""
        if year in section.values:
            found.add(int(year))
        else:
            section.faults.add(
                node, f'Each entry of "{COMPLETE}" must be a year that stands beside it; found "{year}".'
            )
    return frozenset(found)


def _check_make_up(holidays: Holidays, calendar: str | None, faults: PolicyFaultCollector) -> None:
    off = holidays.kind(calendar, "off")
    for day, line in holidays.kind(calendar, "on").items():
        if day in off:
            faults.add(line, f'"work" must name a day outside the holidays; {day} is off by line {off[day]}.')
        elif calendar is not None and _is_worked_anyway(day, holidays.kind(None, "off")):
            faults.add(line, f'"work" must name a day that is not worked anyway; {day} is a {day:%A}.')


def _is_worked_anyway(day: date, off: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in off and not may_be_off_by_law(day)


def _read_holiday(block: Block, year: int, holidays: Holidays, calendars: Collection[str]) -> None:
    name = block.text("name")
    calendar = block.choice("calendar", calendars, required=False) or None
    if "calendar" not in block.values:
        holidays.years.add(year)
    on = list(_read_make_up(block, year, weekends=calendar is None))
    # The company may open on a day without closing on another; a holiday always has its days off.
    without_days_off = calendar is not None and bool(on) and not {"from", "to"} & block.values.keys()
    off = [] if without_days_off else _read_days_off(block, year)
    block.finish()
    for day in off:
        holidays.add(CalendarDay(day, "off", name, calendar), block.line)
    for day, line in on:
        holidays.add(CalendarDay(day, "on", name, calendar), line)


def _read_days_off(block: Block, year: int) -> list[date]:
    first, last = block.day("from"), block.day("to")
    if first is None or last is None:
        return []
    for key, day in (("from", first), ("to", last)):
        if day.year != year:
            block.faults.add(block.values[key], f'"{key}" must lie in {year}, under which it stands; found "{day}".')
            return []
    if last < first:
        block.faults.add(block.values["to"], f'"to" must not be before "from" ({first}); found "{last}".')
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def _read_make_up(block: Block, year: int, *, weekends: bool) -> Iterator[tuple[date, int]]:
    for node in block.items("work", required=False):
        try:
            day = parse_day(node.value if isinstance(node, yaml.ScalarNode) else "")
        except ValueError:
            block.faults.add(node, 'Each entry of "work" must be a date such as 2026-10-10.')
            continue
        if day.year != year:
            block.faults.add(node, f'"work" must lie in {year}, under which it stands; found "{day}".')
        elif weekends and day.weekday() < 5:
            block.faults.add(node, f'"work" must name a Saturday or Sunday to be worked; {day} is a {day:%A}.')
        yield day, node.start_mark.line + 1
