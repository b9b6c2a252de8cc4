"""A roster as a table: all its shifts, or every fault with its line; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from escalation.refusals import EscalationRefusal
from escalation.staffing.roster import DAY, Kind

COLUMNS = ("date", "login", "start", "end", "kind")
REQUIRED = COLUMNS[:4]
IN_CHINESE = {
    "日期": "date",
    "账号": "login",
    "开始": "start",
    "结束": "end",
    "类别": "kind",
    "姓名": "name",
    "备注": "note",
}
PASSED_OVER = ("name", "note")  # for people who read the sheet
_KINDS: Mapping[str, Kind] = {"": "duty", "duty": "duty", "当班": "duty", "on_call": "on_call", "值班": "on_call"}
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::00)?", re.ASCII)
SENTENCES: Mapping[str, str] = {
    "missing": "{column} must be given.",
    "bad_date": 'date must be a day such as 2026-11-23; found "{found}".',
    "bad_time": '{column} must be a time of day such as 08:00; found "{found}".',
    "bad_kind": 'kind must be duty or on_call; found "{found}".',
    "unknown_login": 'nobody signs in as "{login}"; `jiedai staff list` shows who does.',
    "no_such_time": "the clocks skip {time} on {day}; write the time that they jump to.",
    "two_at_once": "{login} would be in two shifts at once: {first} and {second}.",
}


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """A shift as entered: wall times of the policy's zone, in minutes after the day's midnight."""

    day: date
    login: str
    start: int
    end: int  # not after the start: on the next day
    kind: Kind = "duty"
    line: int = 0  # of the file it stands in; 0: asked for by itself


@dataclass(frozen=True, slots=True)
class RosterFault:
    """A fault at a line (0: not of a file); a code and its values, for any language."""

    code: str
    line: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""  # of a fault found before the cells were looked at

    def __str__(self) -> str:
        sentence = self.sentence or SENTENCES[self.code].format(**self.values)
        return f"line {self.line}: {sentence}" if self.line else f"{sentence[0].upper()}{sentence[1:]}"


class RosterFaults(EscalationRefusal):
    """All faults found; nothing was changed. The text names file and line of each."""

    def __init__(self, faults: Sequence[RosterFault], file: str = "") -> None:
        named = (f"{file}:{fault.line}: {str(fault).partition(': ')[2]}" if file else str(fault) for fault in faults)
        super().__init__("\n".join(named))
        self.faults = tuple(faults)


def read_roster(
    rows: Iterable[tuple[int, Mapping[str, str | None]]], file: str = "", faults: Iterable[RosterFault] = ()
) -> tuple[ShiftEntry, ...]:
    """Return every shift of a table with the columns date, login, start, end and kind.

    Kind is duty when left out. An end not after the start is on the next day. A row is its line and its cells by
    column; None is a cell that could not be read, whose fault is in `faults`. Raises RosterFaults with these and all
    faults found, by line.
    """
    found = list(faults)
    entries = tuple(entry for line, cells in rows if (entry := _entry(cells, line, found)) is not None)
    if found:
        raise RosterFaults(sorted(found, key=lambda fault: fault.line), file)
    return entries


YEARS = range(2000, 2101)  # as calendars; what lies outside is a slip of the pen


def parse_day(text: str) -> date | None:
    """Parse 2026-11-23 or, as spreadsheets write it, 2026/11/3; None for anything else."""
    found = _DATE.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def parse_time(text: str) -> int | None:
    """Parse 08:00 or 8:00 as minutes after midnight, up to 24:00; None for anything else."""
    found = _TIME.fullmatch(text.replace("：", ":"))
    if found is None or int(found[2]) > 59:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= DAY else None


def parse_kind(text: str) -> Kind | None:
    """Parse duty (当班) or on_call (值班); None for anything else."""
    return _KINDS.get(text.lower().replace("-", "_").replace(" ", "_"))


def _entry(row: Mapping[str, str | None], line: int, faults: list[RosterFault]) -> ShiftEntry | None:
    cells = {name: unicodedata.normalize("NFKC", cell).strip() for name, cell in row.items() if cell is not None}
    broken = {name for name, cell in row.items() if cell is None}
    found: list[RosterFault] = [
        RosterFault("missing", line, {"column": name})
        for name in REQUIRED
        if not cells.get(name) and name not in broken
    ]
    day, kind = parse_day(cells.get("date", "")), parse_kind(cells.get("kind", ""))
    start, end = (parse_time(cells.get(name, "")) for name in ("start", "end"))
    if day is None and cells.get("date"):
        found.append(RosterFault("bad_date", line, {"found": cells["date"]}))
    for column, value in (("start", start), ("end", end)):
        if cells.get(column) and (value is None or (column == "start" and value == DAY)):
            found.append(RosterFault("bad_time", line, {"column": column, "found": cells[column]}))
    if kind is None:
        found.append(RosterFault("bad_kind", line, {"found": cells["kind"]}))
    faults += found
    if found or broken or day is None or start is None or end is None or kind is None:
        return None
    return ShiftEntry(day, cells["login"], start, end, kind, line)


def unknown_people(entries: Sequence[ShiftEntry], people: Collection[str]) -> list[RosterFault]:
    """Return a fault for each entry with an unknown sign-in name."""
    return [
        RosterFault("unknown_login", entry.line, {"login": entry.login})
        for entry in entries
        if entry.login not in people
    ]
