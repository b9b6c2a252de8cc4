"""The lines of a table, to be read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.files.faults import TableFault
from bot.files.headings import Cells


@dataclass(slots=True)
class TableStream:
    """A file's lines that aren't blank; `faults` and `merged` are complete when they have been read."""

    lines: Iterator[tuple[int, Cells]] = field(default_factory=lambda: iter(()))
    faults: list[TableFault] = field(default_factory=list)
    merged: list[TableFault] = field(default_factory=list)  # ranges of merged cells
    sheet: str = ""  # its name in a workbook, once a line has been read
