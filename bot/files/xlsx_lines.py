"""Read the first sheet of an XLSX workbook as a stream; the size the file claims is not believed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from bot.files.faults import TableFault, TableUnreadable
from bot.files.xlsx_cells import Cells, Styles, column_of, styles_of, text_of

# Neither library reads here. python-calamine 0.9 makes nothing of an error or of a formula, and two cells in opposite
# corners of a sheet have it ask for 500 GB and end the process; openpyxl needs half a minute and more for a million
# formatted empty rows, and refuses a workbook whose styles hold an empty fill.

MOST_UNPACKED = 1_000_000_000  # bytes of one part: 128 KB can unpack to as many MB
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


def read_xlsx(content: bytes) -> Worksheet:
    """Read the first sheet; raises TableUnreadable for a file that is no workbook, or has a password."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            return _first_sheet(book)
    except _DAMAGED:
        raise TableUnreadable(1, "workbook") from None


def _first_sheet(book: zipfile.ZipFile) -> Worksheet:
    root = _tree(book, "xl/workbook.xml")
    related = _related(book)
    paths = (related[_relation(sheet)] for sheet in root.iterfind("{*}sheets/{*}sheet"))
    path = next(path for kind, path in paths if kind == "worksheet")
    by_kind = dict(related.values())
    strings = _strings(book, by_kind["sharedStrings"]) if "sharedStrings" in by_kind else ()
    styles = styles_of(_tree(book, by_kind["styles"]) if "styles" in by_kind else None, root.find("{*}workbookPr"))
    with _unpacked(book, path) as part:
        return _sheet(part, strings, styles)


def _sheet(part: IO[bytes], strings: Sequence[str], styles: Styles) -> Worksheet:
    sheet = Worksheet([], [], [])
    cells = Cells(strings, styles, sheet.faults)
    rows: Element | None = None
    number = 0
    for event, element in iterparse(part, ("start", "end")):  # noqa: S314 - expat bounds what entities grow to
        name = element.tag.rpartition("}")[2]
        if event == "start":
            rows = element if name == "sheetData" else rows
        elif name == "row":
            number = int(element.get("r", number + 1))
            if line := cells.line(number, element):
                sheet.lines.append((number, line))
            if rows is not None:
                rows.clear()  # rows that were read are let go: a million of them may be formatted and empty
        elif name == "mergeCell":
            first = element.attrib["ref"].partition(":")[0]
            sheet.merged.append(TableFault(column_of(first)[1], "merged", {"cells": element.attrib["ref"]}))
    return sheet


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


def _related(book: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Type and path of the workbook's parts by relationship id."""
    root = _tree(book, "xl/_rels/workbook.xml.rels")
    return {
        each.attrib["Id"]: (each.attrib["Type"].rpartition("/")[2], normpath(join("/xl", each.attrib["Target"]))[1:])
        for each in root
    }


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.items() if name.endswith("}id"))
