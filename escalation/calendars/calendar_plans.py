"""A change to calendar years in two steps: planned and looked at, then carried out; and years taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.calendars import calendar_editions
from escalation.calendars.changes import Given, YearChange, changed_year
from escalation.calendars.days import (
    YEARS,
    YearEdition,
    applied,
    as_json,
    days_of,
    faults_of,
    from_json,
    is_published,
    missing_of,
)
from escalation.calendars.faults import CalendarFault, CalendarRefused, calendar_fault
from escalation.policy.model import Policy
from escalation.working_hours.working_time import CalendarDay


@dataclass(frozen=True, slots=True)
class CalendarPlan:
    """What would become of years; `base` is the calendars' edition it was planned on."""

    base: int
    years: tuple[YearChange, ...]

    @property
    def news(self) -> tuple[YearChange, ...]:
        """The years that would change."""
        return tuple(change for change in self.years if not change.is_nothing_new)


def plan_days(db: Connection, policy: Policy, given: Given) -> CalendarPlan:
    """Plan what a notice or a file gives.

    Raises CalendarRefused with the first fault, also for a notice of a part of a year that is not known otherwise.
    """
    changes = []
    for year in given.named:
        known = calendar_editions.is_known(db, policy, year)
        whole = calendar_editions.is_told_whole(db, policy, year)
        present = calendar_editions.present_days(db, policy, year)
        change = changed_year(given, year, present, known=known, whole=whole)
        for _, what in faults_of(policy, year, change.after):
            raise CalendarRefused(what)
        if year == given.notice and not change.is_known:
            raise CalendarRefused(_part_of(given, change))
        if year in given.years or not change.is_nothing_new:
            changes.append(change)
    return CalendarPlan(calendar_editions.edition(db), tuple(changes))


def plan_restore(db: Connection, policy: Policy, filed: Policy, year: int, version: int) -> CalendarPlan:
    """Plan a year as a version of it was; 0 is what the policy file (`filed`) says.

    Raises CalendarRefused if there is no such version.
    """
    kept = {one.version: one for one in calendar_editions.history(db, year)}
    if version not in (0, *kept):
        raise CalendarRefused(calendar_fault("no_version", year=year, version=version))
    days, whole = (kept[version].days, kept[version].whole) if version else _filed(filed, year)
    days = tuple(day for day in days if day.calendar is None or day.calendar in policy.calendars)
    known = calendar_editions.is_known(db, policy, year)
    before = calendar_editions.present_days(db, policy, year)
    return CalendarPlan(calendar_editions.edition(db), (YearChange(year, before, days, known, whole),))


def carry_out(db: Connection, policy: Policy, plan: CalendarPlan, by: str, note: str, now: datetime) -> list[int]:
    """Save the years of a plan that change, return them; raises CalendarRefused if others changed in the meantime."""
    if calendar_editions.edition(db) != plan.base:
        raise CalendarRefused(calendar_fault("moved"))
    for change in plan.news:
        calendar_editions.save(db, policy, change.year, change.after, by, note, now, whole=change.whole)
    return [change.year for change in plan.news]


def policy_after(db: Connection, policy: Policy, plan: CalendarPlan, now: datetime) -> Policy:
    """Return the policy as it would be in force once the plan is carried out."""
    years = dict(calendar_editions.in_force(db))
    for number, change in enumerate(plan.news, start=plan.base + 1):
        years[change.year] = YearEdition(number, change.year, 0, change.after, now, "", "", change.whole)
    return applied(policy, years)


def as_text(plan: CalendarPlan) -> dict[str, Any]:
    """Return a plan as a form can carry it from the first step to the second."""
    years = [{"year": one.year, "whole": one.whole, "days": [as_json(day) for day in one.after]} for one in plan.years]
    return {"base": plan.base, "years": years}


def from_text(db: Connection, policy: Policy, value: Mapping[str, Any]) -> CalendarPlan:
    """Return the plan that `as_text` wrote, against the years as they are now; raises LookupError and ValueError."""
    changes = []
    for each in value["years"]:
        year = int(each["year"])
        if year not in YEARS:
            raise ValueError(year)
        before = calendar_editions.present_days(db, policy, year)
        known = calendar_editions.is_known(db, policy, year)
        changes.append(YearChange(year, before, tuple(map(from_json, each["days"])), known, bool(each["whole"])))
    return CalendarPlan(int(value["base"]), tuple(changes))


def _filed(filed: Policy, year: int) -> tuple[tuple[CalendarDay, ...], bool]:
    """What the policy file says of a year, and whether it says that this is all."""
    days = days_of(filed, year)
    return days, is_published(filed, year) and bool(missing_of(days, year))


def _part_of(given: Given, change: YearChange) -> CalendarFault:
    names = dict.fromkeys(day.name for day in given.years.get(change.year, ()))
    missing = "、".join(missing_of(change.after, change.year))
    return calendar_fault("notice_part", names="、".join(names), year=change.year, missing=missing)
