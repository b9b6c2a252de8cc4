"""Risks from what is counted, each with the rule that raised it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from escalation.policy.risks import RiskRules

RiskKind = Literal["late", "complaints", "gaps", "alone", "calendar", "overload"]
RISK_KINDS: tuple[RiskKind, ...] = ("late", "complaints", "overload", "alone", "calendar", "gaps")


@dataclass(frozen=True, slots=True)
class Late:
    """Deadlines of four weeks: how many were late, of how many."""

    late: int = 0
    due: int = 0

    @property
    def percent(self) -> float:
        """The share of late ones, 0 to 100."""
        return self.late / self.due * 100 if self.due else 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """How many open tickets somebody holds, and how many they should at most."""

    name: str
    queues: Sequence[str]
    held: int
    capacity: int


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What risks are seen in: pairs are of the four weeks before and the last four; by queue, None: all of them."""

    late: Mapping[str | None, tuple[Late, Late]] = field(default_factory=dict)
    complaints: Mapping[str | None, tuple[int, int]] = field(default_factory=dict)
    gaps: tuple[int, int] = (0, 0)
    alone: Mapping[str, str] = field(default_factory=dict)  # by queue: the name of the only one
    missing_year: int | None = None
    loads: Sequence[Load] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk; `values` are for its sentence, with the thresholds of the rule. `queues`: whose it is, empty: all's."""

    kind: RiskKind
    values: Mapping[str, Any]
    queues: Sequence[str] = ()


def risks_of(rules: RiskRules, facts: RiskFacts) -> list[Risk]:
    """Return the risks, in the order of their kinds."""
    found = [*_late(rules, facts), *_more(rules, facts), *_people(rules, facts)]
    if facts.missing_year is not None:
        found.append(Risk("calendar", {"year": facts.missing_year}))
    return sorted(found, key=lambda each: RISK_KINDS.index(each.kind))


def _late(rules: RiskRules, facts: RiskFacts) -> Iterator[Risk]:
    for queue, (before, now) in facts.late.items():
        enough = min(before.due, now.due) >= rules.late_least
        if enough and now.percent - before.percent >= rules.late_points:
            values = {"before": before.percent, "now": now.percent, "points": rules.late_points}
            yield _of(queue, "late", {**values, "least": rules.late_least})


def _more(rules: RiskRules, facts: RiskFacts) -> Iterator[Risk]:
    for queue, (before, now) in facts.complaints.items():
        if _is_more(before, now, rules.complaints_percent, rules.complaints_least):
            values = {"before": before, "now": now, "percent": rules.complaints_percent}
            yield _of(queue, "complaints", {**values, "least": rules.complaints_least})
    before, now = facts.gaps
    if _is_more(before, now, rules.gaps_percent, rules.gaps_least):
        values = {"before": before, "now": now, "percent": rules.gaps_percent, "least": rules.gaps_least}
        yield Risk("gaps", values)


def _people(rules: RiskRules, facts: RiskFacts) -> Iterator[Risk]:
    for queue, name in facts.alone.items():
        yield _of(queue, "alone", {"name": name, "days": rules.alone_days})
    for each in facts.loads:
        if each.held - each.capacity >= rules.above_capacity:
            values = {"name": each.name, "held": each.held, "capacity": each.capacity, "above": rules.above_capacity}
            yield Risk("overload", values, each.queues)


def _is_more(before: int, now: int, percent: int, least: int) -> bool:
    return now >= least and now * 100 >= before * (100 + percent)


def _of(queue: str | None, kind: RiskKind, values: Mapping[str, Any]) -> Risk:
    return Risk(kind, {"queue": queue, **values}, [queue] if queue is not None else [])
