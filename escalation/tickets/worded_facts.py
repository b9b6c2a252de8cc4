"""Facts that staff record in words, such as what came of a follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from escalation.policy.model import Policy
from escalation.policy.tiers import FOLLOWED_UP
from escalation.staff import Staff
from escalation.tickets import facts, history, ticket_store
from escalation.tickets.dissatisfaction import running_follow_up
from escalation.tickets.events import FactRecorded
from escalation.tickets.fact_words import insert_words
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.refusal_codes import RefusalCode
from escalation.tickets.told_facts import undone_lines

PLANNED = "prevention_planned"
BEFORE_THE_END = ("investigated", "result_told", PLANNED)  # of a complaint
AFTER_THE_END = ("prevented",)
ANSWERS = ("replied", "called", "result_told")  # facts by which feedback is answered
_NEEDED: Mapping[str, RefusalCode] = {FOLLOWED_UP: "outcome_needed"}
_LACKING: Mapping[str, RefusalCode] = {
    "investigated": "conclusion_needed",
    "result_told": "result_needed",
    PLANNED: "prevention_needed",
}


def owes_words(db: Connection, policy: Policy, ticket: Ticket, fact: str) -> bool:
    """Whether the fact is recorded on this ticket in words only."""
    if fact == FOLLOWED_UP:
        return running_follow_up(db, policy, ticket) is not None
    return fact in facts_in_words(policy, ticket)


def facts_in_words(policy: Policy, ticket: Ticket) -> Sequence[str]:
    """Return the facts of the policy that are written on this ticket now, besides a follow-up."""
    if not ticket.complaint or ticket.is_withdrawn:
        return ()
    return [fact for fact in (BEFORE_THE_END if ticket.is_open else AFTER_THE_END) if fact in policy.facts]


def demand_complaint_told(db: Connection, policy: Policy, ticket_id: int) -> None:
    """Raise Refused for a complaint that may not end yet since its latest start.

    `conclusion_needed`, `result_needed` or `prevention_needed`: what came of it, that its customer knows, and what is
    planned so that it does not happen again. A policy without these facts owes none of them.
    """
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if not ticket.complaint or not ticket.is_open:
        return
    rows = history.history_of(db, ticket_id)
    undone = undone_lines(rows)
    done = {row.kind for row in rows if row.at >= ticket.received_at and row.seq not in undone}
    for fact in facts_in_words(policy, ticket):
        if fact not in done:
            raise Refused(_LACKING[fact])


def is_feedback(policy: Policy, ticket: Ticket) -> bool:
    """Whether the ticket is of a topic that customers' feedback goes to, by whichever door it came."""
    topic = policy.topics.get(ticket.topic or "")
    return topic is not None and topic.act == "feedback"


def demand_answered(db: Connection, policy: Policy, ticket_id: int) -> None:
    """Raise Refused (`answer_needed`) for feedback that its customer was not answered since its latest start."""
    ticket = ticket_store.lock_ticket(db, ticket_id)
    if not ticket.is_open or ticket.complaint or not is_feedback(policy, ticket):
        return
    rows = history.history_of(db, ticket_id)
    undone = undone_lines(rows)
    if not any(row.kind in ANSWERS and row.at >= ticket.received_at and row.seq not in undone for row in rows):
        raise Refused("answer_needed")


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
        if fact in facts.COMPLAINT_KNOWN:
            facts.with_cause(policy, ticket, cause)
        raise Refused(_NEEDED.get(fact, "words_needed"))
    if fact == PLANNED and not ticket.complaint:
        raise Refused("fact_not_owed")
    recorded = facts.record(db, policy, ticket_id, who, fact, now, cause, **told)
    if words:
        insert_words(db, ticket_id, fact, words, who.id, now)
    return recorded
