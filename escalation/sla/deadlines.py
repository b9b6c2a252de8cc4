"""What a ticket is owed and by when: due and warning instants of milestones, started and ended by facts; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from escalation.policy.model import Policy, Urgency
from escalation.policy.tiers import FIRST_CONTACT, HELP_ASKED, HELP_WITHDRAWN, Basis, Milestone, MilestoneKind, Tier
from escalation.sla.allowed_time import AllowedTime, allowed, allowed_time
from escalation.sla.counted_time import Pause
from escalation.sla.steps import EscalationStep, Kind
from escalation.working_hours.instants import iso, print_duration, require_utc


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
    postponed: bool = False  # its own time ends before what follows the first contact, which counts instead


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
    contact_due: datetime | None = None,
) -> Deadline:
    """Return the deadline of a milestone whose clock starts at `at`.

    `pauses` count only for milestones that the policy lets pause. `queue` is the one whose hours count for milestones
    of queue hours. `contact_due` is when the first contact is due that is owed then. Raises ValueError when `at` is not
    aware UTC.
    """
    at = require_utc(at)
    time = allowed_time(policy, tier, urgency, milestone, at, queue=queue, pauses=pauses, contact_due=contact_due)
    due_at = time.due_at
    steps = _steps(milestone, time, due_at)
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=allowed(urgency, milestone),
        basis=milestone.basis,
        started_at=at,
        due_at=due_at,
        warn_at=due_at + steps[0].at if steps[0].kind == "warning" else None,
        provisional=time.provisional,
        steps=steps,
        fault=time.fault,
        postponed=time.postponed,
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
    owing = milestones_of(tier, topic)
    instants = {milestone.id: known[milestone.starts_on] for milestone in owing if milestone.starts_on in known}
    run = {one.milestone: one for one in _started(policy, tier, urgency, owing, instants, queue)}
    return tuple(run.get(milestone.id) or _waiting(urgency, milestone) for milestone in owing)


def _started(
    policy: Policy,
    tier: Tier,
    urgency: Urgency,
    milestones: Sequence[Milestone],
    instants: Mapping[str, datetime],
    queue: str | None,
) -> tuple[Deadline, ...]:
    """The deadlines of those that start together, by when each does; the first contact among them is presupposed."""
    first = next((one for one in milestones if one.id == FIRST_CONTACT and one.id in instants), None)
    contact = start(policy, tier, urgency, first, instants[FIRST_CONTACT], queue=queue) if first else None
    contact_due = contact.due_at if contact else None
    return tuple(
        contact
        if contact is not None and one is first
        else start(policy, tier, urgency, one, instants[one.id], queue=queue, contact_due=contact_due)
        for one in milestones
        if one.id in instants
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
        started=_started(policy, tier, urgency, starting, {one.id: at for one in starting}, queue),
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
        within=allowed(urgency, milestone),
        basis=milestone.basis,
    )


def _steps(milestone: Milestone, time: AllowedTime, due_at: datetime) -> tuple[EscalationStep, ...]:
    """Everything that happens to the deadline: warnings by its own kind of time, the end, and what follows it."""
    within = time.within
    early = [(within * step.at, step.to) for step in milestone.steps if step.at is not None]
    if milestone.warn_before is not None:
        early.append((within - _notice(milestone, within), ("holder",)))
    lines = [EscalationStep("warning", min(time.counted.reach(part), due_at) - due_at, to) for part, to in early]
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
