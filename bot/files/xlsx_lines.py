"""Read the one sheet of an XLSX workbook as a stream; the size the file claims is not believed."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from posixpath import join, normpath, split
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from bot.files.empty_rows import WithoutEmptyRows
from bot.files.faults import TableFault, TableUnreadable
from bot.files.xlsx_cells import Cells, Styles, column_of, styles_of, text_of

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

Lines = list[tuple[int, tuple[str | None, ...]]]


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The rows that aren't empty, numbered as in Excel; None is a faulty cell."""

    lines: Lines
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
    """Read the only visible sheet with content; raises TableUnreadable.

    That is for a file that is no workbook or has a password, several such sheets, or one that is too large to read.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            return _only_sheet(book)
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


def _only_sheet(book: zipfile.ZipFile) -> Worksheet:
    workbook = _workbook(book)
    root = _tree(book, workbook)
    related = _related(book, workbook)
    listed = list(_listed(root, related))
    by_kind = dict(related.values())
    strings = _strings(book, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else ()
    styles = styles_of(_tree(book, by_kind["styles"]) if "styles" in by_kind else None, root.find("{*}workbookPr"))
    until = time.monotonic() + MOST_SECONDS

    def read(sheet: _Listed, most: int | None = None) -> Worksheet:
        with _unpacked(book, sheet.path) as part:
            return _sheet(WithoutEmptyRows(part), strings, styles, until, most)

    filled = [sheet for sheet in listed if not sheet.is_hidden and read(sheet, 1).lines]
    if len(filled) > 1:
        raise TableUnreadable(1, "several_sheets", sheets=_named(sheet.name for sheet in filled))
    if not filled:
        behind = [sheet.name for sheet in listed if sheet.is_hidden and read(sheet, 1).lines]
        if behind:
            raise TableUnreadable(1, "only_hidden", sheets=_named(behind))
        return Worksheet([], [], [])
    return replace(read(filled[0]), name=filled[0].name)


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


def _sheet(part: WithoutEmptyRows, strings: Sequence[str], styles: Styles, until: float, most: int | None) -> Worksheet:
    """The sheet; of its rows with content at most so many."""
    sheet = Worksheet([], [], [])
    cells = Cells(strings, styles, sheet.faults)
    rows: Element | None = None
    number = count = 0
    for event, element in iterparse(part, ("start", "end")):  # noqa: S314 - expat bounds what entities grow to
        name = element.tag.rpartition("}")[2]
        if event == "start":
            rows = element if name == "sheetData" else rows
        elif name == "row":
            number = int(element.get("r", number + 1))
            if line := cells.line(number, element):
                sheet.lines.append((number, line))
                count += len(line)
                _bound(len(sheet.lines), count, until)
                if most is not None and len(sheet.lines) >= most:
                    return sheet
            if rows is not None:
                rows.clear()  # rows that were read are let go: a million of them may be formatted and empty
        elif name == "mergeCell":
            first = element.attrib["ref"].partition(":")[0]
            sheet.merged.append(TableFault(column_of(first)[1], "merged", {"cells": element.attrib["ref"]}))
    return sheet


def _bound(rows: int, cells: int, until: float) -> None:
    if rows > MOST_ROWS:
        raise TableUnreadable(1, "too_many_rows", most=f"{MOST_ROWS:,}")
    if cells > MOST_CELLS:
        raise TableUnreadable(1, "too_many_cells", most=f"{MOST_CELLS:,}")
    if time.monotonic() > until:
        raise TableUnreadable(1, "too_long", most=f"{MOST_SECONDS:g}")


def _strings(book: zipfile.ZipFile, path: str) -> list[str]:
    """The shared strings that cells refer to by number."""
    found: list[str] = []
    with _unpacked(book, path) as part:
        for _, element in iterparse(part, ("end",)):  # noqa: S314
            if element.tag.endswith("}si"):
                found.append(text_of(element))
                element.clear()
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
