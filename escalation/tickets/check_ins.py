"""Follow-ups on a schedule: a customer whose last contact with a person is long ago is to be called by their queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from escalation.customers.customer_rows import contacts, organisations
from escalation.policy.model import Policy
from escalation.policy.tiers import CHECK_IN_DUE, CHECK_IN_OVER, DISSATISFIED, Tier
from escalation.tickets import clocks, deadline_store, history, ticket_store
from escalation.tickets.check_in_events import CheckInDue
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.history import ticket_events
from escalation.tickets.ticket_store import tickets

# Lines of a ticket's history that say that a person has had to do with the customer.
HUMAN_CONTACT = (
    *("replied", "called", "followed_up", "plan_explained", "progress_reported", "acceptance_invited", "result_told"),
)
_IS_OPEN = tickets.c.state.in_(("waiting", "claimed"))
_OF = contacts.c.organisation_id
_MATTERS = tickets.join(contacts, contacts.c.id == tickets.c.contact_id)


@dataclass(frozen=True, slots=True)
class CheckInState:
    """An organisation's last contact with a person, when it is to be called next, and the follow-up that runs."""

    last_contact: datetime | None
    next_at: datetime | None  # None: no schedule, nobody has served them yet, or a matter of theirs is open
    ticket_id: int | None = None
    due_at: datetime | None = None


def milestones_of(policy: Policy, *facts: str) -> set[str]:
    """Return the milestones of any tier that start on one of these facts."""
    return {each.id for tier in policy.tiers.values() for each in tier.milestones if each.starts_on in facts}


def due_tickets(db: Connection, policy: Policy, tier: Tier, now: datetime, limit: int) -> list[int]:
    """Return the latest ticket of each organisation of this tier that is to be called now.

    None of an organisation with an open ticket, or with a follow-up that runs; none whose own tier has no such clock.
    """
    if tier.check_in_every is None:
        return []
    mine = (organisations.c.tier == tier.id, organisations.c.merged_into.is_(None))
    long_ago = (
        select(_OF)
        .join_from(_MATTERS, organisations, organisations.c.id == _OF)
        .join(ticket_events, ticket_events.c.ticket_id == tickets.c.id)
        .where(*mine, ticket_events.c.kind.in_(HUMAN_CONTACT))
        .group_by(_OF)
        .having(func.max(ticket_events.c.at) <= now - tier.check_in_every)
    )
    latest = select(func.max(tickets.c.id)).select_from(_MATTERS).where(_may_bear_it(policy), _OF.in_(long_ago))
    latest = latest.where(_OF.not_in(_with_open_ticket()), _OF.not_in(_called_already(policy)))
    return list(db.scalars(latest.group_by(_OF).order_by(func.max(tickets.c.id)).limit(limit)))


def _may_bear_it(policy: Policy) -> ColumnElement[bool]:
    """Whether a ticket has ended, and the tier it was served in has a clock that starts on this."""
    has = {name: any(each.starts_on == CHECK_IN_DUE for each in tier.milestones) for name, tier in policy.tiers.items()}
    lacks = [name for name, its in has.items() if not its]
    bears = tickets.c.tier.not_in(lacks)  # those that the policy no longer has count as the default one
    if policy.default_tier in lacks:
        bears = tickets.c.tier.in_(set(has) - set(lacks))
    return and_(bears, ~_IS_OPEN, tickets.c.withdrawn_at.is_(None), tickets.c.merged_into.is_(None))


def _with_open_ticket() -> Select[Any]:
    return select(_OF).select_from(_MATTERS).where(_IS_OPEN)


def _called_already(policy: Policy) -> Select[Any]:
    going = (deadlines.c.state == "open", deadlines.c.milestone.in_(milestones_of(policy, CHECK_IN_DUE, DISSATISFIED)))
    return select(_OF).join_from(_MATTERS, deadlines, deadlines.c.ticket_id == tickets.c.id).where(*going)


def begin(db: Connection, policy: Policy, ticket_id: int, every: timedelta, now: datetime) -> CheckInDue | None:
    """Start the clock of the follow-up on an ended ticket; None where it runs already, or the ticket is open again."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    owed = milestones_of(policy, CHECK_IN_DUE)
    if ticket.is_open or owed & deadline_store.open_milestones(db, ticket_id):
        return None
    history.log(db, ticket_id, CHECK_IN_DUE, now, days=every.days)
    clocks.record_fact(db, policy, ticket, CHECK_IN_DUE, now)
    going = _running(db, ticket_id, owed)
    return CheckInDue(ticket, going[0].due_at, going[0].id, every.days) if going else None


def overtaken(db: Connection, policy: Policy) -> list[int]:
    """Return the tickets with a follow-up that runs though another matter of their customer is open."""
    owed = (deadlines.c.state == "open", deadlines.c.milestone.in_(milestones_of(policy, CHECK_IN_DUE)))
    query = select(tickets.c.id).join_from(_MATTERS, deadlines, deadlines.c.ticket_id == tickets.c.id)
    return list(db.scalars(query.where(*owed, _OF.in_(_with_open_ticket().scalar_subquery())).order_by(tickets.c.id)))


def drop(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> None:
    """End a follow-up that runs: a person serves the customer in another matter."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if milestones_of(policy, CHECK_IN_DUE) & deadline_store.open_milestones(db, ticket_id):
        history.log(db, ticket_id, CHECK_IN_OVER, now)
        clocks.record_fact(db, policy, ticket, CHECK_IN_OVER, now)


def state_of(db: Connection, policy: Policy, tier: Tier, organisation_id: str) -> CheckInState:
    """Return where an organisation stands by its tier's schedule."""
    mine = contacts.c.organisation_id == organisation_id
    spoken = select(func.max(ticket_events.c.at)).join_from(_MATTERS, ticket_events)
    last: datetime | None = db.scalar(spoken.where(mine, ticket_events.c.kind.in_(HUMAN_CONTACT)))
    busy = db.scalar(select(func.count()).select_from(_MATTERS).where(mine, _IS_OPEN))
    every = tier.check_in_every
    next_at = last + every if last is not None and every is not None and not busy else None
    owed = (deadlines.c.state == "open", deadlines.c.milestone.in_(milestones_of(policy, CHECK_IN_DUE)))
    query = select(tickets.c.id, deadlines.c.due_at).join_from(_MATTERS, deadlines)
    going = db.execute(query.where(mine, *owed).limit(1)).one_or_none() if not busy else None
    return CheckInState(last, next_at, *(going if going is not None else (None, None)))


def _running(db: Connection, ticket_id: int, owed: Collection[str]) -> Sequence[deadline_store.DeadlineRow]:
    rows = deadline_store.deadlines_of(db, ticket_id)
    return [row for row in rows if row.state == "open" and row.milestone in owed]
