"""Every write to a ticket: open (the hand-off), claim, answer, transfer, record, resolve, reopen, close, re-route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.policy.routing import route
from escalation.staff import Staff
from escalation.tickets import clocks, lifecycle, plans, store
from escalation.tickets.events import (
    ComplaintVoiced,
    CustomerUrged,
    FactRecorded,
    HelpAsked,
    ReportSubmitted,
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
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.plans import PlanStep

__all__ = ["MAX_NOTE", "Matter"]

MAX_NOTE = 4_000
MAX_HELP = 3_900  # kept as a note that also says whom
MAX_STEPS = 20
WAITING, WROTE = "waiting_for_customer", "customer_wrote"
_SETS_ASIDE = ("call_missed", WAITING)  # facts after which the ticket still waits for its customer
_COMPLAINT_KNOWN = ("investigated", "result_told")


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
    clocks.begin(db, policy, ticket)
    known = {name: getattr(ticket, name) for name in ("queue", "tier", "topic", "urgency", "reason")}
    store.log(db, ticket.id, "opened", now, **known, raised_at=ticket.raised_at.isoformat())
    return TicketOpened(ticket, store.promised(db, ticket.id))


def claim(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketClaimed:
    """Take the ticket exclusively. Settles nothing: the customer has not heard from anybody yet."""
    old = store.lock_ticket(db, ticket_id)
    ticket = lifecycle.claim(old, who.id, now)
    store.save_change(db, old, ticket, "claimed", now, who.id)
    return TicketClaimed(ticket, who.id)


def release(db: Connection, ticket_id: int, who: Staff, now: datetime) -> TicketReleased:
    """Put the ticket back into its queue."""
    old = store.lock_ticket(db, ticket_id)
    ticket = lifecycle.release(old, who.id, any_holder=who.leads)
    store.save_change(db, old, ticket, "released", now, who.id)
    return TicketReleased(ticket, who.id)


def answer(db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime) -> TicketAnswered:
    """The holder writes to the customer: whatever a reply meets is met in this very transaction."""
    old = store.lock_ticket(db, ticket_id)
    ticket = lifecycle.contact(old, who.id, now)
    store.save_change(db, old, ticket, "replied", now, who.id)
    clocks.record_fact(db, policy, ticket, "replied", now)
    return TicketAnswered(ticket, who.id, text)


def record(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, fact: str, now: datetime, cause: str | None = None
) -> FactRecorded:
    """The holder records a fact of the policy, a call (`called`), or an attempt (`call_missed`, meets nothing).

    On a finished ticket leads may as well, and a call is no first contact any more. `cause` is the class of a
    complaint's cause, which must be known once it is investigated. An explained plan waits for the customer.
    """
    if fact not in policy.facts and fact not in ("called", "call_missed", WAITING):
        raise Refused("unknown_fact")
    return _record(db, policy, store.lock_ticket(db, ticket_id), who, fact, now, cause)


def _record(
    db: Connection, policy: Policy, old: Ticket, who: Staff, fact: str, now: datetime, cause: str | None = None
) -> FactRecorded:
    lifecycle.demand_recorder(old, who.id, leads=who.leads)
    if fact == WAITING and not old.is_open:
        raise Refused("finished")
    ticket = old
    if fact == "called" and ticket.is_open:
        ticket = lifecycle.contact(ticket, who.id, now)
    if fact in _COMPLAINT_KNOWN:
        ticket = _with_cause(policy, ticket, cause)
    if ticket.waits_since is not None and fact not in _SETS_ASIDE:
        ticket = _stop_waiting(db, policy, ticket, fact, now)
    if fact == WAITING:
        ticket = _start_waiting(db, policy, ticket, who, fact, now)
    store.save_change(db, old, ticket, fact, now, who.id)
    if fact in ("plan_explained", "objected"):
        plans.mark_latest(db, ticket.id, "explained_at" if fact == "plan_explained" else "objected_at", now)
    clocks.record_fact(db, policy, ticket, fact, now)
    if fact == "plan_explained" and ticket.is_open:
        ticket = _start_waiting(db, policy, ticket, who, fact, now)
        store.update_ticket(db, ticket)
    return FactRecorded(ticket, who.id, fact)


def customer_wrote(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """A customer's message reached an open ticket: it waits for them no longer, and its holder owes a reply."""
    old = store.lock_ticket(db, ticket_id)
    if not old.is_open:
        return
    waited = old.waits_since is not None
    ticket = _stop_waiting(db, policy, old, WROTE, now) if waited else old
    owes = ticket.holder_id is not None and not _runs_on(db, policy, ticket)
    if waited or owes:
        store.save_change(db, old, ticket, WROTE if owes else "resumed", now)
    if owes:
        clocks.record_fact(db, policy, ticket, WROTE, now)


