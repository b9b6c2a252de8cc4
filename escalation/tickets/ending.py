"""A ticket ends: resolved, withdrawn by its customer, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.sla.replay import WITHDRAWN
from escalation.staff import Staff
from escalation.tickets import clocks, helping, history, lifecycle, paged, ticket_store
from escalation.tickets.events import TicketClosed, TicketResolved, TicketWithdrawn
from escalation.tickets.facts import stop_waiting, with_cause
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.owed import owed_at_end

MAX_REASON = 500  # characters


def resolve(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    now: datetime,
    cause: str | None = None,
    why: str | None = None,
) -> TicketResolved:
    """Resolve a ticket as its holder; a complaint needs the class of its cause by then.

    `why`: the reason for leaving out what is still owed (`owed_at_end`), which the record keeps; None: nobody asks.
    Raises Refused (`cause_needed`, `unknown_cause`, `still_owed`, `too_long`, or as `lifecycle.demand_holder`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = with_cause(policy, lifecycle.resolve(old, who.id, now), cause)
    skipped = _skipped(db, policy, ticket, why)
    if old.waits_since is not None:
        stop_waiting(db, policy, old, "resolved", now)
    helping.end_with_ticket(db, old.id, now)
    history.save_change(db, old, ticket, "resolved", now, who.id, **skipped)
    clocks.record_fact(db, policy, ticket, "resolved", now)
    return TicketResolved(ticket, who.id)


def resolve_by_act(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, now: datetime, why: str
) -> TicketResolved:
    """Resolve an open ticket by an act that does what it asks for, whoever holds it: it is passed to who acted first.

    Raises Refused as `resolve` does, but for who holds it.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    if old.holder_id != who.id:
        taken = lifecycle.transfer(old, old.queue, who.id, now)
        history.save_change(db, old, taken, "transferred", now, who.id, queue=old.queue, to=who.name)
    return resolve(db, policy, ticket_id, who, now, why=why)


def _skipped(db: Connection, policy: Policy, ticket: Ticket, why: str | None) -> dict[str, Any]:
    """What the line of the solution says of what was left out."""
    owed = owed_at_end(db, policy, ticket)
    if not owed:
        return {}
    if why is not None and not why.strip():
        raise Refused("still_owed")
    if why is not None and len(why) > MAX_REASON:
        raise Refused("too_long")
    return {"skipped": list(owed), "reason": (why or "").strip()}


def withdraw(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> TicketWithdrawn:
    """Close an open ticket that its customer withdraws: every open clock is cancelled, and no step follows.

    A promise that was late by then stays broken. Raises Refused (`not_found`, or as `lifecycle.withdraw`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.withdraw(old, now, critical=policy.urgency_of(old.urgency).critical)
    told = paged.recipients_since(history.history_of(db, old.id), old.received_at)
    if old.waits_since is not None:
        ticket_store.end_pause(db, old.id, WITHDRAWN, now)
    helping.end_with_ticket(db, old.id, now)
    history.save_change(db, old, ticket, WITHDRAWN, now)
    clocks.cancel_all(db, ticket.id, now)
    return TicketWithdrawn(ticket, old.assignee_id, told)


def lapse(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> TicketClosed:
    """Close an open ticket that has waited for its customer in vain; they may still reopen it."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.lapse(old, now)
    stop_waiting(db, policy, old, "no_answer", now)
    helping.end_with_ticket(db, old.id, now)
    history.save_change(db, old, ticket, "closed", now, unanswered=True)
    clocks.record_fact(db, policy, ticket, "closed", now)
    return TicketClosed(ticket)


def close(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> TicketClosed:
    """Close a resolved ticket; raises Refused (`finished`, `not_finished`)."""
    old = ticket_store.lock_ticket(db, ticket_id)
    ticket = lifecycle.close(old, now)
    history.save_change(db, old, ticket, "closed", now)
    clocks.record_fact(db, policy, ticket, "closed", now)
    return TicketClosed(ticket)
