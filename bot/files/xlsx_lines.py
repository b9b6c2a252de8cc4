"""Read the one sheet of an XLSX workbook as a stream; the size the file claims is not believed."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath, split
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from bot.files.empty_rows import WithoutEmptyRows
from bot.files.faults import TableFault, TableUnreadable
from bot.files.packed_strings import PackedStrings
from bot.files.table_stream import TableStream
from bot.files.xlsx_cells import Cells, column_of, styles_of, text_of

# Neither library reads here, as measured again with python-calamine 0.9.1 and openpyxl 3.1: the former makes an empty
# cell of an error and of a formula, a value lost in silence, and two cells in opposite corners of a sheet have it ask
# for 500 GB and end the process; openpyxl needs half a minute and more for a million formatted empty rows (calamine
# half a second, this module one), and refuses a workbook whose styles hold an empty fill.

MOST_UNPACKED = 1_000_000_000  # bytes of one part: 128 KB can unpack to as many MB
MOST_ROWS = 500_000
MOST_CELLS = 8_000_000
MOST_SECONDS = 60.0
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, OSError, EOFError, RuntimeError,
    LookupError, ValueError, StopIteration, OverflowError,
)  # fmt: skip

Line = tuple[int, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The rows that aren't empty, numbered as in Excel; None is a faulty cell."""

    lines: list[Line]
    faults: list[TableFault]
    merged: list[TableFault]
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A worksheet as the workbook lists it."""

    name: str
    path: str
    is_hidden: bool


def read_xlsx(content: bytes) -> Worksheet:
    """Read the only visible sheet with content; raises TableUnreadable as `open_xlsx`."""
    stream = open_xlsx(BytesIO(content))
    return Worksheet(list(stream.lines), stream.faults, stream.merged, stream.sheet)


def open_xlsx(file: IO[bytes]) -> TableStream:
    """Return the rows of the only visible sheet with content. Raises TableUnreadable while they are read.

    That is for a file that is no workbook or has a password, several such sheets, or one that is too large to read.
    """
    stream = TableStream()
    stream.lines = _lines(file, stream)
    return stream


def _lines(file: IO[bytes], stream: TableStream) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(file) as book:
            yield from _only_sheet(book, stream)
    except _DAMAGED:
        raise TableUnreadable(1, "workbook") from None


def hidden_sheets(content: bytes) -> tuple[str, ...]:
    """Return the names of a workbook's hidden sheets, which are passed over; none for what is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            workbook = _workbook(book)
            listed = _listed(_tree(book, workbook), _related(book, workbook))
            return tuple(sheet.name for sheet in listed if sheet.is_hidden)
    except _DAMAGED:
        return ()


