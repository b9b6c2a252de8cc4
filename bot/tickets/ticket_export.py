"""Tickets with their transcripts as values for JSON, a page at a time; numbers and addresses are starred."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection

from bot.transcript.message_store import Message, lines_of_tickets
from escalation.customers.starring import starred
from escalation.staff import Staff, staff_names
from escalation.tickets.access import visible_to
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets, tickets_after
from escalation.working_hours.instants import iso

EXPORTS = "exports"  # the journal's subject of what was exported
OF_PAGE = 100
_INSTANTS = ("raised_at", "received_at", "claimed_at", "first_contact_at", "resolved_at", "closed_at", "withdrawn_at")
_PLAIN = ("state", "tier", "queue", "topic", "urgency", "complaint", "cause", "reason", "urged", "reopened", "rating")


@dataclass(frozen=True, slots=True)
class TicketExport:
    """Which tickets are exported: those raised within a span, that this person may see.

    `who` None: all, for the terminal; `is_open_to_all` leaves out the complaints that are closed to somebody.
    """

    since: datetime | None = None
    until: datetime | None = None
    who: Staff | None = None
    is_open_to_all: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on `tickets`."""
        if self.since is not None:
            yield tickets.c.raised_at >= self.since
        if self.until is not None:
            yield tickets.c.raised_at < self.until
        if self.who is not None:
            yield visible_to(self.who)
        if self.is_open_to_all:
            yield tickets.c.closed_to == ""


def export_page(
    db: Connection, wanted: TicketExport, zone: tzinfo, after: int = 0, limit: int = OF_PAGE
) -> list[dict[str, Any]]:
    """Return up to `limit` tickets with numbers above `after`, in order, each with its lines."""
    found = tickets_after(db, after, limit, *wanted.conditions())
    lines, names = lines_of_tickets(db, [each.id for each in found]), staff_names(db)
    return [_told(each, lines.get(each.id, []), names, zone) for each in found]


def as_line(ticket: dict[str, Any]) -> str:
    """Return a ticket as one line of JSON."""
    return json.dumps(ticket, ensure_ascii=False, separators=(",", ":"))


def _told(ticket: Ticket, lines: list[Message], names: dict[int, str], zone: tzinfo) -> dict[str, Any]:
    return {
        "ticket": ticket.id,
        "title": starred(ticket.subject),
        **{name: getattr(ticket, name) for name in _PLAIN},
        **{name: _iso(getattr(ticket, name), zone) for name in _INSTANTS},
        "holder": names.get(ticket.holder_id or 0),
        "lines": [_line(each, names, zone) for each in lines],
    }


def _line(line: Message, names: dict[int, str], zone: tzinfo) -> dict[str, Any]:
    told = {"at": iso(line.at, zone), "author": line.author, "kind": line.kind, "text": starred(line.words)}
    return told | ({"staff": names.get(line.staff_id)} if line.staff_id is not None else {})


def _iso(at: datetime | None, zone: tzinfo) -> str | None:
    return None if at is None else iso(at, zone)
