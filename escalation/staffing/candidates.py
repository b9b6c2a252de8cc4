"""Whether a waiting ticket can be assigned now, and to whom: rows read once, then decided without the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from escalation.customers.service_teams import OwnPeople, own_people, people_of
from escalation.policy.model import Policy
from escalation.policy.tiers import Reassign
from escalation.roles import ALL_QUEUES
from escalation.staffing import roster_store
from escalation.staffing.choose import AgentCandidate, AssignmentNeeds, Choice, choose
from escalation.staffing.on_duty import People, read_people
from escalation.staffing.roster import Shift, works_since
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Ticket

MOST = 2_000  # waiting tickets looked through at once, the longest waiting first
# Whoever did one of these is not given the same ticket again in the shift they are in …
_GAVE_UP = ("assignment_expired", "released", "reassigned")
# … unless one of these came after: then it is a new matter, or in new hands.
_AFRESH = ("opened", "claimed", "reopened", "transferred", "rerouted", "more_urgent", "complained")
_TOLD, _REOPENED = "nobody_on_duty", "reopened"
_NEW_HANDS = (_REOPENED, "claimed", "transferred")
_KINDS = (*_GAVE_UP, *_AFRESH, "assigned", _TOLD)

# The organisations of conversations whose contact is open, by the conversations' ids: whoever keeps those knows.
HousesOf = Callable[[Connection, Collection[int]], Mapping[int, str]]


def no_houses(_db: Connection, _conversations: Collection[int]) -> Mapping[int, str]:
    """Return nothing: of no conversation is only the organisation known."""
    return {}


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of a ticket's history about people: what happened, when, and to whom; of a reopening, who held it."""

    kind: str
    at: datetime
    staff_id: int | None


@dataclass(frozen=True, slots=True)
class AssignmentSnapshot:
    """What decides at one instant: people in a shift, histories of the tickets, the customers' own people."""

    now: datetime
    people: People = field(default_factory=People)
    traces: Mapping[int, Sequence[Trace]] = field(default_factory=dict)
    own: Mapping[int, OwnPeople] = field(default_factory=dict)  # named agent and own team, by ticket

    def given(self, staff_id: int) -> AssignmentSnapshot:
        """Return the snapshot after this person was assigned one more ticket."""
        return replace(self, people=self.people.given_to(staff_id, self.now))


def take_snapshot(
    db: Connection,
    policy: Policy,
    tickets: Sequence[Ticket],
    now: datetime,
    houses: HousesOf,
    *,
    lock: bool = False,
    shifts: tuple[Shift, ...] | None = None,
) -> AssignmentSnapshot:
    """Read what decides about these tickets; `lock` and `shifts` as in `on_duty.read_people`."""
    return AssignmentSnapshot(
        now,
        read_people(db, now, lock=lock, usual=policy.capacity, shifts=shifts),
        _traces(db, [ticket.id for ticket in tickets]),
        _own_people(db, [one for one in tickets if _how(policy, one) != "nobody"], houses),
    )


def _own_people(db: Connection, tickets: Sequence[Ticket], houses: HousesOf) -> dict[int, OwnPeople]:
    of_contacts = own_people(db, {one.contact_id for one in tickets if one.contact_id})
    open_ones = {one.conversation_id for one in tickets if one.contact_id is None}
    shared = houses(db, open_ones) if open_ones else {}
    of_houses = people_of(db, set(shared.values()))
    found = {
        one.id: of_contacts.get(one.contact_id)
        if one.contact_id
        else of_houses.get(shared.get(one.conversation_id, ""))
        for one in tickets
    }
    return {ticket_id: people for ticket_id, people in found.items() if people is not None}


def pending(db: Connection, policy: Policy, now: datetime, houses: HousesOf) -> list[int]:
    """Return waiting tickets that can be assigned, or whose lead must be notified that they cannot.

    The most pressing first.
    """
    ids = _waiting_ids(db, policy)
    if not ids or not roster_store.in_use(db):
        return []
    waiting = _in_order(db, policy, ids)
    seen = take_snapshot(db, policy, waiting, now, houses)
    return [
        ticket.id
        for ticket in waiting
        if choose_for(policy, ticket, seen).staff_id is not None or lead_must_know(policy, ticket, seen)
    ]


def waiting_in_order(db: Connection, policy: Policy) -> list[Ticket]:
    """Return the waiting tickets that are to be assigned, the most pressing first."""
    return _in_order(db, policy, _waiting_ids(db, policy))


def _waiting_ids(db: Connection, policy: Policy) -> list[int]:
    queues = [queue.id for queue in policy.queues.values() if queue.assign != "nobody"]
    table = ticket_store.tickets.c
    waits = (table.state == "waiting", table.assignee_id.is_(None), table.queue.in_(queues))
    return list(db.scalars(select(table.id).where(*waits).order_by(table.received_at, table.id).limit(MOST)))


def _in_order(db: Connection, policy: Policy, ids: Sequence[int]) -> list[Ticket]:
    waiting = ticket_store.find_tickets(db, ticket_store.tickets.c.id.in_(ids), limit=MOST) if ids else []
    return sorted(waiting, key=lambda one: _pressing(policy, one))


def is_to_be_assigned(policy: Policy, ticket: Ticket) -> bool:
    """Whether it waits, without holder or assignee, in a queue whose tickets are assigned."""
    return ticket.state == "waiting" and ticket.assignee_id is None and _how(policy, ticket) != "nobody"


