"""Takes out of a ticket's history what its lines say, and leaves the chain whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, update

from escalation.journal.erased_lines import erasure_seal
from escalation.journal.keyed import key_of
from escalation.tickets.history import TRACED, history_of, ticket_events

ERASED = "erased"  # the line that says so
FIGURES = frozenset(TRACED) - {"contact_id"}  # fields whose values are codes and numbers of our own
_ERASED = (
    update(ticket_events)
    .where(ticket_events.c.id == bindparam("line"))
    .values(
        data=bindparam("left"),
        salt="",
        erased_by=bindparam("who"),
        erased_at=bindparam("when"),
        erasure=bindparam("sealed"),
    )
)


def erase_history(db: Connection, ticket_id: int, by: str, at: datetime) -> int:
    """Erase what the lines of a ticket locked in this transaction say; return how many lines that were.

    What happened, when and by whom stays, and so do tier, queue, state and what else is counted. Lines erased before
    stay as they are.
    """
    key, previous, erased = key_of(db), "", []
    for row in history_of(db, ticket_id):
        if row.erased_at is None and row.kind != ERASED:
            left = figures(row.data)
            line = (ticket_id, row.seq, row.at, row.kind, row.staff_id, left, row.hash)
            sealed = erasure_seal(key, by, at, previous, *line)
            erased.append({"line": row.id, "left": left, "who": by, "when": at, "sealed": sealed})
        previous = row.hash
    if erased:
        db.execute(_ERASED, erased)
    return len(erased)


def figures(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may stay of a line: the fields that are counted, before and after."""
    left: dict[str, Any] = {}
    for side in ("before", "after"):
        kept = {name: value for name, value in (data.get(side) or {}).items() if name in FIGURES}
        left |= {side: kept} if kept else {}
    return left