def _runs_on(db: Connection, policy: Policy, ticket: Ticket) -> bool:
    """Whether every clock that a letter starts is running already."""
    milestones = policy.tier_of(ticket.tier).milestones
    started = {milestone.id for milestone in milestones if milestone.starts_on == WROTE}
    return started <= store.open_milestones(db, ticket.id)


def plan(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    responsible: Staff,
    steps: Sequence[PlanStep],
    now: datetime,
) -> FactRecorded:
    """Keep a plan: who is responsible, the steps, their time nodes. The first is the assessment, later ones revise."""
    if not steps or len(steps) > MAX_STEPS or any(not step.what.strip() for step in steps):
        raise Refused("no_steps")
    if any(len(step.what) > MAX_NOTE for step in steps):
        raise Refused("too_long")
    if any(step.by <= now for step in steps):
        raise Refused("step_in_the_past")
    held = store.lock_ticket(db, ticket_id)
    lifecycle.demand_holder(held, who.id)
    before = plans.plans_of(db, ticket_id)
    plans.insert_plan(db, ticket_id, responsible.id, steps, who.id, now)
    # After a reopening the matter is assessed anew, whatever was planned the first time.
    fact = "plan_revised" if any(plan.made_at >= held.received_at for plan in before) else "assessed"
    return _record(db, policy, store.lock_ticket(db, ticket_id), who, fact, now)


def acknowledge(db: Connection, ticket_id: int, who: Staff, now: datetime) -> None:
    """Somebody has seen what is late and sees to it: it is not said again and again; later steps still come."""
    ticket = store.lock_ticket(db, ticket_id)
    if not store.acknowledge_deadlines(db, ticket.id, who.id, now):
        raise Refused("nothing_late")
    store.log(db, ticket.id, "acknowledged", now, who.id)


def grade(db: Connection, policy: Policy, ticket_id: int, who: Staff, urgency: str, now: datetime) -> UrgencyRaised:
    """The holder or a lead grades how pressing the matter is; only a more pressing grade moves a clock."""
    old = store.lock_ticket(db, ticket_id)
    if urgency not in policy.urgencies:
        raise Refused("unknown_urgency")
    if not who.leads:
        lifecycle.demand_holder(old, who.id)
    grades = list(policy.urgencies)
    more = grades.index(urgency) > grades.index(policy.urgency_of(old.urgency).id)
    if more and old.is_open:
        return _press(db, policy, old, urgency, now, who)
    ticket = replace(old, urgency=urgency)
    store.save_change(db, old, ticket, "graded", now, who.id, urgency=urgency)
    return UrgencyRaised(ticket, ticket.queue, store.promised(db, ticket.id))


def ask_help(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, support: str, text: str, now: datetime
) -> HelpAsked:
    """The holder asks a product or technical contact for help; that has a clock of its own."""
    if support not in policy.support:
        raise Refused("unknown_support")
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_HELP:
        raise Refused("too_long")
    ticket = record(db, policy, ticket_id, who, "help_asked", now).ticket
    add_note(db, ticket_id, who, f"求援（{support}）：{text.strip()}", now)
    due = store.due_of(db, ticket_id, "internal_support")
    return HelpAsked(ticket, who.id, support, text.strip(), due)


