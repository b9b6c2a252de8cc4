"""What a ticket is owed and by when: milestones become due and warning instants; facts start, meet and cancel them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from escalation.instants import iso, print_duration, require_utc
from escalation.policy import Basis, Milestone, MilestoneKind, Policy, Step, Tier, Urgency
from escalation.working_time import Calendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """One milestone of one ticket. Its instants are None until the fact it starts on has happened."""

    milestone: str
    label: str
    kind: MilestoneKind
    starts_on: str
    within: timedelta
    basis: Basis
    started_at: datetime | None
    due_at: datetime | None
    warn_at: datetime | None
    provisional: bool  # reaches into a year whose holidays aren't published yet: recompute once they are
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a fact does to a ticket's deadlines.

    `met` and `cancelled` name milestones whose running clock, if there is one, ends so; apply them before `started`.
    A milestone that starts anew without being met is among the cancelled, so that it never runs twice.
    """

    met: tuple[str, ...]
    cancelled: tuple[str, ...]
    started: tuple[Deadline, ...]


def start(policy: Policy, tier: Tier, urgency: Urgency, milestone: Milestone, at: datetime) -> Deadline:
    """The deadline of a milestone whose clock starts at `at`."""
    at = require_utc(at)
    within = _allowed(urgency, milestone)
    calendars = _clocks(policy, tier, urgency, milestone)
    due_at = _earliest(calendars, at, within)
    warn_at = _earliest(calendars, at, within - _notice(milestone, within))
    provisional = _is_provisional(calendars, at, within)
    if milestone.waits_for is not None and not urgency.critical:
        waiting = policy.calendars[milestone.waits_for]
        provisional = provisional or not waiting.is_published(due_at)
        due_at = waiting.next_opening(due_at)
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=within,
        basis=milestone.basis,
        started_at=at,
        due_at=due_at,
        warn_at=None if milestone.warn_before is None else min(warn_at, due_at),
        provisional=provisional,
        steps=milestone.steps,
    )


def owed(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    raised_at: datetime,
    received_at: datetime,
    *,
    topic: str | None = None,
) -> tuple[Deadline, ...]:
    """Every milestone of a matter at its hand-off; those that wait for a later fact have no instants yet."""
    known = {"raised": raised_at, "received": received_at}
    return tuple(
        start(policy, tier, urgency, milestone, known[milestone.starts_on])
        if milestone.starts_on in known
        else _waiting(urgency, milestone)
        for milestone in _milestones(tier, topic)
    )


def caused(
    policy: Policy, tier: Tier, urgency: Urgency, fact: str, at: datetime, *, topic: str | None = None
) -> Consequences:
    """What happens to a ticket's deadlines when `fact` happens at `at`."""
    milestones = _milestones(tier, topic)
    starting = [milestone for milestone in milestones if fact in (milestone.starts_on, *milestone.restarts_on)]
    met = tuple(milestone.id for milestone in milestones if fact in milestone.met_by)
    ended = {milestone.id for milestone in milestones if fact in milestone.cancelled_by or milestone in starting}
    return Consequences(
        met=met,
        cancelled=tuple(milestone.id for milestone in milestones if milestone.id in ended and milestone.id not in met),
        started=tuple(start(policy, tier, urgency, milestone, at) for milestone in starting),
    )


def as_json(deadline: Deadline, zone: tzinfo) -> dict[str, str | None]:
    """A deadline as programs read it: instants in `zone`, null until the clock starts."""
    return {
        "milestone": deadline.milestone,
        "starts_on": deadline.starts_on,
        "within": print_duration(deadline.within),
        "basis": deadline.basis,
        "warn_at": None if deadline.warn_at is None else iso(deadline.warn_at, zone),
        "due_at": None if deadline.due_at is None else iso(deadline.due_at, zone),
    }


def _milestones(tier: Tier, topic: str | None) -> list[Milestone]:
    return [milestone for milestone in tier.milestones if not milestone.topics or topic in milestone.topics]


def _waiting(urgency: Urgency, milestone: Milestone) -> Deadline:
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=_allowed(urgency, milestone),
        basis=milestone.basis,
        started_at=None,
        due_at=None,
        warn_at=None,
        provisional=False,
        steps=milestone.steps,
    )


def _allowed(urgency: Urgency, milestone: Milestone) -> timedelta:
    """The time allowed: urgency may only shorten it."""
    return min(milestone.within, urgency.within.get(milestone.id, milestone.within))


def _notice(milestone: Milestone, within: timedelta) -> timedelta:
    """How long before the end to warn; a clock shortened to less than that warns at half time."""
    wanted = milestone.warn_before or timedelta(0)
    return wanted if wanted < within else within / 2


def _clocks(policy: Policy, tier: Tier, urgency: Urgency, milestone: Milestone) -> tuple[Calendar, ...]:
    """The calendars that count, of which the soonest holds; none for elapsed time."""
    if milestone.basis == "elapsed":
        return ()
    return tuple(policy.calendars[name] for name in {tier.calendar, urgency.calendar or tier.calendar})


def _earliest(calendars: tuple[Calendar, ...], at: datetime, time: timedelta) -> datetime:
    return min((calendar.add(at, time) for calendar in calendars), default=at + time)


def _is_provisional(calendars: tuple[Calendar, ...], at: datetime, within: timedelta) -> bool:
    """Whether the due instant rests on a guess: a calendar isn't published, and no other runs without a pause."""
    ends = {calendar: calendar.add(at, within) for calendar in calendars}
    known = [calendar for calendar in ends if calendar.is_published(at) and calendar.is_published(ends[calendar])]
    return len(known) < len(ends) and all(ends[calendar] > at + within for calendar in known)
