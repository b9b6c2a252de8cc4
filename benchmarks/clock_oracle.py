"""What a ticket is owed, found by walking minutes: reads the policy file itself and shares no code with the product."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import yaml

from benchmarks.law_days import made_up_for, off_by_law

SHANGHAI = timezone(timedelta(hours=8))  # the zone of the example policy, which knows no summer time
UNITS = {"d": 1440, "h": 60, "m": 1}
AT_HAND_OVER = ("raised", "received")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, so many minutes after the beginning, and how the matter stood from then on."""

    name: str
    minute: int
    urgency: str = "normal"
    topic: str | None = None


@dataclass(slots=True)
class Running:
    """A clock that runs."""

    since: int
    due: int
    urgency: str
    contact: int | None = None  # when the first contact was due that comes before


@dataclass(slots=True)
class Replayed:
    """What runs in the end, and everything that was met on the way."""

    running: dict[str, Running] = field(default_factory=dict)
    met: list[tuple[str, int]] = field(default_factory=list)


class Oracle:
    """One policy; minutes are counted from `begins`, for so many days."""

    def __init__(self, text: str, begins: datetime, days: int) -> None:
        self.policy: dict[str, Any] = yaml.safe_load(text)
        self.begins, self.length = begins.astimezone(UTC), days * 1440
        off, on = _holidays(self.policy["holidays"])
        every = range(self.begins.year, (self.begins + timedelta(days=days)).year + 1)
        off |= {day for year in every for day in off_by_law(year)}
        off |= {day for year in every if year not in self.policy["holidays"] for day in made_up_for(year)}
        local = begins.astimezone(SHANGHAI)
        self.open: dict[str, Any] = {}
        for name, calendar in self.policy["calendars"].items():
            self.open[name] = np.array(
                [_is_open(local + timedelta(minutes=m), calendar, off, on) for m in range(self.length)]
            )
        self.urgencies = {one["id"]: one for one in self.policy["urgencies"]}

    def minute(self, at: datetime) -> float:
        """An instant in minutes."""
        return (at - self.begins) / timedelta(minutes=1)

    def replay(self, tier: str, facts: Sequence[Fact], pauses: Sequence[Span]) -> Replayed:
        """The facts one after the other, for a customer who was always of this tier."""
        found, ended = Replayed(), set[str]()
        for fact in facts:
            if fact.name == "reopened":
                found.running.clear()
                ended.clear()
            for milestone in (*self.policy["tiers"][tier]["milestones"], *self.policy["for_every_tier"]):
                over = ended & set(milestone.get("cancelled_by", ()))  # what the solution ended no later fact begins
                owed = {**milestone, "starts_on": "", "restarts_on": ()} if over else milestone
                self._happen(tier, owed, fact, pauses, found)
            ended |= {fact.name} & {"resolved", "closed"}
        return found

    def _happen(
        self, tier: str, milestone: Mapping[str, Any], fact: Fact, pauses: Sequence[Span], found: Replayed
    ) -> None:
        name, running = milestone["id"], milestone["id"] in found.running
        owed = not milestone.get("topics") or fact.topic in milestone["topics"]
        starts = fact.name in (milestone["starts_on"], *milestone.get("restarts_on", ()))
        if fact.name == "waits_again":
            starts = name == "first_contact" and not running
        if fact.name == "customer_wrote" and running:
            starts = False
        if running and fact.name in milestone["met_by"]:
            del found.running[name]
            found.met.append((name, fact.minute))
        elif running and fact.name in milestone.get("cancelled_by", ()):
            del found.running[name]
        presses = fact.name in ("more_urgent", "complained") and milestone["starts_on"] in AT_HAND_OVER
        settled = name not in found.running and any(what == name for what, _ in found.met)
        if not owed or not (starts or (presses and not settled)):
            return
        contact = found.running.get("first_contact") if milestone.get("not_before") else None
        least = contact.due if contact else None
        fresh = Running(fact.minute, 0, fact.urgency, least)
        if not starts and running and name in found.running:
            known = [pause for pause in pauses if pause[1] <= fact.minute]  # what comes later nobody knows yet
            was = found.running[name]
            if self._due_of(tier, milestone, fresh, known) >= self._due_of(tier, milestone, was, known):
                return
        fresh.due = self._due_of(tier, milestone, fresh, pauses)
        found.running[name] = fresh

    def _due_of(self, tier: str, milestone: Mapping[str, Any], clock: Running, pauses: Sequence[Span]) -> int:
        return self.due(tier, milestone, clock.since, clock.urgency, pauses, clock.contact)

    def due(
        self,
        tier: str,
        milestone: Mapping[str, Any],
        since: int,
        urgency: str,
        pauses: Sequence[Span],
        contact: int | None = None,
    ) -> int:
        """The minute in which the last of the time allowed has gone by; `contact`: when what comes before is due."""
        pressing = self.urgencies[urgency]
        bound = pressing.get("within", {}).get(milestone["id"])
        within = min(_minutes(milestone["within"]), _minutes(bound) if bound else self.length)
        hours = [self.policy["tiers"][tier]["calendar"]]
        hours += [pressing["calendar"]] if pressing.get("calendar") else []
        names = hours if milestone["basis"] == "working" else ["全天"]
        stands = pauses if milestone.get("pauses") else ()
        end = min(self._walk(name, since, within, stands) for name in names)
        if contact is not None:
            after = _minutes(self.policy["after_first_contact"])
            end = max(end, min(self._walk(name, contact, after, stands) for name in hours))
        if milestone.get("waits_for") and not pressing.get("critical"):
            end += int(np.argmax(self.open[milestone["waits_for"]][end:]))
        return end

    def _walk(self, calendar: str, since: int, within: int, pauses: Sequence[Span]) -> int:
        counts = self.open[calendar][since:].copy()
        for begins, ends in pauses:
            if ends > since:
                counts[max(0, begins - since) : ends - since] = False
        return since + int(np.searchsorted(np.cumsum(counts), within)) + 1


def _minutes(text: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)([dhm])", text))


def _is_open(at: datetime, calendar: Mapping[str, Any], off: set[date], on: set[date]) -> bool:
    for span in calendar["hours"]:
        opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-"))
        minute, day = at.hour * 60 + at.minute, at.date()
        if opens > closes and minute < closes:
            minute, day = minute + 1440, day - timedelta(days=1)
        inside = opens <= minute < (closes if closes > opens else closes + 1440)
        if inside and (not calendar.get("working_days_only") or day in on or (day not in off and day.weekday() < 5)):
            return True
    return False


def _holidays(years: Mapping[int, Any]) -> tuple[set[date], set[date]]:
    every = [holiday for year in years.values() for holiday in year]
    on = {day for holiday in every for day in holiday.get("work", ())}
    off = {
        holiday["from"] + timedelta(days=n)
        for holiday in every
        for n in range((holiday["to"] - holiday["from"]).days + 1)
    }
    return off, on
