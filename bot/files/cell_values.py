"""What a cell of an exported table may hold, and what no spreadsheet may take for a formula; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | date | datetime | None  # instants without an offset, in the company's zone

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # with which Excel and WPS begin a formula
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold, and DEL


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table to export: its title, its headings and its rows, which are read once."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return text.startswith(FORMULA_STARTS)


def as_plain_text(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet could take it for a formula."""
    return f"'{text}" if looks_like_formula(text) else text


def cell_text(value: Cell) -> str:
    """Return a value as text: instants to the minute, nothing as an empty text."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case _:
            return str(value)
