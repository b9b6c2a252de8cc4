"""Which tickets a transaction has written to, for whoever keeps a view of them up to date."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

_OPTION = "changed_tickets"


def watch(db: Connection) -> None:
    """Collect, from now to the end of this transaction, what `note_change` and `note_line` are told."""
    db.execution_options(**{_OPTION: {}})


def note_change(db: Connection, ticket_id: int) -> None:
    """The ticket, its clocks, its history or its notes were written to."""
    found = db.get_execution_options().get(_OPTION)
    if found is not None:
        found[ticket_id] = True


def note_line(db: Connection, ticket_id: int) -> None:
    """A line was added to the transcript while this was the conversation's ticket; it may have ended long ago."""
    found = db.get_execution_options().get(_OPTION)
    if found is not None:
        found.setdefault(ticket_id, False)


def changed_tickets(db: Connection) -> Mapping[int, bool]:
    """Tickets written to since `watch`: True where more than a line was; empty where nobody watches."""
    found: Mapping[int, bool] = db.get_execution_options().get(_OPTION, {})
    return found
