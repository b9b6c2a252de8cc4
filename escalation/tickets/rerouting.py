"""Tier, urgency, topic or policy change: the queue and the clocks of a ticket follow."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_

from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.routing import route
from escalation.staff import Staff
from escalation.tickets import clocks, deadline_store, history, lifecycle, ticket_store
from escalation.tickets.by_hand import set_by_hand, with_hand
from escalation.tickets.confidential import closed_again, closed_while_open, closed_with_customer
from escalation.tickets.events import ComplaintVoiced, TicketRerouted, UrgencyRaised
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.told_facts import topic_owed

ALARM_AGAIN = timedelta(minutes=5)  # a danger that is told again is an alarm again
ALARMED = "danger_heard"  # where a person's grade stays
WRITTEN = "danger_written"  # staff have written of it, which raised the urgency


@dataclass(frozen=True, slots=True)
class WrittenIn:
    """Where a member of staff, or None for a program, wrote of a danger: `place` is a name for the history."""

    place: str
    staff_id: int | None


def reroute(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    contact_id: str | None,
    tier: TierDecision,
    now: datetime,
    talks: Collection[int] = (),
) -> TicketRerouted:
    """Set customer and tier: another tier means another queue, and clocks rewritten from their original starts.

    `talks`: ids of the customer's other conversations.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = replace(old, contact_id=contact_id, tier=tier.tier, tier_reason=tier.reason)
    late: list[str] = []
    if tier.tier != old.tier:
        queue = route(policy, tier.tier, topic_owed(policy, ticket), ticket.urgency).id
        ticket = replace(ticket, queue=queue if ticket.state == "waiting" else ticket.queue)
        if ticket.queue != old.queue:
            ticket = lifecycle.unassign(ticket)
        late = clocks.rewrite(db, policy, ticket, now)
    if contact_id != old.contact_id:
        ticket = closed_with_customer(db, policy, ticket, now, talks)
    history.save_change(db, old, ticket, "rerouted", now, tier=tier.tier, queue=ticket.queue)
    _log_broken(db, ticket, late, now)
    return TicketRerouted(ticket, old.queue, deadline_store.promised(db, ticket.id))


