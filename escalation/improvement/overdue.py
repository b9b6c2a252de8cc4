"""Which improvements are past their day, and what is still to be told of them: the person first, then the lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from escalation.improvement.improvement_rules import Improvement

LEAD_AFTER = timedelta(days=3)  # days past the day by which it was to be done


@dataclass(frozen=True, slots=True)
class OverdueReminder:
    """A reminder of an overdue improvement; `mark` keeps it from being sent twice."""

    improvement: Improvement
    to: Literal["person", "lead"]

    @property
    def mark(self) -> str:
        """The mark under which it is sent once for each day that was set."""
        return f"improvement-{self.improvement.id}-{self.improvement.due_on.isoformat()}-{self.to}"


def reminders(found: Sequence[Improvement], today: date) -> Iterator[OverdueReminder]:
    """Yield the reminders that are due by today."""
    for each in found:
        if each.is_overdue(today):
            yield OverdueReminder(each, "person")
            if today - each.due_on > LEAD_AFTER:
                yield OverdueReminder(each, "lead")
