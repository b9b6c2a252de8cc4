"""A roster as CSV, from a file or pasted from a sheet: all its shifts, or every fault with its line; pure."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from escalation.roster import DAY, Kind

COLUMNS = ("date", "login", "start", "end", "kind")
REQUIRED = COLUMNS[:4]
MOST_BYTES = 2_000_000
_IN_CHINESE = {
    "日期": "date",
    "账号": "login",
    "开始": "start",
    "结束": "end",
    "类别": "kind",
    "姓名": "name",
    "备注": "note",
}
_PASSED_OVER = ("name", "note")  # for people who read the sheet
_KINDS: Mapping[str, Kind] = {"": "duty", "duty": "duty", "当班": "duty", "on_call": "on_call", "值班": "on_call"}
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::00)?", re.ASCII)
SENTENCES: Mapping[str, str] = {
    "too_large": "the file must be smaller than 2 MB.",
    "not_text": "the file must be UTF-8 or GBK text; save it as CSV UTF-8.",
    "open_quote": "a quoted cell must end with a quotation mark before the next comma or line end.",
    "empty": "there must be a header such as date,login,start,end,kind and at least one shift below it.",
    "unknown_column": '"{found}" is not a column; the columns are date, login, start, end, kind.',
    "twice": "column {column} must appear once.",
    "no_column": "column {column} is missing from the header.",
    "cells": "the line must have at most {wanted} cells like the header, not {found}.",
    "missing": "{column} must be given.",
    "bad_date": 'date must be a day such as 2026-11-23; found "{found}".',
    "bad_time": '{column} must be a time of day such as 08:00; found "{found}".',
    "bad_kind": 'kind must be duty or on_call; found "{found}".',
    "unknown_login": 'nobody signs in as "{login}"; `jiedai staff list` shows who does.',
    "no_such_time": "the clocks skip {time} on {day}; write the time that they jump to.",
    "two_at_once": "{login} would be in two shifts at once: {first} and {second}.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift as somebody asks for it: wall times of the policy's zone, in minutes after the day's midnight."""

    day: date
    login: str
    start: int
    end: int  # not after the start: on the next day
    kind: Kind = "duty"
    line: int = 0  # of the file it stands in; 0: asked for by itself


@dataclass(frozen=True, slots=True)
class RosterFault:
    """What is wrong at a line (0: of no file); a code and its values, so that it can be said in any language."""

    code: str
    line: int = 0
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        sentence = SENTENCES[self.code].format(**self.values)
        return f"line {self.line}: {sentence}" if self.line else f"{sentence[0].upper()}{sentence[1:]}"


class RosterFaults(Exception):
    """Every fault found in one pass; nothing was changed. Its text names file and line of each."""

    def __init__(self, faults: Sequence[RosterFault], file: str = "") -> None:
        named = (f"{file}:{fault.line}: {str(fault).partition(': ')[2]}" if file else str(fault) for fault in faults)
        super().__init__("\n".join(named))
        self.faults = tuple(faults)


def read_roster(raw: bytes, file: str = "") -> tuple[Entry, ...]:
    """Every shift of a CSV with the columns date, login, start, end and kind; raises RosterFaults with all faults.

    A kind left out is duty. An end that is not after the start is on the next day. Tabs and semicolons may stand for
    commas, and the headings may be Chinese, as a spreadsheet has them.
    """
    faults: list[RosterFault] = []
    entries = tuple(_entries(raw, faults))
    if not entries and not faults:
        faults.append(RosterFault("empty", 1))
    if faults:
        raise RosterFaults(sorted(faults, key=lambda fault: fault.line), file)
    return entries


YEARS = range(2000, 2101)  # as calendars; what lies outside is a slip of the pen


def parse_day(text: str) -> date | None:
    """2026-11-23, or as spreadsheets write it, 2026/11/3; None for anything else."""
    found = _DATE.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None


def parse_time(text: str) -> int | None:
    """08:00 or 8:00 as minutes after midnight, up to 24:00; None for anything else."""
    found = _TIME.fullmatch(text.replace("：", ":"))
    if found is None or int(found[2]) > 59:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= DAY else None


def parse_kind(text: str) -> Kind | None:
    """duty (当班) or on_call (值班); None for anything else."""
    return _KINDS.get(text.lower().replace("-", "_").replace(" ", "_"))


def _entries(raw: bytes, faults: list[RosterFault]) -> Iterator[Entry]:
    text = _decoded(raw, faults)
    names: list[str] | None = None
    for line, cells in _lines(text, faults):
        if not any(cells):
            continue
        if names is None:
            names = _header(cells, line, faults)
            if names is None:
                return
            continue
        if (entry := _entry(dict(zip(names, cells, strict=False)), line, faults)) is not None:
            yield entry
        if any(cells[len(names) :]):
            values = {"wanted": str(len(names)), "found": str(len(cells))}
            faults.append(RosterFault("cells", line, values))


def _decoded(raw: bytes, faults: list[RosterFault]) -> str:
    if len(raw) > MOST_BYTES:
        faults.append(RosterFault("too_large", 1))
        return ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    faults.append(RosterFault("not_text", 1))
    return ""


def _lines(text: str, faults: list[RosterFault]) -> Iterator[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
            number = reader.line_num + 1
    except csv.Error:
        faults.append(RosterFault("open_quote", number))


def _header(cells: Sequence[str], line: int, faults: list[RosterFault]) -> list[str] | None:
    written = list(cells)
    while not written[-1]:
        written.pop()
    names = [_IN_CHINESE.get(cell, cell.lower()) for cell in written]
    known = (*COLUMNS, *_PASSED_OVER)
    found = [
        RosterFault("unknown_column", line, {"found": cell})
        for cell, name in zip(written, names, strict=True)
        if name not in known
    ]
    found += [RosterFault("twice", line, {"column": name}) for name in known if names.count(name) > 1]
    found += [RosterFault("no_column", line, {"column": name}) for name in REQUIRED if name not in names]
    faults += found
    return None if found else names


def _entry(cells: Mapping[str, str], line: int, faults: list[RosterFault]) -> Entry | None:
    found: list[RosterFault] = [
        RosterFault("missing", line, {"column": name}) for name in REQUIRED if not cells.get(name)
    ]
    day, start, end = (
        parse_day(cells.get("date", "")),
        *(parse_time(cells.get(name, "")) for name in ("start", "end")),
    )
    kind = parse_kind(cells.get("kind", ""))
    if day is None and cells.get("date"):
        found.append(RosterFault("bad_date", line, {"found": cells["date"]}))
    for column, value in (("start", start), ("end", end)):
        if cells.get(column) and (value is None or (column == "start" and value == DAY)):
            found.append(RosterFault("bad_time", line, {"column": column, "found": cells[column]}))
    if kind is None:
        found.append(RosterFault("bad_kind", line, {"found": cells["kind"]}))
    faults += found
    if found or day is None or start is None or end is None or kind is None:
        return None
    return Entry(day, cells["login"], start, end, kind, line)


def unknown_people(entries: Sequence[Entry], people: Collection[str]) -> list[RosterFault]:
    """Entries for sign-in names that nobody has."""
    return [
        RosterFault("unknown_login", entry.line, {"login": entry.login})
        for entry in entries
        if entry.login not in people
    ]
