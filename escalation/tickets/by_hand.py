"""Which fields of a ticket a person has set, which nothing but a person changes again; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from escalation.tickets.lifecycle import Ticket

HandField = Literal["subject", "topic", "urgency", "complaint", "gravity", "incident"]


def set_by_hand(ticket: Ticket) -> frozenset[str]:
    """Return the names of the fields that a person has set."""
    return frozenset(name for name in ticket.set_by_hand.split("|") if name)


def with_hand(ticket: Ticket, fields: Iterable[HandField]) -> Ticket:
    """Return the ticket with these fields noted as set by a person, beside those noted before."""
    names = set_by_hand(ticket) | set(fields)
    return replace(ticket, set_by_hand=f"|{'|'.join(sorted(names))}|" if names else "")
