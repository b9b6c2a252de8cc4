"""What a target says, and where it stands: the straight way from start to goal, and the figure beside it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from escalation.improvement.aimed_indicators import AIMED, AimedIndicator
from escalation.improvement.amounts import MOST
from escalation.improvement.refusals import ImprovementRefused

TargetState = Literal["reached", "on_course", "behind", "missed", "no_sample"]
WEIGHTS = range(1, 6)


@dataclass(frozen=True, slots=True)
class TargetWish:
    """What a target is to say: amounts as in `amounts`, None for a tier or queue that is left open."""

    indicator: str
    start_value: int
    start_on: date
    goal_value: int
    goal_on: date | None
    owner_id: int | None
    impact: int
    difficulty: int
    tier: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target; `edits` counts its changes."""

    id: int
    indicator: str
    tier: str | None
    queue: str | None
    start_value: int
    start_on: date
    goal_value: int
    goal_on: date
    owner_id: int
    impact: int
    difficulty: int
    made_by: str
    made_at: datetime
    announced_at: datetime | None
    ended_at: datetime | None
    edits: int

    @property
    def aimed(self) -> AimedIndicator | None:
        """Its indicator; None for one that a later release no longer has."""
        return AIMED.get(self.indicator)

    @property
    def priority(self) -> int:
        """Impact times difficulty, 1 to 25; the higher, the sooner it deserves attention."""
        return self.impact * self.difficulty

    def path_at(self, day: date) -> int:
        """Return where the straight way from start to goal stands on a day."""
        if day <= self.start_on:
            return self.start_value
        if day >= self.goal_on:
            return self.goal_value
        share = (day - self.start_on).days / (self.goal_on - self.start_on).days
        return round(self.start_value + (self.goal_value - self.start_value) * share)

    def is_as_good(self, value: int, as_: int) -> bool:
        """Whether a value is as good as another or better."""
        falls = self.goal_value < self.start_value
        return value <= as_ if falls else value >= as_

    def state(self, value: int | None, today: date) -> TargetState:
        """Return where the target stands, given what its indicator is now."""
        if value is not None and self.is_as_good(value, self.goal_value):
            return "reached"
        if today > self.goal_on:
            return "missed"
        if value is None:
            return "no_sample"
        return "on_course" if self.is_as_good(value, self.path_at(today)) else "behind"


def checked(wish: TargetWish, today: date) -> AimedIndicator:
    """Return the indicator of a wish that makes sense; raises ImprovementRefused for any other."""
    aimed = AIMED.get(wish.indicator)
    if aimed is None:
        raise ImprovementRefused("unknown_indicator", indicator=wish.indicator)
    if not aimed.by_queue and (wish.tier or wish.queue):
        raise ImprovementRefused("not_by_queue", label=aimed.label)
    for amount in (wish.start_value, wish.goal_value):
        if not 0 <= amount <= MOST[aimed.unit]:
            raise ImprovementRefused("bad_amount", amount=amount, label=aimed.label, example=MOST[aimed.unit])
    _demand_better(wish, aimed)
    _demand_days(wish, today)
    if wish.impact not in WEIGHTS or wish.difficulty not in WEIGHTS:
        raise ImprovementRefused("bad_weight")
    return aimed


def _demand_better(wish: TargetWish, aimed: AimedIndicator) -> None:
    if wish.start_value == wish.goal_value:
        raise ImprovementRefused("unchanged_goal", amount=wish.goal_value, aimed=aimed)
    if (wish.goal_value < wish.start_value) != aimed.lower_is_better:
        way = "down" if aimed.lower_is_better else "up"
        start, goal = wish.start_value, wish.goal_value
        raise ImprovementRefused("wrong_way", label=aimed.label, way=way, goal=goal, start=start, aimed=aimed)


def _demand_days(wish: TargetWish, today: date) -> None:
    if wish.goal_on is None:
        raise ImprovementRefused("no_day")
    if wish.goal_on < today:
        raise ImprovementRefused("day_past", day=wish.goal_on.isoformat())
    if wish.goal_on <= wish.start_on:
        raise ImprovementRefused("day_order", day=wish.goal_on.isoformat(), start=wish.start_on.isoformat())
