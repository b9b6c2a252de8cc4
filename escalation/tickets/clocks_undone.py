"""The clocks of a ticket on which something was taken back: they run as if it had never happened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from escalation.policy.model import Policy
from escalation.sla.steps import next_step_at
from escalation.tickets import clocks, deadline_store
from escalation.tickets.deadline_store import DEADLINE_COLUMNS, DeadlineRow, deadlines
from escalation.tickets.lifecycle import Ticket


def take_back(db: Connection, policy: Policy, ticket: Ticket, since: datetime, now: datetime) -> None:
    """Let the clocks run as if what happened at `since`, and is undone in the history by now, never had."""
    begun = [row for row in deadline_store.deadlines_of(db, ticket.id) if row.state == "open"]
    fresh = [row.milestone for row in begun if row.started_at >= since]
    deadline_store.settle(db, ticket.id, fresh, "cancelled", now)
    _reopen_settled(db, ticket.id, since)
    if ticket.waits_since is None:
        clocks.resume(db, policy, ticket)
    clocks.rewrite(db, policy, ticket, now)
    if ticket.waits_since is not None:
        clocks.pause(db, policy, ticket, ticket.waits_since)


def _reopen_settled(db: Connection, ticket_id: int, since: datetime) -> None:
    """Those settled since then that began before run on, unless their milestone runs again."""
    running = deadline_store.open_milestones(db, ticket_id)
    ended = and_(deadlines.c.ticket_id == ticket_id, deadlines.c.settled_at >= since, deadlines.c.started_at < since)
    for row in [DeadlineRow(*each) for each in db.execute(select(*DEADLINE_COLUMNS).where(ended))]:
        if row.milestone not in running:
            ended_at, seen = row.settled_at or since, row.acknowledged_at is not None
            following = next_step_at(row.schedule, row.due_at, row.step, ended_at, acknowledged=seen)
            following = None if row.tells_nothing else following
            values = {"state": "open", "settled_at": None, "next_at": following}
            db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**values))
            running.add(row.milestone)
