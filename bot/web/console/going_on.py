"""Where a browser goes after something was done to a ticket, and what is said there."""

from __future__ import annotations

from datetime import datetime

from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.agents.actions import Alarm
from bot.delivery.customer_messages import hears_nothing
from bot.rules import Rules
from bot.transcript.conversations import get_conversation
from bot.web.console import desk_list
from bot.web.console.access import StaffRequest
from bot.web.console.desk_list import DeskView
from escalation.staff import Staff
from escalation.tickets.ticket_store import get_ticket


def to_ticket(ticket_id: int, done: str, *, may_see: bool, alarm: Alarm) -> RedirectResponse:
    """Redirect to the ticket's page, or to the board if they may not see it; `alarm`: for a danger in their words."""
    danger = f"&danger={alarm}" if alarm else ""
    if may_see:
        return RedirectResponse(f"/console/tickets/{ticket_id}?done={done}{danger}", 303)
    return RedirectResponse(f"/console?done={done}&ticket={ticket_id}{danger}", 303)


async def to_next(staff_request: StaffRequest, solved: int) -> RedirectResponse:
    """Redirect from a ticket that was resolved to the next one of this person's by its clock, or to the board."""
    service, who = staff_request.service, staff_request.who
    coming, done = await service.database.read(_coming, service.rules, who, solved, service.clock())
    if coming is None:
        return RedirectResponse(f"/console?done={done}&ticket={solved}", 303)
    return RedirectResponse(f"/console/tickets/{coming}?done={done}&after={solved}", 303)


def _coming(db: Connection, rules: Rules, who: Staff, solved: int, now: datetime) -> tuple[int | None, str]:
    """The ticket to open next (None: there is none), and what is said of the one that was resolved."""
    found = desk_list.read_page(db, rules, who, DeskView("mine"), now)
    rest = [each.card.ticket for each in found.rows if each.card.ticket.is_open and each.card.ticket.id != solved]
    # One that waits for its customer needs nobody now.
    coming = next((each.id for each in rest if each.waits_since is None), None)
    talk = get_conversation(db, get_ticket(db, solved).conversation_id)
    return coming, "resolve_untold" if hears_nothing(db, talk) else "resolve"
