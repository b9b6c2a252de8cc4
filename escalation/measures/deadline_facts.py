"""Facts of deadlines: kept, late, and how long they took; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from escalation.measures.facts import Fact, whole_seconds
from escalation.measures.here import Here, fact_of
from escalation.measures.standing import HistoryStep
from escalation.measures.ticket_case import MetDeadline, TicketCase

_LATE = frozenset({"breach", "breached_by_reclassification"})
_REMINDER = "reminder"


def late_facts(here: Here) -> Iterator[Fact]:
    """Yield that a line tells of a missed deadline."""
    milestone = here.line.data.get("milestone")
    if not milestone or here.line.kind not in (*_LATE, _REMINDER):
        return
    if here.line.kind == _REMINDER and any(_reminds_of(step, milestone) for step in here.run):
        return
    yield here.fact("milestone_late", staff_id=here.after.holder_id, part=milestone)


def met_facts(case: TicketCase, steps: Sequence[HistoryStep], deadline: MetDeadline) -> Iterator[Fact]:
    """Yield what a deadline that was met makes: kept or late, and the time it took."""
    at = deadline.settled_at
    standing = _standing_at(steps, at)
    by, milestone = standing.after.holder_id, deadline.milestone
    if at <= deadline.due_at:
        yield fact_of(case, standing.after, at, "milestone_kept", 1, by, milestone)
    elif not deadline.is_told_late and not _is_told(steps, deadline):
        yield fact_of(case, standing.after, at, "milestone_late", 1, by, milestone)
    yield fact_of(case, standing.after, at, "milestone_time", whole_seconds(deadline.started_at, at), by, milestone)


def settling_step(steps: Sequence[HistoryStep], deadline: MetDeadline) -> HistoryStep:
    """Return the step with whose line the deadline was met."""
    at = deadline.settled_at
    same = (step for step in steps if at in (step.line.at, step.line.happened_at))
    later = (step for step in steps if step.line.at >= at)
    return next(same, None) or next(later, steps[-1])


def _standing_at(steps: Sequence[HistoryStep], at: datetime) -> HistoryStep:
    return next((step for step in reversed(steps) if step.line.at <= at), steps[0])


def _is_told(steps: Sequence[HistoryStep], deadline: MetDeadline) -> bool:
    return any(
        step.line.data.get("milestone") == deadline.milestone
        and step.line.kind in (*_LATE, _REMINDER)
        and deadline.started_at <= step.line.at <= deadline.settled_at
        for step in steps
    )


def _reminds_of(step: HistoryStep, milestone: str) -> bool:
    return step.line.kind == _REMINDER and step.line.data.get("milestone") == milestone
