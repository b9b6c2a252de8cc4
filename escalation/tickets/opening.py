"""A ticket enters a queue: handed over by the bot, entered by staff, or reopened."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.routing import route
from escalation.tickets import clocks, deadline_store, dissatisfaction, gravity, history, lifecycle, ticket_store
from escalation.tickets.by_hand import HandField, with_hand
from escalation.tickets.confidential import closed_while_open, closed_with_customer
from escalation.tickets.events import TicketOpened, TicketReopened
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.rerouting import in_present_queue
from escalation.tickets.told_facts import topic_owed


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What is known of a problem when it is handed over."""

    conversation_id: int
    contact_id: str | None
    tier: TierDecision
    topic: str | None
    urgency: str
    complaint: bool
    subject: str
    reason: str
    suggested: str | None
    candidates: list[dict[str, Any]]
    rejected: list[str]
    raised_at: datetime
    talks: Collection[int] = ()  # the customer's other conversations, as far as known


@dataclass(frozen=True, slots=True)
class Entered:
    """What else is known of a ticket that staff, or a program, have entered: received when it was raised."""

    channel: str
    by: str  # who, as its history says
    staff_id: int | None = None
    fixed: tuple[HandField, ...] = ()  # what they have said themselves


def open_ticket(
    db: Connection, policy: Policy, matter: NewTicket, now: datetime, entered: Entered | None = None
) -> TicketOpened:
    """Choose the queue, write the ticket and start its first clocks: at the hand-off, or `entered` by staff."""
    ticket = Ticket(
        id=0,
        conversation_id=matter.conversation_id,
        contact_id=matter.contact_id,
        tier=matter.tier.tier,
        tier_reason=matter.tier.reason,
        policy_version=policy.version,
        queue=route(policy, matter.tier.tier, matter.topic, matter.urgency).id,
        topic=matter.topic,
        urgency=matter.urgency,
        complaint=matter.complaint,
        state="waiting",
        holder_id=None,
        subject=matter.subject,
        reason=matter.reason,
        suggested=matter.suggested,
        candidates=matter.candidates,
        rejected=matter.rejected,
        raised_at=matter.raised_at,
        received_at=now if entered is None else matter.raised_at,
        claimed_at=None,
        first_contact_at=None,
        resolved_at=None,
        closed_at=None,
        urged=0,
        reopened=0,
        rating=None,
        rating_reason=None,
    )
    if entered is not None:
        ticket = with_hand(replace(ticket, channel=entered.channel, opened_by=entered.staff_id), entered.fixed)
    ticket = closed_while_open(db, policy, ticket, now, matter.talks)
    ticket = replace(ticket, id=ticket_store.insert_ticket(db, ticket))
    clocks.start_clocks(db, policy, ticket)
    known = {name: getattr(ticket, name) for name in ("queue", "tier", "topic", "urgency", "reason")}
    if ticket.complaint:
        known["complaint"] = True
    if ticket.closed_to:
        known["closed_to"] = ticket.closed_to
    if entered is not None:
        known |= {"channel": entered.channel, "by": entered.by, "received_at": ticket.received_at.isoformat()}
    staff_id = entered.staff_id if entered is not None else None
    history.log(db, ticket.id, "opened", now, staff_id, **known, raised_at=ticket.raised_at.isoformat())
    return TicketOpened(ticket, deadline_store.promised(db, ticket.id))


def reopen(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    now: datetime,
    who: tuple[str | None, TierDecision] | None = None,
    talks: Collection[int] = (),
    *,
    by: int | None = None,
) -> TicketReopened:
    """Reopen an ended ticket: new clocks from `now`, in the queue of the customer as known by now (`who`).

    `talks`: ids of their other conversations. `by`: the member of staff who reopens it, if not its customer.

    Raises Refused (`not_finished`, `not_found`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = replace(lifecycle.reopen(old, now), rating=None, rating_reason=None)
    if who is not None and who[0] is not None and (who[0], who[1].tier) != (ticket.contact_id, ticket.tier):
        queue = route(policy, who[1].tier, topic_owed(policy, ticket), ticket.urgency).id
        ticket = replace(ticket, contact_id=who[0], tier=who[1].tier, tier_reason=who[1].reason, queue=queue)
        ticket = closed_with_customer(db, policy, ticket, now, talks)
    if ticket.queue not in policy.queues:
        ticket = in_present_queue(policy, ticket)
    clocks.cancel_all(db, ticket.id, now, dissatisfaction.follow_ups(policy, old))
    history.save_change(db, old, ticket, "reopened", now, by)
    clocks.record_fact(db, policy, ticket, "reopened", now)
    gravity.owe_again(db, policy, ticket, now)
    unhappy = None
    if old.resolved_at is not None:
        unhappy = dissatisfaction.owe_follow_up(db, policy, ticket, "reopened", now)
    return TicketReopened(ticket, deadline_store.promised(db, ticket.id), unhappy)
