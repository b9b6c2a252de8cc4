"""A contact by somebody who needs no claim: the owner of the account that the customer wrote to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import clocks, history, lifecycle
from escalation.tickets.lifecycle import Refused, Ticket


def record_contact(db: Connection, policy: Policy, ticket: Ticket, who: Staff | None, name: str, now: datetime) -> None:
    """Record that the owner wrote to the customer of an open ticket, locked: it meets what a reply meets.

    A member of staff who is the owner thereby claims a ticket that waits; otherwise whoever holds it holds it still.
    """
    if who is not None and ticket.state == "waiting" and who.id not in ticket.closed:
        ticket = _claimed(db, ticket, who, now)
    contacted = replace(ticket, first_contact_at=ticket.first_contact_at or now)
    staff_id = who.id if who is not None else None
    history.save_change(db, ticket, contacted, "replied", now, staff_id, owner=name)
    clocks.record_fact(db, policy, contacted, "replied", now)


def _claimed(db: Connection, ticket: Ticket, who: Staff, now: datetime) -> Ticket:
    try:
        taken = lifecycle.claim(ticket, who.id, now)
    except Refused:
        return ticket
    history.save_change(db, ticket, taken, "claimed", now, who.id)
    return taken
