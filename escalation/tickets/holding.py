"""Who holds a ticket: claim, answer as its holder, release, transfer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import clocks, deadline_store, history, lifecycle, ticket_store
from escalation.tickets.events import TicketAnswered, TicketClaimed, TicketReleased, TicketTransferred
from escalation.tickets.lifecycle import Refused
from escalation.tickets.rerouting import follow_queue, in_present_queue


def claim(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketClaimed:
    """Take the ticket exclusively. Settles nothing: the customer has not heard from anybody yet."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.claim(old, who.id, now)
    history.save_change(db, old, ticket, "claimed", now, who.id)
    return TicketClaimed(ticket, who.id)


def answer(db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime) -> TicketAnswered:
    """The holder writes to the customer: whatever a reply meets is met in this very transaction."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.contact(old, who.id, now)
    history.save_change(db, old, ticket, "replied", now, who.id)
    clocks.record_fact(db, policy, ticket, "replied", now)
    return TicketAnswered(ticket, who.id, text)


def release(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketReleased:
    """Put the ticket back into its queue."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.release(old, who.id, any_holder=who.leads)
    history.save_change(db, old, ticket, "released", now, who.id)
    return TicketReleased(ticket, who.id)


def release_all(db: Connection, policy: Policy, staff_id: int, now: datetime) -> int:
    """Put everything a person holds back into its queue, for they will not come back to it; returns how many."""
    held = (ticket_store.tickets.c.holder_id == staff_id, ticket_store.tickets.c.state == "claimed")
    found = ticket_store.find_tickets(db, *held, limit=10_000)
    for ticket in found:
        old = ticket_store.lock_ticket(db, ticket.id)
        history.save_change(db, old, lifecycle.release(old, staff_id, any_holder=True), "released", now)
        wait_again(db, policy, ticket.id, now)
    return len(found)


def wait_again(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """Back in its queue after somebody was in touch: whoever takes it next owes the customer a first contact anew.

    A first contact that is still owed keeps its clock.
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if ticket.state == "waiting" and ticket.queue not in policy.queues:
        ticket = in_present_queue(policy, ticket)
        ticket_store.update_ticket(db, ticket)
    if ticket.state == "waiting" and clocks.owe_first_contact(db, policy, ticket, now):
        history.log(db, ticket.id, "waits_again", now, queue=ticket.queue)


def transfer(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, queue: str, to: Staff | None, now: datetime
) -> TicketTransferred:
    """Hand the ticket to another queue or agent; its clocks go on. Held ones, only the holder or a lead passes on."""
    if queue not in policy.queues:
        raise Refused("unknown_queue")
    old = ticket_store.lock_ticket(db, ticket_id)
    if old.holder_id is not None and not who.leads:
        lifecycle.demand_holder(old, who.id)
    ticket = lifecycle.transfer(old, queue, to.id if to else None, now)
    history.save_change(db, old, ticket, "transferred", now, who.id, queue=queue, to=to.name if to else None)
    follow_queue(db, policy, old, ticket, now)
    return TicketTransferred(ticket, who.id, old.queue, deadline_store.promised(db, ticket.id))
