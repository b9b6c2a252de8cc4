"""A change to calendar years as people look at it before it is saved, with the deadlines it would move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection

from bot.storage.database import be_alone
from escalation.calendars import calendar_plans
from escalation.calendars.calendar_plans import CalendarPlan
from escalation.calendars.changes import YearChange
from escalation.policy.model import Policy
from escalation.tickets.moved_deadlines import MovedDeadline, moved_deadlines
from escalation.working_hours.working_time import CalendarDay

Planning = Callable[[Connection], CalendarPlan]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many holidays, days off and make-up days there are for all calendars."""

    items: int
    off: int
    on: int


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """A plan and the running deadlines that it would move, the earliest first."""

    plan: CalendarPlan
    moved: tuple[MovedDeadline, ...]


def preview(db: Connection, policy: Policy, planning: Planning, now: datetime) -> CalendarPreview:
    """Return what a plan would do; writes nothing. Raises CalendarRefused as planning does."""
    plan = planning(db)
    since = min((_differs_from(change) for change in plan.news), default=None)
    if since is None:
        return CalendarPreview(plan, ())
    after = calendar_plans.policy_after(db, policy, plan, now)
    first = datetime.combine(since, time(), policy.zone)
    return CalendarPreview(plan, tuple(moved_deadlines(db, after, first, now)))


def save_plan(db: Connection, policy: Policy, plan: CalendarPlan, by: str, note: str, now: datetime) -> list[int]:
    """Carry a plan out, return the years that changed; raises CalendarRefused if others changed in the meantime."""
    be_alone(db)  # on what is there now, not on what was there when it was looked at
    return calendar_plans.carry_out(db, policy, plan, by, note, now)


def counts_of(days: Sequence[CalendarDay]) -> DayCounts:
    """Count the days for all calendars."""
    public = [day for day in days if day.calendar is None]
    kinds = [day.kind for day in public]
    return DayCounts(len({day.name for day in public}), kinds.count("off"), kinds.count("on"))


def _differs_from(change: YearChange) -> date:
    """The first day that may be counted otherwise; while a year is not known, the law stands in for it."""
    if change.is_known != change.was_known:
        return date(change.year, 1, 1)
    return min(day.day for day in (*change.gone, *change.come))
