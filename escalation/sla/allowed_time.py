"""The time that a milestone allows: its own, or what follows the first contact where that ends later; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.policy.model import Policy, Urgency
from escalation.policy.tiers import Milestone, Tier
from escalation.sla.counted_time import CountedTime, Pause
from escalation.working_hours.working_time import Calendar, NeverOpenError


@dataclass(frozen=True, slots=True)
class AllowedTime:
    """So much time, counted like this; `postponed`: it begins when the first contact is due."""

    counted: CountedTime
    within: timedelta
    due_at: datetime
    provisional: bool
    fault: str | None
    postponed: bool = False


def allowed(urgency: Urgency, milestone: Milestone) -> timedelta:
    """Return the milestone's own time: urgency may only shorten it."""
    return min(milestone.within, urgency.within.get(milestone.id, milestone.within))


def allowed_time(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    milestone: Milestone,
    at: datetime,
    *,
    queue: str | None,
    pauses: Sequence[Pause],
    contact_due: datetime | None,
) -> AllowedTime:
    """Return the milestone's own time since `at`, or the policy's time after the first contact is due if that is later.

    The second counts only for a milestone that presupposes the first contact, while that is owed (`contact_due`). It is
    working time of the tier; a pause stops either.
    """
    stands = tuple(pauses) if milestone.pauses else ()
    within = allowed(urgency, milestone)
    own = _counted(calendars_of(policy, tier, urgency, milestone, queue), at, within, stands)
    if milestone.not_before and contact_due is not None:
        hours = hours_of(policy, urgency, tier.calendar)
        after = _counted(hours, contact_due, policy.after_first_contact, stands, postponed=True)
        later = after if after.due_at > own.due_at else own
        provisional = own.provisional or after.provisional
        own = replace(later, provisional=provisional, fault=own.fault or after.fault)
    waits = policy.calendars.get(milestone.waits_for or "")
    return own if waits is None or urgency.critical else _waiting_for(waits, own)


def _waiting_for(calendar: Calendar, time: AllowedTime) -> AllowedTime:
    """The same, at the calendar's next opening."""
    provisional = time.provisional or not calendar.is_published(time.due_at)
    try:
        return replace(time, due_at=calendar.next_opening(time.due_at), provisional=provisional)
    except NeverOpenError as error:
        return replace(time, provisional=provisional, fault=str(error))


def _counted(
    calendars: tuple[Calendar, ...],
    at: datetime,
    within: timedelta,
    pauses: tuple[Pause, ...],
    *,
    postponed: bool = False,
) -> AllowedTime:
    counted = CountedTime.of(calendars, at, within, pauses)
    due_at = counted.reach(within)
    return AllowedTime(counted, within, due_at, counted.provisional, counted.fault, postponed)


def calendars_of(
    policy: Policy, tier: Tier, urgency: Urgency, milestone: Milestone, queue: str | None
) -> tuple[Calendar, ...]:
    """Return the calendars that count, of which the soonest holds; none for elapsed time."""
    if milestone.basis == "elapsed":
        return ()
    own = milestone.calendar
    if own == "queue":
        own = policy.queues[queue].calendar if queue is not None and queue in policy.queues else "tier"
    return hours_of(policy, urgency, tier.calendar if own == "tier" else own)


def hours_of(policy: Policy, urgency: Urgency, own: str) -> tuple[Calendar, ...]:
    """Return the calendar of that name, and the urgency's."""
    return tuple(policy.calendars[name] for name in {own, urgency.calendar or own})
