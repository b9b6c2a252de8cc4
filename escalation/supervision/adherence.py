"""How far what was inspected keeps to the checklist: rates, mean scores and counts, by what rows share; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from escalation.policy.supervision import Checklist
from escalation.supervision.scoring import is_met

Group = Literal["period", "tier", "agent", "queue"]
GROUPS: tuple[Group, ...] = ("period", "tier", "agent", "queue")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class InspectedRow:
    """A drawn record as figures see it: with what counts after an objection; without score it waits to be scored."""

    period: str  # the month in which it was drawn, 2026-11
    tier: str
    agent: str  # sign-in name
    queue: str
    checklist: Checklist
    answers: Mapping[str, str] = field(default_factory=dict)
    score: int | None = None
    objected: bool = False
    upheld: bool = False


@dataclass(frozen=True, slots=True)
class Adherence:
    """What a group of drawn records came to."""

    drawn: int = 0
    scored: int = 0
    objected: int = 0
    upheld: int = 0
    total: int = 0  # of the scores
    applicable: int = 0  # items, of the scored records
    met: int = 0

    @property
    def rate(self) -> float | None:
        """The share of applicable items that were met, 0 to 1; None where none applied."""
        return self.met / self.applicable if self.applicable else None

    @property
    def mean(self) -> float | None:
        """The mean score; None where nothing is scored."""
        return self.total / self.scored if self.scored else None


def adherence(rows: Iterable[InspectedRow]) -> Adherence:
    """Return what these records came to."""
    listed = list(rows)
    scored = [row for row in listed if row.score is not None]
    judged = [found for row in scored for found in _judged(row).values() if found is not None]
    return Adherence(
        drawn=len(listed),
        scored=len(scored),
        objected=sum(row.objected for row in scored),
        upheld=sum(row.upheld for row in scored),
        total=sum(row.score or 0 for row in scored),
        applicable=len(judged),
        met=sum(judged),
    )


def adherence_by(rows: Iterable[InspectedRow], by: Group) -> dict[str, Adherence]:
    """Return what the records came to by period, tier, agent or queue, in the order of their names."""
    return _grouped(rows, lambda row: str(getattr(row, by)))


def adherence_by_item(rows: Iterable[InspectedRow]) -> dict[str, tuple[int, int]]:
    """Return by an item's label how often it was met, and how often it applied."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        for label, found in _judged(row).items() if row.score is not None else ():
            if found is not None:
                counts[label].append(found)
    return {label: (sum(found), len(found)) for label, found in counts.items()}


def _judged(row: InspectedRow) -> dict[str, bool | None]:
    return {item.label: is_met(item, row.answers[item.id]) for item in row.checklist.items}


def _grouped(rows: Iterable[InspectedRow], key: Callable[[InspectedRow], K]) -> dict[K, Adherence]:
    groups: dict[K, list[InspectedRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {name: adherence(groups[name]) for name in sorted(groups, key=str)}
