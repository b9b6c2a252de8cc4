"""Complaints are closed to whoever held the customer's matters, until their handler says whom they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select, true

from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff
from escalation.tickets import history, lifecycle, ticket_store
from escalation.tickets.access import sees
from escalation.tickets.history import ticket_events
from escalation.tickets.id_list import of_ids
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.ticket_store import tickets

NAMED = "complaint_about"  # the line of a ticket's history that says whom it is about
_HELD = ("claimed", "replied", "released", "resolved")  # what only a holder does, or has done to them
_MOST = 2_000  # lines of history looked through


def closed_while_open(
    db: Connection, policy: Policy, ticket: Ticket, now: datetime, talks: Collection[int] = ()
) -> Ticket:
    """Return a complaint closed to those who held a matter of its customer of late, not yet saved; others unchanged.

    The policy says how long ago counts (`complaint_closed_for`). `talks`: ids of its customer's other conversations,
    whose tickets may not name them. If nobody else would see it, those who lead its queue and managers still do, and if
    there are none of them, everybody: a complaint that nobody reads helps nobody.
    """
    if not is_complaint(policy, ticket):
        return ticket
    return _closed_to(db, ticket, _holders(db, ticket, now - policy.complaint_closed_for, now, talks))


def closed_with_customer(
    db: Connection, policy: Policy, ticket: Ticket, now: datetime, talks: Collection[int] = ()
) -> Ticket:
    """As `closed_while_open`, for an open ticket whose customer has only now become known: closed to more people.

    Unchanged once somebody has said whom it is about.
    """
    if not is_complaint(policy, ticket) or is_named(db, ticket.id):
        return ticket
    others = _holders(db, ticket, now - policy.complaint_closed_for, now, talks, but=ticket.id)
    return _closed_to(db, ticket, ticket.closed | others)


def closed_again(db: Connection, policy: Policy, ticket: Ticket, now: datetime, talks: Collection[int] = ()) -> Ticket:
    """As `closed_while_open`, for a complaint whose customer complains anew: closed to more people."""
    held = _holders(db, ticket, now - policy.complaint_closed_for, now, talks)
    return _closed_to(db, ticket, ticket.closed | held)


def _closed_to(db: Connection, ticket: Ticket, held: Collection[int]) -> Ticket:
    people = all_staff(db)
    heads = {one.id for one in people if one.reads_all or one.leads_in(ticket.queue)}
    for closed in (set(held), set(held) - heads):
        found = replace(ticket, closed_to=of_ids(closed))
        if is_read(people, found):
            return lifecycle.unassign(found) if found.assignee_id in closed else found
    return ticket


def is_read(people: Iterable[Staff], ticket: Ticket) -> bool:
    """Return whether anybody would see the ticket if nobody held it or was asked for help with it."""
    return any(sees(one, replace(ticket, holder_id=None, helpers="")) for one in people)


def is_complaint(policy: Policy, ticket: Ticket) -> bool:
    """Whether the ticket is a complaint, by what its customer said or by its topic."""
    topic = policy.topics.get(ticket.topic or "")
    return ticket.complaint or (topic is not None and topic.complaint)


def name_subjects(
    db: Connection, policy: Policy, ticket_id: int, who: Staff, about: Collection[int], now: datetime
) -> Ticket:
    """Close a complaint to exactly those it is about (nobody: to none), as its holder or a lead of its queue.

    Not by a holder to whom it is closed, whom it may be about. A holder it is about loses it to the queue.
    Raises Refused (`not_a_complaint`, `unknown_staff`, `not_holder`, `about_you`, `nobody_left`, …).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    if not is_complaint(policy, old):
        raise Refused("not_a_complaint")
    if not who.leads_in(old.queue):
        lifecycle.demand_recorder(old, who.id, leads=False)
    if who.id in old.closed:
        raise Refused("about_you")
    people = all_staff(db)
    if not set(about) <= {one.id for one in people}:
        raise Refused("unknown_staff")
    ticket = replace(old, closed_to=of_ids(about))
    if not is_read(people, ticket):
        raise Refused("nobody_left")
    if ticket.holder_id in about and ticket.is_open:
        ticket = lifecycle.release(ticket, who.id, any_holder=True)
    if ticket.assignee_id in about:
        ticket = lifecycle.unassign(ticket)
    history.save_change(db, old, ticket, NAMED, now, who.id, staff=sorted(about))
    return ticket


def demand_open_to(ticket: Ticket, staff_id: int | None) -> None:
    """Raise Refused ("closed_to_them") if the ticket may not be given to this person."""
    if staff_id is not None and staff_id in ticket.closed:
        raise Refused("closed_to_them")


def is_named(db: Connection, ticket_id: int) -> bool:
    """Whether somebody has said whom the complaint is about."""
    mine = (ticket_events.c.ticket_id == ticket_id, ticket_events.c.kind == NAMED)
    return db.scalar(select(ticket_events.c.id).where(*mine).limit(1)) is not None


def _holders(
    db: Connection,
    ticket: Ticket,
    since: datetime,
    now: datetime,
    talks: Collection[int],
    but: int | None = None,
) -> set[int]:
    """Who held a ticket of the same conversation, of these or of the same contact at some time since then.

    `but`: a ticket that does not count.
    """
    same: ColumnElement[bool] = tickets.c.conversation_id.in_({ticket.conversation_id, *talks})
    if ticket.contact_id is not None:
        same = or_(same, tickets.c.contact_id == ticket.contact_id)
    held = select(tickets.c.id, tickets.c.holder_id, tickets.c.resolved_at, tickets.c.closed_at)
    rows = db.execute(held.where(same, tickets.c.id != but if but is not None else true()))
    ids, found = [], set()
    for row in rows:
        ids.append(row.id)
        if row.holder_id is not None and (row.resolved_at or row.closed_at or now) >= since:
            found.add(row.holder_id)
    lately = (ticket_events.c.ticket_id.in_(ids), ticket_events.c.at >= since)
    columns = (ticket_events.c.kind, ticket_events.c.staff_id, ticket_events.c.data)
    for line in db.execute(select(*columns).where(*lately).order_by(ticket_events.c.id.desc()).limit(_MOST)):
        moved = [(line.data.get(side) or {}).get("holder_id") for side in ("before", "after")]
        found |= {each for each in moved if each is not None}
        if line.kind in _HELD and line.staff_id is not None:
            found.add(line.staff_id)
    return found
