"""What a ticket is owed and by when: due and warning instants of milestones, started and ended by facts; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from escalation.policy.model import Policy, Urgency
from escalation.policy.tiers import HELP_ASKED, HELP_WITHDRAWN, Basis, Milestone, MilestoneKind, Tier
from escalation.sla.counted_time import CountedTime, Pause
from escalation.sla.steps import EscalationStep, Kind
from escalation.working_hours.instants import iso, print_duration, require_utc
from escalation.working_hours.working_time import Calendar, NeverOpenError


@dataclass(frozen=True, slots=True)
class Deadline:
    """A milestone of a ticket; its instants are None until the fact that starts it."""

    milestone: str
    label: str
    kind: MilestoneKind
    starts_on: str
    within: timedelta
    basis: Basis
    started_at: datetime | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None  # the first warning
    provisional: bool = False  # reaches into a year whose holidays aren't published yet: recomputed once they are
    steps: tuple[EscalationStep, ...] = ()  # what happens when, in order
    fault: str | None = None  # why its calendar could not be counted; elapsed time was, which is never later


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a fact does to the deadlines of a ticket.

    `met` and `cancelled` name milestones whose running clock, if any, ends so; apply them before `started`. A milestone
    that starts anew without being met is among the cancelled, so that it never runs twice.
    """

    met: tuple[str, ...]
    cancelled: tuple[str, ...]
    started: tuple[Deadline, ...]


def start(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    milestone: Milestone,
    at: datetime,
    *,
    queue: str | None = None,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """Return the deadline of a milestone whose clock starts at `at`.

    `pauses` count only for milestones that the policy lets pause. `queue` is the one whose hours count for milestones
    of queue hours. Raises ValueError when `at` is not aware UTC.
    """
    at, within = require_utc(at), _allowed(urgency, milestone)
    stands = tuple(pauses) if milestone.pauses else ()
    counted = CountedTime.of(_clocks(policy, tier, urgency, milestone, queue), at, within, stands)
    due_at, provisional, fault = counted.reach(within), counted.provisional, counted.fault
    waits = policy.calendars.get(milestone.waits_for or "")
    if waits is not None and not urgency.critical:
        provisional = provisional or not waits.is_published(due_at)
        try:
            due_at = waits.next_opening(due_at)
        except NeverOpenError as error:
            fault = str(error)
    steps = _steps(milestone, within, counted, due_at)
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=within,
        basis=milestone.basis,
        started_at=at,
        due_at=due_at,
        warn_at=due_at + steps[0].at if steps[0].kind == "warning" else None,
        provisional=provisional,
        steps=steps,
        fault=fault,
    )


def initial_deadlines(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    raised_at: datetime,
    received_at: datetime,
    *,
    topic: str | None = None,
    queue: str | None = None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of every milestone at the hand-off; those of later facts have no instants yet.

    Raises ValueError when an instant is not aware UTC.
    """
    known = {"raised": raised_at, "received": received_at}
    return tuple(
        start(policy, tier, urgency, milestone, known[milestone.starts_on], queue=queue)
        if milestone.starts_on in known
        else _waiting(urgency, milestone)
        for milestone in milestones_of(tier, topic)
    )


def consequences_of(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    fact: str,
    at: datetime,
    *,
    topic: str | None = None,
    queue: str | None = None,
) -> Consequences:
    """Return what `fact` at `at` does to the deadlines of a ticket.

    Only milestones of the topic start; those of an earlier topic still end. Raises ValueError when `at` is not aware
    UTC.
    """
    owing = milestones_of(tier, topic)
    starting = [milestone for milestone in owing if fact in (milestone.starts_on, *milestone.restarts_on)]
    met = tuple(milestone.id for milestone in tier.milestones if fact in milestone.met_by)
    ended = {milestone.id for milestone in tier.milestones if is_cancelled(milestone, fact) or milestone in starting}
    return Consequences(
        met=met,
        cancelled=tuple(one.id for one in tier.milestones if one.id in ended and one.id not in met),
        started=tuple(start(policy, tier, urgency, milestone, at, queue=queue) for milestone in starting),
    )


def as_json(deadline: Deadline, zone: tzinfo) -> dict[str, str | None]:
    """Return a deadline for programs: instants in `zone`, null until the clock starts."""
    return {
        "milestone": deadline.milestone,
        "starts_on": deadline.starts_on,
        "within": print_duration(deadline.within),
        "basis": deadline.basis,
        "warn_at": None if deadline.warn_at is None else iso(deadline.warn_at, zone),
        "due_at": None if deadline.due_at is None else iso(deadline.due_at, zone),
    }


def is_cancelled(milestone: Milestone, fact: str) -> bool:
    """Whether a fact cancels the clock of a milestone: as the policy says, or for help that is no longer asked for."""
    return fact in milestone.cancelled_by or (fact == HELP_WITHDRAWN and milestone.starts_on == HELP_ASKED)


def milestones_of(tier: Tier, topic: str | None) -> list[Milestone]:
    """Return the milestones owed to a ticket of this tier and topic."""
    return [milestone for milestone in tier.milestones if not milestone.topics or topic in milestone.topics]


def _waiting(urgency: Urgency, milestone: Milestone) -> Deadline:
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=_allowed(urgency, milestone),
        basis=milestone.basis,
    )


def _allowed(urgency: Urgency, milestone: Milestone) -> timedelta:
    """The time allowed: urgency may only shorten it."""
    return min(milestone.within, urgency.within.get(milestone.id, milestone.within))


def _steps(
    milestone: Milestone, within: timedelta, counted: CountedTime, due_at: datetime
) -> tuple[EscalationStep, ...]:
    """Everything that happens to the deadline: warnings by its own kind of time, the end, and what follows it."""
    early = [(within * step.at, step.to) for step in milestone.steps if step.at is not None]
    if milestone.warn_before is not None:
        early.append((within - _notice(milestone, within), ("holder",)))
    lines = [EscalationStep("warning", min(counted.reach(time), due_at) - due_at, to) for time, to in early]
    at_end: Kind = "breach" if milestone.kind == "promise" else "reminder"
    after: Kind = "overdue" if milestone.kind == "promise" else "reminder"
    late = [step for step in milestone.steps if step.at is None]
    if all(step.after for step in late):
        lines.append(EscalationStep(at_end, timedelta(0), ("holder",)))
    lines += [
        EscalationStep(after if step.after else at_end, step.after, step.to, step.repeat, step.reassign)
        for step in late
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


def _notice(milestone: Milestone, within: timedelta) -> timedelta:
    """How long before the end to warn; a clock shortened to less than that warns at half time."""
    wanted = milestone.warn_before or timedelta(0)
    return wanted if wanted < within else within / 2


def _clocks(
    policy: Policy, tier: Tier, urgency: Urgency, milestone: Milestone, queue: str | None
) -> tuple[Calendar, ...]:
    """The calendars that count, of which the soonest holds; none for elapsed time."""
    if milestone.basis == "elapsed":
        return ()
    own = milestone.calendar
    if own == "queue":
        own = policy.queues[queue].calendar if queue is not None and queue in policy.queues else "tier"
    if own == "tier":
        own = tier.calendar
    return tuple(policy.calendars[name] for name in {own, urgency.calendar or own})
