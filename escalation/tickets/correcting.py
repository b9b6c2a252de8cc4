"""What a person sets on a ticket: title, topic, urgency, complaint, gravity; queue and clocks follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.routing import route
from escalation.staff import Staff
from escalation.tickets import clocks, deadline_store, history, lifecycle, rerouting, ticket_store
from escalation.tickets.by_hand import HandField, with_hand
from escalation.tickets.confidential import closed_while_open
from escalation.tickets.events import ComplaintVoiced, UrgencyRaised
from escalation.tickets.gravity import GRAVITIES, MARKS
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.told_facts import topic_owed

MAX_TITLE = 600  # characters, as many as a card shows
MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person sets; None leaves a field as it is.

    `topic`: empty for none. `gravity`: "major", "complex", or empty for neither. `reason`: needed to make it less
    urgent, and to say that it is no complaint.
    """

    subject: str | None = None
    topic: str | None = None
    urgency: str | None = None
    complaint: bool | None = None
    gravity: str | None = None
    reason: str = ""


def correct(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    wish: Correction,
    now: datetime,
    talks: Collection[int] = (),
) -> list[UrgencyRaised | ComplaintVoiced]:
    """Set what is wished, as the holder or a lead, and return what staff are to hear of.

    On a finished ticket only title, topic and urgency, which then move no clock. `talks`: ids of the customer's other
    conversations. Raises Refused (`nothing_to_set`, `empty`, `too_long`, `unknown_topic`, `unknown_urgency`,
    `unknown_gravity`, `reason_needed`, `finished`, or as `lifecycle.demand_holder`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    _demand(policy, old, who, wish)
    told: list[UrgencyRaised | ComplaintVoiced] = []
    _retitle(db, policy, old, who, wish, now, talks)
    if wish.complaint is not None:
        told += _set_complaint(db, policy, ticket_id, who, wish, now, talks)
    if wish.urgency is not None:
        raised = grade(db, policy, ticket_id, who, wish.urgency, now, wish.reason)
        told += [raised] if policy.urgency_of(wish.urgency).critical else []
    if wish.gravity is not None:
        _mark(db, policy, ticket_id, who, wish.gravity, now)
    return told


def grade(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, urgency: str, now: datetime, reason: str = ""
) -> UrgencyRaised:
    """Set the urgency, as holder or lead; only a more urgent grade shortens clocks, and a lesser one needs a reason.

    No promise becomes later by it. Raises Refused (`unknown_urgency`, `reason_needed`, or as
    `lifecycle.demand_holder`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    _demand(policy, old, who, Correction(urgency=urgency, reason=reason))
    if _is_more(policy, urgency, old.urgency) and old.is_open:
        return rerouting.press(db, policy, old, urgency, now, who)
    ticket = with_hand(replace(old, urgency=urgency), ("urgency",))
    if ticket.is_open:
        ticket = _rerouted(policy, old, ticket)
    why = {"reason": reason.strip()} if reason.strip() else {}
    history.save_change(db, old, ticket, "graded", now, who.id, urgency=urgency, **why)
    rerouting.follow_queue(db, policy, old, ticket, now)
    return UrgencyRaised(ticket, ticket.queue, deadline_store.promised(db, ticket.id))


def _demand(policy: Policy, old: Ticket, who: Staff, wish: Correction) -> None:
    if not who.leads_in(old.queue):
        lifecycle.demand_recorder(old, who.id, leads=False)
    set_there = (wish.subject, wish.topic, wish.urgency, wish.complaint, wish.gravity)
    if all(each is None for each in set_there):
        raise Refused("nothing_to_set")
    if wish.subject is not None and not wish.subject.strip():
        raise Refused("empty")
    if len(wish.subject or "") > MAX_TITLE or len(wish.reason) > MAX_REASON:
        raise Refused("too_long")
    if wish.topic and wish.topic not in policy.topics:
        raise Refused("unknown_topic")
    if wish.urgency is not None and wish.urgency not in policy.urgencies:
        raise Refused("unknown_urgency")
    if wish.gravity is not None and wish.gravity not in GRAVITIES:
        raise Refused("unknown_gravity")
    if not old.is_open and (wish.complaint is not None or wish.gravity is not None):
        raise Refused("finished")
    lessens = wish.urgency is not None and _is_more(policy, old.urgency, wish.urgency)
    if (lessens or (wish.complaint is False and old.complaint)) and not wish.reason.strip():
        raise Refused("reason_needed")


def _rerouted(policy: Policy, old: Ticket, ticket: Ticket) -> Ticket:
    """In the queue of what it is by now; where a person has passed it on to another queue, it stays there."""
    was = route(policy, old.tier, topic_owed(policy, old), old.urgency).id
    becomes = route(policy, ticket.tier, topic_owed(policy, ticket), ticket.urgency).id
    return rerouting.moved(ticket, becomes) if old.queue == was else ticket


def _is_more(policy: Policy, urgency: str, than: str) -> bool:
    grades = list(policy.urgencies)
    return grades.index(policy.urgency_of(urgency).id) > grades.index(policy.urgency_of(than).id)


def _retitle(
    db: Connection,
    policy: Policy,
    old: Ticket,
    who: Staff,
    wish: Correction,
    now: datetime,
    talks: Collection[int],
) -> None:
    """Title and topic; of the title, which holds what the customer wrote, the history tells only that it changed."""
    ticket, fields = old, list[HandField]()
    if wish.subject is not None:
        ticket, fields = replace(ticket, subject=wish.subject.strip()), [*fields, "subject"]
    if wish.topic is not None:
        ticket, fields = replace(ticket, topic=wish.topic or None), [*fields, "topic"]
        topic = policy.topics.get(wish.topic)
        if topic is not None and topic.complaint and wish.complaint is None and old.is_open:
            ticket, fields = replace(ticket, complaint=True), [*fields, "complaint"]
    if fields:
        _save(db, policy, old, with_hand(ticket, fields), who, now, talks, changed=list(fields))


def _save(
    db: Connection,
    policy: Policy,
    old: Ticket,
    ticket: Ticket,
    who: Staff,
    now: datetime,
    talks: Collection[int],
    **data: object,
) -> None:
    before, after = topic_owed(policy, old), topic_owed(policy, ticket)
    if before == after or not ticket.is_open:
        history.save_change(db, old, ticket, "corrected", now, who.id, topic=ticket.topic, **data)
        return
    if not old.closed_to:
        ticket = closed_while_open(db, policy, ticket, now, talks)
    ticket = _rerouted(policy, old, ticket)
    clocks.follow_topic(db, policy, ticket, now)
    history.save_change(db, old, ticket, "corrected", now, who.id, topic=ticket.topic, queue=ticket.queue, **data)
    rerouting.follow_queue(db, policy, old, ticket, now)


def _set_complaint(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, wish: Correction, now: datetime, talks: Collection[int]
) -> list[UrgencyRaised | ComplaintVoiced]:
    old = ticket_store.lock_ticket(db, ticket_id)
    if wish.complaint:
        return [] if old.complaint else [rerouting.turn_into_complaint(db, policy, ticket_id, now, talks, who)]
    ticket = with_hand(replace(old, complaint=False, cause=None), ("complaint",))
    topic = policy.topics.get(ticket.topic or "")
    if topic is not None and topic.complaint:
        ticket = replace(ticket, topic=None)
    _save(db, policy, old, ticket, who, now, talks, reason=wish.reason.strip())
    return []


def _mark(db: Connection, policy: Policy, ticket_id: int, who: Staff, gravity: str, now: datetime) -> None:
    """A fact of its own: the policy says what is owed from then on."""
    old = ticket_store.lock_ticket(db, ticket_id)
    if old.gravity == gravity:
        return
    ticket = with_hand(replace(old, gravity=gravity), ("gravity",))
    history.save_change(db, old, ticket, MARKS[gravity], now, who.id)
    clocks.record_fact(db, policy, ticket, MARKS[gravity], now)
