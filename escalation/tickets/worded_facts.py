"""Facts that staff record in words, such as what came of a follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets import facts, ticket_store
from escalation.tickets.dissatisfaction import running_follow_up
from escalation.tickets.events import FactRecorded
from escalation.tickets.fact_words import insert_words
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.refusal_codes import RefusalCode

_NEEDED: Mapping[str, RefusalCode] = {facts.FOLLOWED_UP: "outcome_needed"}


def owes_words(db: Connection, policy: Policy, ticket: Ticket, fact: str) -> bool:
    """Whether the fact is recorded on this ticket in words only."""
    if fact == facts.FOLLOWED_UP:
        return running_follow_up(db, policy, ticket) is not None
    return fact in facts_in_words(policy, ticket)


def facts_in_words(policy: Policy, ticket: Ticket) -> Sequence[str]:
    """Return the facts of the policy that are written on this ticket now, besides a follow-up."""
    del policy, ticket
    return ()


def record(
    db: Connection,
    policy: Policy,
    ticket_id: int,
    who: Staff,
    fact: str,
    now: datetime,
    cause: str | None = None,
    words: str = "",
    **told: Any,
) -> FactRecorded:
    """Record a fact as `facts.record`, with what staff write of it.

    Raises Refused (`outcome_needed`, `too_long`, or as `facts.record`).
    """
    words = words.strip()
    if len(words) > facts.MAX_NOTE:
        raise Refused("too_long")
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if not words and owes_words(db, policy, ticket, fact):
        raise Refused(_NEEDED[fact])
    recorded = facts.record(db, policy, ticket_id, who, fact, now, cause, **told)
    if words:
        insert_words(db, ticket_id, fact, words, who.id, now)
    return recorded
