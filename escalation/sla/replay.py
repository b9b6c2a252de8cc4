"""The clocks that a ticket's history leads to under given rules; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from escalation.policy.model import Policy
from escalation.policy.tiers import AT_HAND_OVER, DISSATISFIED, FIRST_CONTACT, FOLLOWED_UP, Milestone, Tier
from escalation.sla.counted_time import Pause
from escalation.sla.deadlines import Deadline, is_cancelled, milestones_of, start

KEEPS_RUNNING = ("customer_wrote", DISSATISFIED)  # a second letter, or cause, gives no more time than the first


PRESSED = "more_urgent"  # shortens what runs, by the urgency and topic from then on


CORRECTED = "topic_corrected"  # the same, and ends what only other topics are owed


WITHDRAWN = "withdrawn"  # whatever ran is cancelled, and nothing starts until a reopening, whatever the policy says


@dataclass(frozen=True, slots=True)
class TicketFact:
    """A fact of the history, with the urgency and topic from then on."""

    fact: str
    at: datetime
    urgency: str
    topic: str | None


def replay(
    policy: Policy,
    tier: Tier,
    history: Iterable[TicketFact],
    *,
    queue: str | None = None,
    pauses: Sequence[Pause] = (),
) -> tuple[Deadline, ...]:
    """Return the deadlines that would run now, had the ticket been of this tier under this policy from the beginning.

    Each starts at its original instant. Six facts are not of the policy: `more_urgent` and `complained` shorten what
    runs from then on, so does `topic_corrected`, which also ends what only other topics are owed, `waits_again` starts
    the first contact anew, `help_withdrawn` ends what `help_asked` started, `withdrawn` ends everything until a
    reopening.
    """
    replay = _Replay(policy, tier, queue, tuple(pauses))
    for happened in history:
        replay.happen(happened)
    return tuple(replay.start(clock, replay.pauses) for clock in replay.open.values())


@dataclass(frozen=True, slots=True)
class _Clock:
    """What runs, since when, the urgency that held then, and when the first contact was due that was owed then."""

    milestone: Milestone
    at: datetime
    urgency: str
    contact_due: datetime | None = None


class _Replay:
    """The running clocks while a history is replayed, fact by fact."""

    def __init__(self, policy: Policy, tier: Tier, queue: str | None, pauses: tuple[Pause, ...]) -> None:
        self.policy, self.tier, self.queue, self.pauses = policy, tier, queue, pauses
        self.open: dict[str, _Clock] = {}
        self._milestones = sorted(tier.milestones, key=lambda one: one.id != FIRST_CONTACT)  # others may presuppose it
        self._met: set[str] = set()
        self._ended: set[str] = set()  # how the matter ended, until it is reopened

    def happen(self, happened: TicketFact) -> None:
        """Apply the next fact."""
        if happened.fact == "reopened":  # whatever still ran is cancelled by the desk, but for what is owed for it
            self.open = {name: clock for name, clock in self.open.items() if clock.milestone.starts_on == DISSATISFIED}
            self._ended.clear()
        if happened.fact == WITHDRAWN:
            self.open.clear()
        owing = milestones_of(self.tier, happened.topic)
        if happened.fact == CORRECTED:
            self.open = {
                name: clock
                for name, clock in self.open.items()
                if not clock.milestone.topics or clock.milestone in owing
            }
        for milestone in self._milestones:
            starts = milestone in owing and self._starts(milestone, happened.fact)
            self._end(milestone, happened.fact)
            if starts:
                self.open[milestone.id] = self._fresh(milestone, happened)
                self._met.discard(milestone.id)
            elif milestone in owing and self._may_shorten(milestone, happened.fact):
                fresh = self._fresh(milestone, happened)
                self.open[milestone.id] = fresh if self._is_sooner(fresh) else self.open[milestone.id]
        self._ended |= {happened.fact} & {"resolved", "closed", WITHDRAWN}

    def start(self, clock: _Clock, pauses: tuple[Pause, ...]) -> Deadline:
        """Return the clock as a deadline with its instants."""
        return start(
            self.policy,
            self.tier,
            self.policy.urgency_of(clock.urgency),
            clock.milestone,
            clock.at,
            queue=self.queue,
            pauses=pauses,
            contact_due=clock.contact_due,
        )

    def _fresh(self, milestone: Milestone, happened: TicketFact) -> _Clock:
        contact = self.open.get(FIRST_CONTACT) if milestone.not_before else None
        due_at = self.start(contact, ()).due_at if contact is not None else None
        return _Clock(milestone, happened.at, happened.urgency, due_at)

    def _starts(self, milestone: Milestone, fact: str) -> bool:
        if WITHDRAWN in self._ended:
            return False
        if fact == "waits_again":
            return milestone.id == FIRST_CONTACT and milestone.id not in self.open
        if (fact in KEEPS_RUNNING and milestone.id in self.open) or self._ended & set(milestone.cancelled_by):
            return False
        return fact in (milestone.starts_on, *milestone.restarts_on)

    def _end(self, milestone: Milestone, fact: str) -> None:
        if milestone.id in self.open and fact in milestone.met_by:
            del self.open[milestone.id]
            self._met.add(milestone.id)
        elif is_cancelled(milestone, fact):
            self.open.pop(milestone.id, None)

    def _may_shorten(self, milestone: Milestone, fact: str) -> bool:
        presses = fact in (PRESSED, "complained", CORRECTED)
        presses = presses and WITHDRAWN not in self._ended
        return presses and milestone.starts_on in AT_HAND_OVER and milestone.id not in self._met

    def _is_sooner(self, fresh: _Clock) -> bool:
        going, at = self.open.get(fresh.milestone.id), fresh.at
        return going is None or self._due(fresh, at) < self._due(going, at)

    def _due(self, clock: _Clock, now: datetime) -> datetime:
        due_at = self.start(clock, tuple(pause for pause in self.pauses if pause[1] <= now)).due_at
        assert due_at is not None, "a clock that has started has an end"
        return due_at


def joined(one: Sequence[TicketFact], other: Sequence[TicketFact]) -> list[TicketFact]:
    """Return the facts of two tickets that became one: the start of the earlier counts, and what happened to either.

    The later start only shortens what runs, should its matter be more pressing.
    """
    first, second = sorted((one, other), key=lambda facts: facts[_start_of(facts)].at)
    begun = second[_start_of(second)]
    rest = [fact for fact in second[_start_of(second) + 1 :] if fact.fact not in AT_HAND_OVER]
    owed = _still_dissatisfied(second[: _start_of(second)])
    return sorted([*first, *owed, replace(begun, fact=PRESSED), *rest], key=lambda fact: fact.at)


def _still_dissatisfied(facts: Sequence[TicketFact]) -> list[TicketFact]:
    """The fact that started the follow-up that is still owed, for no reopening ends one."""
    owed: list[TicketFact] = []
    for fact in facts:
        if fact.fact in (FOLLOWED_UP, WITHDRAWN):
            owed = []
        elif fact.fact == DISSATISFIED and not owed:
            owed = [fact]
    return owed


def _start_of(facts: Sequence[TicketFact]) -> int:
    """Where the matter began, or began anew."""
    starts = [place for place, fact in enumerate(facts) if fact.fact in ("raised", "reopened")]
    return starts[-1] if starts else 0
