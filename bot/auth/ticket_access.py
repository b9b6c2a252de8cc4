"""Who may see which ticket: one rule, as a predicate on a ticket and as a condition on the table."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from escalation.staff import Staff
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets


def sees(who: Staff, ticket: Ticket) -> bool:
    """Whether this person may open the ticket: in their queue, held by them, or any for leads and above."""
    return who.leads or who.works(ticket.queue) or ticket.holder_id == who.id


def visible_to(who: Staff) -> ColumnElement[bool]:
    """The condition on `tickets` that holds for the tickets that this person `sees`."""
    if who.leads or not who.queues:
        return true()
    return or_(tickets.c.queue.in_(who.queues), tickets.c.holder_id == who.id)


def demand_sight(who: Staff, ticket: Ticket) -> None:
    """Raise `Refused` ("forbidden") for a ticket that this person does not see."""
    if not sees(who, ticket):
        raise Refused("forbidden")