def owes_report(policy: Policy, ticket: Ticket) -> bool:
    """Whether the tier is owed a service report; then the fact is its being handed in, and nothing else."""
    return any(milestone.report_to for milestone in policy.tier_of(ticket.tier).milestones)


def report(db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime) -> ReportSubmitted:
    """Submit the service report; the tier's policy says to whom."""
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_NOTE:
        raise Refused("too_long")
    ticket = store.lock_ticket(db, ticket_id)
    owing = [milestone for milestone in policy.tier_of(ticket.tier).milestones if milestone.report_to]
    if not owing:
        raise Refused("no_report_owed")
    recorded = record(db, policy, ticket_id, who, "reported", now)
    plans.insert_report(db, ticket_id, owing[0].report_to, text.strip(), who.id, now)
    return ReportSubmitted(recorded.ticket, who.id, owing[0].report_to, text.strip())


def transfer(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, queue: str, to: Staff | None, now: datetime
) -> TicketTransferred:
    """Hand the ticket to another queue or agent; its clocks go on. Held ones, only the holder or a lead passes on."""
    if queue not in policy.queues:
        raise Refused("unknown_queue")
    old = store.lock_ticket(db, ticket_id)
    if old.holder_id is not None and not who.leads:
        lifecycle.demand_holder(old, who.id)
    ticket = lifecycle.transfer(old, queue, to.id if to else None, now)
    store.save_change(db, old, ticket, "transferred", now, who.id, queue=queue, to=to.name if to else None)
    _follow_queue(db, policy, old, ticket, now)
    return TicketTransferred(ticket, who.id, old.queue, store.promised(db, ticket.id))


def add_note(db: Connection, ticket_id: int, who: Staff, text: str, now: datetime) -> int:
    """Keep an internal remark and return its id; it settles nothing and no customer can ever read it."""
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_NOTE:
        raise Refused("too_long")
    ticket = store.lock_ticket(db, ticket_id)
    return store.insert_note(db, ticket.id, who.id, text.strip(), now)