def _only_sheet(book: zipfile.ZipFile, stream: TableStream) -> Iterator[Line]:
    workbook = _workbook(book)
    root = _tree(book, workbook)
    related = _related(book, workbook)
    listed = list(_listed(root, related))
    by_kind = dict(related.values())
    strings = _strings(book, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else PackedStrings()
    styles = styles_of(_tree(book, by_kind["styles"]) if "styles" in by_kind else None, root.find("{*}workbookPr"))
    until = time.monotonic() + MOST_SECONDS

    def read(sheet: _Listed, cells: Cells, found: list[TableFault]) -> Generator[Line, None, None]:
        with _unpacked(book, sheet.path) as part:
            yield from _sheet(WithoutEmptyRows(part), cells, found, until)

    def holds(sheet: _Listed) -> bool:
        with closing(read(sheet, Cells(strings, styles, []), [])) as lines:
            return next(lines, None) is not None

    filled = [sheet for sheet in listed if not sheet.is_hidden and holds(sheet)]
    if len(filled) > 1:
        raise TableUnreadable(1, "several_sheets", sheets=_named(sheet.name for sheet in filled))
    if not filled and (behind := [sheet.name for sheet in listed if sheet.is_hidden and holds(sheet)]):
        raise TableUnreadable(1, "only_hidden", sheets=_named(behind))
    for sheet in filled:
        stream.sheet = sheet.name
        yield from read(sheet, Cells(strings, styles, stream.faults), stream.merged)


def _workbook(book: zipfile.ZipFile) -> str:
    """Where the workbook's own part is; nearly always at the usual place."""
    if "_rels/.rels" not in book.namelist():
        return "xl/workbook.xml"
    kinds = {each.attrib["Type"].rpartition("/")[2]: each.attrib["Target"] for each in _tree(book, "_rels/.rels")}
    return kinds.get("officeDocument", "xl/workbook.xml").lstrip("/")


def _listed(root: Element, related: Mapping[str, tuple[str, str]]) -> Iterator[_Listed]:
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        kind, path = related[_relation(sheet)]
        if kind == "worksheet":
            yield _Listed(sheet.get("name", ""), path, sheet.get("state", "visible") != "visible")


def _named(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _sheet(part: WithoutEmptyRows, cells: Cells, merged: list[TableFault], until: float) -> Iterator[Line]:
    """The sheet's rows; its merged ranges stand behind them and are added to `merged`."""
    rows: Element | None = None
    number = row_count = count = 0
    for event, element in iterparse(part, ("start", "end")):  # noqa: S314 - expat bounds what entities grow to
        name = element.tag.rpartition("}")[2]
        if event == "start":
            rows = element if name == "sheetData" else rows
        elif name == "row":
            number = int(element.get("r", number + 1))
            if line := cells.line(number, element):
                row_count, count = row_count + 1, count + len(line)
                _bound(row_count, count, until)
                yield number, line
            if rows is not None:
                rows.clear()  # rows that were read are let go: a million of them may be formatted and empty
        elif name == "mergeCell":
            first = element.attrib["ref"].partition(":")[0]
            merged.append(TableFault(column_of(first)[1], "merged", {"cells": element.attrib["ref"]}))


def _bound(rows: int, cells: int, until: float) -> None:
    if rows > MOST_ROWS:
        raise TableUnreadable(1, "too_many_rows", most=f"{MOST_ROWS:,}")
    if cells > MOST_CELLS:
        raise TableUnreadable(1, "too_many_cells", most=f"{MOST_CELLS:,}")
    if time.monotonic() > until:
        raise TableUnreadable(1, "too_long", most=f"{MOST_SECONDS:g}")


def _strings(book: zipfile.ZipFile, path: str) -> PackedStrings:
    """The shared strings that cells refer to by number."""
    found = PackedStrings()
    table: Element | None = None
    with _unpacked(book, path) as part:
        for event, element in iterparse(part, ("start", "end")):  # noqa: S314
            if event == "start":
                table = element if table is None else table
            elif element.tag.endswith("}si"):
                found.append(text_of(element))
                if table is not None:
                    table.clear()  # of a million strings the empty elements would stay
    return found


@contextmanager
def _unpacked(book: zipfile.ZipFile, path: str) -> Iterator[IO[bytes]]:
    if book.getinfo(path).file_size > MOST_UNPACKED:  # zipfile unpacks no more than is announced
        raise TableUnreadable(1, "too_large", most=str(MOST_UNPACKED // 1_000_000))
    with book.open(path) as part:
        yield part


def _tree(book: zipfile.ZipFile, path: str) -> Element:
    with _unpacked(book, path) as part:
        return fromstring(part.read())  # noqa: S314


def _related(book: zipfile.ZipFile, workbook: str) -> dict[str, tuple[str, str]]:
    """Type and path of the workbook's parts by relationship id."""
    folder, name = split(workbook)
    root = _tree(book, join(folder, "_rels", f"{name}.rels"))
    return {
        each.attrib["Id"]: (
            each.attrib["Type"].rpartition("/")[2],
            normpath(join("/", folder, each.attrib["Target"]))[1:],
        )
        for each in root
    }


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.items() if name.endswith("}id"))
