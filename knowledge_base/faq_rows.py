"""What every FAQ format is read into: one row per question, each text with the line it stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge_base.faults import Faults, suggestion

FIELDS = ("id", "category", "question", "similar", "answer", "tiers", "valid_from", "valid_until", "night_answer")
REQUIRED = ("id", "category", "question", "answer")
LISTS = ("similar", "tiers")

_FORMULA_START = r"[=+\-@\t\r]"
_SEPARATOR = re.compile(r"(?<!\\)\||\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the line it was found on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One question as a file gives it: a field that was left out is absent, one that was left empty has no texts."""

    line: int
    fields: dict[str, tuple[Text, ...]]


def tidy(text: str) -> str:
    """Text without control characters (but tabs and line breaks), line breaks as one sign, blank edges cut."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def table_rows(table: Iterable[tuple[int, Sequence[str]]], faults: Faults) -> list[Row]:
    """Rows of a table (CSV, XLSX) whose first line names the columns; blank lines are passed over."""
    lines = [(line, cells) for line, cells in table if any(cell.strip() for cell in cells)]
    if not lines:
        faults.add(1, "The file is empty; it must hold at least one question.")
        return []
    columns = _columns(*lines[0], faults)
    if len(lines) == 1 and not faults.found:
        faults.add(lines[0][0], "The file names its columns but holds no question; it must hold at least one.")
    return [row for line, cells in lines[1:] if (row := _table_row(line, cells, columns, faults))]


def cell_of(texts: Sequence[str]) -> str:
    """One cell for a list: one item a line; a bar inside an item is written \\| so that it doesn't part it."""
    return "\n".join(" ".join(text.split()).replace("|", r"\|") for text in texts)


def _columns(line: int, cells: Sequence[str], faults: Faults) -> list[str]:
    names = [tidy(cell).lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) == 1 and (sign := next((sign for sign in ";\t；，" if sign in names[0]), None)):
        shown = "tabs" if sign == "\t" else f'"{sign}"'
        faults.add(line, f"The columns are separated by {shown}; separate them with commas.")
        faults.raise_if_any()
    for name in names:
        if name not in FIELDS:
            faults.add(line, f'The column "{name}" is unknown; {suggestion(name, FIELDS)}')
        elif names.count(name) > 1:
            faults.add(line, f'The column "{name}" stands there twice; name every column once.')
    for name in REQUIRED:
        if name not in names:
            faults.add(line, f'The column "{name}" is missing; the first line must name {", ".join(REQUIRED)}.')
    return names


def _table_row(line: int, cells: Sequence[str], columns: list[str], faults: Faults) -> Row | None:
    if any(cell.strip() for cell in cells[len(columns) :]):
        faults.add(
            line,
            f"The line has {len(cells)} cells but the first line names {len(columns)} columns; "
            "put quotes around a cell that holds a comma.",
        )
        return None
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    # A column that is missing has been named already, and need not be missed in every line.
    missed = {name: (Text(f"{name} {line}", line),) for name in REQUIRED if name not in columns}
    return Row(line, missed | {name: _texts(name, cell, line) for name, cell in zip(columns, padded, strict=False)})


def _texts(name: str, cell: str, line: int) -> tuple[Text, ...]:
    parts = _SEPARATOR.split(cell) if name in LISTS else [cell]
    tidied = (tidy(part.replace(r"\|", "|") if name in LISTS else part) for part in parts)
    return tuple(Text(text, line) for text in tidied if text)


def guarded(cell: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula: a quote before = + - @ (as `unguarded` takes away again)."""
    return f"'{cell}" if re.match(f"'*{_FORMULA_START}", cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if re.match(f"'+{_FORMULA_START}", cell) else cell
