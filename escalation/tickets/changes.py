"""What a transaction has written to, so that views of it are updated: tickets, and others by the names they go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

_OPTION = "changes"


@dataclass(slots=True)
class Changes:
    """What was reported since `watch`; `names` is what viewers wait for."""

    tickets: dict[int, bool] = field(default_factory=dict)  # True: more than a line
    names: set[str] = field(default_factory=set)


def watch(db: Connection) -> Changes:
    """Collect, until this transaction ends, what is reported; returns where it is collected."""
    found = Changes()
    db.execution_options(**{_OPTION: found})
    return found


def note_change(db: Connection, ticket_id: int) -> None:
    """Report a write to a ticket, its deadlines, history or notes."""
    found: Changes | None = db.get_execution_options().get(_OPTION)
    if found is not None:
        found.tickets[ticket_id] = True
        found.names.add(name_of_ticket(ticket_id))


def note_line(db: Connection, ticket_id: int) -> None:
    """Report a line added to the transcript of this conversation's ticket, which may have ended long ago."""
    found: Changes | None = db.get_execution_options().get(_OPTION)
    if found is not None:
        found.tickets.setdefault(ticket_id, False)


def note(db: Connection, name: str) -> None:
    """Report a write to something else, by the name its viewers wait for: without blanks, not `t` with a number."""
    found: Changes | None = db.get_execution_options().get(_OPTION)
    if found is not None:
        found.names.add(name)


def name_of_ticket(ticket_id: int) -> str:
    """Return the name that viewers of a ticket wait for."""
    return f"t{ticket_id}"


def name_of_presence(ticket_id: int) -> str:
    """Return the name that viewers of a ticket wait for who show who else is there."""
    return f"p{ticket_id}"


def changed_tickets(db: Connection) -> Mapping[int, bool]:
    """Return the tickets written to since `watch`: True where it was more than a line; empty without `watch`."""
    found: Changes | None = db.get_execution_options().get(_OPTION)
    return found.tickets if found is not None else {}
