"""Sample targets that one can adopt, from the file that ships with the program."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from escalation.improvement.aimed_indicators import AIMED, AimedIndicator
from escalation.improvement.amounts import parse_amount
from escalation.improvement.refusals import ImprovementRefused
from escalation.improvement.target_rules import TargetWish

FILE = Path(__file__).with_name("suggestions.yaml")


@dataclass(frozen=True, slots=True)
class SuggestedTarget:
    """A sample target; `months` from its adoption it should be reached."""

    id: str
    aimed: AimedIndicator
    start_value: int
    goal_value: int
    months: int
    impact: int
    difficulty: int

    def adopted(self, owner_id: int | None, today: date, start_value: int | None = None) -> TargetWish:
        """Return the wish to adopt it today, from what the indicator is now, where that is worse than the goal."""
        start = self.start_value if start_value is None or self._is_reached(start_value) else start_value
        goal_on = _months_later(today, self.months)
        weights = (self.impact, self.difficulty)
        return TargetWish(self.aimed.id, start, today, self.goal_value, goal_on, owner_id, *weights)

    def _is_reached(self, value: int) -> bool:
        return value <= self.goal_value if self.aimed.lower_is_better else value >= self.goal_value


@cache
def suggestions() -> Mapping[str, SuggestedTarget]:
    """Return the sample targets by their ids."""
    return {each["id"]: _read(each) for each in yaml.safe_load(FILE.read_text(encoding="utf-8"))}


def suggestion(name: str) -> SuggestedTarget:
    """Return one of them; raises ImprovementRefused (`no_such_target`)."""
    found = suggestions().get(name)
    if found is None:
        raise ImprovementRefused("no_such_target")
    return found


def _read(each: Mapping[str, str]) -> SuggestedTarget:
    aimed = AIMED[each["indicator"]]
    start, goal = (parse_amount(each[name], aimed.unit) for name in ("start", "goal"))
    months, impact, difficulty = (int(each[name]) for name in ("months", "impact", "difficulty"))
    return SuggestedTarget(each["id"], aimed, start, goal, months, impact, difficulty)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
