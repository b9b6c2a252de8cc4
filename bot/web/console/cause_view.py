"""What a ticket's page shows of causes: those that were noted, and of what this person may note one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.console.ticket_view import HistoryLine, TicketView
from escalation.staff import Staff
from escalation.tickets.noted_causes import CAUSE_NOTED, MISHAPS, Mishap, is_mishap


@dataclass(frozen=True, slots=True)
class CauseView:
    """Lines that note a cause, the oldest first, and what happened that this person may say a cause of."""

    noted: Sequence[HistoryLine]
    asked: Sequence[Mishap]


def causes_of(who: Staff, shown: TicketView) -> CauseView:
    """Return what is shown on the ticket of this page: of an erased line only that there is one."""
    ticket = shown.ticket
    happened = [of for of in MISHAPS if any(is_mishap(of, each.kind, each.data) for each in shown.events)]
    may = ticket.merged_into is None and (ticket.holder_id == who.id or who.leads_in(ticket.queue))
    return CauseView([each for each in shown.events if each.kind == CAUSE_NOTED], happened if may else ())
