"""What is starred in a customer's line, shown to whoever asks: an act that stands in the journal, without the words."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.rules import Rules
from bot.web.console.access import SignedInStaff, StaffRequest, own_form, signed_in_staff
from bot.web.console.looks import note_look
from bot.web.console.refusal_statuses import STATUSES
from bot.web.console.ticket import show_ticket
from bot.web.console.ticket_view import read_ticket_view
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)


@router.post("/{ticket_id}/lines/{line_id}/show", dependencies=[Depends(own_form)])
async def show(staff_request: SignedInStaff, ticket_id: Number, line_id: Number) -> HTMLResponse:
    """Show the ticket with one of the customer's lines whole, once the journal says so.

    Raises Problem: 404 for a line that the page does not show or that hides nothing, 403 for a ticket out of sight.
    """
    rules = staff_request.service.rules
    try:
        hides = await staff_request.service.database.read(_is_hiding, rules, staff_request, ticket_id, line_id)
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from None
    if not hides:
        raise Problem(404, refusals.NOTHING_STARRED)
    await note_look(staff_request, "starred words seen", f"ticket {ticket_id}, line {line_id}")
    return await show_ticket(staff_request, ticket_id, whole=line_id)


@router.get("/{ticket_id}/lines/{line_id}/show", dependencies=[Depends(signed_in_staff)])
async def back(ticket_id: Number) -> Response:
    """Redirect to the ticket, for a reload of the page that showed the line."""
    return RedirectResponse(f"/console/tickets/{ticket_id}", 303)


def _is_hiding(db: Connection, rules: Rules, asking: StaffRequest, ticket_id: int, line_id: int) -> bool:
    view = read_ticket_view(db, rules, asking.who, asking.inbox_queues(), ticket_id, asking.service.clock())
    return any(line.id == line_id and line.is_hiding for line in view.talk)
