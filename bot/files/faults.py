"""Faults of a table before its cells are interpreted: a code, values and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

SENTENCES: Mapping[str, str] = {
    "unreadable": "The file can't be read ({reason}); give the path of a readable file.",
    "format": 'The format "{found}" is unknown; use {formats}.',
    "too_large": "The file must be smaller than {most} MB.",
    "encoding": "The file is neither UTF-8 nor GBK; save it as UTF-8.",
    "separator": 'The columns are separated by "{found}"; separate them with commas.',
    "quotes": "The CSV can't be read from here on ({reason}); check the quotes and double any inside a cell.",
    "workbook": "The file is no readable XLSX workbook; save it as .xlsx without a password.",
    "several_sheets": (
        "The workbook has several sheets with content: {sheets}; one is read, so hide or delete the others, "
        "or save each as a file of its own."
    ),
    "only_hidden": "All sheets with content are hidden: {sheets}; unhide the one that is to be read.",
    "too_many_rows": "The sheet has more than {most} rows with content; split it into several files.",
    "too_many_cells": "The sheet has more than {most} cells with content; split it into several files.",
    "too_long": "Reading the workbook takes longer than {most} seconds; save it as CSV.",
    "merged": "The cells {cells} are merged; unmerge them so that every row is complete.",
    "formula": "The cell {cell} holds a formula; write plain text.",
    "error": "The cell {cell} holds an error; write plain text.",
    "time_of_day": "The cell {cell} holds {found}, a date with a time of day; write plain text.",
    "empty": "The file is empty; it must hold at least one {noun}.",
    "no_rows": "The file names its columns but holds no {noun}; it must hold at least one.",
    "unknown_column": 'The column "{column}" is unknown; {hint}',
    "twice": 'The column "{column}" stands there twice; name every column once.',
    "same_column": "The columns {columns} all mean {column}; keep one of them.",
    "unit": 'The heading "{column}" names a unit that is not read; give the amounts in yuan.',
    "no_column": 'The column "{column}" is missing; the first line must name {required}.',
    "no_column_in_sheet": (
        'The column "{column}" is missing; line {line} of the sheet "{sheet}", its first with content, must name '
        "{required}."
    ),
    "cells": (
        "The line has {found} cells but the first line names {wanted} columns; "
        "put quotes around a cell that holds a comma."
    ),
}


@dataclass(frozen=True, slots=True)
class TableFault:
    """A fault and its line, counted from 1; `values` fill in its sentence, in any language."""

    line: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The English sentence, without the line."""
        return SENTENCES[self.code].format(**self.values)


class TableUnreadable(Exception):
    """A file of which nothing can be read; its `fault` says why."""

    def __init__(self, line: int, code: str, **values: str) -> None:
        """Make the fault from its line, code and values."""
        self.fault = TableFault(line, code, values)
        super().__init__(str(self.fault))


def unknown_column(line: int, written: str, name: str, known: Sequence[str]) -> TableFault:
    """Return the fault of an unknown heading, with the nearest known one; `name` is the heading's normalised form."""
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}."
    return TableFault(line, "unknown_column", {"column": written, "hint": hint})
