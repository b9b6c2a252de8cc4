"""When reports are posted to the staff chat: the weekly on a day of the week, the monthly on a day of the month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from escalation.policy.yaml_blocks import Block

LAST_COMMON_DAY = 28  # of every month


@dataclass(frozen=True, slots=True)
class ReportTime:
    """A day, 1 to 7 from Monday or 1 to 28, and an hour in the policy's zone; of some queues, or of all together."""

    day: int
    hour: int
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportTimes:
    """When each report is posted; None: never."""

    weekly: ReportTime | None = None
    monthly: ReportTime | None = None

    def due_on(self, today: date, hour: int) -> dict[str, ReportTime]:
        """Return by kind the reports that are due by this hour of a day."""
        days = {"weekly": (self.weekly, today.isoweekday()), "monthly": (self.monthly, today.day)}
        return {
            kind: time
            for kind, (time, day) in days.items()
            if time is not None and time.day == day and hour >= time.hour
        }


def read_report_times(root: Block, queues: Collection[str]) -> ReportTimes:
    """Read the section `reports`; without it nothing is posted."""
    block = root.block("reports", required=False)
    if not block.is_block:
        return ReportTimes()
    found = ReportTimes(_read(block, "weekly", 7, queues), _read(block, "monthly", LAST_COMMON_DAY, queues))
    block.finish()
    return found


def _read(block: Block, kind: str, most: int, queues: Collection[str]) -> ReportTime | None:
    each = block.block(kind, required=False)
    if not each.is_block:
        return None
    found = ReportTime(
        each.whole("day", 1, most), each.whole("hour", 0, 23), each.choices("queues", queues, required=False)
    )
    each.finish()
    return found
