"""What a ticket is owed and by when: milestones become due and warning instants; facts start, meet and cancel them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from escalation.policy.model import FIRST_CONTACT, Basis, Milestone, MilestoneKind, Policy, Tier, Urgency
from escalation.sla.steps import EscalationStep, Kind
from escalation.working_hours.instants import iso, print_duration, require_utc
from escalation.working_hours.working_time import Calendar, NeverOpenError

Pause = tuple[datetime, datetime]  # from when until when the ticket waited for its customer
AT_HAND_OVER = ("raised", "received")
KEEPS_RUNNING = "customer_wrote"  # a second letter does not give more time to answer the first


@dataclass(frozen=True, slots=True)
class Deadline:
    """One milestone of one ticket. Its instants are None until the fact it starts on has happened."""

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
    lines: tuple[EscalationStep, ...] = ()  # what happens when, in order
    fault: str | None = None  # why its calendar could not be counted; elapsed time was, which is never later


@dataclass(frozen=True, slots=True)
class TicketFact:
    """Something in a ticket's history, with the urgency and topic that hold from then on."""

    fact: str
    at: datetime
    urgency: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a fact does to a ticket's deadlines.

    `met` and `cancelled` name milestones whose running clock, if there is one, ends so; apply them before `started`.
    A milestone that starts anew without being met is among the cancelled, so that it never runs twice.
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
    """The deadline of a milestone whose clock starts at `at`; pauses count only where the policy lets them."""
    at, within = require_utc(at), _allowed(urgency, milestone)
    stands = tuple(pauses) if milestone.pauses else ()
    hours = _Hours.of(_clocks(policy, tier, urgency, milestone, queue), at, within, stands)
    due_at, provisional, fault = hours.reach(within), hours.provisional, hours.fault
    waits = policy.calendars.get(milestone.waits_for or "")
    if waits is not None and not urgency.critical:
        provisional = provisional or not waits.is_published(due_at)
        try:
            due_at = waits.next_opening(due_at)
        except NeverOpenError as error:
            fault = str(error)
    lines = _lines(milestone, within, hours, due_at)
    return Deadline(
        milestone=milestone.id,
        label=milestone.label,
        kind=milestone.kind,
        starts_on=milestone.starts_on,
        within=within,
        basis=milestone.basis,
        started_at=at,
        due_at=due_at,
        warn_at=due_at + lines[0].at if lines[0].kind == "warning" else None,
        provisional=provisional,
        lines=lines,
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
    """Every milestone of a matter at its hand-off; those that wait for a later fact have no instants yet."""
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
    """What happens to a ticket's deadlines when `fact` happens at `at`.

    Only what the topic is owed starts; what an earlier topic was owed still ends.
    """
    owing = milestones_of(tier, topic)
    starting = [milestone for milestone in owing if fact in (milestone.starts_on, *milestone.restarts_on)]
    met = tuple(milestone.id for milestone in tier.milestones if fact in milestone.met_by)
    ended = {milestone.id for milestone in tier.milestones if fact in milestone.cancelled_by or milestone in starting}
    return Consequences(
        met=met,
        cancelled=tuple(one.id for one in tier.milestones if one.id in ended and one.id not in met),
        started=tuple(start(policy, tier, urgency, milestone, at, queue=queue) for milestone in starting),
    )


def replay(
    policy: Policy,
    tier: Tier,
    history: Iterable[TicketFact],
    *,
    queue: str | None = None,
    pauses: Sequence[Pause] = (),
) -> tuple[Deadline, ...]:
    """The clocks that would run now, had the ticket been of this tier under this policy from the beginning.

    Each starts at its original instant. Facts that are no fact of the policy but change the matter (`more_urgent`,
    `complained`) shorten what runs from then on; `waits_again` owes a first contact anew.
    """
    replay = _Replay(policy, tier, queue, tuple(pauses))
    for happened in history:
        replay.happen(happened)
    return tuple(replay.start(clock, replay.pauses) for clock in replay.open.values())


_Clock = tuple[Milestone, datetime, str]  # what runs, since when, and the urgency that held then


class _Replay:
    """Which clocks run while a ticket's history is gone through, fact by fact."""

    def __init__(self, policy: Policy, tier: Tier, queue: str | None, pauses: tuple[Pause, ...]) -> None:
        self.policy, self.tier, self.queue, self.pauses = policy, tier, queue, pauses
        self.open: dict[str, _Clock] = {}
        self._met: set[str] = set()
        self._ended: set[str] = set()  # how the matter ended, until it is reopened

    def happen(self, happened: TicketFact) -> None:
        """The next fact."""
        if happened.fact == "reopened":  # whatever still ran is cancelled by the desk
            self.open.clear()
            self._ended.clear()
        owing = milestones_of(self.tier, happened.topic)
        for milestone in self.tier.milestones:
            starts = milestone in owing and self._starts(milestone, happened.fact)
            self._end(milestone, happened.fact)
            fresh = (milestone, happened.at, happened.urgency)
            if starts:
                self.open[milestone.id] = fresh
                self._met.discard(milestone.id)
            elif milestone in owing and self._may_shorten(milestone, happened.fact) and self._is_sooner(fresh):
                self.open[milestone.id] = fresh
        self._ended |= {happened.fact} & {"resolved", "closed"}

    def start(self, clock: _Clock, pauses: tuple[Pause, ...]) -> Deadline:
        """The clock with its instants."""
        milestone, at, urgency = clock
        urgent = self.policy.urgency_of(urgency)
        return start(self.policy, self.tier, urgent, milestone, at, queue=self.queue, pauses=pauses)

    def _starts(self, milestone: Milestone, fact: str) -> bool:
        if fact == "waits_again":
            return milestone.id == FIRST_CONTACT and milestone.id not in self.open
        if (fact == KEEPS_RUNNING and milestone.id in self.open) or self._ended & set(milestone.cancelled_by):
            return False
        return fact in (milestone.starts_on, *milestone.restarts_on)

    def _end(self, milestone: Milestone, fact: str) -> None:
        if milestone.id in self.open and fact in milestone.met_by:
            del self.open[milestone.id]
            self._met.add(milestone.id)
        elif fact in milestone.cancelled_by:
            self.open.pop(milestone.id, None)

    def _may_shorten(self, milestone: Milestone, fact: str) -> bool:
        presses = fact in ("more_urgent", "complained")
        return presses and milestone.starts_on in AT_HAND_OVER and milestone.id not in self._met

    def _is_sooner(self, fresh: _Clock) -> bool:
        going, at = self.open.get(fresh[0].id), fresh[1]
        return going is None or self._due(fresh, at) < self._due(going, at)

    def _due(self, clock: _Clock, now: datetime) -> datetime:
        due_at = self.start(clock, tuple(pause for pause in self.pauses if pause[1] <= now)).due_at
        assert due_at is not None, "a clock that has started has an end"
        return due_at


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


def milestones_of(tier: Tier, topic: str | None) -> list[Milestone]:
    """What a matter of this tier and topic is owed."""
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


def _lines(milestone: Milestone, within: timedelta, hours: _Hours, due_at: datetime) -> tuple[EscalationStep, ...]:
    """Everything that happens to the deadline: warnings by its own kind of time, the end, and what follows it."""
    early = [(within * step.at, step.to) for step in milestone.steps if step.at is not None]
    if milestone.warn_before is not None:
        early.append((within - _notice(milestone, within), ("holder",)))
    lines = [EscalationStep("warning", min(hours.reach(time), due_at) - due_at, to) for time, to in early]
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


@dataclass(frozen=True, slots=True)
class _Hours:
    """The time that counts for one clock: how far it reaches on the soonest of its calendars."""

    calendars: tuple[Calendar, ...]
    at: datetime
    pauses: tuple[Pause, ...]
    provisional: bool
    fault: str | None

    @classmethod
    def of(cls, calendars: tuple[Calendar, ...], at: datetime, within: timedelta, pauses: tuple[Pause, ...]) -> _Hours:
        """The calendars that can be counted; when none can, elapsed time counts and the fault is kept."""
        ends: dict[Calendar, datetime] = {}
        fault = None
        for calendar in calendars:
            try:
                ends[calendar] = _reach(calendar, at, within, pauses)
            except NeverOpenError as error:
                fault = str(error)
        known = [calendar for calendar in ends if calendar.is_published(at) and calendar.is_published(ends[calendar])]
        # A guess matters unless another calendar, which is known, runs without a pause and so ends first anyway.
        guessed = len(known) < len(ends) and all(ends[calendar] > at + within for calendar in known)
        return cls(tuple(ends), at, pauses, guessed, fault)

    def reach(self, time: timedelta) -> datetime:
        """When so much of the time has passed."""
        ends = [_reach(calendar, self.at, time, self.pauses) for calendar in self.calendars]
        return min(ends) if ends else _reach(None, self.at, time, self.pauses)


def _reach(calendar: Calendar | None, at: datetime, time: timedelta, pauses: tuple[Pause, ...]) -> datetime:
    add: Callable[[datetime, timedelta], datetime] = (lambda t, d: t + d) if calendar is None else calendar.add
    end = add(at, time)
    for began, ended in pauses:
        begins = max(began, at)
        if begins < min(ended, end):  # what was left when the pause began is left when it ends
            left = end - begins if calendar is None else calendar.between(begins, end)
            end = add(ended, left)
    return end
