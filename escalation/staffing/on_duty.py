"""Staff at work now with their load: roster, staff list and tickets, read together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from escalation.policy.model import Policy
from escalation.roles import is_lead, queues_of
from escalation.staff import staff
from escalation.staffing import roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.roster import Shift, on_call, on_duty, works_until
from escalation.tickets.ticket_store import tickets


@dataclass(frozen=True, slots=True)
class People:
    """The staff in a shift at one instant, and the shifts that run and follow."""

    shifts: tuple[Shift, ...] = ()
    candidates: tuple[AgentCandidate, ...] = ()

    def given_to(self, staff_id: int, now: datetime) -> People:
        """Return the same after this person was assigned one more ticket."""
        changed = (
            replace(one, open=one.open + 1, assigned_at=now) if one.staff_id == staff_id else one
            for one in self.candidates
        )
        return replace(self, candidates=tuple(changed))

    def include(self, staff_id: int) -> bool:
        """Whether this person is on duty or on call."""
        return any(one.staff_id == staff_id for one in self.candidates)

    def goes_home(self, staff_id: int, now: datetime) -> datetime | None:
        """Return the end of this person's shift; None in no shift."""
        return works_until(self.shifts, staff_id, now)


def read_people(
    db: Connection,
    now: datetime,
    *,
    lock: bool = False,
    usual: int | None = None,
    shifts: tuple[Shift, ...] | None = None,
) -> People:
    """Read who is in a shift now, with their load; `lock` keeps others from assigning to them in this transaction.

    `usual`: the policy's capacity, of whoever has none of their own. `shifts`: in place of those of the roster.

    Tickets are locked before people, so that concurrent assignments wait for each other and never deadlock.
    """
    shifts = tuple(roster_store.shifts_at(db, now)) if shifts is None else shifts
    duty, call = on_duty(shifts, now), on_call(shifts, now)
    if not duty | call:
        return People(shifts)
    columns = (staff.c.id, staff.c.login, staff.c.role, staff.c.queues, staff.c.skills, staff.c.capacity)
    query = select(*columns, staff.c.assigned_at, staff.c.busy_since).where(staff.c.id.in_(duty | call))
    query = query.where(staff.c.disabled_at.is_(None)).order_by(staff.c.id)
    rows = db.execute(query.with_for_update(key_share=True) if lock else query).all()
    loads = open_tickets(db, [row.id for row in rows])
    found = (
        AgentCandidate(
            staff_id=row.id,
            login=row.login,
            leads=is_lead(row.role, row.queues),
            queues=queues_of(row.role, row.queues),
            skills=row.skills,
            capacity=usual if row.capacity is None else row.capacity,
            open=loads.get(row.id, 0),
            assigned_at=row.assigned_at,
            on_duty=row.id in duty,
            on_call=row.id in call,
            is_busy=row.busy_since is not None,
        )
        for row in rows
    )
    return People(shifts, tuple(found))


def mark_assigned(db: Connection, staff_id: int, now: datetime) -> None:
    """Note when this person was last assigned a ticket: of the equally loaded, the longest unassigned is next."""
    db.execute(update(staff).where(staff.c.id == staff_id).values(assigned_at=now))


def unstaffed_queues(db: Connection, policy: Policy, now: datetime) -> dict[str, int]:
    """Return open queues that nobody on duty works, with the number of unassigned tickets that wait in each.

    Empty while there is no roster.
    """
    waiting, here = _waiting(db, policy, now)
    return {queue: count for queue, count in waiting.items() if not any(one.works(queue) for one in here)}


def stretched_queues(db: Connection, policy: Policy, now: datetime) -> dict[str, int]:
    """Return open queues whose people on duty are all busy or at their capacity, with their unassigned tickets.

    Only queues whose tickets are assigned; empty while there is no roster.
    """
    waiting, here = _waiting(db, policy, now)
    people = {queue: [one for one in here if one.works(queue)] for queue in waiting if _assigns(policy, queue)}
    return {
        queue: waiting[queue]
        for queue, theirs in people.items()
        if theirs and all(one.is_busy or one.is_full for one in theirs)
    }


def _waiting(db: Connection, policy: Policy, now: datetime) -> tuple[dict[str, int], list[AgentCandidate]]:
    """The unassigned tickets of open queues, and who is on duty."""
    waits = (tickets.c.state == "waiting", tickets.c.assignee_id.is_(None))
    counted = select(tickets.c.queue, func.count()).where(*waits).group_by(tickets.c.queue)
    waiting = {queue: count for queue, count in db.execute(counted) if _is_open(policy, queue, now)}
    if not waiting or not roster_store.in_use(db):
        return {}, []
    return waiting, [one for one in read_people(db, now, usual=policy.capacity).candidates if one.on_duty]


def _assigns(policy: Policy, queue: str) -> bool:
    return queue in policy.queues and policy.queues[queue].assign != "nobody"


def _is_open(policy: Policy, queue: str, now: datetime) -> bool:
    known = policy.queues.get(queue)
    return known is None or policy.calendars[known.calendar].is_open(now)


def open_tickets(db: Connection, ids: Collection[int]) -> dict[int, int]:
    """Return how many open tickets each of these people has: those they hold and those they are to claim."""
    loads: dict[int, int] = {}
    for who, state in ((tickets.c.holder_id, "claimed"), (tickets.c.assignee_id, "waiting")):
        counted = select(who, func.count()).where(tickets.c.state == state, who.in_(ids)).group_by(who)
        for staff_id, count in db.execute(counted):
            loads[staff_id] = loads.get(staff_id, 0) + count
    return loads
