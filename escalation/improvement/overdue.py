"""Which improvements are past their day, and what is still to be told of them: the person first, then the lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

LEAD_AFTER = timedelta(days=3)  # days past the day by which it was to be done


@dataclass(frozen=True, slots=True)
class OverdueImprovement:
    """An open improvement past its day, without its words."""

    id: int
    person_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class OverdueReminder:
    """A reminder of an overdue improvement; `mark` keeps it from being sent twice."""

    improvement: OverdueImprovement
    to: Literal["person", "lead"]

    @property
    def mark(self) -> str:
        """The mark under which it is sent once for each day that was set."""
        return f"improvement-{self.improvement.id}-{self.improvement.due_on.isoformat()}-{self.to}"


def reminders(found: Sequence[OverdueImprovement], today: date) -> Iterator[OverdueReminder]:
    """Yield the reminders that are due by today."""
    for each in found:
        yield OverdueReminder(each, "person")
        if today - each.due_on > LEAD_AFTER:
            yield OverdueReminder(each, "lead")
