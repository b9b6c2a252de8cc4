"""Every write to a ticket: open (the hand-off), claim, answer, transfer, record, resolve, reopen, close, re-route."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation import store, tickets
from escalation.customers import TierDecision
from escalation.deadlines import Deadline, caused, owed, start
from escalation.events import (
    ComplaintVoiced,
    CustomerUrged,
    FactRecorded,
    TicketAnswered,
    TicketClaimed,
    TicketClosed,
    TicketOpened,
    TicketReleased,
    TicketReopened,
    TicketRerouted,
    TicketResolved,
    TicketTransferred,
    UrgencyRaised,
)
from escalation.policy import Policy
from escalation.routing import route
from escalation.staff import Staff
from escalation.tickets import Refused, Ticket

FIRST_CONTACT = "first_contact"  # every tier has it; the policy file is refused otherwise
MAX_NOTE = 4_000


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known when a matter is handed to a person."""

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


def open_ticket(db: Connection, policy: Policy, matter: Matter, now: datetime) -> TicketOpened:
    """The hand-off: choose the queue, write the ticket and every clock that starts now."""
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
        received_at=now,
        claimed_at=None,
        first_contact_at=None,
        resolved_at=None,
        closed_at=None,
        urged=0,
        reopened=0,
        rating=None,
        rating_reason=None,
    )
    ticket = replace(ticket, id=store.insert_ticket(db, ticket))
    _start(db, ticket.id, _owed_now(policy, ticket))
    store.log(db, ticket.id, "opened", now, queue=ticket.queue, tier=ticket.tier, reason=matter.reason)
    return TicketOpened(ticket, store.promised(db, ticket.id))


