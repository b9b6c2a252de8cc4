"""Who holds a ticket: claim, reply, release, transfer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import clocks, deadline_store, history, lifecycle, ticket_store
from escalation.tickets.confidential import demand_open_to
from escalation.tickets.events import TicketAnswered, TicketClaimed, TicketReleased, TicketTransferred
from escalation.tickets.lifecycle import Refused
from escalation.tickets.rerouting import follow_queue, in_present_queue


def claim(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketClaimed:
    """Claim the ticket exclusively; no deadline is met, for the customer was not contacted yet.

    Raises Refused (`finished`, `already_yours`, `claimed_by_other`, `not_found`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.claim(old, who.id, now)
    history.save_change(db, old, ticket, "claimed", now, who.id)
    return TicketClaimed(ticket, who.id)


def answer(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime, article: str | None = None
) -> TicketAnswered:
    """Record the reply of the holder; the deadlines it meets are met in this transaction.

    `article`: whose published answer it is, or nearly.
    On a finished ticket leads may reply as well; it stays finished. Raises Refused as `lifecycle.demand_recorder`.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    lifecycle.demand_recorder(old, who.id, leads=who.leads_in(old.queue))
    ticket = lifecycle.contact(old, who.id, now) if old.is_open else old
    used = {"article": article} if article is not None else {}
    history.save_change(db, old, ticket, "replied", now, who.id, **used)
    clocks.record_fact(db, policy, ticket, "replied", now)
    return TicketAnswered(ticket, who.id, text)


def release(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketReleased:
    """Put the ticket back into its queue, as its holder or a lead.

    Raises Refused (`finished`, `unclaimed`, `not_holder`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.release(old, who.id, any_holder=who.leads_in(old.queue))
    history.save_change(db, old, ticket, "released", now, who.id)
    return TicketReleased(ticket, who.id)


def release_all(db: Connection, policy: Policy, staff_id: int, now: datetime) -> int:
    """Put every ticket that a former member of staff holds back into its queue; return how many."""
    held = (ticket_store.tickets.c.holder_id == staff_id, ticket_store.tickets.c.state == "claimed")
    found = ticket_store.find_tickets(db, *held, limit=10_000)
    for ticket in found:
        old = ticket_store.lock_ticket(db, ticket.id)
        history.save_change(db, old, lifecycle.release(old, staff_id, any_holder=True), "released", now)
        restart_first_contact(db, policy, ticket.id, now)
    return len(found)


def restart_first_contact(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """Start the first contact anew for a ticket back in its queue; one that is still owed keeps its clock.

    A ticket whose queue the policy no longer has goes to the present one.
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
    """Transfer the ticket to another queue or agent; its clocks continue.

    A held ticket is transferred by its holder or a lead only. Raises Refused (`unknown_queue`, `finished`,
    `not_holder`, `closed_to_them`).
    """
    if queue not in policy.queues:
        raise Refused("unknown_queue")
    old = ticket_store.lock_ticket(db, ticket_id)
    if old.holder_id is not None and not who.leads_in(old.queue):
        lifecycle.demand_holder(old, who.id)
    demand_open_to(old, to.id if to else None)
    ticket = lifecycle.transfer(old, queue, to.id if to else None, now)
    history.save_change(db, old, ticket, "transferred", now, who.id, queue=queue, to=to.name if to else None)
    follow_queue(db, policy, old, ticket, now)
    return TicketTransferred(ticket, who.id, old.queue, deadline_store.promised(db, ticket.id))
