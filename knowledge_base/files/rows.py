"""What every FAQ format is read into: one row per question, each text with the line it stands on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("id", "category", "question", "similar", "answer", "tiers", "valid_from", "valid_until", "night_answer")
REQUIRED = ("id", "category", "question", "answer")
LISTS = ("similar", "tiers")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SEPARATOR = re.compile(r"(?<!\\)\||\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the line it was found on."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class FaqRow:
    """One question as a file gives it: a field that was left out is absent, one that was left empty has no texts."""

    line: int
    fields: dict[str, tuple[Text, ...]]


def tidy(text: str) -> str:
    """Text without control characters (but tabs and line breaks), line breaks as one sign, blank edges cut."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def table_rows(table: Iterable[tuple[int, Mapping[str, str | None]]]) -> list[FaqRow]:
    """The rows of a table: each its line and its cells by column; None is a cell whose fault is known already."""
    return [FaqRow(line, {name: _texts(name, cell, line) for name, cell in cells.items()}) for line, cells in table]


def cell_of(texts: Sequence[str]) -> str:
    """One cell for a list: one item a line; a bar inside an item is written \\| so that it doesn't part it."""
    return "\n".join(" ".join(text.split()).replace("|", r"\|") for text in texts)


def _texts(name: str, cell: str | None, line: int) -> tuple[Text, ...]:
    if cell is None:  # something in place of a required text, so that the fault isn't followed by "is empty"
        return (Text(f"{name} {line}", line),) if name in REQUIRED else ()
    parts = _SEPARATOR.split(cell) if name in LISTS else [cell]
    tidied = (tidy(part.replace(r"\|", "|") if name in LISTS else part) for part in parts)
    return tuple(Text(text, line) for text in tidied if text)


def guarded(cell: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula: a quote before = + - @, which reading takes away again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
