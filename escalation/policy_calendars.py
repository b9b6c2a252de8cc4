"""The calendars and holidays of a policy file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import yaml

from escalation.policy_faults import nearest
from escalation.policy_nodes import Block, parse_day
from escalation.working_time import Calendar, Span, parse_span


@dataclass(slots=True)
class _Holidays:
    """The published days, while they are being read; `off` and `on` keep the line that named each."""

    off: dict[date, int] = field(default_factory=dict)
    on: dict[date, int] = field(default_factory=dict)
    years: set[int] = field(default_factory=set)


def read_zone(root: Block) -> ZoneInfo:
    """The zone in which the policy's hours and days are meant."""
    name = root.text("zone")
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a region's folder such as Asia
        node, hint = root.values["zone"], nearest(name, available_timezones()) if "/" in name else ""
        root.faults.add(node, f'"zone" must be a time zone such as Asia/Shanghai; found "{name}"{hint}.')
    return ZoneInfo("UTC")


def read_calendars(root: Block, zone: ZoneInfo) -> dict[str, Calendar]:
    """Every calendar; those of working days carry the published holidays."""
    holidays = _read_holidays(root)
    calendars: dict[str, Calendar] = {}
    for name, block in root.entries("calendars"):
        calendars[name] = _read_calendar(name, block, zone, holidays)
    return calendars


def _read_calendar(name: str, block: Block, zone: ZoneInfo, holidays: _Holidays) -> Calendar:
    spans = _read_spans(block)
    working_days_only = block.flag("working_days_only")
    block.finish()
    known = holidays if working_days_only else _Holidays()
    days_off, days_on, years = frozenset(known.off), frozenset(known.on), frozenset(known.years)
    try:
        return Calendar(name, zone, spans, working_days_only, days_off, days_on, years)
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


def _read_holidays(root: Block) -> _Holidays:
    holidays = _Holidays()
    section = root.block("holidays")
    for year in tuple(section.values):
        if not (year.isdecimal() and year.isascii() and len(year) == 4):
            root.faults.add(section.keys[year], f'"holidays" must be grouped by years such as 2026; found "{year}".')
            section.get(year)
            continue
        holidays.years.add(int(year))
        for block in section.blocks(year):
            _read_holiday(block, int(year), holidays)
    for day in holidays.on.keys() & holidays.off.keys():
        message = f'"work" must name a day outside the holidays; {day} is off by line {holidays.off[day]}.'
        root.faults.add(holidays.on[day], message)
    return holidays


def _read_holiday(block: Block, year: int, holidays: _Holidays) -> None:
    block.text("name")
    first, last = block.day("from"), block.day("to")
    for node in block.items("work", required=False):
        _read_make_up(block, node, year, holidays)
    block.finish()
    if first is None or last is None:
        return
    for key, day in (("from", first), ("to", last)):
        if day.year != year:
            block.faults.add(block.values[key], f'"{key}" must lie in {year}, under which it stands; found "{day}".')
            return
    if last < first:
        block.faults.add(block.values["to"], f'"to" must not be before "from" ({first}); found "{last}".')
    for offset in range((last - first).days + 1):
        holidays.off.setdefault(first + timedelta(days=offset), block.line)


def _read_make_up(block: Block, node: yaml.Node, year: int, holidays: _Holidays) -> None:
    try:
        day = parse_day(node.value if isinstance(node, yaml.ScalarNode) else "")
    except ValueError:
        block.faults.add(node, 'Each entry of "work" must be a date such as 2026-10-10.')
        return
    if day.year != year:
        block.faults.add(node, f'"work" must lie in {year}, under which it stands; found "{day}".')
    elif day.weekday() < 5:
        block.faults.add(node, f'"work" must name a Saturday or Sunday to be worked; {day} is a {day:%A}.')
    holidays.on[day] = node.start_mark.line + 1
