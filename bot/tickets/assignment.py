"""Waiting tickets are given to people, and people are told: at the hand-over, by the alarm clock, by a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.notifications.publish import announce
from bot.rules import Rules
from escalation.staffing import dispatch
from escalation.tickets.events import DeadlineReached


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether something waits that can be given to somebody, or was not claimed in time."""
    return dispatch.is_anything_due(db, rules.policy, now)


def do(db: Connection, rules: Rules, now: datetime) -> int:
    """One batch of it, told in the same transaction; returns how many things happened."""
    events = [*dispatch.expire(db, rules.policy, now), *dispatch.assign_waiting(db, rules.policy, now)]
    announce(db, rules, events, now)
    return len(events)


def take_away(db: Connection, rules: Rules, reached: Sequence[DeadlineReached], now: datetime) -> None:
    """Steps that reassign: the tickets of silent holders go where the policy says, in this transaction."""
    for step in reached:
        if step.reassign is not None:
            announce(db, rules, dispatch.reassign(db, rules.policy, step.ticket.id, step.reassign, now), now)
