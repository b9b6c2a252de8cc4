"""A place in a ticket's history: the line there, what came before it in its run, and a fact made of it; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.measures.facts import NOBODY, Fact
from escalation.measures.standing import HistoryStep, TicketStanding
from escalation.measures.ticket_case import Line, TicketCase
from escalation.policy.model import Policy

CONTACTS = frozenset({"replied", "called"})
RESOLVED = "resolved"
PolicyAt = Callable[[datetime], Policy]  # the policy in force at an instant, with the calendars in force then


@dataclass(frozen=True, slots=True)
class Here:
    """The step at `index` of a ticket's steps."""

    case: TicketCase
    steps: Sequence[HistoryStep]
    index: int
    policy_at: PolicyAt

    @property
    def step(self) -> HistoryStep:
        """The step itself."""
        return self.steps[self.index]

    @property
    def line(self) -> Line:
        """Its line."""
        return self.step.line

    @property
    def before(self) -> TicketStanding:
        """What held before its line."""
        return self.step.before

    @property
    def after(self) -> TicketStanding:
        """What holds after its line."""
        return self.step.after

    @property
    def run(self) -> Sequence[HistoryStep]:
        """The steps of its run before it, the latest last."""
        return self.steps[self.step.run_from : self.index]

    def earlier(self) -> Iterator[HistoryStep]:
        """Yield all steps before it, the latest first."""
        return reversed(self.steps[: self.index])

    @property
    def is_first_contact(self) -> bool:
        """Whether its line is the first contact of its run."""
        if self.line.kind not in CONTACTS:
            return False
        return not any(_is_contact(step.line) for step in self.run)

    @property
    def raised_at(self) -> datetime:
        """When what its run is about was raised."""
        return self._instant("raised_at")

    @property
    def received_at(self) -> datetime:
        """When what its run is about was received."""
        return self._instant("received_at")

    def _instant(self, name: str) -> datetime:
        run = self.steps[self.step.run_from : self.index + 1]
        tells = [step.line for step in run[1:] if step.line.kind == "merged" and name in step.line.data]
        first = run[0].line
        told = tells[-1].data[name] if tells else first.data.get(name) if first.kind == "opened" else None
        return datetime.fromisoformat(told) if told else first.at

    @property
    def resolved_by(self) -> int:
        """Who made the latest line `resolved` before it."""
        return next((_who(step.line) for step in self.earlier() if step.line.kind == RESOLVED), NOBODY)

    @property
    def who(self) -> int:
        """Who made its line."""
        return _who(self.line)

    @property
    def policy(self) -> Policy:
        """The policy in force at its line."""
        return self.policy_at(self.line.at)

    def fact(self, measure: str, value: int = 1, staff_id: int | None = NOBODY, part: str = "") -> Fact:
        """Return a fact of its line, with what holds after it."""
        return fact_of(self.case, self.after, self.line.at, measure, value, staff_id, part)


def fact_of(
    case: TicketCase,
    standing: TicketStanding,
    at: datetime,
    measure: str,
    value: int = 1,
    staff_id: int | None = NOBODY,
    part: str = "",
) -> Fact:
    """Return a fact of a ticket, with what held then."""
    return Fact(
        at=at,
        measure=measure,
        value=value,
        ticket_id=case.id,
        tier=standing.tier,
        queue=standing.queue,
        topic=standing.topic or "",
        channel=case.channel,
        staff_id=staff_id or NOBODY,
        part=part,
    )


def _is_contact(line: Line) -> bool:
    return line.kind in CONTACTS or (line.kind == "merged" and line.data.get("contacted") is True)


def _who(line: Line) -> int:
    return line.staff_id or NOBODY
