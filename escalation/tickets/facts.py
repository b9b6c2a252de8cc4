"""Records what happens on a ticket: facts, plans, reports, notes, messages of the customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import FOLLOWED_UP
from escalation.staff import Staff
from escalation.tickets import (
    clocks,
    customer_waits,
    deadline_store,
    history,
    lifecycle,
    plan_steps,
    plans,
    ticket_store,
)
from escalation.tickets.confidential import demand_open_to
from escalation.tickets.dissatisfaction import running_check_in
from escalation.tickets.events import CustomerUrged, FactRecorded, ReportSubmitted
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.plans import PlanStep

MAX_NOTE = 4_000


MAX_STEPS = 20


WAITING, WROTE = "waiting_for_customer", "customer_wrote"
AWAITS_ANSWER = ("plan_explained", "acceptance_invited")  # facts after which the customer's answer is waited for


_SETS_ASIDE = ("call_missed", WAITING)  # facts after which the ticket still waits for its customer


COMPLAINT_KNOWN = ("investigated", "result_told")


def record(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    fact: str,
    now: datetime,
    cause: str | None = None,
    **told: Any,
) -> FactRecorded:
    """Record a fact of the policy, a call (`called`), an attempt to call (`call_missed`), or waiting for the customer.

    On a finished ticket leads may record as well as its holder, and a call is no first contact. `cause` is the class of
    the cause, required once a complaint is investigated. An explained plan, and an invitation to accept, let the ticket
    wait for its customer. `told` is further content of the line.
    Raises Refused (`unknown_fact`, `finished`, `not_holder`, `cause_needed`, …).
    """
    if fact not in policy.facts and fact not in ("called", "call_missed", WAITING):
        raise Refused("unknown_fact")
    return _record(db, policy, ticket_store.lock_ticket(db, ticket_id), who, fact, now, cause, **told)


def _record(
    db: Connection,
    policy: Policy,
    old: Ticket,
    who: Staff,
    fact: str,
    now: datetime,
    cause: str | None = None,
    **told: Any,
) -> FactRecorded:
    leads = who.leads_in(old.queue)
    if fact != FOLLOWED_UP or not (leads or _checks_in(db, policy, old, who)):  # also on what somebody else holds
        lifecycle.demand_recorder(old, who.id, leads=leads)
    if fact == WAITING and not old.is_open:
        raise Refused("finished")
    ticket = old
    if fact == "called" and ticket.is_open:
        ticket = lifecycle.contact(ticket, who.id, now)
    if fact in COMPLAINT_KNOWN:
        ticket = with_cause(policy, ticket, cause)
    if ticket.waits_since is not None and fact not in _SETS_ASIDE:
        ticket = stop_waiting(db, policy, ticket, fact, now)
    if fact == WAITING:
        ticket = _start_waiting(db, policy, ticket, who, fact, now)
    history.save_change(db, old, ticket, fact, now, who.id, **told)
    if fact in ("plan_explained", "objected"):
        plans.mark_latest(db, ticket.id, "explained_at" if fact == "plan_explained" else "objected_at", now)
    clocks.record_fact(db, policy, ticket, fact, now)
    if fact in AWAITS_ANSWER and ticket.is_open:
        ticket = _start_waiting(db, policy, ticket, who, fact, now)
        ticket_store.update_ticket(db, ticket)
    return FactRecorded(ticket, who.id, fact)


def _checks_in(db: Connection, policy: Policy, ticket: Ticket, who: Staff) -> bool:
    """Whether this person may make the follow-up on schedule that is owed: whoever works the queue."""
    return not ticket.is_open and who.works(ticket.queue) and running_check_in(db, policy, ticket) is not None


def customer_wrote(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """Record a customer's message on an open ticket: a pause ends, and its holder owes a reply."""
    old = ticket_store.lock_ticket(db, ticket_id)
    if not old.is_open:
        return
    waited = old.waits_since is not None
    ticket = stop_waiting(db, policy, old, WROTE, now) if waited else old
    owes = ticket.holder_id is not None and not _runs_on(db, policy, ticket)
    if waited or owes:
        history.save_change(db, old, ticket, WROTE if owes else "resumed", now)
    if owes:
        clocks.record_fact(db, policy, ticket, WROTE, now)


def _runs_on(db: Connection, policy: Policy, ticket: Ticket) -> bool:
    """Whether every clock that a letter starts is running already."""
    milestones = policy.tier_of(ticket.tier).milestones
    started = {milestone.id for milestone in milestones if milestone.starts_on == WROTE}
    return started <= deadline_store.open_milestones(db, ticket.id)


