"""The rows of a CRM export, CSV or XLSX, as text cells under their column's name, each with its line."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

REQUIRED = ("id", "organisation", "contact", "annual_amount", "orders_per_year", "influence", "complexity")
OPTIONAL = ("phone", "email", "tier", "reason", "expires", "agent")
COLUMNS = (*REQUIRED[:3], *OPTIONAL[:2], *REQUIRED[3:], *OPTIONAL[2:])
MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class CrmFault:
    """What is wrong and what would be right: in a file at a line, or in one field of a record sent as JSON."""

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message


class CrmFaults(Exception):
    """Every fault found in one pass; nothing of the file or record may be used."""

    def __init__(self, faults: Sequence[CrmFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class UnreadableError(Exception):
    """The reading cannot go on beyond this line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no value that could be read; `field` is empty where it has no column."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file as text."""

    line: int
    cells: Mapping[str, str]
    faults: tuple[CellFault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as the file has it; `kind` tells formulas (f) and errors (e) of a spreadsheet from values."""

    value: object
    kind: str = "s"


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[_Cell, ...]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows below the header, blank ones left out; raises UnreadableError where nothing further can be read."""
    lines = _lines(path)
    header = next((line for line in lines if any(map(_text, line.cells))), None)
    if header is None:
        raise UnreadableError(1, f"the file must not be empty; its first line names the columns {', '.join(COLUMNS)}.")
    names = _column_names(header)
    for line in lines:
        row = _row(line, names)
        if row.faults or any(row.cells.values()):
            yield row


def column_name(header: str) -> str:
    """`Influence (1-5)` and `influence` are one column."""
    plain = unicodedata.normalize("NFKC", header).strip().lower()
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*\(.*\)$", "", plain))


def unknown_column(name: str, kind: str = "column") -> str:
    """The sentence for a name that is no column, with the nearest one that is."""
    near = difflib.get_close_matches(column_name(name), COLUMNS, n=1)
    advice = f'did you mean "{near[0]}"?' if near else f"the {kind}s are {', '.join(COLUMNS)}."
    return f'"{name}" is not a {kind}; {advice}'


def _column_names(header: _Line) -> tuple[str, ...]:
    """The header's columns, or one UnreadableError naming everything wrong with it."""
    written = [_text(cell) for cell in header.cells]
    while written and not written[-1]:
        written.pop()
    names = tuple(map(column_name, written))
    faults = [unknown_column(text) for text, name in zip(written, names, strict=True) if name not in COLUMNS]
    faults += [f"column {name} must appear once." for name in COLUMNS if names.count(name) > 1]
    faults += [f"column {name} is missing from the header." for name in REQUIRED if name not in names]
    if faults:
        raise UnreadableError(header.number, "\n".join(faults))
    return names


def _row(line: _Line, names: tuple[str, ...]) -> Row:
    cells: dict[str, str] = {}
    faults: list[CellFault] = []
    for name, cell in zip(names, line.cells, strict=False):
        try:
            cells[name] = _value(cell)
        except ValueError as fault:
            faults.append(CellFault(name, f"{name} {fault}"))
    beyond = [cell for cell in line.cells[len(names) :] if _text(cell)]
    if beyond:
        wanted = f"the line must have {len(names)} cells like the header, not {len(line.cells)}"
        faults.append(CellFault("", f"{wanted}; put a cell that holds a comma in quotes."))
    return Row(line.number, cells, tuple(faults))


def _lines(path: Path) -> Iterator[_Line]:
    try:
        raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
    except OSError as fault:
        raise UnreadableError(1, f"the file must be readable ({fault.strerror}).") from fault
    if raw is None:
        raise UnreadableError(1, f"the file must be smaller than {MOST_BYTES // 1_000_000} MB.")
    match path.suffix.lower():
        case ".csv":
            return _csv_lines(raw)
        case ".xlsx":
            return _xlsx_lines(raw)
    raise UnreadableError(1, f'the file must be .csv or .xlsx; found "{path.suffix}".')


def _csv_lines(raw: bytes) -> Iterator[_Line]:
    text = _decoded(raw)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1  # a quoted cell may run over several lines: the row is named by its first
        try:
            yield _Line(number, tuple(map(_Cell, next(reader))))
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableError(
                number, "a quoted cell must end with a quotation mark before the next comma or line end."
            ) from None


def _decoded(raw: bytes) -> str:
    """UTF-8 with or without BOM; else what a Chinese Excel writes."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        broken = fault.start
    # Chinese that was good UTF-8 up to here would decode as GBK too, into other names than were written.
    if any("\u4e00" <= char <= "\u9fff" for char in raw[:broken].decode("utf-8-sig", "ignore")):
        raise _not_text(raw, broken)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as fault:
        raise _not_text(raw, fault.start) from None


def _not_text(raw: bytes, place: int) -> UnreadableError:
    line = raw.count(b"\n", 0, place) + 1
    return UnreadableError(line, "the file must be UTF-8 or GBK text; save it as CSV UTF-8.")


def _xlsx_lines(raw: bytes) -> Iterator[_Line]:
    from openpyxl import load_workbook  # costs a quarter of a second, and most imports are CSV

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which no value depends on
            book = load_workbook(io.BytesIO(raw), read_only=True)
            rows = enumerate(book.worksheets[0].iter_rows(), start=1)
            lines = [_Line(number, tuple(map(_sheet_cell, cells))) for number, cells in rows]
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError):
        # SyntaxError is what the XML parser of the standard library derives its ParseError from.
        raise UnreadableError(1, "the file must be an Excel workbook (.xlsx) that Excel can open.") from None
    return iter(lines)


def _sheet_cell(cell: Any) -> _Cell:
    return _Cell(cell.value, str(cell.data_type))


def _text(cell: _Cell) -> str:
    return "" if cell.value is None else str(cell.value).strip()


def _value(cell: _Cell) -> str:
    """The cell as the text a person would have typed; formulas and errors are no values."""
    if cell.kind == "f":
        raise ValueError(f'must be a value, not the formula "{cell.value}"; paste it as a value.')
    if cell.kind == "e":
        raise ValueError(f'must be a value, not the error "{cell.value}".')
    match cell.value:
        case datetime() | date() as day:
            return day.strftime("%Y-%m-%d")
        case float() as number if number.is_integer():
            return str(int(number))
    return _text(cell)
