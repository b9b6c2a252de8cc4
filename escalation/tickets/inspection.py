"""Records drawn at random for an inspector, who reads these and no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select

from escalation.refusals import EscalationRefusal
from escalation.staff import Staff
from escalation.tickets import history, ticket_store
from escalation.tickets.id_list import ids_in, of_ids
from escalation.tickets.ticket_store import tickets

MOST = 200  # tickets drawn at once
Sample = Callable[[Sequence[int], int], Sequence[int]]  # chooses so many of these


class DrawRefused(EscalationRefusal):
    """Records cannot be drawn; the text is a whole sentence."""


def draw(
    db: Connection,
    inspector: Staff,
    count: int,
    since: datetime,
    now: datetime,
    sample: Sample,
    queue: str | None = None,
) -> list[int]:
    """Draw up to `count` tickets that ended since then, not drawn for this inspector before; returns their numbers.

    Each draw stands in the ticket's history. Raises DrawRefused for somebody who is no inspector, or a wrong count.
    """
    if inspector.role != "inspector":
        raise DrawRefused(f'"{inspector.login}" is no inspector; `jiedai staff set` gives the role.')
    if not 1 <= count <= MOST:
        raise DrawRefused(f"The number of tickets to draw must be from 1 to {MOST}; found {count}.")
    ended = func.coalesce(tickets.c.resolved_at, tickets.c.closed_at)
    mine = (tickets.c.state.in_(("resolved", "closed")), ended >= since)
    others = ~tickets.c.drawn_for.contains(of_ids([inspector.id]))
    query = select(tickets.c.id).where(*mine, others).order_by(tickets.c.id)
    found = list(db.scalars(query.where(tickets.c.queue == queue) if queue is not None else query))
    chosen = sorted(sample(found, min(count, len(found))))
    for number in chosen:
        old = ticket_store.lock_ticket(db, number)
        drawn = replace(old, drawn_for=of_ids(ids_in(old.drawn_for) | {inspector.id}))
        history.save_change(db, old, drawn, "drawn", now)
    return chosen
