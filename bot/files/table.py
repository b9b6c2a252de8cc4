"""Read a CSV or XLSX table, by one rule for encodings, separators, size and headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from bot.files.csv_lines import csv_lines
from bot.files.faults import TableFault, TableUnreadable
from bot.files.headings import Cells, Columns, heading_faults, holds, places_of, plain, trimmed
from bot.files.table_stream import TableStream
from bot.files.xlsx_lines import open_xlsx

MOST_BYTES = 50_000_000
_PIECE = 1 << 16  # bytes
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
    with opened(path, formats) as file:
        return file.read()


@contextmanager
def opened(path: Path, formats: Sequence[str] = TABLES) -> Iterator[IO[bytes]]:
    """Open a file; raises TableUnreadable as `read_bytes`."""
    suffix = path.suffix.lower()
    if suffix in _OTHERS and suffix not in formats:
        listed = f"{', '.join(formats[:-1])} or {formats[-1]}"
        raise TableUnreadable(1, "format", found=path.suffix, formats=listed)
    try:
        file = path.open("rb")
    except OSError as error:
        raise TableUnreadable(1, "unreadable", reason=str(error.strerror)) from error
    with file:
        _bound(file)
        yield file


def open_table(file: IO[bytes], suffix: str = "") -> TableStream:
    """Return the lines of a file as a stream: a workbook if it begins like one or is named so, otherwise text.

    Raises TableUnreadable if nothing of it can be read, also while lines are read.
    """
    _bound(file)
    begins = file.read(len(_WORKBOOK[0]))
    if begins.startswith(_WORKBOOK) or (suffix.lower() == ".xlsx" and not _is_blank(file)):
        stream = open_xlsx(file)
    else:
        stream = TableStream()
        stream.lines = iter(()) if _is_blank(file) else csv_lines(file, stream.faults)
    stream.lines = (each for each in stream.lines if any(map(holds, each[1])))
    return stream


def read_table(content: bytes, suffix: str = "") -> FileTable:
    """Return the lines of a file's content, as `open_table`; raises TableUnreadable."""
    stream = open_table(BytesIO(content), suffix)
    return FileTable(list(stream.lines), stream.faults, stream.merged, stream.sheet)


def rows_of(table: FileTable, columns: Columns) -> Rows:
    """Return the rows below the first line, which names the columns; short lines are padded with empty cells."""
    stream = TableStream(iter(table.lines), list(table.faults), sheet=table.sheet)
    return Rows(list(each_row(stream, columns)), stream.faults)


def each_row(table: TableStream, columns: Columns) -> Iterator[Row]:
    """Yield the rows of a stream as `rows_of`; adds to its faults. Raises TableUnreadable as reading it does."""
    line, first = next(table.lines, (0, ()))
    if not line:
        if not table.faults:
            table.faults.append(TableFault(1, "empty", {"noun": columns.noun}))
        return
    places, width, is_empty = places_of(first, columns), len(trimmed(first)), True
    units = {places[name]: read(first[places[name]] or "") for name, read in columns.units.items() if name in places}
    wrong = list(heading_faults(line, first, columns, table.sheet))
    for number, cells in table.lines:
        is_empty = False
        if wrong:
            continue  # only for the faults of cells
        if any(map(holds, cells[width:])):
            table.faults.append(TableFault(number, "cells", {"found": str(len(cells)), "wanted": str(width)}))
        yield Row(number, {name: _cell(cells, place, units) for name, place in places.items()})
    if is_empty and not wrong and not table.faults:
        wrong.append(TableFault(line, "no_rows", {"noun": columns.noun}))
    table.faults.extend(wrong)


def _is_blank(file: IO[bytes]) -> bool:
    file.seek(0)
    return not any(piece.strip() for piece in iter(lambda: file.read(_PIECE), b""))


def _bound(file: IO[bytes]) -> None:
    if file.seek(0, SEEK_END) > MOST_BYTES:
        raise TableUnreadable(1, "too_large", most=str(MOST_BYTES // 1_000_000))
    file.seek(0)


def _cell(cells: Cells, place: int, units: Mapping[int, str | None]) -> str | None:
    cell = cells[place] if place < len(cells) else ""
    cell = cell if cell is None else cell.strip()
    unit = units.get(place)
    # A cell that names its unit itself keeps it; with another one than the heading it will be refused.
    return f"{cell}{unit}" if cell and unit and unit not in cell else cell
