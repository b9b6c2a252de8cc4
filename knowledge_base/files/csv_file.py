"""Writes tables as CSV for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from knowledge_base.files.rows import guarded


def write_csv(path: Path, table: Iterable[Iterable[str]]) -> None:
    """Write UTF-8 CSV with a byte order mark, in which no text acts as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([guarded(cell) for cell in cells] for cells in table)
