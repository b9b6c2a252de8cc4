"""A ticket as lists show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.web.console.deadline_view import is_late, urgency_of
from bot.wording.labels import customer_label
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.queries import TicketOverview


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A ticket in a list."""

    ticket: Ticket
    customer: str
    holder: str | None
    assignee: str | None  # to whom it was given, until they claim it
    clocks: tuple[DeadlineRow, ...]  # those that are not over, the most pressing first
    is_late: bool  # a promise is broken

    @property
    def due(self) -> DeadlineRow | None:
        """The most urgent deadline."""
        return self.clocks[0] if self.clocks else None


def card_of(found: TicketOverview, now: datetime) -> BoardCard:
    """Return a ticket as lists show it."""
    clocks = tuple(sorted(found.clocks, key=lambda clock: urgency_of(clock, now)))
    late = any(is_late(clock, now) for clock in clocks)
    return BoardCard(found.ticket, customer_label(found.customer), found.holder, found.assignee, clocks, late)
