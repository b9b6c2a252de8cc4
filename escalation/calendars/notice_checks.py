"""What must hold between the sentences of a notice; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from escalation.calendars.faults import CalendarFileFault, Code, calendar_fault
from escalation.calendars.notice_days import Arrangement
from escalation.calendars.notice_words import Words, names_in, sentences_of
from escalation.working_hours.legal_holidays import HOLIDAYS, core_day

NEAR = timedelta(days=14)  # from 2010 to 2026 no make-up day was further than 11 days from its holiday
OF_A_YEAR = "部分节假日"  # in the title of the notice of a whole year


def check_notice(front: Words, items: Sequence[Arrangement], year: int) -> Iterator[CalendarFileFault]:
    """Yield what is forgotten, told twice, or at odds with the calendar."""
    yield from _missing(front, items)
    named = Counter(name for item in items for name in item.names)
    off = {day: item for item in items for day in item.off}
    for item in items:
        for name in item.names:
            if named[name] > 1:
                yield _fault("notice_twice", item, name=name)
            yield from _away(item, name, year)
        for day in item.on:
            if day in off:
                yield _fault("notice_both", item, day=day)
            elif day.weekday() < 5:
                yield _fault("notice_worked", item, day=day, weekday=f"{day:%A}")
            elif all(abs(day - one) > NEAR for one in item.off):
                yield _fault("notice_far", item, day=day)


def _missing(front: Words, items: Sequence[Arrangement]) -> Iterator[CalendarFileFault]:
    """Holidays that the front announces and nothing arranges."""
    announced = set(names_in(front.plain))
    whole = OF_A_YEAR in front.plain or len(announced) > 1
    wanted = HOLIDAYS if OF_A_YEAR in front.plain else [name for name in HOLIDAYS if name in announced]
    missing = [name for name in wanted if not any(name in item.names for item in items)]
    if whole and missing:
        words = _announcing(front)
        yield CalendarFileFault(
            words.line, calendar_fault("notice_missing", words=words.quoted, names="、".join(missing))
        )


def _announcing(front: Words) -> Words:
    """The clause that names the year or its holidays."""
    sentence = [each for each in sentences_of(front) if OF_A_YEAR in each.plain or names_in(each.plain)][-1]
    clauses = re.finditer(r"[^,:]+", sentence.plain)
    spans = [each.span() for each in clauses if OF_A_YEAR in each.group() or names_in(each.group())]
    return sentence.cut(*spans[-1])


def _away(item: Arrangement, name: str, year: int) -> Iterator[CalendarFileFault]:
    """A holiday whose own day is not among its days off."""
    own = core_day(name, year) if name in HOLIDAYS else None
    if own is not None and item.off and own not in item.off:
        yield _fault("notice_away", item, name=name, year=year, day=own)


def _fault(code: Code, item: Arrangement, **about: date | str | int) -> CalendarFileFault:
    return CalendarFileFault(item.words.line, calendar_fault(code, words=item.words.quoted, **about))
