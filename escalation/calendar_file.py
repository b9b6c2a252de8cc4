"""Files of days off and make-up days: CSV, and YAML in the policy's manner; read whole or refused with every fault."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from escalation.calendar_days import faults_of, needless
from escalation.calendar_faults import CalendarFlaws, Flaw, wrong
from escalation.policy import Policy
from escalation.policy_calendars import read_holidays
from escalation.policy_faults import Fault, Faults, PolicyFaults, compose
from escalation.policy_nodes import Block, parse_day
from escalation.working_time import Day, DayKind

HEADER = ("day", "kind", "name", "calendar")
_GUARDED = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is a formula to a spreadsheet

Years = dict[int, tuple[Day, ...]]


def read_file(path: Path, policy: Policy) -> Years:
    """The days of a file by year; PolicyFaults, with the line of every fault, when it cannot be used."""
    if path.suffix.lower() in (".yaml", ".yml"):
        return _read_yaml(path, policy)
    try:
        return read_csv(path.read_bytes(), policy)
    except CalendarFlaws as found:
        raise PolicyFaults(tuple(Fault(str(path), flaw.line, str(flaw.wrong)) for flaw in found.flaws)) from None


def read_csv(content: bytes, policy: Policy) -> Years:
    """The days of a CSV file (day,kind,name[,calendar]; UTF-8 or GBK) by year; CalendarFlaws names every fault."""
    flaws: list[Flaw] = []
    lines = dict(_rows(content, flaws))
    if not lines and not flaws:
        flaws.append(Flaw(1, wrong("empty")))
    flaws += _check(policy, lines)
    if flaws:
        raise CalendarFlaws(flaws)
    return _by_year(lines.values())


def write_csv(days: Iterable[Day]) -> bytes:
    """The same, for a spreadsheet: UTF-8 with its mark, and no name can act as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for day in days:
        name = f"'{day.name}" if day.name.startswith(_GUARDED) else day.name
        writer.writerow((day.day.isoformat(), day.kind, name, day.calendar or ""))
    return text.getvalue().encode("utf-8-sig")


def _rows(content: bytes, flaws: list[Flaw]) -> Iterator[tuple[int, Day]]:
    """Each day with its line; what cannot be one is noted."""
    text = _decoded(content)
    if text is None:
        flaws.append(Flaw(1, wrong("encoding")))
        return
    records = _records(text, flaws)
    header = next(records, None)
    if header is None:
        return
    columns = tuple(cell.strip().lower() for cell in header[1])
    if columns not in (HEADER[:3], HEADER):
        flaws.append(Flaw(header[0], wrong("header", found=",".join(columns)[:80])))
        return
    for line, cells in records:
        day = _row(line, [cell.strip() for cell in cells], len(columns), flaws)
        if day is not None:
            yield line, day


def _row(line: int, cells: Sequence[str], wanted: int, flaws: list[Flaw]) -> Day | None:
    if len(cells) != wanted:
        flaws.append(Flaw(line, wrong("cells", wanted=wanted, length=len(cells))))
        return None
    day = _day(cells[0])
    if day is None:
        flaws.append(Flaw(line, wrong("date", found=cells[0][:40])))
        return None
    name = cells[2][1:] if cells[2].startswith("'") and cells[2][1:].startswith(_GUARDED) else cells[2]
    return Day(day, cast("DayKind", cells[1].lower()), name, (cells[3] if wanted == len(HEADER) else "") or None)


def _day(text: str) -> date | None:
    """A date as people and spreadsheets write it: 2027-01-01, 2027/1/1."""
    parts = text.replace("/", "-").split("-")
    try:
        return parse_day("-".join(part.zfill(2) for part in parts))
    except ValueError:
        return None


def _decoded(content: bytes) -> str | None:
    for charset in ("utf-8-sig", "gbk"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return None


def _records(text: str, flaws: list[Flaw]) -> Iterator[tuple[int, list[str]]]:
    """Each line that isn't empty, with its number; a quoted cell may run over several."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            flaws.append(Flaw(line, wrong("csv")))
            return
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _check(policy: Policy, lines: dict[int, Day]) -> Iterator[Flaw]:
    """What is wrong with days that could be read, each year by itself."""
    for year in {day.day.year for day in lines.values()}:
        mine = [(line, day) for line, day in lines.items() if day.day.year == year]
        days = [day for _, day in mine]
        for place, what in (*faults_of(policy, year, days), *needless(policy, days)):
            yield Flaw(mine[place][0], what)


def _by_year(days: Iterable[Day]) -> Years:
    found: dict[int, list[Day]] = {}
    for day in days:
        found.setdefault(day.day.year, []).append(day)
    return {year: tuple(found[year]) for year in sorted(found)}


def _read_yaml(path: Path, policy: Policy) -> Years:
    """`holidays:` as in a policy file, or just its years; other parts of a policy file are passed over."""
    faults = Faults(str(path))
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