def claim(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketClaimed:
    """Take the ticket exclusively. Settles nothing: the customer has not heard from anybody yet."""
    ticket = tickets.claim(store.lock_ticket(db, ticket_id), who.id, now)
    _save(db, ticket, "claimed", now, who)
    return TicketClaimed(ticket, who.id)


def release(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketReleased:
    """Put the ticket back into its queue."""
    ticket = tickets.release(store.lock_ticket(db, ticket_id), who.id, any_holder=who.leads)
    _save(db, ticket, "released", now, who)
    return TicketReleased(ticket, who.id)


def answer(db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime) -> TicketAnswered:
    """The holder writes to the customer: whatever a reply meets is met in this very transaction."""
    ticket = tickets.contact(store.lock_ticket(db, ticket_id), who.id, now)
    _save(db, ticket, "replied", now, who)
    _happen(db, policy, ticket, "replied", now)
    return TicketAnswered(ticket, who.id, text)


def record(db: Connection, policy: Policy, ticket_id: int, who: Staff, fact: str, now: datetime) -> FactRecorded:
    """The holder records a fact of the policy, a call (`called`), or an attempt (`call_missed`, meets nothing).

    On a finished ticket leads may as well, and a call is no first contact any more.
    """
    ticket = store.lock_ticket(db, ticket_id)
    if fact not in policy.facts and fact not in ("called", "call_missed"):
        raise Refused("unknown_fact")
    tickets.demand_recorder(ticket, who.id, leads=who.leads)
    if fact == "called" and ticket.is_open:
        ticket = tickets.contact(ticket, who.id, now)
    _save(db, ticket, fact, now, who)
    _happen(db, policy, ticket, fact, now)
    return FactRecorded(ticket, who.id, fact)


def transfer(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, queue: str, to: Staff | None, now: datetime
) -> TicketTransferred:
    """Hand the ticket to another queue or agent; its clocks go on. Held ones, only the holder or a lead passes on."""
    if queue not in policy.queues:
        raise Refused("unknown_queue")
    old = store.lock_ticket(db, ticket_id)
    if old.holder_id is not None and not who.leads:
        tickets.demand_holder(old, who.id)
    ticket = tickets.transfer(old, queue, to.id if to else None, now)
    _save(db, ticket, "transferred", now, who, queue=queue, to=to.name if to else None)
    return TicketTransferred(ticket, who.id, old.queue, store.promised(db, ticket.id))


def add_note(db: Connection, ticket_id: int, who: Staff, text: str, now: datetime) -> None:
    """Keep an internal remark; it settles nothing and no customer can ever read it."""
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_NOTE:
        raise Refused("too_long")
    ticket = store.lock_ticket(db, ticket_id)
    store.insert_note(db, ticket.id, who.id, text.strip(), now)


def wait_again(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """Back in its queue after somebody was in touch: whoever takes it next owes the customer a first contact anew.

    A first contact that is still owed keeps its clock.
    """
    ticket = store.lock_ticket(db, ticket_id)
    if ticket.state != "waiting" or FIRST_CONTACT in store.open_milestones(db, ticket.id):
        return
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    store.insert_deadline(db, ticket.id, start(policy, tier, urgency, tier.milestone(FIRST_CONTACT), now))
    store.log(db, ticket.id, "waits_again", now)


def release_all(db: Connection, policy: Policy, staff_id: int, now: datetime) -> int:
    """Put everything a person holds back into its queue, for they will not come back to it; returns how many."""
    held = (store.tickets.c.holder_id == staff_id, store.tickets.c.state == "claimed")
    found = store.find_tickets(db, *held, limit=10_000)
    for ticket in found:
        freed = tickets.release(store.lock_ticket(db, ticket.id), staff_id, any_holder=True)
        _save(db, freed, "released", now)
        wait_again(db, policy, ticket.id, now)
    return len(found)


def resolve(db: Connection, policy: Policy, ticket_id: int, who: Staff, now: datetime) -> TicketResolved:
    """The holder declares the matter solved."""
    ticket = tickets.resolve(store.lock_ticket(db, ticket_id), who.id, now)
    _save(db, ticket, "resolved", now, who)
    _happen(db, policy, ticket, "resolved", now)
    return TicketResolved(ticket, who.id)


def reopen(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    now: datetime,
    who: tuple[str | None, TierDecision] | None = None,
) -> TicketReopened:
    """The customer says it is not solved: a new clock from now, in the queue of who they are known to be by now."""
    ticket = tickets.reopen(store.lock_ticket(db, ticket_id), now)
    if who is not None and who[0] is not None and (who[0], who[1].tier) != (ticket.contact_id, ticket.tier):
        queue = route(policy, who[1].tier, ticket.topic, ticket.urgency).id
        ticket = replace(ticket, contact_id=who[0], tier=who[1].tier, tier_reason=who[1].reason, queue=queue)
    store.settle(db, ticket.id, sorted(store.open_milestones(db, ticket.id)), "cancelled", now)
    _save(db, ticket, "reopened", now)
    _happen(db, policy, ticket, "reopened", now)
    return TicketReopened(ticket, store.promised(db, ticket.id))


def close(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> TicketClosed:
    """End a resolved ticket."""
    ticket = tickets.close(store.lock_ticket(db, ticket_id), now)
    _save(db, ticket, "closed", now)
    _happen(db, policy, ticket, "closed", now)
    return TicketClosed(ticket)


def rate(db: Connection, policy: Policy, ticket_id: int, score: int, now: datetime) -> Ticket:
    """Keep the customer's 1–5; the first one counts."""
    ticket = store.lock_ticket(db, ticket_id)
    if ticket.rating is not None:
        return ticket
    ticket = replace(ticket, rating=score)
    _save(db, ticket, "rated", now, score=score)
    _happen(db, policy, ticket, "rated", now)
    return ticket


def explain_rating(db: Connection, ticket_id: int, reason: str) -> None:
    """Keep why the customer rated so."""
    ticket = store.lock_ticket(db, ticket_id)
    store.update_ticket(db, replace(ticket, rating_reason=reason))


def urge(db: Connection, ticket_id: int, now: datetime) -> CustomerUrged:
    """Count a customer's wish to hurry; the promise stays as it was."""
    ticket = store.lock_ticket(db, ticket_id)
    ticket = replace(ticket, urged=ticket.urged + 1)
    _save(db, ticket, "urged", now, times=ticket.urged)
    return CustomerUrged(ticket, ticket.urged, store.promised(db, ticket.id))


def reroute(
    db: Connection, policy: Policy, ticket_id: int, contact_id: str, tier: TierDecision, now: datetime
) -> TicketRerouted:
    """The customer is now known: new tier, queue and clocks from the original instants; a sooner due time stays."""
    old = store.lock_ticket(db, ticket_id)
    ticket = replace(old, contact_id=contact_id, tier=tier.tier, tier_reason=tier.reason)
    if tier.tier != old.tier and ticket.is_open:
        queue = route(policy, tier.tier, ticket.topic, ticket.urgency).id
        ticket = replace(ticket, queue=queue if ticket.holder_id is None else ticket.queue)
        _restart(db, policy, ticket, now)
    _save(db, ticket, "rerouted", now, tier=tier.tier, queue=ticket.queue)
    return TicketRerouted(ticket, old.queue, store.promised(db, ticket.id))


def escalate_urgency(db: Connection, policy: Policy, ticket_id: int, urgency: str, now: datetime) -> UrgencyRaised:
    """An open matter turned out to be more pressing: shorter clocks, and another queue unless somebody holds it."""
    old = store.lock_ticket(db, ticket_id)
    ticket = replace(old, urgency=urgency)
    queue = route(policy, ticket.tier, ticket.topic, urgency).id
    ticket = replace(ticket, queue=queue if ticket.holder_id is None else ticket.queue)
    _restart(db, policy, ticket, now, since=now)
    _save(db, ticket, "more_urgent", now, urgency=urgency, queue=ticket.queue)
    return UrgencyRaised(ticket, queue, store.promised(db, ticket.id))


def turn_into_complaint(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> ComplaintVoiced:
    """An open matter became a complaint: flagged, with the clock complaints have, in their queue unless held."""
    old = store.lock_ticket(db, ticket_id)
    topic = next((topic.id for topic in policy.topics.values() if topic.complaint), old.topic)
    ticket = replace(old, complaint=True, topic=topic)
    queue = route(policy, ticket.tier, topic, ticket.urgency).id
    ticket = replace(ticket, queue=queue if ticket.holder_id is None else ticket.queue)
    _restart(db, policy, ticket, now, since=now)
    _save(db, ticket, "complained", now, queue=ticket.queue)
    return ComplaintVoiced(ticket, store.promised(db, ticket.id))


def _restart(db: Connection, policy: Policy, ticket: Ticket, now: datetime, since: datetime | None = None) -> None:
    # Met clocks stay met; running ones are recomputed from where they started (or from `since`, when what changed
    # only became so then), never to a later instant.
    # What was met before a reopening runs again: it counts as running.
    rows = store.deadlines_of(db, ticket.id)
    sooner = {row.milestone: row for row in rows if row.state == "open"}
    met = {row.milestone for row in rows if row.state == "met"} - sooner.keys()
    fresh = [d for d in _owed_now(policy, ticket, since) if d.milestone not in met]
    replaced = [d.milestone for d in fresh if _is_sooner(d, sooner.get(d.milestone))]
    store.settle(db, ticket.id, replaced, "cancelled", now)
    _start(db, ticket.id, [d for d in fresh if d.milestone in replaced], now)


def _is_sooner(fresh: Deadline, running: store.DeadlineRow | None) -> bool:
    return running is None or (fresh.due_at is not None and fresh.due_at < running.due_at)


def _owed_now(policy: Policy, ticket: Ticket, since: datetime | None = None) -> list[Deadline]:
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    raised, received = since or ticket.raised_at, since or ticket.received_at
    every = owed(policy, tier, urgency, raised, received, topic=ticket.topic)
    return [deadline for deadline in every if deadline.due_at is not None]


def _happen(db: Connection, policy: Policy, ticket: Ticket, fact: str, now: datetime) -> None:
    tier, urgency = policy.tier_of(ticket.tier), policy.urgency_of(ticket.urgency)
    result = caused(policy, tier, urgency, fact, now, topic=ticket.topic)
    store.settle(db, ticket.id, sorted(result.met), "met", now)
    store.settle(db, ticket.id, sorted(result.cancelled), "cancelled", now)
    _start(db, ticket.id, list(result.started))


def _start(db: Connection, ticket_id: int, started: list[Deadline], now: datetime | None = None) -> None:
    for deadline in started:
        store.insert_deadline(db, ticket_id, deadline)
        if now is not None and deadline.due_at is not None and deadline.due_at <= now:
            # Past before anybody could have kept it: on record as broken by the reclassification, nobody is paged.
            store.break_silently(db, ticket_id, deadline.milestone)
            store.log(db, ticket_id, "breached_by_reclassification", now, milestone=deadline.milestone)


def _save(db: Connection, ticket: Ticket, kind: str, now: datetime, who: Staff | None = None, **data: Any) -> None:
    store.update_ticket(db, ticket)
    store.log(db, ticket.id, kind, now, who.id if who else None, **data)
