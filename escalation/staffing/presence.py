"""Whether the roster has anybody for a ticket: now, or until its customer is promised a first contact."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from escalation.policy.model import Policy
from escalation.roles import works
from escalation.staff import staff
from escalation.staffing import roster_store
from escalation.staffing.candidates import wakes
from escalation.staffing.roster_store import shifts
from escalation.tickets import history
from escalation.tickets.lifecycle import Ticket

AHEAD = "nobody_ahead"  # a line of the history: the lead was told at the hand-off that nobody will be there in time


def somebody_is_there(db: Connection, policy: Policy, ticket: Ticket, until: datetime, now: datetime) -> bool:
    """Whether somebody who works the ticket's queue is in a shift `now` or before `until`.

    Staff on call count for whom they are woken for. True while there is no roster: nobody can know.
    """
    if not roster_store.in_use(db):
        return True
    kinds = ("duty", "on_call") if wakes(policy, ticket, now) else ("duty",)
    shift = shifts.c
    in_time = or_(shift.starts_at < until, shift.starts_at <= now)
    there = (shift.kind.in_(kinds), in_time, shift.ends_at > now, staff.c.disabled_at.is_(None))
    query = select(staff.c.id, staff.c.role, staff.c.queues).join(shifts, shift.staff_id == staff.c.id).where(*there)
    people = db.execute(query).all()
    return any(works(row.role, row.queues, ticket.queue) and row.id not in ticket.closed for row in people)


def note_nobody_ahead(db: Connection, ticket: Ticket, promised: datetime, now: datetime) -> bool:
    """Write down that nobody will be there by the promise; False if the lead was told before."""
    if any(row.kind in (AHEAD, "nobody_on_duty") for row in history.history_of(db, ticket.id)):
        return False
    history.log(db, ticket.id, AHEAD, now, queue=ticket.queue, by=promised.isoformat())
    return True
