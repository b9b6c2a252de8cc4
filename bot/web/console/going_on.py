"""Where a browser goes after something was done to a ticket, and what is said there."""

from __future__ import annotations

from fastapi.responses import RedirectResponse

from bot.agents.actions import Alarm


def to_ticket(ticket_id: int, done: str, *, may_see: bool, alarm: Alarm) -> RedirectResponse:
    """Redirect to the ticket's page, or to the board if they may not see it; `alarm`: for a danger in their words."""
    danger = f"&danger={alarm}" if alarm else ""
    if may_see:
        return RedirectResponse(f"/console/tickets/{ticket_id}?done={done}{danger}", 303)
    return RedirectResponse(f"/console?done={done}&ticket={ticket_id}{danger}", 303)
