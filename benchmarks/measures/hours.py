"""Hours by one edition of the rules, found by walking spans; shares nothing with the product's arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from benchmarks.law_days import made_up_for, off_by_law
from benchmarks.measures.recording import Edition

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Interval = tuple[datetime, datetime]


class Hours:
    """When calendars are open."""

    def __init__(self, edition: Edition) -> None:
        policy = _parsed(edition.text)
        self.zone = ZoneInfo(policy["zone"])
        self.calendars: dict[str, Any] = policy["calendars"]
        self.calendar_of = {name: queue["calendar"] for name, queue in policy["queues"].items()}
        self.calendar_of_tier = {name: tier["calendar"] for name, tier in policy.get("tiers", {}).items()}
        self.night = (policy.get("night") or {}).get("calendar")
        self.known = set(policy["holidays"]) | set(edition.years)
        self.days: dict[tuple[date, str | None], str] = {}
        for year, holidays in policy["holidays"].items():
            if year not in edition.years:
                self.days |= {key: kind for holiday in holidays for key, kind in _days_of(holiday)}
        for years in edition.years.values():
            self.days |= {(day, calendar): kind for day, kind, calendar in years}
        self._spans: dict[tuple[str, date], list[Interval]] = {}

    def day_of(self, at: datetime) -> date:
        """The day of an instant."""
        return at.astimezone(self.zone).date()

    def ends_at(self, day: date) -> datetime:
        """The end of a day."""
        return _instant(self.zone, day + DAY, 0)

    def is_open_on(self, calendar: str, day: date) -> bool:
        """Whether spans begin on a day."""
        own = self.days.get((day, calendar))
        if own is not None:
            return own == "on"
        if not self.calendars[calendar].get("working_days_only"):
            return True
        if day in off_by_law(day.year):
            return False
        if (day, None) in self.days:
            return self.days[(day, None)] == "on"
        return day.isoweekday() < 6 and (day.year in self.known or day not in made_up_for(day.year))

    def spans(self, calendar: str, day: date) -> list[Interval]:
        """The spans that begin on a day."""
        if (calendar, day) not in self._spans:
            found = []
            for span in self.calendars[calendar]["hours"] if self.is_open_on(calendar, day) else ():
                opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-"))
                closes += 1440 if closes <= opens else 0
                found.append((_instant(self.zone, day, opens), _instant(self.zone, day, closes)))
            self._spans[(calendar, day)] = found
        return self._spans[(calendar, day)]

    def seconds(self, calendar: str, begins: datetime, ends: datetime) -> int:
        """How many whole seconds a calendar is open between two instants; spans that overlap count once."""
        counted, reached, day = timedelta(0), begins, self.day_of(begins) - 2 * DAY
        while day <= self.day_of(ends) + DAY:
            for opens, closes in sorted(self.spans(calendar, day)):
                since, until = max(opens, reached), min(closes, ends)
                if until > since:
                    counted, reached = counted + (until - since), until
            day += DAY
        return counted // timedelta(seconds=1)

    def night_of(self, at: datetime) -> Interval | None:
        """The night that an instant lies in; None by day, or without a night service."""
        if self.night is None:
            return None
        for days in (-1, 0):
            for opens, closes in self.spans(self.night, self.day_of(at) + days * DAY):
                if opens <= at < closes:
                    return opens, closes
        return None


@cache
def _parsed(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # a safe one, in C


def _days_of(holiday: dict[str, Any]) -> list[tuple[tuple[date, str | None], str]]:
    calendar, found = holiday.get("calendar"), []
    if "from" in holiday:
        length = (holiday["to"] - holiday["from"]).days + 1
        found = [((holiday["from"] + n * DAY, calendar), "off") for n in range(length)]
    return found + [((day, calendar), "on") for day in holiday.get("work", ())]


def _instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """A time of day; one that comes twice is the first, one that is skipped the end of the gap."""
    wanted = datetime(day.year, day.month, day.day) + minute * MINUTE  # noqa: DTZ001  # as a clock on a wall shows it
    at = wanted.replace(tzinfo=zone).astimezone(UTC)
    while (at - MINUTE).astimezone(zone).replace(tzinfo=None) >= wanted and at.astimezone(zone).replace(
        tzinfo=None
    ) != wanted:
        at -= MINUTE
    return at
