"""Rows of an FAQ file, whatever its format: one per question, each text with its line."""

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
    """A text and its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class FaqRow:
    """A question of a file: an omitted field is absent, an empty one has no texts."""

    line: int
    fields: dict[str, tuple[Text, ...]]


def tidy(text: str) -> str:
    """Return a text without control characters (but tabs and line breaks) and outer blanks, line breaks as LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()


def table_rows(table: Iterable[tuple[int, Mapping[str, str | None]]]) -> list[FaqRow]:
    """Return the rows of a table: each its line and its cells by column; None is a cell with a known fault."""
    return [FaqRow(line, {name: _texts(name, cell, line) for name, cell in cells.items()}) for line, cells in table]


def cell_of(texts: Sequence[str]) -> str:
    """Return a list as one cell, an item a line; a bar inside an item is written \\|."""
    return "\n".join(" ".join(text.split()).replace("|", r"\|") for text in texts)


def _texts(name: str, cell: str | None, line: int) -> tuple[Text, ...]:
    if cell is None:  # something in place of a required text, so that the fault isn't followed by "is empty"
        return (Text(f"{name} {line}", line),) if name in REQUIRED else ()
    parts = _SEPARATOR.split(cell) if name in LISTS else [cell]
    tidied = (tidy(part.replace(r"\|", "|") if name in LISTS else part) for part in parts)
    return tuple(Text(text, line) for text in tidied if text)


def guarded(cell: str) -> str:
    """Return a CSV cell that is no formula: a quote before = + - @, which reading removes."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
