"""One sentence of a notice: dates, ranges and brackets, and what applies to them; pure.

The weekday and the lunar date in brackets and the number of days are check sums: a contradiction is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from escalation.calendars.faults import CalendarRefused, Code, calendar_fault
from escalation.calendars.notice_words import Words, names_in
from escalation.working_hours.lunar_days import may_be_lunar

_ONE_DAY = timedelta(days=1)
_DIGITS = "一二三四五六七八九十"
_WEEKDAYS = {sign: place for place, sign in enumerate("一二三四五六日")} | {"天": 6}
_TOKEN = re.compile(
    r"(?P<date>(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号](?P<bracket>\([^()]*\))?)"
    r"|(?P<to>[至到—–~-]+)"
    rf"|(?P<off>调休放假|放假(?:调休|公休)?(?P<days>\d{{1,3}}|[{_DIGITS}])?(?(days)天)|补休|补假|休息)"
    rf"|共(?P<count>\d{{1,3}}|[{_DIGITS}])天"
    r"|(?P<plain>不再?调休)"
    r"|(?P<swapped>调休|公休)"
    r"|(?P<weekend>与周末连休)"
    r"|(?P<on>(?P<since>起)?(?:照常|正常|恢复)?上班)"
    r"|(?P<longer>延长(?:\d{4}年)?[^\d,]{0,6}假期)"
    r"|(?P<join>[、,:和及与]|其中|均|全国|分别)"
)
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")


@dataclass(slots=True)
class Arrangement:
    """The days of a holiday so far; `until` is the last day to which a known holiday is made longer."""

    names: tuple[str, ...]
    words: Words
    off: list[date] = field(default_factory=list)
    on: list[date] = field(default_factory=list)
    until: date | None = None


def read_sentence(into: Arrangement, sentence: Words, year: int, quoted: Words) -> None:
    """Add what a sentence says; `quoted` is the whole of it, with its heading.

    Raises CalendarRefused, which quotes the words that can't be read or don't agree.
    """
    _Sentence(into, sentence, year, quoted).read()


class _Sentence:
    """Reads the tokens of one sentence from left to right; dates wait for what applies to them."""

    def __init__(self, into: Arrangement, sentence: Words, year: int, quoted: Words) -> None:
        self.into, self.sentence, self.year, self.quoted = into, sentence, year, quoted
        self.waiting: list[date] = []
        self.off: list[date] = []
        self.month: int | None = None
        self.is_range = self.longer = False

    def read(self) -> None:
        for found in self._tokens():
            self._take(found)
        if self.longer and self.waiting:
            self._until()
        if self.waiting:
            raise self._refusal("notice_unread")
        self.into.off += [day for day in dict.fromkeys(self.off) if day not in self.into.off]

    def _take(self, found: re.Match[str]) -> None:
        if found["date"]:
            self._date(found)
        elif found["to"]:
            self.is_range = bool(self.waiting)
        elif found["off"] or found["swapped"]:
            self._off(found["days"])
        elif found["on"]:
            self._on(since=bool(found["since"]))
        elif found["count"]:
            self._count(found["count"], self.off)
        elif found["weekend"]:
            self._adjoins_weekend()
        elif found["longer"]:
            self.longer = True
        elif self.longer and self.waiting:
            self._until()

    def _until(self) -> None:
        self.into.until, self.longer = self.waiting.pop(), False

    def _tokens(self) -> Iterator[re.Match[str]]:
        place = 0
        while place < len(self.sentence.plain):
            found = _TOKEN.match(self.sentence.plain, place)
            if found is None:
                raise self._refusal("notice_unread")
            yield found
            place = found.end()

    def _date(self, found: re.Match[str]) -> None:
        words = self.sentence.cut(*found.span())
        day = self._day(found, words)
        self.month = day.month
        parts = re.split(r"[、,]", (found["bracket"] or "()")[1:-1])
        for part in sorted(parts, key=lambda part: not _WEEKDAY.fullmatch(part)):  # the plainest check sum first
            self._check_bracket(part, day, words)
        if self.is_range:
            first = self.waiting[-1]
            if day <= first:
                raise self._refusal("notice_range")
            self.waiting += [first + n * _ONE_DAY for n in range(1, (day - first).days + 1)]
            self.is_range = False
        else:
            self.waiting.append(day)

    def _day(self, found: re.Match[str], words: Words) -> date:
        month = int(found["month"]) if found["month"] else self.month
        if month is None:
            raise self._refusal("notice_unread", words)
        # New Year's days off may begin in the December before, also where the year is left out.
        before = "元旦" in self.into.names and month > 6
        year = int(found["year"]) if found["year"] else self.year - before
        if year != self.year and not (before and year == self.year - 1):
            raise self._refusal("notice_elsewhere", words, year=self.year)
        try:
            return date(year, month, int(found["day"]))
        except ValueError:
            raise self._refusal("notice_date", words, year=year) from None

    def _check_bracket(self, part: str, day: date, words: Words) -> None:
        weekday = _WEEKDAY.fullmatch(part)
        if weekday is not None:
            if _WEEKDAYS[weekday[1]] != day.weekday():
                raise self._refusal("notice_weekday", words, day=day, weekday=f"{day:%A}")
        elif re.match(r"农历|除夕|正月|腊月", part):
            if not may_be_lunar(part, day):
                raise self._refusal("notice_lunar", words, day=day)
        elif part and not names_in(part):
            raise self._refusal("notice_unread", words)

    def _off(self, days: str | None) -> None:
        if not self.waiting and not self.off:
            raise self._refusal("notice_unread")
        if days is not None:
            self._count(days, self.waiting)
        self.off += self.waiting
        self.waiting = []

    def _on(self, *, since: bool) -> None:
        if not self.waiting:
            raise self._refusal("notice_unread")
        if since:
            end = self.into.until or max(self.off, default=None)
            if end is None or self.waiting != [end + _ONE_DAY]:
                raise self._refusal("notice_since")
        else:
            self.into.on += self.waiting
        self.waiting = []

    def _count(self, told: str, days: list[date]) -> None:
        number = _DIGITS.find(told) + 1 or int(told)
        if number != len(set(days)):
            raise self._refusal("notice_count", count=len(set(days)))

    def _adjoins_weekend(self) -> None:
        days = set(self.off)
        if not any(day.weekday() in (0, 4, 5, 6) for day in days):
            raise self._refusal("notice_weekend")

    def _refusal(self, code: Code, words: Words | None = None, **about: object) -> CalendarRefused:
        return CalendarRefused(calendar_fault(code, words=(words or self.quoted).quoted, **about))
