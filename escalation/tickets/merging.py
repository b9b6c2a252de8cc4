"""Two tickets of one matter become one: the one that goes on, and the other, which says where it went on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from escalation.customers.customer_rows import contacts
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff
from escalation.tickets import clocks, history, lifecycle, ticket_store
from escalation.tickets.changes import note_change
from escalation.tickets.confidential import is_complaint, is_read
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.facts import stop_waiting
from escalation.tickets.id_list import ids_in, of_ids
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.task_store import look_again, ticket_tasks
from escalation.tickets.ticket_store import notes
from escalation.tickets.told_facts import MERGED

MERGED_AWAY = "merged_away"  # in the history of the ticket that ends


@dataclass(frozen=True, slots=True)
class MergedTickets:
    """What came of a merge: the ticket that goes on, the other, and whether the one lost its holder by it."""

    survivor: Ticket
    merged: Ticket
    is_released: bool


def merge(db: Connection, policy: Policy, from_id: int, into_id: int, who: Staff, now: datetime) -> MergedTickets:
    """Merge the ticket `from_id` into the other, both open and of one customer; it cannot be undone.

    The survivor counts from the earlier start, and a first contact with either counts; it is as pressing as the more
    pressing of the two, a complaint if either is one, and closed to everybody to whom either is. Notes and what
    colleagues were asked go over to it; the caller moves lines and conversations, whose rows it has locked before.
    Raises Refused (`merge_itself`, `already_merged`, `merge_finished`, `other_customer`, `other_organisation`,
    `not_holder`, `merge_about_you`, `nobody_left`, `not_found`).
    """
    if from_id == into_id:
        raise Refused("merge_itself")
    locked = {each: ticket_store.lock_ticket(db, each) for each in sorted((from_id, into_id))}
    gone, old = locked[from_id], locked[into_id]
    _demand_mergeable(db, gone, old, who)
    if old.waits_since is not None and gone.waits_since is None:  # the customer waits for us in the one of them
        old = stop_waiting(db, policy, old, MERGED, now)
    survivor = _joined(policy, gone, old)
    is_released = survivor.holder_id in survivor.closed
    if is_released:
        survivor = replace(survivor, state="waiting", holder_id=None, claimed_at=None)
    if not is_read(all_staff(db), survivor):
        raise Refused("nobody_left")
    merged = _gone_into(gone, survivor, now)
    if gone.waits_since is not None:
        ticket_store.end_pause(db, gone.id, MERGED_AWAY, now)
    history.save_change(db, gone, merged, MERGED_AWAY, now, who.id, into=into_id)
    history.save_change(db, locked[into_id], survivor, MERGED, now, who.id, ticket=from_id, **_starts(survivor))
    for table in (notes, ticket_tasks):
        db.execute(update(table).where(table.c.ticket_id == from_id).values(ticket_id=into_id))
    look_again(db, now, ticket_tasks.c.ticket_id == into_id)  # it may be closed to who was asked in the other one
    for milestone in clocks.rewrite(db, policy, survivor, now, merged):
        history.log(db, into_id, "breached_by_reclassification", now, milestone=milestone)
    _end_clocks(db, from_id, now)
    note_change(db, into_id)
    return MergedTickets(survivor, merged, is_released)


def _demand_mergeable(db: Connection, gone: Ticket, into: Ticket, who: Staff) -> None:
    if gone.merged_into is not None or into.merged_into is not None:
        raise Refused("already_merged")
    if not (gone.is_open and into.is_open):
        raise Refused("merge_finished")
    if gone.conversation_id != into.conversation_id:
        _demand_one_customer(db, gone, into)
    if who.id in gone.closed | into.closed:
        raise Refused("merge_about_you")
    if gone.holder_id is not None and not who.leads_in(gone.queue):
        lifecycle.demand_holder(gone, who.id)


def _demand_one_customer(db: Connection, gone: Ticket, into: Ticket) -> None:
    """Of different conversations only tickets of one contact, or of one organisation: nobody is guessed."""
    if gone.contact_id is None or into.contact_id is None:
        raise Refused("other_customer")
    query = select(contacts.c.organisation_id).where(contacts.c.id.in_({gone.contact_id, into.contact_id})).distinct()
    if len(db.scalars(query).all()) > 1:
        raise Refused("other_organisation")


def _joined(policy: Policy, gone: Ticket, old: Ticket) -> Ticket:
    """The survivor with what the other brings, but for its clocks."""
    either = (gone, old)
    grades = list(policy.urgencies)
    urgency = max((policy.urgency_of(each.urgency).id for each in either), key=grades.index)
    # Of two customers of one organisation the higher tier: nothing that was told becomes later.
    known = [each for each in either if each.contact_id is not None] or [old]
    served = min(known, key=lambda each: (policy.tier_of(each.tier).rank, each is not old))
    # A complaint is read by those of its own queue alone.
    moves = is_complaint(policy, gone) and not is_complaint(policy, old)
    held = old if old.holder_id is not None or gone.holder_id is None else gone
    return replace(
        old,
        contact_id=old.contact_id or gone.contact_id,
        tier=served.tier,
        tier_reason=served.tier_reason,
        queue=gone.queue if moves else old.queue,
        topic=old.topic or gone.topic,
        urgency=urgency,
        complaint=gone.complaint or old.complaint or moves,
        cause=old.cause or gone.cause,
        state=held.state,
        holder_id=held.holder_id,
        claimed_at=held.claimed_at,
        assignee_id=old.assignee_id if held.holder_id is None else None,
        assigned_until=old.assigned_until if held.holder_id is None else None,
        raised_at=min(each.raised_at for each in either),
        received_at=min(each.received_at for each in either),
        first_contact_at=min((each.first_contact_at for each in either if each.first_contact_at), default=None),
        urged=gone.urged + old.urged,
        rejected=list(dict.fromkeys([*old.rejected, *gone.rejected])),
        incident_id=old.incident_id or gone.incident_id,
        gravity=old.gravity or gone.gravity,
        closed_to=of_ids(gone.closed | old.closed),
        helpers=of_ids(ids_in(gone.helpers) | ids_in(old.helpers)),
    )


def _starts(survivor: Ticket) -> dict[str, Any]:
    """From when the survivor counts, as its history tells it."""
    starts: dict[str, Any] = {
        "raised_at": survivor.raised_at.isoformat(),
        "received_at": survivor.received_at.isoformat(),
    }
    return starts | ({"contacted": True} if survivor.first_contact_at is not None else {})


def _gone_into(gone: Ticket, survivor: Ticket, now: datetime) -> Ticket:
    """The other ticket: closed, and seen by whoever sees the one in which it goes on."""
    ended = replace(lifecycle.unassign(gone), state="closed", closed_at=now, waits_since=None, helpers="")
    holder = None if gone.holder_id in survivor.closed else gone.holder_id
    return replace(ended, holder_id=holder, merged_into=survivor.id, queue=survivor.queue, closed_to=survivor.closed_to)


def _end_clocks(db: Connection, ticket_id: int, now: datetime) -> None:
    """End the open clocks of a ticket because another one goes on with them: a breach is counted there alone."""
    values = {"state": "cancelled", "settled_at": now, "next_at": None, "paused_at": None, "breached_at": None}
    mine = (deadlines.c.ticket_id == ticket_id, deadlines.c.state == "open")
    db.execute(update(deadlines).where(*mine).values(**values))


def merged_into(db: Connection, ticket_id: int) -> Sequence[int]:
    """Return the numbers of the tickets that were merged into this one, the lowest first."""
    found = ticket_store.tickets.c
    return db.scalars(select(found.id).where(found.merged_into == ticket_id).order_by(found.id)).all()
