"""The State Council's notice of a year's holidays, or of one of them, as its text is pasted; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from escalation.calendars.faults import CalendarFileFault, CalendarFileFaults, CalendarRefused, Code, calendar_fault
from escalation.calendars.notice_checks import check_notice
from escalation.calendars.notice_days import Arrangement, read_sentence
from escalation.calendars.notice_words import (
    Words,
    front_and_body,
    heading_of,
    names_in,
    plain_words,
    sentences_of,
    without_number,
)
from escalation.working_hours.working_time import CalendarDay

FIRST = 2010  # notices of before are worded otherwise, and nobody needs them any more
_OF_YEAR = re.compile(r"(\d{4})年(?:部分|全年)?(?=节假日|元旦|春节|清明|\"?五一|国际劳动|劳动节|端午|中秋|国庆)")
_FULL_DATE = re.compile(r"(\d{4})年\d{1,2}月\d{1,2}日")
_DATE = re.compile(r"\d{1,2}月\d{1,2}[日号]|\d{1,2}[日号]")
_SAYS = re.compile(r"放假|上班|休|假期|假日")
_WORDED = re.compile(r"\d[日号](?:\([^()]*\))?.{0,40}?(?:放假|上班|休|假期)|假期至\d")
_ADVICE = re.compile(r"鼓励|倡导|提倡|建议")
_MEMORIAL = re.compile(r"[^\d,。:、《》]{2,40}纪念日")


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """A notice as read: its year, and the days of each of its holidays."""

    year: int
    items: tuple[Arrangement, ...]

    @property
    def days(self) -> tuple[CalendarDay, ...]:
        """Every day it names, in order."""
        found = []
        for item in self.items:
            name = "、".join(item.names)
            found += [CalendarDay(day, "off", name) for day in item.off]
            found += [CalendarDay(day, "on", name) for day in item.on]
        return tuple(sorted(found, key=lambda one: one.day))


def is_notice(text: str) -> bool:
    """Whether a text is worded as a notice, rather than a table or YAML."""
    plain = plain_words(text[:100_000]).plain
    return bool(
        _DATE.search(plain) and re.search(r"\d[日号](?:\([^()]*\))?.{0,40}?(?:放假|上班|休|假期)|假期至\d", plain)
    )


def read_notice(text: str, asked: int | None = None) -> HolidayNotice:
    """Read a notice; `asked` is the year it is meant to be of, or that of a text that names none.

    Raises CalendarFileFaults: every fault quotes the words that can't be read or contradict each other.
    """
    front, body = front_and_body(plain_words(text))
    try:
        year = _year(front, body, asked)
    except CalendarRefused as refused:
        raise CalendarFileFaults([CalendarFileFault(0, refused.wrong)]) from None
    items, flaws = _items(front, body, year)
    flaws = flaws or list(check_notice(front, items, year))
    if not items and not flaws:
        flaws = [CalendarFileFault(0, calendar_fault("notice_empty"))]
    if flaws:
        raise CalendarFileFaults(flaws)
    return HolidayNotice(year, tuple(items))


def _year(front: Words, body: Words, asked: int | None) -> int:
    found = _years_named(front) or _years_named(body) or _years_dated(body) or _years_dated(front)
    if not found:
        if asked is None:
            raise CalendarRefused(calendar_fault("notice_no_year"))
        return asked
    year = max(found)
    if year < FIRST:
        raise CalendarRefused(calendar_fault("notice_old", words=found[year].quoted, year=year, first=FIRST))
    if len(found) > 1 and set(found) != {year - 1, year}:
        words = ", ".join(each.quoted for each in found.values())
        raise CalendarRefused(calendar_fault("notice_years", words=words))
    # The title of a second notice among the arrangements of the first: its dates would be read as of the first's year.
    further = next((each for other, each in _years_named(body).items() if other != year), None)
    if further is not None:
        raise CalendarRefused(calendar_fault("notice_years", words=f"{found[year].quoted}, {further.quoted}"))
    if asked is not None and asked != year:
        raise CalendarRefused(calendar_fault("notice_other_year", words=found[year].quoted, year=year, asked=asked))
    return year


def _years_named(words: Words) -> dict[int, Words]:
    """The years that stand before holidays, with these words."""
    found: dict[int, Words] = {}
    for each in _OF_YEAR.finditer(words.plain):
        found.setdefault(int(each[1]), words.cut(each.start(), each.end() + 3))
    return found


def _years_dated(words: Words) -> dict[int, Words]:
    """The years of whole dates in sentences that arrange days."""
    found: dict[int, Words] = {}
    for sentence in sentences_of(words):
        for each in _FULL_DATE.finditer(sentence.plain) if _SAYS.search(sentence.plain) else ():
            found.setdefault(int(each[1]), sentence.cut(*each.span()))
    return found


def _items(front: Words, body: Words, year: int) -> tuple[list[Arrangement], list[CalendarFileFault]]:
    items: list[Arrangement] = []
    flaws: list[CalendarFileFault] = []
    before = [front]
    for sentence in sentences_of(body):
        heading = heading_of(sentence)
        if heading is None and not _arranges(sentence):
            before.append(sentence)
            continue
        try:
            if heading is not None:
                items.append(Arrangement(heading.names, sentence))
            elif not items:
                items.append(Arrangement(_subject(sentence, before), sentence))
            read_sentence(items[-1], heading.rest if heading else without_number(sentence), year, sentence)
            if heading is not None and not (items[-1].off or items[-1].until):
                raise _unread(sentence)
        except CalendarRefused as refused:
            flaws.append(CalendarFileFault(sentence.line, refused.wrong))
    return items, flaws


def _arranges(sentence: Words) -> bool:
    """Whether a sentence without a heading is about days off or worked: advice, or the date of the paper, is not."""
    if not _DATE.search(sentence.plain) or _ADVICE.search(sentence.plain):
        return False
    is_dated_only = (
        not _SAYS.search(sentence.plain)
        and not re.search(r"[日号]\(", sentence.plain)
        and len(_FULL_DATE.findall(sentence.plain)) == len(_DATE.findall(sentence.plain))
    )
    return not is_dated_only


def _subject(sentence: Words, before: Sequence[Words]) -> tuple[str, ...]:
    """The one holiday of a paper without headings: named in the sentence, or before it."""
    for words in (sentence, *reversed(before)):
        memorial = _MEMORIAL.search(words.plain)
        names = names_in(words.plain) or ((memorial.group(),) if memorial else ())
        if len(names) == 1:
            return names
    raise _refused("notice_no_holiday", sentence)


def _unread(sentence: Words) -> CalendarRefused:
    return _refused("notice_unread", sentence)


def _refused(code: Code, sentence: Words) -> CalendarRefused:
    return CalendarRefused(calendar_fault(code, words=sentence.quoted))