def wait_again(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """Back in its queue after somebody was in touch: whoever takes it next owes the customer a first contact anew.

    A first contact that is still owed keeps its clock.
    """
    ticket = store.lock_ticket(db, ticket_id)
    if ticket.state == "waiting" and ticket.queue not in policy.queues:
        ticket = _rerouted(policy, ticket)
        store.update_ticket(db, ticket)
    if ticket.state == "waiting" and clocks.owe_first_contact(db, policy, ticket, now):
        store.log(db, ticket.id, "waits_again", now, queue=ticket.queue)


def release_all(db: Connection, policy: Policy, staff_id: int, now: datetime) -> int:
    """Put everything a person holds back into its queue, for they will not come back to it; returns how many."""
    held = (store.tickets.c.holder_id == staff_id, store.tickets.c.state == "claimed")
    found = store.find_tickets(db, *held, limit=10_000)
    for ticket in found:
        old = store.lock_ticket(db, ticket.id)
        store.save_change(db, old, lifecycle.release(old, staff_id, any_holder=True), "released", now)
        wait_again(db, policy, ticket.id, now)
    return len(found)


def resolve(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, now: datetime, cause: str | None = None
) -> TicketResolved:
    """The holder declares the matter solved; of a complaint, the class of its cause must be known by then."""
    old = store.lock_ticket(db, ticket_id)
    ticket = _with_cause(policy, lifecycle.resolve(old, who.id, now), cause)
    if old.waits_since is not None:
        _stop_waiting(db, policy, old, "resolved", now)
    store.save_change(db, old, ticket, "resolved", now, who.id)
    clocks.record_fact(db, policy, ticket, "resolved", now)
    return TicketResolved(ticket, who.id)


def reopen(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    now: datetime,
    who: tuple[str | None, TierDecision] | None = None,
) -> TicketReopened:
    """The customer says it is not solved: a new clock from now, in the queue of who they are known to be by now."""
    old = store.lock_ticket(db, ticket_id)
    ticket = lifecycle.reopen(old, now)
    if who is not None and who[0] is not None and (who[0], who[1].tier) != (ticket.contact_id, ticket.tier):
        queue = route(policy, who[1].tier, ticket.topic, ticket.urgency).id
        ticket = replace(ticket, contact_id=who[0], tier=who[1].tier, tier_reason=who[1].reason, queue=queue)
    if ticket.queue not in policy.queues:
        ticket = _rerouted(policy, ticket)
    store.settle(db, ticket.id, sorted(store.open_milestones(db, ticket.id)), "cancelled", now)
    store.save_change(db, old, ticket, "reopened", now)
    clocks.record_fact(db, policy, ticket, "reopened", now)
    return TicketReopened(ticket, store.promised(db, ticket.id))


def close(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> TicketClosed:
    """End a resolved ticket."""
    old = store.lock_ticket(db, ticket_id)
    ticket = lifecycle.close(old, now)
    store.save_change(db, old, ticket, "closed", now)
    clocks.record_fact(db, policy, ticket, "closed", now)
    return TicketClosed(ticket)


def rate(db: Connection, policy: Policy, ticket_id: int, score: int, now: datetime) -> Ticket:
    """Keep the customer's 1–5; the first one counts."""
    old = store.lock_ticket(db, ticket_id)
    if old.rating is not None:
        return old
    ticket = replace(old, rating=score)
    store.save_change(db, old, ticket, "rated", now, score=score)
    clocks.record_fact(db, policy, ticket, "rated", now)
    return ticket


def explain_rating(db: Connection, ticket_id: int, reason: str) -> None:
    """Keep why the customer rated so."""
    ticket = store.lock_ticket(db, ticket_id)
    store.update_ticket(db, replace(ticket, rating_reason=reason))


def urge(db: Connection, ticket_id: int, now: datetime) -> CustomerUrged:
    """Count a customer's wish to hurry; the promise stays as it was."""
    old = store.lock_ticket(db, ticket_id)
    ticket = replace(old, urged=old.urged + 1)
    store.save_change(db, old, ticket, "urged", now, times=ticket.urged)
    return CustomerUrged(ticket, ticket.urged, store.promised(db, ticket.id))


def reroute(
    db: Connection, policy: Policy, ticket_id: int, contact_id: str | None, tier: TierDecision, now: datetime
) -> TicketRerouted:
    """The customer is now known, or of another tier: new queue, and clocks written anew from the original instants."""
    old = store.lock_ticket(db, ticket_id)
    ticket = replace(old, contact_id=contact_id, tier=tier.tier, tier_reason=tier.reason)
    late: list[str] = []
    if tier.tier != old.tier:
        queue = route(policy, tier.tier, ticket.topic, ticket.urgency).id
        ticket = replace(ticket, queue=queue if ticket.state == "waiting" else ticket.queue)
        if ticket.queue != old.queue:
            ticket = lifecycle.unassign(ticket)
        late = clocks.rewrite(db, policy, ticket, now)
    store.save_change(db, old, ticket, "rerouted", now, tier=tier.tier, queue=ticket.queue)
    _log_broken(db, ticket, late, now)
    return TicketRerouted(ticket, old.queue, store.promised(db, ticket.id))


def recompute(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """The policy or its calendars changed: the ticket's clocks follow, from their original instants."""
    old = store.lock_ticket(db, ticket_id)
    ticket = old
    if ticket.state == "waiting" and ticket.queue not in policy.queues:
        ticket = _rerouted(policy, ticket)
    before = {row.id: row.milestone for row in store.deadlines_of(db, ticket.id) if row.state == "open"}
    late = clocks.rewrite(db, policy, ticket, now)
    after = {row.id: row.milestone for row in store.deadlines_of(db, ticket.id) if row.state == "open"}
    moved = [milestone for number, milestone in after.items() if number not in before]
    ended = [milestone for milestone in before.values() if milestone not in after.values()]
    if moved or ended or ticket != old:
        store.save_change(
            db, old, ticket, "recomputed", now, rules=policy.rules_version, milestones=moved, cancelled=ended
        )
    _log_broken(db, ticket, late, now)


def _rerouted(policy: Policy, ticket: Ticket) -> Ticket:
    """In the queue that such tickets have now, for its own is gone from the policy."""
    return lifecycle.unassign(replace(ticket, queue=route(policy, ticket.tier, ticket.topic, ticket.urgency).id))


def escalate_urgency(db: Connection, policy: Policy, ticket_id: int, urgency: str, now: datetime) -> UrgencyRaised:
    """An open matter turned out to be more pressing: shorter clocks, and another queue unless somebody holds it."""
    return _press(db, policy, store.lock_ticket(db, ticket_id), urgency, now)


def _press(
    db: Connection, policy: Policy, old: Ticket, urgency: str, now: datetime, who: Staff | None = None
) -> UrgencyRaised:
    ticket = replace(old, urgency=urgency)
    queue = route(policy, ticket.tier, ticket.topic, urgency).id
    ticket = _moved(ticket, queue)
    clocks.shorten(db, policy, ticket, now)
    store.save_change(db, old, ticket, "more_urgent", now, who.id if who else None, urgency=urgency, queue=ticket.queue)
    _follow_queue(db, policy, old, ticket, now)
    return UrgencyRaised(ticket, queue, store.promised(db, ticket.id))


def turn_into_complaint(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> ComplaintVoiced:
    """An open matter became a complaint: flagged, with the clock complaints have, in their queue unless held."""
    old = store.lock_ticket(db, ticket_id)
    topic = next((topic.id for topic in policy.topics.values() if topic.complaint), old.topic)
    ticket = replace(old, complaint=True, topic=topic)
    ticket = _moved(ticket, route(policy, ticket.tier, topic, ticket.urgency).id)
    clocks.shorten(db, policy, ticket, now)
    store.save_change(db, old, ticket, "complained", now, queue=ticket.queue, topic=topic)
    _follow_queue(db, policy, old, ticket, now)
    return ComplaintVoiced(ticket, store.promised(db, ticket.id))


def _moved(ticket: Ticket, queue: str) -> Ticket:
    """In another queue, unless somebody holds it; whom it was given to there is another question."""
    if ticket.holder_id is not None or queue == ticket.queue:
        return ticket
    return lifecycle.unassign(replace(ticket, queue=queue))


def _with_cause(policy: Policy, ticket: Ticket, cause: str | None) -> Ticket:
    if not ticket.complaint or not policy.complaint_causes:
        return ticket
    cause = cause or ticket.cause
    if cause is None:
        raise Refused("cause_needed")
    if cause not in policy.complaint_causes:
        raise Refused("unknown_cause")
    return replace(ticket, cause=cause)


def _start_waiting(db: Connection, policy: Policy, ticket: Ticket, who: Staff, why: str, now: datetime) -> Ticket:
    if ticket.waits_since is not None:
        raise Refused("already_waiting")
    store.begin_pause(db, ticket.id, who.id, why, now)
    clocks.pause(db, policy, ticket, now)
    return replace(ticket, waits_since=now)


def _stop_waiting(db: Connection, policy: Policy, ticket: Ticket, why: str, now: datetime) -> Ticket:
    store.end_pause(db, ticket.id, why, now)
    clocks.resume(db, policy, ticket)
    return replace(ticket, waits_since=None)


def _follow_queue(db: Connection, policy: Policy, old: Ticket, new: Ticket, now: datetime) -> None:
    if new.queue != old.queue:
        _log_broken(db, new, clocks.follow_queue(db, policy, new, now), now)


def _log_broken(db: Connection, ticket: Ticket, late: Sequence[str], now: datetime) -> None:
    for milestone in late:
        store.log(db, ticket.id, "breached_by_reclassification", now, milestone=milestone)
