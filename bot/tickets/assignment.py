"""Assign waiting tickets to agents and notify them: at the hand-off, by the alarm clock, at an escalation step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce
from bot.rules import Rules
from bot.transcript.shared_numbers import houses_of
from escalation.staffing import dispatch
from escalation.tickets.events import DeadlineReached


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether a waiting ticket can be assigned, or an assigned one was not claimed in time."""
    return dispatch.is_anything_due(db, rules.policy, now, houses_of)


def assign_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Assign one batch of tickets and take back expired assignments, notices included; returns the number of events."""
    expired = dispatch.expire_assignments(db, rules.policy, now, houses=houses_of)
    events = [*expired, *dispatch.assign_waiting(db, rules.policy, now, houses=houses_of)]
    announce(db, rules, events, now)
    return len(events)


def take_away(db: Connection, rules: Rules, reached: Sequence[DeadlineReached], now: datetime) -> None:
    """Carry out the escalation steps that reassign: a silent holder's ticket goes where the policy says.

    Runs in the caller's transaction.
    """
    for step in reached:
        if step.reassign is not None:
            events = dispatch.reassign(db, rules.policy, step.ticket.id, step.reassign, now, houses_of)
            announce(db, rules, events, now)
