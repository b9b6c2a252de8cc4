"""Linking what a colleague of the customer's said to a ticket."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from bot.agents.linking import link_line
from bot.web.console.access import OwnForm, SignedInStaff, field
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
STATUSES = {"forbidden": 403, "read_only": 403}
HIGHEST = 2**31  # of the numbers that lines can have


@router.post("/{ticket_id}/lines")
async def link(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> RedirectResponse:
    """Link a line, by its id in the field `line`.

    Raises Problem: 403 for a ticket they may not act on, 404 for a line they may not see or that is no colleague's.
    """
    text = field(form, "line")
    line = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(HIGHEST)) else 0
    service, who = staff_request.service, staff_request.who
    try:
        await service.database.unit(link_line, who, ticket_id, line, service.clock())
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 404), refusals.REFUSALS[refused.code]) from None
    return RedirectResponse(f"/console/tickets/{ticket_id}?done=lines", 303)
