"""Heartbeats of a ticket's page while somebody is active in it, from which the time of handling is counted."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from bot.web.console.access import OwnForm, SignedInStaff
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import demand_visible
from escalation.tickets.handling_spells import note_active
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)


@router.post("/{ticket_id}/active")
async def note(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number) -> Response:
    """Note that this person is active in the ticket; raises Problem (403, 404) for one they may not see."""
    del form  # its token was all that there is to it
    service, who = staff_request.service, staff_request.who
    try:
        await service.database.read(_demand, who, ticket_id)
    except Refused as refused:
        status = 404 if refused.code == "not_found" else 403
        raise Problem(status, refusals.REFUSALS[refused.code]) from None
    await service.database.unit(note_active, ticket_id, who.id, service.clock())
    return Response(status_code=204)


def _demand(db: Connection, who: Staff, ticket_id: int) -> None:
    demand_visible(who, ticket_store.get_ticket(db, ticket_id))
