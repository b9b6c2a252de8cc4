"""Faults of holidays and make-up days: a code for programs, a whole sentence for operators; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from escalation.refusals import EscalationRefusal

Code = Literal[
    "twice", "year", "elsewhere", "kind", "name", "weekday", "calendar", "anyway",
    "date",
    "unpublished", "same", "last",
]  # fmt: skip

_SENTENCES: dict[str, str] = {
    "twice": "{day} stands twice{of}; keep one.",
    "year": "A year must lie between {first} and {last}; found {day}.",
    "elsewhere": "{day} does not lie in {year}, under which it stands; move it to its own year.",
    "kind": '"kind" must be off (a day off) or on (a make-up day); found "{found}".',
    "name": '"name" must have at most {most} visible characters; found {length}.',
    "weekday": "{day} is a {weekday}, which is worked anyway; a make-up day is a Saturday or Sunday.",
    "calendar": '"calendar" must be one of {known}; found "{found}"{hint}.',
    "anyway": "Calendar {calendar} opens on {day} anyway; leave the day out.",
    "date": '"day" must be a date such as 2027-01-01; found "{found}".',
    "unpublished": (
        "The holidays of {year} are not known yet; import the whole year first, "
        "or name the calendar for which the company sets this day."
    ),
    "same": "{day} is that already; nothing was changed.",
    "last": "{day} is the last day known of {year}; import the whole year instead.",
}


@dataclass(frozen=True, slots=True)
class CalendarFault:
    """A fault; `about` holds the values of its sentence, for any language."""

    code: str
    about: Mapping[str, str]
    sentence: str = ""  # of a fault found before the cells were looked at

    def __str__(self) -> str:
        """Return the sentence for an operator."""
        return self.sentence or _SENTENCES[self.code].format(**self.about)


def calendar_fault(code: Code, **about: object) -> CalendarFault:
    """Return a fault with the values of its sentence."""
    return CalendarFault(code, {name: str(value) for name, value in about.items()})


@dataclass(frozen=True, slots=True)
class CalendarFileFault:
    """A fault of a file with its line, counted from 1."""

    line: int
    fault: CalendarFault


class CalendarRefused(EscalationRefusal):
    """A change to a year that cannot be made; the text is a sentence for the operator."""

    def __init__(self, what: CalendarFault) -> None:
        """Keep the fault, for sentences in other languages."""
        super().__init__(str(what))
        self.wrong = what


class CalendarFileFaults(Exception):
    """A file of days that cannot be used, with all faults in the order of its lines."""

    def __init__(self, flaws: Iterable[CalendarFileFault]) -> None:
        """Keep the faults."""
        self.flaws = tuple(sorted(flaws, key=lambda flaw: flaw.line))
        super().__init__("\n".join(f"{flaw.line}: {flaw.fault}" for flaw in self.flaws))
