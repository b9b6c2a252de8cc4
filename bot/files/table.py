"""Read a CSV or XLSX table, by one rule for encodings, separators, size and headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.files.csv_lines import csv_lines
from bot.files.faults import TableFault, TableUnreadable
from bot.files.headings import Cells, Columns, heading_faults, holds, places_of, plain, trimmed
from bot.files.xlsx_lines import read_xlsx

MOST_BYTES = 50_000_000
TABLES = (".csv", ".xlsx")
YAML = (".yaml", ".yml")
_OTHERS = {".xls", ".xlsb", ".ods", ".et", ".numbers", ".pdf", ".doc", ".docx", ".json", *YAML}
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # the latter holds one with a password, or one of before 2007


class Row(NamedTuple):
    """A row by column name, absent columns left out; None is a faulty cell."""

    line: int
    cells: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class FileTable:
    """A file's lines that aren't blank, and their faults; `merged` are ranges of merged cells, `sheet` is its name."""

    lines: Sequence[tuple[int, Cells]]
    faults: Sequence[TableFault]
    merged: Sequence[TableFault] = ()
    sheet: str = ""  # of a workbook

    @property
    def headings(self) -> list[str]:
        """The normalised cells of the first line."""
        return [plain(cell or "") for cell in self.lines[0][1]] if self.lines else []


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows below the headings, and all faults so far; no rows if the headings are faulty."""

    rows: Sequence[Row]
    faults: Sequence[TableFault]


def read_bytes(path: Path, formats: Sequence[str] = TABLES) -> bytes:
    """Read a file's content; raises TableUnreadable if it can't be read, is too large or is of another format."""
    suffix = path.suffix.lower()
    if suffix in _OTHERS and suffix not in formats:
        listed = f"{', '.join(formats[:-1])} or {formats[-1]}"
        raise TableUnreadable(1, "format", found=path.suffix, formats=listed)
    try:
        return _bounded(path.read_bytes() if path.stat().st_size <= MOST_BYTES else None)
    except OSError as error:
        raise TableUnreadable(1, "unreadable", reason=str(error.strerror)) from error


def read_table(content: bytes, suffix: str = "") -> FileTable:
    """Return the lines of a file's content: a workbook if it begins like one or is named so, otherwise text.

    Raises TableUnreadable if nothing of it can be read.
    """
    faults: list[TableFault] = []
    merged: list[TableFault] = []
    name = ""
    lines: Iterator[tuple[int, Cells]] | Sequence[tuple[int, Cells]]
    if not _bounded(content).strip():
        lines = ()
    elif content.startswith(_WORKBOOK) or suffix.lower() == ".xlsx":
        sheet = read_xlsx(content)
        lines, faults, merged, name = sheet.lines, sheet.faults, sheet.merged, sheet.name
    else:
        lines = csv_lines(content, faults)
    return FileTable([(line, cells) for line, cells in lines if any(map(holds, cells))], faults, merged, name)


def rows_of(table: FileTable, columns: Columns) -> Rows:
    """Return the rows below the first line, which names the columns; short lines are padded with empty cells."""
    if not table.lines:
        missing = () if table.faults else (TableFault(1, "empty", {"noun": columns.noun}),)
        return Rows((), (*table.faults, *missing))
    (line, first), *below = table.lines
    wrong = list(heading_faults(line, first, columns, table.sheet))
    if wrong:
        return Rows((), (*table.faults, *wrong))
    if not below and not table.faults:
        wrong.append(TableFault(line, "no_rows", {"noun": columns.noun}))
    places = places_of(first, columns)
    width = len(trimmed(first))
    wrong += [
        TableFault(line, "cells", {"found": str(len(cells)), "wanted": str(width)})
        for line, cells in below
        if any(map(holds, cells[width:]))
    ]
    units = {places[name]: read(first[places[name]] or "") for name, read in columns.units.items() if name in places}
    rows = [Row(line, {name: _cell(cells, place, units) for name, place in places.items()}) for line, cells in below]
    return Rows(rows, (*table.faults, *wrong))


def _bounded(content: bytes | None) -> bytes:
    if content is None or len(content) > MOST_BYTES:
        raise TableUnreadable(1, "too_large", most=str(MOST_BYTES // 1_000_000))
    return content


def _cell(cells: Cells, place: int, units: Mapping[int, str | None]) -> str | None:
    cell = cells[place] if place < len(cells) else ""
    cell = cell if cell is None else cell.strip()
    unit = units.get(place)
    # A cell that names its unit itself keeps it; with another one than the heading it will be refused.
    return f"{cell}{unit}" if cell and unit and unit not in cell else cell
