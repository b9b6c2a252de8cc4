"""Deadlines that pause while a ticket waits for its customer. Writers hold the lock of the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, update

from escalation.sla.deadlines import Deadline
from escalation.sla.steps import step_due_at
from escalation.tickets.deadline_store import DeadlineRow, deadlines, open_on


def pause_deadlines(db: Connection, ticket_id: int, milestones: Sequence[str], now: datetime) -> None:
    """Pause the running deadlines of these milestones that are not late; no step is taken until they resume."""
    mine = and_(open_on(ticket_id), deadlines.c.milestone.in_(milestones))
    runs = and_(mine, deadlines.c.paused_at.is_(None), deadlines.c.due_at > now)
    db.execute(update(deadlines).where(runs).values(paused_at=now, next_at=None))


def resume_deadline(db: Connection, row: DeadlineRow, resumed: Deadline) -> None:
    """Resume a paused deadline with its new due instant; steps already taken stay taken."""
    assert resumed.due_at is not None, "it has started"
    schedule = [step.as_json() for step in resumed.steps]
    values: dict[str, Any] = {"due_at": resumed.due_at, "warn_at": resumed.warn_at, "schedule": schedule}
    values |= {"provisional": resumed.provisional, "fault": resumed.fault, "paused_at": None}
    values["next_at"] = step_due_at(schedule, resumed.due_at, row.step)
    db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**values))
