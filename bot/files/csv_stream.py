"""Writes tables as CSV that Excel in China opens as it is: UTF-8 with a byte order mark, and no formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from bot.files.cell_values import Cell, ExportTable, as_plain_text, cell_text

BOM = "\ufeff"
_AT_ONCE = 500  # rows of a piece


def csv_pieces(tables: Iterable[ExportTable]) -> Iterator[bytes]:
    """Yield the tables as pieces of one file; of several, each stands below its title, after an empty line."""
    buffer = StringIO(BOM, newline="")
    buffer.seek(0, 2)
    writer = csv.writer(buffer)
    for number, (table, is_alone) in enumerate(_marked(tables)):
        if not is_alone:
            writer.writerows([[], [_safe(table.title)]] if number else [[_safe(table.title)]])
        writer.writerow([_safe(heading) for heading in table.headings])
        for count, row in enumerate(table.rows, 1):
            writer.writerow([_safe(value) for value in row])
            if not count % _AT_ONCE:
                yield _taken(buffer)
    yield _taken(buffer)


def _marked(tables: Iterable[ExportTable]) -> Iterator[tuple[ExportTable, bool]]:
    """Each table, and whether it is the only one; the next is looked at before the rows of the first are read."""
    rest = iter(tables)
    first = next(rest, None)
    if first is None:
        return
    second = next(rest, None)
    yield first, second is None
    for table in () if second is None else (second, *rest):
        yield table, False


def _safe(value: Cell) -> Any:
    if isinstance(value, int | float):
        return value
    return as_plain_text(cell_text(value).replace("\0", ""))


def _taken(buffer: StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
