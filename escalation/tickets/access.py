"""Which tickets a member of staff may see: one rule, as a predicate and as an SQL condition."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from escalation.roles import ALL_QUEUES
from escalation.staff import Staff
from escalation.tickets.id_list import ids_in, of_ids
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets


def sees(who: Staff, ticket: Ticket) -> bool:
    """Whether this person may see the ticket, and with it every line, file, note and notice of it.

    They hold it; or it is not closed to them, and they work in its queue, read every queue (a manager), had it drawn
    (an inspector) or were asked for help with it, until it ends.
    """
    if ticket.holder_id == who.id:
        return True
    reach = who.reads_all or who.works(ticket.queue) or who.id in ids_in(ticket.drawn_for) or helps(who, ticket)
    return reach and who.id not in ticket.closed


def visible_to(who: Staff) -> ColumnElement[bool]:
    """Return the SQL condition on `tickets` that matches `sees`."""
    me = of_ids([who.id])
    return or_(tickets.c.holder_id == who.id, and_(_within_reach(who, me), ~tickets.c.closed_to.contains(me)))


def _within_reach(who: Staff, me: str) -> ColumnElement[bool]:
    if who.reads_all or who.works(ALL_QUEUES):
        return true()
    queues = [queue for queue in who.queues if who.works(queue)]
    in_queue = tickets.c.queue.in_(queues) if queues else false()
    helping = and_(tickets.c.helpers.contains(me), tickets.c.state.in_(("waiting", "claimed")))
    return or_(in_queue, tickets.c.drawn_for.contains(me), helping)


def helps(who: Staff, ticket: Ticket) -> bool:
    """Whether this person was asked for help with the ticket, which has not ended."""
    return ticket.is_open and who.id in ids_in(ticket.helpers)


def demand_may_note(who: Staff, ticket: Ticket) -> None:
    """Raise Refused for a ticket on which this person may leave no note: as `demand_in_hand`, but helpers may."""
    if not helps(who, ticket):
        demand_in_hand(who, ticket)
    demand_visible(who, ticket)


def demand_in_hand(who: Staff, ticket: Ticket) -> None:
    """Raise Refused for a ticket this person may not act on: "forbidden", or "read_only" for one they only see."""
    demand_visible(who, ticket)
    if not is_in_hand(who, ticket):
        raise Refused("read_only")


def is_in_hand(who: Staff, ticket: Ticket) -> bool:
    """Whether a person who sees the ticket may also act on it: they work in its queue or hold it."""
    return who.works(ticket.queue) or ticket.holder_id == who.id


def demand_visible(who: Staff, ticket: Ticket) -> None:
    """Raise Refused ("forbidden") for a ticket that this person may not see."""
    if not sees(who, ticket):
        raise Refused("forbidden")
