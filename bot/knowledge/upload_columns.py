"""Finds the headings of an uploaded table of questions, and which column is which; the keeper may say otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.files.headings import Cells, plain, trimmed
from bot.files.table import FileTable
from knowledge_base.files.rows import FIELDS

_LOOKED_AT = 15  # lines among which the headings are looked for
_ENOUGH = 2  # recognised headings that make a line one of headings
_SEVERAL = ("similar",)  # fields that may have several columns
Headings = Mapping[str, tuple[str, ...]]  # by field, what its column may be called


@dataclass(frozen=True, slots=True)
class UploadChoices:
    """How a file is read: the line of its headings, which field each column is, and what else the keeper chose.

    `columns` is by column from 0; an absent one is not read. `topic`: of questions without a category. `splits`: 、
    parts phrasings too. `retires`: questions that the file leaves out are retired.
    """

    heading: int = 0
    columns: Mapping[int, str] = field(default_factory=dict)
    topic: str = ""
    splits: bool = False
    retires: bool = False


def choices_from(kept: Mapping[str, Any], table: FileTable | None, headings: Headings) -> UploadChoices:
    """Return the choices that were kept; where there are none, what the table suggests."""
    if not kept:
        return suggested(table, headings) if table is not None else UploadChoices()
    columns = {int(place): str(name) for place, name in kept["columns"].items() if name in FIELDS}
    return UploadChoices(kept["heading"], columns, kept["topic"], kept["splits"], kept["retires"])


def suggested(table: FileTable, headings: Headings) -> UploadChoices:
    """Return the first line with recognised headings as that of the headings; else the first line."""
    named = {plain(name): each for each, names in headings.items() for name in names}
    for line, cells in table.lines[:_LOOKED_AT]:
        columns = _columns(cells, named)
        if len(set(columns.values())) >= _ENOUGH:
            return UploadChoices(line, columns)
    first = table.lines[0] if table.lines else (1, ())
    return UploadChoices(first[0], _columns(first[1], named))


def line_of(table: FileTable, number: int) -> Cells:
    """Return the cells of a line; none for one without content."""
    return next((trimmed(cells) for line, cells in table.lines if line == number), ())


def skipped(table: FileTable, heading: int) -> list[tuple[int, str]]:
    """Return the lines above the headings, each with its text."""
    return [(line, " ".join(cell for cell in cells if cell).strip()) for line, cells in table.lines if line < heading]


def doubled(columns: Mapping[int, str]) -> list[str]:
    """Return the fields that more than one column was chosen for, but may have one only."""
    names = [name for name in columns.values() if name not in _SEVERAL]
    return sorted({name for name in names if names.count(name) > 1})


def _columns(cells: Cells, named: Mapping[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        heading = plain(cell or "").strip("*＊:：_ ")
        name = named.get(heading) or named.get(re.sub(r"_?[0-9]+$", "", heading))
        if name and (name in _SEVERAL or name not in found.values()):
            found[place] = name
    return found
