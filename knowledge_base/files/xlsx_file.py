"""Writes tables as XLSX."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from knowledge_base.files.faults import CatalogueFaults, FaqFault

LONGEST_CELL = 32_767  # characters; Excel's own limit, beyond which a cell is cut without a word


def write_workbook(path: Path, table: Iterable[Iterable[str]]) -> None:
    """Write an XLSX file of text cells; raises CatalogueFaults for a text too long for a cell."""
    from openpyxl import Workbook

    workbook = Workbook()
    sheet: Any = workbook.active
    for row, cells in enumerate(table, start=1):
        for column, text in enumerate(cells, start=1):
            if len(text) > LONGEST_CELL:
                message = (
                    f"A text of {len(text):,} characters doesn't fit into a cell of XLSX ({LONGEST_CELL:,}); use YAML."
                )
                raise CatalogueFaults([FaqFault(str(path), row, message)])
            cell = sheet.cell(row, column, text)
            cell.data_type, cell.quotePrefix = "s", True
    workbook.save(path)
