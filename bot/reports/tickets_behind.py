"""The tickets behind a number, as a list to read or to export: only those that the reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from sqlalchemy import Connection

from bot.files.cell_values import Cell
from bot.wording.labels import NO_TOPIC, STATES
from escalation.measures.figures import behind
from escalation.measures.periods import ReportPeriod
from escalation.measures.sums import Filters, Key
from escalation.staff import Staff
from escalation.tickets.access import visible_to
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import find_tickets, tickets

MOST_TICKETS = 100_000
_AT_ONCE = 500


def page_behind(
    db: Connection, who: Staff, period: ReportPeriod, filters: Filters, key: Key, after: int, limit: int
) -> tuple[list[Ticket], int]:
    """Return up to `limit` tickets with numbers above `after`, and after which number more follow; 0: none do."""
    numbers = behind(db, who, period, filters, key, after, limit + 1)
    shown = _tickets(db, who, numbers[:limit])
    return shown, numbers[limit - 1] if len(numbers) > limit else 0


def numbers_behind(db: Connection, who: Staff, period: ReportPeriod, filters: Filters, key: Key) -> list[list[int]]:
    """Return the numbers of the tickets, up to MOST_TICKETS, in parts to be read one after the other."""
    numbers = behind(db, who, period, filters, key, limit=MOST_TICKETS)
    return [numbers[begin : begin + _AT_ONCE] for begin in range(0, len(numbers), _AT_ONCE)]


def rows_of(db: Connection, who: Staff, numbers: Sequence[int], zone: tzinfo) -> list[list[Cell]]:
    """Return one part of the tickets as rows of a table with instants in a zone."""
    return [_row(each, zone) for each in _tickets(db, who, numbers)]


def _tickets(db: Connection, who: Staff, numbers: Sequence[int]) -> list[Ticket]:
    found = find_tickets(db, tickets.c.id.in_(numbers), visible_to(who), limit=_AT_ONCE)
    return sorted(found, key=lambda each: each.id)


def _row(ticket: Ticket, zone: tzinfo) -> list[Cell]:
    raised, resolved = (_local(each, zone) for each in (ticket.raised_at, ticket.resolved_at))
    named = (ticket.id, ticket.tier, ticket.queue, ticket.topic or NO_TOPIC, STATES[ticket.state])
    return [*named, raised, resolved, ticket.rating]


def _local(at: datetime | None, zone: tzinfo) -> datetime | None:
    return at.astimezone(zone).replace(tzinfo=None) if at is not None else None
