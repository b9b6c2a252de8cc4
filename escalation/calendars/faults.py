"""Faults of holidays and make-up days: a code for programs, a whole sentence for operators; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from escalation.refusals import EscalationRefusal

Code = Literal[
    "twice", "year", "elsewhere", "kind", "name", "weekday", "calendar", "anyway",
    "date",
    "feed_region", "feed_empty", "feed_date", "feed_both", "other_year",
    "unpublished", "same", "law", "moved", "no_version",
    "notice_old", "notice_other_year", "notice_years", "notice_no_year", "notice_empty", "notice_unread",
    "notice_no_holiday", "notice_missing", "notice_twice", "notice_weekday", "notice_lunar", "notice_count",
    "notice_range", "notice_date", "notice_elsewhere", "notice_since", "notice_weekend", "notice_away", "notice_both",
    "notice_worked", "notice_far", "notice_part", "notice_longer", "notice_longer_already",
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
    "feed_region": "The file holds the holidays of {region}; only those of the mainland (CN) are taken in.",
    "feed_empty": (
        "The file holds no holiday of the mainland: no event is marked X-APPLE-SPECIAL-DAY and named as one. "
        "Take Apple's feed of the mainland, or paste the notice."
    ),
    "feed_date": 'An event must be of 1 to 31 whole days; found one that begins "{found}".',
    "feed_both": "{day} is a day off as well as a make-up day.",
    "other_year": "The file holds days of {years}; asked for was {asked}.",
    "unpublished": (
        "The holidays of {year} are not known yet; import the whole year first, "
        "or name the calendar for which the company sets this day."
    ),
    "same": "{day} is that already; nothing was changed.",
    "law": "{day} is off by law ({name}); a single calendar can be opened on it by its name.",
    "moved": "The calendar was changed in the meantime; look at what would change once more.",
    "no_version": "The year {year} has no version {version}.",
    "notice_old": '"{words}": notices are read from {first} on; that of {year} is worded otherwise.',
    "notice_other_year": 'The text is of {year} ("{words}"); asked for was {asked}.',
    "notice_years": 'The text is of more than one year ("{words}"); paste one notice at a time.',
    "notice_no_year": "The text does not say of which year it is; paste it with its title, or give the year.",
    "notice_empty": "The text arranges no day off; paste the notice with its dates.",
    "notice_unread": '"{words}" can\'t be read as days off or make-up days; leave it out, or write it as notices do.',
    "notice_no_holiday": '"{words}" does not say of which holiday it is; write it before the dates (劳动节：…).',
    "notice_missing": '"{words}": the text arranges no day for {names}; paste it whole.',
    "notice_twice": '"{words}": {name} is arranged twice; keep one.',
    "notice_weekday": '"{words}" contradicts itself: {day} is a {weekday}.',
    "notice_lunar": '"{words}" contradicts the lunar calendar: {day} is another day of it.',
    "notice_count": '"{words}" contradicts itself: {count} days off are named.',
    "notice_range": '"{words}" contradicts itself: the last day is not after the first.',
    "notice_date": '"{words}" is no date of {year}.',
    "notice_elsewhere": '"{words}" does not lie in {year}, of which the text is.',
    "notice_since": '"{words}" contradicts itself: work begins on another day than the one after the last day off.',
    "notice_weekend": '"{words}" contradicts itself: no day off adjoins a weekend.',
    "notice_away": '"{words}": {name} of {year} is on {day}, which is not among its days off.',
    "notice_both": '"{words}": {day} is a day off as well as a make-up day.',
    "notice_part": (
        "The text arranges only {names} of {year}, whose other holidays ({missing}) are not known; "
        "paste the notice of the whole year."
    ),
    "notice_longer": "{name} of {year} is not known yet, so that it can't be made longer; take in the year first.",
    "notice_longer_already": "{name} lasts until {last} already; it can't be made longer until {until}.",
    "notice_far": '"{words}": {day} is more than two weeks from the days off it makes up for.',
    "notice_worked": '"{words}": {day} is a {weekday}, which is worked anyway; a make-up day is a Saturday or Sunday.',
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
