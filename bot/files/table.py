"""A table from a CSV or XLSX file, by one rule for encodings, separators, size and headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bot.files.csv_lines import csv_lines
from bot.files.faults import TableFault, TableUnreadable, unknown_column
from bot.files.xlsx_lines import read_xlsx

MOST_BYTES = 50_000_000
TABLES = (".csv", ".xlsx")
YAML = (".yaml", ".yml")
_OTHERS = {".xls", ".xlsb", ".ods", ".et", ".numbers", ".pdf", ".doc", ".docx", ".json", *YAML}
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # the latter holds one with a password, or one of before 2007

Cells = tuple[str | None, ...]  # None: a cell that is among the faults


class Row(NamedTuple):
    """A line by its columns, absent ones left out; None is a cell that is among the faults."""

    line: int
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table must be made of; a table of `open` columns may have any others beside them."""

    noun: str  # what a row stands for
    names: Sequence[str]
    required: Sequence[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file that aren't blank, and what was wrong with them; `merged` are ranges of merged cells."""

    lines: Sequence[tuple[int, Cells]]
    faults: Sequence[TableFault]
    merged: Sequence[TableFault] = ()

    @property
    def headings(self) -> list[str]:
        """The cells of the first line in their plain form."""
        return [_plain(cell or "") for cell in self.lines[0][1]] if self.lines else []


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows below the headings, and everything wrong with the table so far; no rows under faulty headings."""

    rows: Sequence[Row]
    faults: Sequence[TableFault]


def read_bytes(path: Path, formats: Sequence[str] = TABLES) -> bytes:
    """What a file holds; raises TableUnreadable if it can't be read, is too large or is of another format."""
    suffix = path.suffix.lower()
    if suffix in _OTHERS and suffix not in formats:
        listed = f"{', '.join(formats[:-1])} or {formats[-1]}"
        raise TableUnreadable(1, "format", found=path.suffix, formats=listed)
    try:
        return _bounded(path.read_bytes() if path.stat().st_size <= MOST_BYTES else None)
    except OSError as error:
        raise TableUnreadable(1, "unreadable", reason=str(error.strerror)) from error


def read_table(content: bytes, suffix: str = "") -> Table:
    """The lines of a file's content; it is a workbook if it begins like one or is named so, and text otherwise.

    Raises TableUnreadable when none of it can be read.
    """
    faults: list[TableFault] = []
    merged: list[TableFault] = []
    lines: Iterator[tuple[int, Cells]] | Sequence[tuple[int, Cells]]
    if not _bounded(content).strip():
        lines = ()
    elif content.startswith(_WORKBOOK) or suffix.lower() == ".xlsx":
        sheet = read_xlsx(content)
        lines, faults, merged = sheet.lines, sheet.faults, sheet.merged
    else:
        lines = csv_lines(content, faults)
    return Table([(line, cells) for line, cells in lines if any(map(_holds, cells))], faults, merged)


def rows_of(table: Table, columns: Columns) -> Rows:
    """The rows below the first line, which names the columns; short lines are filled up with empty cells."""
    if not table.lines:
        missing = () if table.faults else (TableFault(1, "empty", {"noun": columns.noun}),)
        return Rows((), (*table.faults, *missing))
    (line, first), *below = table.lines
    wrong = list(_heading_faults(line, first, columns))
    if wrong:
        return Rows((), (*table.faults, *wrong))
    if not below and not table.faults:
        wrong.append(TableFault(line, "no_rows", {"noun": columns.noun}))
    places = _places(first, columns)
    width = len(_trimmed(first))
    wrong += [
        TableFault(line, "cells", {"found": str(len(cells)), "wanted": str(width)})
        for line, cells in below
        if any(map(_holds, cells[width:]))
    ]
    rows = [Row(line, {name: _cell(cells, place) for name, place in places.items()}) for line, cells in below]
    return Rows(rows, (*table.faults, *wrong))


def _bounded(content: bytes | None) -> bytes:
    if content is None or len(content) > MOST_BYTES:
        raise TableUnreadable(1, "too_large", most=str(MOST_BYTES // 1_000_000))
    return content


def _holds(cell: str | None) -> bool:
    return cell is None or bool(cell.strip())


def _cell(cells: Cells, place: int) -> str | None:
    cell = cells[place] if place < len(cells) else ""
    return cell if cell is None else cell.strip()


def _trimmed(cells: Cells) -> Cells:
    """Without the empty cells at the end."""
    width = max((at for at, cell in enumerate(cells, start=1) if _holds(cell)), default=0)
    return cells[:width]


def _plain(heading: str) -> str:
    """`Influence (1-5)` and `influence` are one column."""
    visible = "".join(sign for sign in heading if unicodedata.category(sign) not in ("Cc", "Cs"))
    plain = unicodedata.normalize("NFKC", visible).strip().lower()
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*\(.*\)$", "", plain))


def _names(first: Cells, columns: Columns) -> list[str]:
    plain = [_plain(cell or "") for cell in _trimmed(first)]
    return [columns.aliases.get(name, name) for name in plain]


def _places(first: Cells, columns: Columns) -> Mapping[str, int]:
    """Where each column stands; beside an open table's `text (old)`, `text` is the one."""
    exact, names = [(cell or "").strip().lower() for cell in first], _names(first, columns)
    return {name: (exact if name in exact else names).index(name) for name in columns.names if name in names}


def _heading_faults(line: int, first: Cells, columns: Columns) -> Iterator[TableFault]:
    names = _names(first, columns)
    if not columns.open:
        written = [(cell or "").strip() for cell in first]
        for at, name in enumerate(names):
            if name not in columns.names:
                yield unknown_column(line, written[at], name, columns.names)
        yield from _twice(line, names, columns.names)
    for name in columns.required:
        if name not in names:
            yield TableFault(line, "no_column", {"column": name, "required": ", ".join(columns.required)})


def _twice(line: int, names: Sequence[str], known: Collection[str]) -> Iterator[TableFault]:
    for name in known:
        if names.count(name) > 1:
            yield TableFault(line, "twice", {"column": name})
