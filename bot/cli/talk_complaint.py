"""How a talk's member of staff solves a ticket: a complaint needs its conclusion, result and prevention first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.agents.actions import Record, Resolve, act
from bot.rules import Rules
from bot.wording.talks import SOLVED
from escalation.staff import Staff
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.worded_facts import BEFORE_THE_END, is_feedback


def solving(db: Connection, rules: Rules, who: Staff, ticket: Ticket, now: datetime) -> Resolve:
    """Record what a complaint lacks, and return the solution; raises Refused as `act`."""
    if is_feedback(rules.policy, ticket) and not ticket.complaint:
        act(db, rules, who, ticket.id, Record("called"), now)
    if not ticket.complaint:
        return Resolve(None, SOLVED)
    cause = next(iter(rules.policy.complaint_causes), None)
    owed = [fact for fact in BEFORE_THE_END if fact in rules.policy.facts]
    for action in (Record("called"), *(Record(fact, cause, SOLVED) for fact in owed)):
        act(db, rules, who, ticket.id, action, now)
    return Resolve(cause, SOLVED)
