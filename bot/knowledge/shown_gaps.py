"""The open gaps that are shown to whoever keeps the knowledge base: none of a ticket that is closed to somebody."""

from __future__ import annotations

from sqlalchemy import Connection, select

from escalation.tickets.ticket_store import tickets
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import Gap


def shown_gaps(db: Connection) -> tuple[Gap, ...]:
    """Return the newest open gaps but those of confidential complaints: who reads them may be whom one is about."""
    found = gap_store.open_gaps(db)
    of_tickets = {gap.ticket_id for gap in found if gap.ticket_id is not None}
    closed = select(tickets.c.id).where(tickets.c.id.in_(of_tickets), tickets.c.closed_to != "")
    hidden = set(db.scalars(closed)) if of_tickets else set()
    return tuple(gap for gap in found if gap.ticket_id not in hidden)
