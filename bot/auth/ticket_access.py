"""Which tickets a member of staff may see: one rule, as a predicate and as an SQL condition."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from escalation.staff import Staff
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets


def sees(who: Staff, ticket: Ticket) -> bool:
    """Whether this person may see the ticket: they hold it or work in its queue; leads and above see every ticket."""
    return who.leads or who.works(ticket.queue) or ticket.holder_id == who.id


def visible_to(who: Staff) -> ColumnElement[bool]:
    """Return the SQL condition on `tickets` that matches `sees`."""
    if who.leads or not who.queues:
        return true()
    return or_(tickets.c.queue.in_(who.queues), tickets.c.holder_id == who.id)


def demand_visible(who: Staff, ticket: Ticket) -> None:
    """Raise Refused ("forbidden") for a ticket that this person may not see."""
    if not sees(who, ticket):
        raise Refused("forbidden")
