"""Facts of deadlines: kept, late, and how long they took; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escalation.measures.facts import Fact, whole_seconds
from escalation.measures.here import Here, fact_of
from escalation.measures.standing import HistoryStep
from escalation.measures.ticket_case import TELL_LATE, Line, MetDeadline, TicketCase

_REMINDER = "reminder"


def late_facts(here: Here) -> Iterator[Fact]:
    """Yield that a line tells of a missed deadline."""
    milestone = here.line.data.get("milestone")
    if not milestone or here.line.kind not in TELL_LATE:
        return
    is_target = here.line.kind == _REMINDER or milestone in here.case.targets
    if is_target and _has_counted(here.case, here.steps, here.index, milestone):
        return
    yield here.fact("milestone_late", staff_id=here.after.holder_id, part=milestone)


def met_facts(case: TicketCase, steps: Sequence[HistoryStep], deadline: MetDeadline) -> Iterator[Fact]:
    """Yield what a deadline that was met makes: kept or late, and the time it took."""
    at = deadline.settled_at
    standing = _standing_at(steps, deadline)
    by, milestone = standing.after.holder_id, deadline.milestone
    if at <= deadline.due_at:
        yield fact_of(case, standing.after, at, "milestone_kept", 1, by, milestone)
    elif _counts_as_late(case, steps, deadline):
        yield fact_of(case, standing.after, at, "milestone_late", 1, by, milestone)
    yield fact_of(case, standing.after, at, "milestone_time", whole_seconds(deadline.started_at, at), by, milestone)


def settling_index(steps: Sequence[HistoryStep], deadline: MetDeadline) -> int:
    """Return the place of the step with whose line the deadline was met."""
    at = deadline.settled_at
    same = (index for index, step in enumerate(steps) if at in (step.line.at, step.line.happened_at))
    later = (index for index, step in enumerate(steps) if step.line.at >= at)
    found = next(same, None)
    return found if found is not None else next(later, len(steps) - 1)


def _standing_at(steps: Sequence[HistoryStep], deadline: MetDeadline) -> HistoryStep:
    return next((step for step in reversed(steps) if step.line.at <= deadline.settled_at), steps[0])


def _counts_as_late(case: TicketCase, steps: Sequence[HistoryStep], deadline: MetDeadline) -> bool:
    """Whether nothing had told that the deadline was late, nor, of a target, that one of the same run was before."""
    if not _is_silently_late(case, steps, deadline):
        return False
    if deadline.milestone not in case.targets:
        return True
    index = settling_index(steps, deadline)
    alike = _silent_ones(case, steps, deadline.milestone)
    before = any(settling_index(steps, one) == index for one in alike[: alike.index(deadline)])
    return not before and not _has_counted(case, steps, index, deadline.milestone)


def _has_counted(case: TicketCase, steps: Sequence[HistoryStep], index: int, milestone: str) -> bool:
    """Whether a target was late before the step at `index`, in its run."""
    run_from = steps[index].run_from
    if any(_tells_of(step.line, milestone) for step in steps[run_from:index]):
        return True
    return any(run_from <= settling_index(steps, one) < index for one in _silent_ones(case, steps, milestone))


def _silent_ones(case: TicketCase, steps: Sequence[HistoryStep], milestone: str) -> list[MetDeadline]:
    of_it = [one for one in case.deadlines if one.milestone == milestone]
    return [one for one in of_it if _is_silently_late(case, steps, one)]


def _is_silently_late(case: TicketCase, steps: Sequence[HistoryStep], deadline: MetDeadline) -> bool:
    """Whether it was met late, and no line had told so since it began, in this ticket or one merged into it."""
    if deadline.settled_at <= deadline.due_at or deadline.is_told_late:
        return False
    until = max(steps[settling_index(steps, deadline)].line.at, deadline.settled_at)
    return not any(
        _tells_of(line, deadline.milestone) and deadline.started_at <= line.at <= until
        for line in (*(step.line for step in steps), *case.told_elsewhere)
    )


def _tells_of(line: Line, milestone: str) -> bool:
    return line.kind in TELL_LATE and line.data.get("milestone") == milestone
