"""Which tickets a transaction has written to, so that views of them are updated."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

_OPTION = "changed_tickets"


def watch(db: Connection) -> None:
    """Collect, until this transaction ends, what `note_change` and `note_line` report."""
    db.execution_options(**{_OPTION: {}})


def note_change(db: Connection, ticket_id: int) -> None:
    """Report a write to a ticket, its deadlines, history or notes."""
    found = db.get_execution_options().get(_OPTION)
    if found is not None:
        found[ticket_id] = True


def note_line(db: Connection, ticket_id: int) -> None:
    """Report a line added to the transcript of this conversation's ticket, which may have ended long ago."""
    found = db.get_execution_options().get(_OPTION)
    if found is not None:
        found.setdefault(ticket_id, False)


def changed_tickets(db: Connection) -> Mapping[int, bool]:
    """Return the tickets written to since `watch`: True where it was more than a line; empty without `watch`."""
    found: Mapping[int, bool] = db.get_execution_options().get(_OPTION, {})
    return found
