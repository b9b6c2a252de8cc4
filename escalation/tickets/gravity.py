"""The mark of a ticket as 重大 or 复杂, and what the policy owes for it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.tickets import clocks, history
from escalation.tickets.lifecycle import Ticket

Gravity = Literal["major", "complex", ""]
GRAVITIES: tuple[Gravity, ...] = get_args(Gravity)
MARKS = {"major": "marked_major", "complex": "marked_complex", "": "unmarked"}  # the fact that each is


def owe_again(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> None:
    """Record the mark of a ticket reopened at `now` once more: what it owes is owed anew, whatever was met before."""
    if ticket.gravity:
        fact = MARKS[ticket.gravity]
        history.log(db, ticket.id, fact, now, again=True)
        clocks.record_fact(db, policy, ticket, fact, now)
