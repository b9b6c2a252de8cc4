"""Assignment of tickets: to agents on duty, withdrawn when unclaimed, reported to the lead when impossible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update

from escalation.policy.model import Policy
from escalation.policy.tiers import Reassign
from escalation.staffing import candidates, on_duty, presence, roster_store
from escalation.staffing.candidates import AssignmentSnapshot, HousesOf, is_to_be_assigned, no_houses, take_snapshot
from escalation.staffing.choose import AgentCandidate, AssignmentNeeds, Choice, choose
from escalation.tickets import deadline_store, history, holding, lifecycle, ticket_store
from escalation.tickets.events import AssignmentExpired, NobodyOnDuty, TicketAssigned, TicketReassigned
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets

Dispatched = TicketAssigned | AssignmentExpired | NobodyOnDuty | TicketReassigned

BATCH = 50  # tickets per transaction


def assign(
    db: Connection, policy: Policy, ticket_id: int, now: datetime, houses: HousesOf = no_houses
) -> TicketAssigned | NobodyOnDuty | None:
    """Assign a waiting ticket to an agent on duty, or report once that there is none.

    Where nobody has to be there yet, it is reported at once if the roster has nobody until the promised first contact.
    None when nothing changed: there was never a roster, or the ticket is held or reported, or somebody will be there.
    `houses`, here and below, says whose own people are asked first while a ticket's contact is open.
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if ticket.state != "waiting" or ticket.assignee_id is not None or not roster_store.in_use(db):
        return None
    placed = None
    if is_to_be_assigned(policy, ticket):
        placed = _place(db, policy, ticket, take_snapshot(db, policy, [ticket], now, houses, lock=True))
    return placed or _nobody_ahead(db, policy, ticket, now)


def _nobody_ahead(db: Connection, policy: Policy, ticket: Ticket, now: datetime) -> NobodyOnDuty | None:
    promised = deadline_store.promised(db, ticket.id)
    if promised is None or presence.somebody_is_there(db, policy, ticket, promised, now):
        return None
    return NobodyOnDuty(ticket, promised) if presence.note_nobody_ahead(db, ticket, promised, now) else None


def expire_assignments(
    db: Connection, policy: Policy, now: datetime, limit: int = BATCH, *, houses: HousesOf = no_houses
) -> list[Dispatched]:
    """Withdraw assignments not claimed in time and assign anew; replicas may do so at once."""
    found: list[Dispatched] = []
    freed: list[Ticket] = []
    for ticket in _lock(db, _lapsed(now), limit):
        freed.append(lifecycle.unassign(ticket))
        if ticket.assignee_id is None or ticket.state != "waiting":  # claimed meanwhile: nothing lapsed
            ticket_store.update_ticket(db, freed.pop())
            continue
        history.save_change(db, ticket, freed[-1], "assignment_expired", now, staff=ticket.assignee_id)
        found.append(AssignmentExpired(freed[-1], ticket.assignee_id, deadline_store.promised(db, ticket.id)))
    return found + _place_all(db, policy, freed, now, houses)


def assign_waiting(
    db: Connection, policy: Policy, now: datetime, limit: int = BATCH, *, houses: HousesOf = no_houses
) -> list[Dispatched]:
    """Assign waiting tickets that can be by now, and report once those that cannot."""
    wanted = candidates.pending(db, policy, now, houses)[:limit]
    locked = {ticket.id: ticket for ticket in _lock(db, tickets.c.id.in_(wanted), limit)} if wanted else {}
    return _place_all(db, policy, [locked[number] for number in wanted if number in locked], now, houses)


def is_anything_due(db: Connection, policy: Policy, now: datetime, houses: HousesOf = no_houses) -> bool:
    """Whether `expire` or `assign_waiting` has work; two indexed queries while nothing waits."""
    lapsed = select(tickets.c.id).where(_lapsed(now)).limit(1)
    return db.scalar(lapsed) is not None or bool(candidates.pending(db, policy, now, houses))


