"""Small histories, written by hand, and the facts that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from escalation.measures.facts import Fact
from escalation.measures.history_facts import facts_of_history
from escalation.measures.ticket_case import Line, MetDeadline, Spell, TicketCase
from escalation.policy.model import Policy

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day
LI, WANG = 7, 8


def at(minutes: float) -> datetime:
    """So many minutes after Monday, 10:00."""
    return MONDAY + timedelta(minutes=minutes)


@dataclass
class Story:
    """A ticket whose history is told line by line; its first is written for it."""

    policy: Policy
    opened: float = 0
    lines: list[Line] = field(default_factory=list)
    case: TicketCase = field(init=False)

    def __post_init__(self) -> None:
        self.case = TicketCase(1, 5, "C1", "三级", "通用客服", "订单", False, "asked_for_person", "web", ())

    def open(self, minutes: float = 0, staff: int | None = None, **data: Any) -> Story:
        """The line `opened`, with what it says of itself."""
        told = {"tier": "三级", "queue": "通用客服", "topic": "订单", "urgency": "normal", "reason": "asked_for_person"}
        return self.then("opened", minutes, staff, **(told | {"raised_at": at(minutes).isoformat()} | data))

    def then(self, kind: str, minutes: float, staff: int | None = None, **data: Any) -> Story:
        """A further line."""
        number = len(self.lines) + 1
        self.lines.append(Line(100 + number, number, at(minutes), kind, staff, data))
        return self

    def claimed(self, minutes: float, staff: int = LI, had: int | None = None) -> Story:
        """Somebody takes it."""
        return self.then("claimed", minutes, staff, before={"holder_id": had}, after={"holder_id": staff})

    def with_deadline(self, milestone: str, start: float, due: float, met: float, *, told: bool = False) -> Story:
        """A deadline that was met."""
        met_one = MetDeadline(milestone, at(start), at(due), at(met), told)
        self.case = replace(self.case, deadlines=(*self.case.deadlines, met_one))
        return self

    def with_targets(self, *milestones: str) -> Story:
        """Deadlines of these are no promises: they only remind."""
        self.case = replace(self.case, targets=frozenset(milestones))
        return self

    def with_spell(self, began: float, ended: float) -> Story:
        """Somebody was active in it."""
        self.case = replace(self.case, spells=(*self.case.spells, Spell(at(began), at(ended))))
        return self

    def told(self) -> TicketCase:
        """The case with its lines."""
        return replace(self.case, lines=tuple(self.lines))

    def facts(self, after: int = 0, until: int = 10**6) -> list[Fact]:
        """All facts of it, or those of some lines."""
        return facts_of_history(self.told(), lambda _: self.policy, after, until)

    def of(self, *measures: str) -> list[tuple[Any, ...]]:
        """(minutes, value, agent, part) of the facts of these measures."""
        wanted = [fact for fact in self.facts() if fact.measure in measures]
        return [(_minutes(fact.at), fact.value, fact.staff_id, fact.part) for fact in wanted]


def _minutes(instant: datetime) -> float:
    return (instant - MONDAY).total_seconds() / 60
