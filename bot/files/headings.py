"""The heading line of a table: where each column is, and what is wrong with the headings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.files.faults import TableFault, unknown_column

UnitReader = Callable[[str], str | None]  # what a heading adds to each cell; None: a unit that is not read
Cells = tuple[str | None, ...]  # None: a cell that is among the faults


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table must or may have; an `open` one may have any others too."""

    noun: str  # what a row stands for
    names: Sequence[str]
    required: Sequence[str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    units: Mapping[str, UnitReader] = field(default_factory=dict)  # of columns whose heading may name one


def holds(cell: str | None) -> bool:
    """Whether a cell is not empty; a faulty cell (None) counts as not empty."""
    return cell is None or bool(cell.strip())


def trimmed(cells: Cells) -> Cells:
    """Return the cells without empty ones at the end."""
    width = max((at for at, cell in enumerate(cells, start=1) if holds(cell)), default=0)
    return cells[:width]


def plain(heading: str) -> str:
    """Return the normalised form of a heading: `Influence (1-5)` and `influence` are one column."""
    visible = "".join(sign for sign in heading if unicodedata.category(sign) not in ("Cc", "Cs"))
    lower = unicodedata.normalize("NFKC", visible).strip().lower()
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*\(.*\)$", "", lower))


def _names(first: Cells, columns: Columns) -> list[str]:
    return [columns.aliases.get(name, name) for name in (plain(cell or "") for cell in trimmed(first))]


def places_of(first: Cells, columns: Columns) -> Mapping[str, int]:
    """Return each column's position from 0; in an open table `text` is preferred to `text (old)`."""
    exact, names = [(cell or "").strip().lower() for cell in first], _names(first, columns)
    return {name: (exact if name in exact else names).index(name) for name in columns.names if name in names}


def heading_faults(line: int, first: Cells, columns: Columns, sheet: str = "") -> Iterator[TableFault]:
    """Yield a fault for each heading that is unknown, duplicate or missing, the latter naming the workbook's sheet."""
    names = _names(first, columns)
    if not columns.open:
        written = [(cell or "").strip() for cell in first]
        for at, name in enumerate(names):
            if name not in columns.names:
                yield unknown_column(line, written[at], name, columns.names)
        yield from _twice(line, names, written, columns.names)
    for name, place in places_of(first, columns).items():
        if name in columns.units and columns.units[name](first[place] or "") is None:
            yield TableFault(line, "unit", {"column": (first[place] or "").strip()})
    for name in columns.required:
        if name not in names:
            missing = {"column": name, "required": ", ".join(columns.required)}
            if sheet:
                yield TableFault(line, "no_column_in_sheet", missing | {"sheet": sheet, "line": str(line)})
            else:
                yield TableFault(line, "no_column", missing)


def _twice(line: int, names: Sequence[str], written: Sequence[str], known: Collection[str]) -> Iterator[TableFault]:
    for name in known:
        same = list(dict.fromkeys(one for one, meant in zip(written, names, strict=False) if meant == name))
        if len(same) > 1:
            yield TableFault(line, "same_column", {"columns": ", ".join(f'"{one}"' for one in same), "column": name})
        elif names.count(name) > 1:
            yield TableFault(line, "twice", {"column": same[0]})
