"""Takes what was written about a record whose talk is erased; answers and scores stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from escalation.supervision.inspection_tables import inspection_objections, inspections, rectifications
from escalation.tickets.history import ticket_events


def blank(db: Connection, ticket_id: int) -> None:
    """Erase remarks, objections and measures of a ticket locked in this transaction: they may quote the customer."""
    mine = select(inspections.c.id).where(inspections.c.ticket_id == ticket_id)
    db.execute(update(inspections).where(inspections.c.ticket_id == ticket_id).values(remarks={}, overall=""))
    for table, values in (
        (inspection_objections, {"words": "", "answer": ""}),
        (rectifications, {"measure": "", "done": ""}),
    ):
        db.execute(update(table).where(table.c.inspection_id.in_(mine)).values(values))


def rows_of(db: Connection, ticket_id: int) -> dict[str, Sequence[Row[Any]]]:
    """Return all rows about a ticket by table, for what is only restricted."""
    mine = select(inspections.c.id).where(inspections.c.ticket_id == ticket_id)
    found = {"inspections": db.execute(select(inspections).where(inspections.c.ticket_id == ticket_id)).all()}
    for table in (inspection_objections, rectifications):
        found[table.name] = db.execute(select(table).where(table.c.inspection_id.in_(mine))).all()
    return found


def is_erased(db: Connection, ticket_id: int) -> bool:
    """Whether what was said of a ticket has been erased."""
    erased = (ticket_events.c.ticket_id == ticket_id, ticket_events.c.erased_at.is_not(None))
    return db.scalar(select(ticket_events.c.id).where(*erased).limit(1)) is not None
