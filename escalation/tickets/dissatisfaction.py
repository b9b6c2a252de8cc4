"""A customer rates a solution, or is dissatisfied with it: every rating is kept, and a follow-up is owed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import CHECK_IN_DUE, DISSATISFIED
from escalation.tickets import clocks, deadline_store, history, ratings, ticket_store
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.unhappy_events import LOW, CustomerUnhappy, Unhappiness


def rate(
    db: Connection, policy: Policy, ticket_id: int, score: int, now: datetime
) -> tuple[Ticket, CustomerUnhappy | None]:
    """Save the customer's rating of the present solution, 1 to 5; the last one counts, the earlier ones are kept.

    A low one, unless one as low was given before, makes a follow-up owed. Raises Refused (`not_finished`, `not_found`).
    """
    old = ticket_store.lock_ticket(db, ticket_id)
    if old.is_open:
        raise Refused("not_finished")
    if old.rating == score:
        return old, None
    ticket = replace(old, rating=score, rating_reason=None)
    ratings.insert_rating(db, ticket.id, ratings.solution_of(ticket), score, now)
    history.save_change(db, old, ticket, "rated", now, score=score)
    clocks.record_fact(db, policy, ticket, "rated", now)
    if score > LOW or (old.rating is not None and old.rating <= LOW):
        return ticket, None
    return ticket, owe_follow_up(db, policy, ticket, "low_score", now)


def rate_dimensions(db: Connection, ticket_id: int, scores: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Save scores of the present solution by dimension; the last ones count, earlier ones are kept.

    Returns what counted before. Raises Refused (`not_finished`, `not_found`).
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if ticket.is_open:
        raise Refused("not_finished")
    solution = ratings.solution_of(ticket)
    before = ratings.latest_dimensions(db, ticket.id, solution)
    changed = {name: score for name, score in scores.items() if before.get(name) != score}
    for name, score in changed.items():
        ratings.insert_dimension(db, ticket.id, solution, name, score, now)
    if changed:
        history.log(db, ticket.id, "dimensions_rated", now, scores=changed)
    return before


def explain_rating(db: Connection, ticket_id: int, reason: str) -> None:
    """Save the customer's reason for the latest rating."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    ticket_store.update_ticket(db, replace(ticket, rating_reason=reason))
    ratings.explain_latest(db, ticket_id, reason)


def withdraw_complaint(db: Connection, policy: Policy, ticket_id: int, now: datetime) -> CustomerUnhappy:
    """Note that the customer withdraws their complaint, which goes on until its person ends it."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    return owe_follow_up(db, policy, ticket, "complaint_withdrawn", now)


def owe_follow_up(db: Connection, policy: Policy, ticket: Ticket, why: Unhappiness, now: datetime) -> CustomerUnhappy:
    """Start the clock of the follow-up; one that runs already goes on. The ticket is locked in this transaction."""
    history.log(db, ticket.id, DISSATISFIED, now, why=why)
    clocks.record_fact(db, policy, ticket, DISSATISFIED, now)
    going = _running(db, ticket, follow_ups(policy, ticket))
    return CustomerUnhappy(ticket, why, going.due_at if going is not None else None, ticket.rating)


def follow_ups(policy: Policy, ticket: Ticket) -> set[str]:
    """Return the milestones that a dissatisfied customer is owed; no reopening ends their clocks."""
    return {one.id for one in policy.tier_of(ticket.tier).milestones if one.starts_on == DISSATISFIED}


def running_follow_up(db: Connection, policy: Policy, ticket: Ticket) -> DeadlineRow | None:
    """Return the clock of the follow-up that its customer is owed, dissatisfied or on schedule, if it runs."""
    return _running(db, ticket, follow_ups(policy, ticket)) or running_check_in(db, policy, ticket)


def running_check_in(db: Connection, policy: Policy, ticket: Ticket) -> DeadlineRow | None:
    """Return the clock of the follow-up on schedule, which anybody of the queue may make, if it runs."""
    tier = policy.tier_of(ticket.tier)
    return _running(db, ticket, {one.id for one in tier.milestones if one.starts_on == CHECK_IN_DUE})


def _running(db: Connection, ticket: Ticket, owed: Collection[str]) -> DeadlineRow | None:
    rows = deadline_store.deadlines_of(db, ticket.id) if owed else ()
    return next((row for row in rows if row.state == "open" and row.milestone in owed), None)
