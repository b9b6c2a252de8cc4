"""Tables written as CSV, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from knowledge_base.files.rows import guarded


def write_csv(path: Path, table: Iterable[Iterable[str]]) -> None:
    """Write a CSV file that Excel opens as UTF-8 and in which no text can act as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([guarded(cell) for cell in cells] for cells in table)
