"""The open tickets that an interruption would affect which is not declared yet."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from escalation.incidents.incident_store import is_touched
from escalation.incidents.model import IncidentDraft
from escalation.tickets.ticket_store import tickets


def touched_tickets(db: Connection, draft: IncidentDraft, spellings: Collection[str]) -> list[tuple[str, int]]:
    """Return tier and conversation of each; `spellings`: the draft's words in both scripts."""
    ticket = tickets.c
    query = select(ticket.topic, ticket.subject, ticket.tier, ticket.conversation_id)
    query = query.where(ticket.state.in_(("waiting", "claimed")))
    if not draft.words:  # titles are sealed, so only words need each of them
        query = query.where(ticket.topic.in_(draft.topics))
    return [(row.tier, row.conversation_id) for row in db.execute(query) if is_touched(row, draft, spellings)]
