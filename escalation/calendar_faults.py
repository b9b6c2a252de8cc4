"""What can be wrong with days off and make-up days: a code for programs, a whole sentence for operators. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Code = Literal[
    "twice", "year", "elsewhere", "kind", "name", "weekday", "calendar", "anyway",
    "encoding", "csv", "empty", "header", "cells", "date",
    "unpublished", "same", "last",
]  # fmt: skip
CODES: tuple[Code, ...] = get_args(Code)

_SENTENCES: dict[Code, str] = {
    "twice": "{day} stands twice{of}; keep one.",
    "year": "A year must lie between {first} and {last}; found {day}.",
    "elsewhere": "{day} does not lie in {year}, under which it stands; move it to its own year.",
    "kind": '"kind" must be off (a day off) or on (a make-up day); found "{found}".',
    "name": '"name" must have at most {most} visible characters; found {length}.',
    "weekday": "{day} is a {weekday}, which is worked anyway; a make-up day is a Saturday or Sunday.",
    "calendar": '"calendar" must be one of {known}; found "{found}"{hint}.',
    "anyway": "Calendar {calendar} opens on {day} anyway; leave the day out.",
    "encoding": "The file is neither UTF-8 nor GBK; save it as UTF-8.",
    "csv": "The CSV can't be read from here on; check the quotes and double any inside a cell.",
    "empty": "The file holds no days; it must have a line for each, such as 2027-01-01,off,元旦.",
    "header": "The first line must be day,kind,name or day,kind,name,calendar; found {found}.",
    "cells": "A line must have {wanted} cells as the first one has; found {length}.",
    "date": '"day" must be a date such as 2027-01-01; found "{found}".',
    "unpublished": (
        "The holidays of {year} are not known yet; import the whole year first, "
        "or name the calendar for which the company sets this day."
    ),
    "same": "{day} is that already; nothing was changed.",
    "last": "{day} is the last day known of {year}; import the whole year instead.",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing wrong; `about` are the words its sentence is made with, in whatever language."""

    code: Code
    about: dict[str, str]

    def __str__(self) -> str:
        """The sentence for an operator."""
        return _SENTENCES[self.code].format(**self.about)


def wrong(code: Code, **about: object) -> Wrong:
    """One thing wrong, with what its sentence tells."""
    return Wrong(code, {name: str(value) for name, value in about.items()})


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong in a file, with its line counted from 1."""

    line: int
    wrong: Wrong


class CalendarRefused(Exception):
    """A change to a year that cannot be made; its text is the operator's sentence."""

    def __init__(self, what: Wrong) -> None:
        """Keep what is wrong, for whoever words it in another language."""
        super().__init__(str(what))
        self.wrong = what


class CalendarFlaws(Exception):
    """A file of days that cannot be used, with everything wrong in it, in the order of its lines."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        """Keep them."""
        self.flaws = tuple(sorted(flaws, key=lambda flaw: flaw.line))
        super().__init__("\n".join(f"{flaw.line}: {flaw.wrong}" for flaw in self.flaws))
