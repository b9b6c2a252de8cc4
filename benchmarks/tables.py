"""Print figures as a table; round them; pick percentiles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import east_asian_width


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A plain table that survives being pasted into a document."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(headings))]
    print(f"\n{title}")
    for line in lines:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        print("  " + "  ".join(cells).rstrip())


def _width(cell: str) -> int:
    """The columns that a text takes; a Chinese character takes two."""
    return sum(1 + (east_asian_width(sign) in "WF") for sign in cell)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def rounded(value: Any) -> Any:
    """All that is in it, with every float rounded to four digits."""
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {name: rounded(one) for name, one in value.items()}
        case list() | tuple():
            return [rounded(one) for one in value]
        case _:
            return value
