"""A ticket's deadline beside the one it replaces: what stays promised, what lies behind, whether it stands still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT, Milestone
from escalation.sla.deadlines import Deadline, milestones_of
from escalation.sla.steps import StepProgress, next_step_at, step_due_at
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.told_facts import topic_owed


def kept_promise(
    fresh: Deadline, going: Sequence[DeadlineRow], *, every: bool = False, now: datetime | None = None
) -> Deadline:
    """Return the deadline, no later than the running one told: of the first contact, or of `every` milestone.

    With `now`, one that may move is not held to what was told.
    """
    same = [row for row in going if row.milestone == fresh.milestone and (every or row.milestone == FIRST_CONTACT)]
    same = [row for row in same if now is None or not may_move(row, fresh, now)]
    told = min(same, key=lambda row: row.due_at, default=None)
    if told is None or fresh.due_at is None or told.due_at >= fresh.due_at:
        return fresh
    warns = fresh.steps[0].kind == "warning"
    return replace(fresh, due_at=told.due_at, warn_at=told.due_at + fresh.steps[0].at if warns else None)


def may_move(row: DeadlineRow, fresh: Deadline, now: datetime) -> bool:
    """Whether a running deadline was told as one that may move, and can: its year is published, and it lies ahead."""
    return row.provisional and not fresh.provisional and row.due_at > now


def was_met(fresh: Deadline, met: Sequence[tuple[str, datetime]]) -> bool:
    """Whether it was met since it began, by what the rules of that time took for meeting it."""
    assert fresh.started_at is not None, "only clocks that run are written"
    return any(milestone == fresh.milestone and at > fresh.started_at for milestone, at in met)


def is_same(row: DeadlineRow, fresh: Deadline) -> bool:
    """Whether the row says what the deadline says."""
    lines = [step.as_json() for step in fresh.steps]
    mine = (row.milestone, row.started_at, row.due_at, row.schedule, row.provisional, row.label, row.kind)
    return mine == (fresh.milestone, fresh.started_at, fresh.due_at, lines, fresh.provisional, fresh.label, fresh.kind)


def standing_of(
    policy: Policy, ticket: Ticket, fresh: Deadline, old: DeadlineRow | None, now: datetime
) -> StepProgress:
    """What of a clock that is written now lies behind it already, going by the one it replaces."""
    assert fresh.due_at is not None, "only clocks that run are written"
    until = ticket.waits_since if ticket.waits_since and stands_still(policy, ticket, fresh) else now
    lines = [step.as_json() for step in fresh.steps]
    behind = sum(fresh.due_at + step.at <= until for step in fresh.steps)
    if fresh.due_at > until:
        return StepProgress(behind, step_due_at(lines, fresh.due_at, behind))
    broken = fresh.due_at if fresh.kind == "promise" else None
    if old is None or old.is_silent or old.is_paused or old.due_at > until:
        return StepProgress(0, None, broken)
    if not old.has_told_its_end:  # late by either reckoning, and nobody has heard of it yet
        early = sum(step.kind == "warning" for step in fresh.steps)
        return StepProgress(early, step_due_at(lines, fresh.due_at, early))
    seen = old.acknowledged_at is not None
    following = next_step_at(lines, fresh.due_at, behind, until, acknowledged=seen)
    return StepProgress(behind, following, broken, old.acknowledged_at, old.acknowledged_by)


def is_sooner(fresh: Deadline, going: DeadlineRow | None, by_rules: datetime | None) -> bool:
    """Whether it is due before the running one, by what that was told or by its rules; also where none runs."""
    if going is None or fresh.due_at is None:
        return going is None
    return fresh.due_at < max(going.due_at, by_rules or going.due_at)


def owed_milestones(policy: Policy, ticket: Ticket) -> list[Milestone]:
    """Return the milestones owed to a ticket, by its tier and topic."""
    return milestones_of(policy.tier_of(ticket.tier), topic_owed(policy, ticket))


def stands_still(policy: Policy, ticket: Ticket, fresh: Deadline) -> bool:
    """Whether it stands still from its start, because the ticket waits for its customer."""
    if ticket.waits_since is None or fresh.due_at is None or fresh.due_at <= ticket.waits_since:
        return False
    return any(milestone.id == fresh.milestone and milestone.pauses for milestone in owed_milestones(policy, ticket))