def choose_for(policy: Policy, ticket: Ticket, seen: AssignmentSnapshot) -> Choice:
    """Return to whom the ticket is assigned, or why to nobody."""
    topic = policy.topics.get(ticket.topic or "")
    own = seen.own.get(ticket.id, OwnPeople())
    wanted = AssignmentNeeds(
        queue=ticket.queue,
        skills=topic.skills if topic else (),
        knows=_knows(ticket, seen),
        agent=own.agent,
        team=own.team,
        wakes=wakes(policy, ticket, seen.now),
        excluded=_excluded(ticket, seen) | ticket.closed,
    )
    return choose(seen.people.candidates, wanted)


def lead_must_know(policy: Policy, ticket: Ticket, seen: AssignmentSnapshot) -> bool:
    """Whether the lead must be notified that it cannot be assigned: once, until it can.

    While the calendar of the queue is closed it is not reported: it is when the queue opens and still nobody is on
    duty.
    """
    kinds = [trace.kind for trace in seen.traces.get(ticket.id, ()) if trace.kind not in _GAVE_UP]
    works_now = policy.calendars[policy.queues[ticket.queue].calendar].is_open(seen.now)
    return (works_now or policy.urgency_of(ticket.urgency).critical) and kinds[-1:] != [_TOLD]


def wakes(policy: Policy, ticket: Ticket, now: datetime) -> bool:
    """Whether staff on call are woken: always for critical tickets, at night for the tiers of the night service."""
    if policy.urgency_of(ticket.urgency).critical:
        return True
    night = policy.night
    return night is not None and ticket.tier in night.tiers and policy.calendars[night.calendar].is_open(now)


def eligible(people: People, how: Reassign, ticket: Ticket) -> list[AgentCandidate]:
    """Return to whom a step may reassign a late ticket, regardless of load; nobody for `queue`.

    The leads on duty when nobody is on call, those of its queue before others; never to busy people, nor to
    whom it is closed.
    """
    if how == "queue":
        return []
    free = [one for one in people.candidates if not one.is_busy]
    called = [one for one in free if one.on_call] if how == "on_call" else []
    leads = [one for one in free if one.on_duty and one.leads]
    able = [one for one in called or leads if one.staff_id not in ticket.closed]
    if not called:
        able = [one for one in able if one.works(ticket.queue)] or able
    return [replace(one, queues=(ALL_QUEUES,), capacity=None, on_duty=True) for one in able]


def is_dealt_with(policy: Policy, ticket: Ticket, whom: Iterable[AgentCandidate], now: datetime) -> bool:
    """Whether a step need not reassign it: one of `whom` holds it, or its holder received it only just now."""
    has = ticket.holder_id or ticket.assignee_id
    if has is not None and has in {one.staff_id for one in whom}:
        return True
    queue = policy.queues.get(ticket.queue)
    patience = queue.claim_within if queue else None
    just_claimed = ticket.claimed_at is not None and patience is not None and now - ticket.claimed_at < patience
    return just_claimed or (ticket.assigned_until is not None and now < ticket.assigned_until)


def _how(policy: Policy, ticket: Ticket) -> str:
    queue = policy.queues.get(ticket.queue)
    return queue.assign if queue else "nobody"


def _excluded(ticket: Ticket, seen: AssignmentSnapshot) -> frozenset[int]:
    """Who let this ticket lapse, or gave it back, during the shift they are in; a new shift is a new chance."""
    found: set[int] = set()
    for trace in seen.traces.get(ticket.id, ()):
        if trace.kind in _AFRESH:
            found.clear()
        elif trace.kind in _GAVE_UP and trace.staff_id is not None:
            since = works_since(seen.people.shifts, trace.staff_id, seen.now)
            if since is not None and trace.at >= since:
                found.add(trace.staff_id)
    return frozenset(found)


def _knows(ticket: Ticket, seen: AssignmentSnapshot) -> int | None:
    """Who last held it before it was reopened, unless it was in other hands since."""
    for trace in reversed(seen.traces.get(ticket.id, ())):
        if trace.kind in _NEW_HANDS and (trace.kind != _REOPENED or trace.staff_id is not None):
            return trace.staff_id if trace.kind == _REOPENED else None
    return None


def _traces(db: Connection, ids: Sequence[int]) -> dict[int, list[Trace]]:
    """By ticket, oldest first."""
    events = history.ticket_events.c
    query = select(events.ticket_id, events.kind, events.at, events.staff_id, events.data)
    query = query.where(events.ticket_id.in_(ids), events.kind.in_(_KINDS)).order_by(events.id)
    found: dict[int, list[Trace]] = {}
    for row in db.execute(query) if ids else ():
        found.setdefault(row.ticket_id, []).append(Trace(row.kind, row.at, _about(row)))
    return found


def _about(row: Any) -> int | None:
    """Who let it lapse, gave it back or had it taken away; of a reopening, who held it until then."""
    whom = (row.data.get("before") or {}).get("holder_id") if row.kind == _REOPENED else row.data.get("staff")
    found: int | None = whom if whom is not None else row.staff_id
    return found


def _pressing(policy: Policy, ticket: Ticket) -> tuple[bool, int, datetime, int]:
    critical = policy.urgency_of(ticket.urgency).critical
    return (not critical, policy.tier_of(ticket.tier).rank, ticket.received_at, ticket.id)
