"""Who may look at which ticket; pure, and the same wherever staff work."""

from __future__ import annotations

from escalation.staff import Staff
from escalation.tickets import Refused, Ticket


def sees(who: Staff, ticket: Ticket) -> bool:
    """Whether this person may open the ticket: their queue, their own, or anybody's for leads and above."""
    return who.leads or who.works(ticket.queue) or ticket.holder_id == who.id


def demand_sight(who: Staff, ticket: Ticket) -> None:
    """Refuse whoever may not open the ticket."""
    if not sees(who, ticket):
        raise Refused("forbidden")