def reassign(
    db: Connection, policy: Policy, ticket_id: int, how: Reassign, now: datetime, houses: HousesOf = no_houses
) -> list[Dispatched]:
    """Reassign a late ticket by an escalation step: to its queue, a lead on duty, or staff on call.

    Nothing changes while one of those holds it, its holder received it only just now, or there is nobody to reassign to
    and its holder is on duty. From a holder off duty it is taken all the same, and assigned like a new one.
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    people = on_duty.read_people(db, now, lock=True) if roster_store.in_use(db) else on_duty.People()
    able, had = candidates.eligible(people, how, old), old.holder_id or old.assignee_id
    if not old.is_open or candidates.is_dealt_with(policy, old, able, now) or _is_left(people, had, how, able):
        return []
    ticket = lifecycle.unassign(old)
    if old.holder_id is not None:
        ticket = lifecycle.release(ticket, old.holder_id, any_holder=True)
    history.save_change(db, old, ticket, "reassigned", now, staff=had, how=how)
    holding.restart_first_contact(db, policy, ticket.id, now)
    found: list[Dispatched] = [TicketReassigned(ticket, had, deadline_store.promised(db, ticket.id))]
    choice = choose(able, AssignmentNeeds(ticket.queue))
    if choice.staff_id is not None:
        return [*found, _give(db, policy, ticket, choice, AssignmentSnapshot(now, people))]
    return found + (_place_all(db, policy, [ticket], now, houses) if roster_store.in_use(db) else [])


def _is_left(people: on_duty.People, had: int | None, how: Reassign, able: Sequence[AgentCandidate]) -> bool:
    """Whether taking the ticket away would only leave it with nobody."""
    if able or how == "queue":
        return had is None and not able
    return had is None or not people.candidates or people.include(had)


def withdraw_assignments(db: Connection, staff_id: int, now: datetime) -> int:
    """Withdraw the unclaimed assignments of a person who leaves; return how many."""
    mine = (tickets.c.assignee_id == staff_id, tickets.c.state == "waiting")
    return db.execute(update(tickets).where(*mine).values(assigned_until=now)).rowcount


def _place_all(
    db: Connection, policy: Policy, waiting: list[Ticket], now: datetime, houses: HousesOf
) -> list[Dispatched]:
    """In this order; whoever was given one has it on their list when the next is given."""
    waiting = [ticket for ticket in waiting if is_to_be_assigned(policy, ticket)]
    seen = take_snapshot(db, policy, waiting, now, houses, lock=True) if waiting else AssignmentSnapshot(now)
    found: list[Dispatched] = []
    for ticket in waiting:
        event = _place(db, policy, ticket, seen)
        if event is not None:
            found.append(event)
        if isinstance(event, TicketAssigned):
            seen = seen.given(event.staff_id)
    return found


def _place(
    db: Connection, policy: Policy, ticket: Ticket, seen: AssignmentSnapshot
) -> TicketAssigned | NobodyOnDuty | None:
    choice = candidates.choose_for(policy, ticket, seen)
    if choice.staff_id is not None:
        return _give(db, policy, ticket, choice, seen)
    if not candidates.lead_must_know(policy, ticket, seen):
        return None
    history.log(db, ticket.id, "nobody_on_duty", seen.now, queue=ticket.queue, why=choice.reason)
    return NobodyOnDuty(ticket, deadline_store.promised(db, ticket.id))


def _give(db: Connection, policy: Policy, ticket: Ticket, choice: Choice, seen: AssignmentSnapshot) -> TicketAssigned:
    assert choice.staff_id is not None
    now, queue = seen.now, policy.queues.get(ticket.queue)
    # An assignment never outlasts the shift: nobody who went home has a ticket to claim.
    ends = [
        seen.people.goes_home(choice.staff_id, now),
        now + queue.claim_within if queue and queue.claim_within else None,
    ]
    until = min(end for end in ends if end is not None)
    given = lifecycle.assign(ticket, choice.staff_id, until)
    history.save_change(
        db, ticket, given, "assigned", now, to=choice.staff_id, until=until.isoformat(), why=choice.reason
    )
    on_duty.mark_assigned(db, choice.staff_id, now)
    return TicketAssigned(given, choice.staff_id, deadline_store.promised(db, ticket.id))


def _lapsed(now: datetime) -> ColumnElement[bool]:
    """Not claimed in time, or given to somebody whom a change of the roster has sent home."""
    given, shift = tickets.c, roster_store.shifts.c
    there = exists().where(shift.staff_id == given.assignee_id, shift.starts_at <= now, shift.ends_at > now)
    return and_(given.assigned_until.is_not(None), or_(given.assigned_until <= now, ~there))


def _lock(db: Connection, which: Any, limit: int) -> list[Ticket]:
    """Tickets that nobody else is busy with, locked: on PostgreSQL the others are left to whoever is."""
    query = select(*ticket_store.TICKET_COLUMNS).where(which).order_by(tickets.c.assigned_until, tickets.c.id)
    query = query.limit(limit)
    return [Ticket(*row) for row in db.execute(query.with_for_update(skip_locked=True, key_share=True))]