def urge(db: Connection, ticket_id: int, now: datetime) -> CustomerUrged:
    """Count a customer's request to hurry; the promise is unchanged."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = replace(old, urged=old.urged + 1)
    history.save_change(db, old, ticket, "urged", now, times=ticket.urged)
    return CustomerUrged(ticket, ticket.urged, deadline_store.promised(db, ticket.id))


def plan(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    responsible: Staff,
    steps: Sequence[PlanStep],
    now: datetime,
) -> FactRecorded:
    """Save a plan with the person responsible and its steps. The first is the assessment, others revise it.

    Raises Refused (`no_steps`, `too_long`, `step_in_the_past`, `closed_to_them`, or as `lifecycle.demand_holder`).
    """
    if not steps or len(steps) > MAX_STEPS or any(not step.what.strip() for step in steps):
        raise Refused("no_steps")
    if any(len(step.what) > MAX_NOTE for step in steps):
        raise Refused("too_long")
    if any(step.by <= now for step in steps):
        raise Refused("step_in_the_past")
    held = ticket_store.lock_ticket(db, ticket_id)
    lifecycle.demand_holder(held, who.id)
    if responsible.id != held.holder_id:
        demand_open_to(held, responsible.id)
    before = plans.plans_of(db, ticket_id)
    version = plans.insert_plan(db, ticket_id, responsible.id, steps, who.id, now)
    theirs = [(step.staff_id or responsible.id, step.by) for step in steps]
    plan_steps.insert_steps(db, ticket_id, version, theirs, policy.remind_before, now)
    # After a reopening the matter is assessed anew, whatever was planned the first time.
    fact = "plan_revised" if any(plan.made_at >= held.received_at for plan in before) else "assessed"
    return _record(db, policy, ticket_store.lock_ticket(db, ticket_id), who, fact, now)


def owes_report(policy: Policy, ticket: Ticket) -> bool:
    """Whether the tier is owed a service report: then submitting it records the fact `reported`."""
    return not ticket.is_withdrawn and any(milestone.report_to for milestone in policy.tier_of(ticket.tier).milestones)


def report(db: Connection, policy: Policy, ticket_id: int, who: Staff, text: str, now: datetime) -> ReportSubmitted:
    """Submit the service report to its recipient.

    Raises Refused (`empty`, `too_long`, `no_report_owed`, or as `record`).
    """
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_NOTE:
        raise Refused("too_long")
    ticket = ticket_store.lock_ticket(db, ticket_id)
    owing = [milestone for milestone in policy.tier_of(ticket.tier).milestones if milestone.report_to]
    if not owes_report(policy, ticket):
        raise Refused("no_report_owed")
    recorded = record(db, policy, ticket_id, who, "reported", now)
    plans.insert_report(db, ticket_id, owing[0].report_to, text.strip(), who.id, now)
    return ReportSubmitted(recorded.ticket, who.id, owing[0].report_to, text.strip())


def add_note(db: Connection, ticket_id: int, who: Staff, text: str, now: datetime) -> int:
    """Add an internal note, never shown to customers, and return its id; raises Refused (`empty`, `too_long`)."""
    if not text.strip():
        raise Refused("empty")
    if len(text) > MAX_NOTE:
        raise Refused("too_long")
    ticket = ticket_store.lock_ticket(db, ticket_id)
    return ticket_store.insert_note(db, ticket.id, who.id, text.strip(), now)


def acknowledge(db: Connection, ticket_id: int, who: Staff, now: datetime) -> None:
    """Acknowledge what is late: reminders stop, later steps remain. Raises Refused (`nothing_late`)."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if not deadline_store.acknowledge_deadlines(db, ticket.id, who.id, now):
        raise Refused("nothing_late")
    history.log(db, ticket.id, "acknowledged", now, who.id)


def with_cause(policy: Policy, ticket: Ticket, cause: str | None) -> Ticket:
    """Return the ticket with the cause of a complaint, if the policy has such classes.

    Raises Refused (`cause_needed`, `unknown_cause`).
    """
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
    ticket_store.begin_pause(db, ticket.id, who.id, why, now)
    customer_waits.begin_wait(db, policy.waiting, ticket.id, now)
    clocks.pause(db, policy, ticket, now)
    return replace(ticket, waits_since=now)


def stop_waiting(db: Connection, policy: Policy, ticket: Ticket, why: str, now: datetime) -> Ticket:
    """End the pause of a ticket, resume its clocks, and return it changed, not yet saved."""
    ticket_store.end_pause(db, ticket.id, why, now)
    clocks.resume(db, policy, ticket)
    return replace(ticket, waits_since=None)
