"""Where a browser goes after something was done to a ticket, and what is said there."""

from __future__ import annotations

from fastapi.responses import RedirectResponse

from bot.agents.actions import Alarm
from bot.web.console import desk_list
from bot.web.console.access import StaffRequest
from bot.web.console.desk_list import DeskView


def to_ticket(ticket_id: int, done: str, *, may_see: bool, alarm: Alarm) -> RedirectResponse:
    """Redirect to the ticket's page, or to the board if they may not see it; `alarm`: for a danger in their words."""
    danger = f"&danger={alarm}" if alarm else ""
    if may_see:
        return RedirectResponse(f"/console/tickets/{ticket_id}?done={done}{danger}", 303)
    return RedirectResponse(f"/console?done={done}&ticket={ticket_id}{danger}", 303)


async def to_next(staff_request: StaffRequest, solved: int) -> RedirectResponse:
    """Redirect from a ticket that was resolved to the next one of this person's by its clock, or to the board."""
    service, view, now = staff_request.service, DeskView("mine"), staff_request.service.clock()
    found = await service.database.read(desk_list.read_page, service.rules, staff_request.who, view, now)
    rest = [each.card.ticket for each in found.rows if each.card.ticket.is_open and each.card.ticket.id != solved]
    # One that waits for its customer needs nobody now.
    coming = next((each.id for each in rest if each.waits_since is None), None)
    if coming is None:
        return RedirectResponse(f"/console?done=resolve&ticket={solved}", 303)
    return RedirectResponse(f"/console/tickets/{coming}?done=resolve&after={solved}", 303)