def recompute(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> dict[str, datetime]:
    """Rewrite the clocks of a ticket from their original starts under a changed policy or calendar.

    Return the milestones that were due provisionally and are due at another time now, with that.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = old
    if ticket.state == "waiting" and ticket.queue not in policy.queues:
        ticket = in_present_queue(policy, ticket)
    going = [row for row in deadline_store.deadlines_of(db, ticket.id) if row.state == "open"]
    late = clocks.rewrite(db, policy, ticket, now)
    fresh = [row for row in deadline_store.deadlines_of(db, ticket.id) if row.state == "open"]
    before, after = ({row.id: row.milestone for row in rows} for rows in (going, fresh))
    moved = [milestone for number, milestone in after.items() if number not in before]
    ended = [milestone for milestone in before.values() if milestone not in after.values()]
    if moved or ended or ticket != old:
        history.save_change(
            db, old, ticket, "recomputed", now, rules=policy.rules_version, milestones=moved, cancelled=ended
        )
    _log_broken(db, ticket, late, now)
    guessed = {row.milestone: row.due_at for row in going if row.provisional}
    return {row.milestone: row.due_at for row in fresh if row.due_at != guessed.get(row.milestone, row.due_at)}


def in_present_queue(policy: Policy, ticket: Ticket) -> Ticket:
    """Return the ticket, unassigned, in the queue of the present policy, for its own was removed."""
    return lifecycle.unassign(
        replace(ticket, queue=route(policy, ticket.tier, topic_owed(policy, ticket), ticket.urgency).id)
    )


def escalate_urgency(
    db: Connection, policy: Policy, ticket_id: int, urgency: str, now: datetime, written: WrittenIn | None = None
) -> UrgencyRaised | None:
    """Raise the urgency of an open ticket: clocks shortened, and another queue unless the ticket is held.

    Where a person has set the urgency it stays, and staff are alarmed all the same, once in ALARM_AGAIN: then None.
    `written`: who of the staff wrote of the danger, and where; None: its customer did.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    by, where = (written.staff_id, {"place": written.place}) if written is not None else (None, {})
    if "urgency" not in set_by_hand(old):
        if written is not None:
            history.log(db, ticket_id, WRITTEN, now, by, urgency=urgency, **where)
        return press(db, policy, old, urgency, now)
    if now - _last_alarm(db, ticket_id, now) < ALARM_AGAIN:
        return None
    history.log(db, ticket_id, ALARMED, now, by, heard=urgency, **where)
    queue = route(policy, old.tier, topic_owed(policy, old), urgency).id
    return UrgencyRaised(old, queue, deadline_store.promised(db, ticket_id))


def _last_alarm(db: Connection, ticket_id: int, now: datetime) -> datetime:
    alarms = (row.at for row in history.history_of(db, ticket_id) if row.kind == ALARMED)
    return max(alarms, default=now - ALARM_AGAIN)


def press(
    db: Connection, policy: Policy, old: Ticket, urgency: str, now: datetime, who: Staff | None = None
) -> UrgencyRaised:
    """Give a locked open ticket a more pressing urgency, `who` by a person's word."""
    ticket = replace(old, urgency=urgency)
    if who is not None:
        ticket = with_hand(ticket, ("urgency",))
    queue = route(policy, ticket.tier, topic_owed(policy, ticket), urgency).id
    ticket = moved(ticket, queue)
    clocks.shorten(db, policy, ticket, now)
    history.save_change(
        db, old, ticket, "more_urgent", now, who.id if who else None, urgency=urgency, queue=ticket.queue
    )
    follow_queue(db, policy, old, ticket, now)
    return UrgencyRaised(ticket, queue, deadline_store.promised(db, ticket.id))


def turn_into_complaint(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    now: datetime,
    talks: Collection[int] = (),
    who: Staff | None = None,
) -> ComplaintVoiced:
    """Flag an open ticket as a complaint: clocks of complaints, and their queue unless the ticket is held.

    Its topic becomes theirs, unless a person has set another. Where a person has said that it is none it stays so, and
    staff hear that its customer complains. `talks`: ids of the customer's other conversations. `who`: the person who
    says so, if not the customer.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    fixed = set_by_hand(old)
    if who is None and "complaint" in fixed and not old.complaint:
        history.log(db, ticket_id, "complaint_heard", now)
        return ComplaintVoiced(old, deadline_store.promised(db, ticket_id))
    ticket = replace(old, complaint=True)
    ticket = ticket if "topic" in fixed else replace(ticket, topic=topic_owed(policy, ticket))
    if who is not None:
        ticket = with_hand(ticket, ("complaint",))
    ticket = closed_while_open(db, policy, ticket, now, talks)
    ticket = moved(ticket, route(policy, ticket.tier, topic_owed(policy, ticket), ticket.urgency).id)
    clocks.shorten(db, policy, ticket, now)
    by = who.id if who is not None else None
    history.save_change(db, old, ticket, "complained", now, by, queue=ticket.queue, topic=ticket.topic)
    follow_queue(db, policy, old, ticket, now)
    return ComplaintVoiced(ticket, deadline_store.promised(db, ticket.id))


def complain_again(
    db: Connection, policy: Policy, ticket_id: int, now: datetime, talks: Collection[int] = ()
) -> Ticket:
    """Close a waiting complaint to everybody who held it as well, for it may be about them by now; return it."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = closed_again(db, policy, old, now, talks)
    if ticket != old:
        history.save_change(db, old, ticket, "complained_again", now)
    return ticket


def close_with_customer(db: Connection, policy: Policy, contact_id: str, now: datetime, talks: Collection[int]) -> None:
    """Close a contact's open complaints to whoever held a matter that has only now turned out to be theirs.

    `talks`: ids of the contact's conversations, which are locked.
    """
    at = ticket_store.tickets.c
    theirs = or_(at.contact_id == contact_id, and_(at.contact_id.is_(None), at.conversation_id.in_(talks)))
    is_open = at.state.in_(("waiting", "claimed"))
    for number in sorted(each.id for each in ticket_store.find_tickets(db, theirs, is_open)):
        old = ticket_store.lock_ticket(db, number)
        ticket = closed_with_customer(db, policy, old, now, talks)
        if ticket != old:
            history.save_change(db, old, ticket, "closed_with_customer", now)


def moved(ticket: Ticket, queue: str) -> Ticket:
    """Return the ticket in this queue, given to nobody there yet; unchanged while somebody holds it."""
    if ticket.holder_id is not None or queue == ticket.queue:
        return ticket
    return lifecycle.unassign(replace(ticket, queue=queue))


def follow_queue(db: Connection, policy: Policy, old: Ticket, new: Ticket, now: datetime) -> None:
    """Rewrite the clocks that count queue hours if the queue has changed, and log those breached by it."""
    if new.queue != old.queue:
        _log_broken(db, new, clocks.follow_queue(db, policy, new, now), now)


def _log_broken(db: Connection, ticket: Ticket, late: Sequence[str], now: datetime) -> None:
    for milestone in late:
        history.log(db, ticket.id, "breached_by_reclassification", now, milestone=milestone)
