"""FAQ files as XLSX: the first sheet, its first row naming the columns; plain cells only."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from knowledge_base.faq_rows import Row, table_rows
from knowledge_base.faults import CatalogueFaults, Fault, Faults

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LONGEST_CELL = 32_767  # characters; Excel's own limit, beyond which a cell is cut without a word

_REFUSED = {"f": "a formula", "e": "an error"}
_DAMAGED = (BadZipFile, ParseError, OSError, EOFError, KeyError, ValueError, TypeError, AttributeError, IndexError)


def read_workbook(content: bytes, faults: Faults) -> list[Row]:
    """The rows of an XLSX file."""
    sheet = _first_sheet(content)
    if sheet is None:
        faults.add(1, "The file is no readable XLSX workbook; save it as .xlsx without a password.")
        return []
    for merged in sheet.merged_cells.ranges:
        faults.add(merged.min_row, f"The cells {merged.coord} are merged; unmerge them so that every row is complete.")
    return table_rows(_lines(sheet, faults), faults)


def write_workbook(path: Path, table: Iterable[Iterable[str]]) -> None:
    """Write an XLSX file in which every cell is text, whatever it begins with."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet: Any = workbook.active
    for row, cells in enumerate(table, start=1):
        for column, text in enumerate(cells, start=1):
            if len(text) > LONGEST_CELL:
                message = (
                    f"A text of {len(text):,} characters doesn't fit into a cell of XLSX ({LONGEST_CELL:,}); use YAML."
                )
                raise CatalogueFaults([Fault(str(path), row, message)])
            cell = sheet.cell(row, column, text)
            cell.data_type, cell.quotePrefix = "s", True
    workbook.save(path)


def _first_sheet(content: bytes) -> Worksheet | None:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions of Excel that hold nothing we read
            return load_workbook(io.BytesIO(content)).worksheets[0]
    except (InvalidFileException, *_DAMAGED):
        return None


def _lines(sheet: Worksheet, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    for row in sheet.iter_rows():
        if row:
            yield int(row[0].row or 1), [_text(cell, faults) for cell in row]


def _text(cell: Any, faults: Faults) -> str:
    if cell.data_type in _REFUSED:
        faults.add(cell.row, f"The cell {cell.coordinate} holds {_REFUSED[cell.data_type]}; write plain text.")
        return str(cell.coordinate)  # something, so that the fault isn't followed by "is empty"
    match cell.value:
        case None:
            return ""
        case datetime() as at:
            return at.date().isoformat() if at.time() == time() else at.isoformat(timespec="minutes")
        case float() as number if number.is_integer():
            return str(int(number))
        case value:
            return str(value)
