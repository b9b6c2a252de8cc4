"""Days off and make-up days of an .ics file as Apple words its feed of the mainland's holidays; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from escalation.calendars.faults import CalendarFileFault, CalendarFileFaults, calendar_fault
from escalation.calendars.notice_words import names_in
from escalation.working_hours.working_time import CalendarDay, DayKind

_KINDS: Mapping[str, DayKind] = {"WORK-HOLIDAY": "off", "ALTERNATE-WORKDAY": "on"}
_SPECIAL, _REGION = "X-APPLE-SPECIAL-DAY", "X-APPLE-REGION"
_MAINLAND = "CN"
_LONGEST = 31  # days of one event
_MARK = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")  # 元旦（休）, 元旦（班）


def is_feed(text: str) -> bool:
    """Whether a text is an iCalendar file."""
    return text.lstrip("\ufeff \r\n").startswith("BEGIN:VCALENDAR")


def read_feed(text: str) -> dict[int, tuple[CalendarDay, ...]]:
    """Return the days by year; raises CalendarFileFaults with all faults, among them a file of another country."""
    lines = list(_unfolded(text))
    flaws: list[CalendarFileFault] = []
    for line, name, value in lines:
        if name == _REGION and value.upper() != _MAINLAND:
            raise CalendarFileFaults([CalendarFileFault(line, calendar_fault("feed_region", region=value[:20]))])
    found = {(day.day, day.kind): day for event in _events(lines) for day in _days(event, flaws)}
    if not flaws and not any(names_in(day.name) for day in found.values() if day.kind == "off"):
        flaws.append(CalendarFileFault(0, calendar_fault("feed_empty")))
    both = [day for day, kind in found if kind == "on" and (day, "off") in found]
    flaws += [CalendarFileFault(0, calendar_fault("feed_both", day=day)) for day in both]
    if flaws:
        raise CalendarFileFaults(flaws)
    years: dict[int, list[CalendarDay]] = {}
    for day in sorted(found.values(), key=lambda day: day.day):
        years.setdefault(day.day.year, []).append(day)
    return {year: tuple(days) for year, days in years.items()}


Property = tuple[int, str, str]  # line, name without parameters, value


def _unfolded(text: str) -> Iterator[Property]:
    """The properties of the file; a line that begins with a blank goes on with the one before."""
    start, whole = 1, ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line[:1] in (" ", "\t"):
            whole += line[1:]
            continue
        name, _, value = whole.partition(":")
        if value:
            yield start, name.partition(";")[0].strip().upper(), value.strip()
        start, whole = number, line


def _events(lines: list[Property]) -> Iterator[dict[str, tuple[int, str]]]:
    event: dict[str, tuple[int, str]] | None = None
    for line, name, value in lines:
        if name == "BEGIN" and value.upper() == "VEVENT":
            event = {}
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            yield event
            event = None
        elif event is not None:
            event[name] = (line, value)


def _days(event: Mapping[str, tuple[int, str]], flaws: list[CalendarFileFault]) -> Iterator[CalendarDay]:
    line, special = event.get(_SPECIAL, (0, ""))
    kind = _KINDS.get(special.upper())
    if kind is None:
        return
    first = _date(event.get("DTSTART", (0, ""))[1])
    after = _date(event["DTEND"][1]) if "DTEND" in event else first and first + timedelta(days=1)
    if first is None or after is None or not 1 <= (after - first).days <= _LONGEST:
        flaws.append(CalendarFileFault(line, calendar_fault("feed_date", found=event.get("DTSTART", (0, ""))[1][:40])))
        return
    name = _MARK.sub("", event.get("SUMMARY", (0, ""))[1].replace("\\,", "、"))
    for n in range((after - first).days):
        yield CalendarDay(first + timedelta(days=n), kind, name)


def _date(text: str) -> date | None:
    found = re.match(r"(\d{4})(\d\d)(\d\d)", text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
