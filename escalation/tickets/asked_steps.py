"""What customers were sent in one matter: on its ticket, and on those that became part of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from escalation.tickets.lifecycle import Ticket
from escalation.tickets.sent_steps import ANSWERS, SentStep, sent_on
from escalation.tickets.told_facts import merged_here


def sent_in_matter(db: Connection, ticket_id: int) -> Sequence[SentStep]:
    """Return what was sent on a ticket and on those that were merged into it, the oldest first."""
    steps = [step for number in (ticket_id, *merged_here(db, ticket_id)) for step in sent_on(db, number)]
    return sorted(steps, key=lambda step: step.id)


def asked_in_matter(db: Connection, ticket: Ticket) -> Sequence[SentStep]:
    """Return what the customer of a ticket, or of one merged into it, may answer since it was handed over.

    The latest first, whether it was answered or not.
    """
    steps = sent_in_matter(db, ticket.id)
    return [step for step in reversed(steps) if ANSWERS[step.kind] and step.sent_at >= ticket.received_at]
