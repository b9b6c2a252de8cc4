"""Heartbeats of a ticket's page while somebody is active in it, from which the time of handling is counted."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from bot.transcript import ticket_reads
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field
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
    """Note that this person is active in the ticket, and with `read` that they have read it to its last line.

    Raises Problem (403, 404) for a ticket they may not see.
    """
    service, who = staff_request.service, staff_request.who
    try:
        await service.database.read(_demand, who, ticket_id)
    except Refused as refused:
        status = 404 if refused.code == "not_found" else 403
        raise Problem(status, refusals.REFUSALS[refused.code]) from None
    await service.database.unit(note_active, ticket_id, who.id, service.clock())
    if field(form, "read"):
        await note_read(staff_request, ticket_id)
    return Response(status_code=204)


async def note_read(staff_request: StaffRequest, ticket_id: int) -> None:
    """Note that this person has read the ticket to its last line, if they had not."""
    database, mine = staff_request.service.database, (staff_request.who.id, ticket_id)
    if await database.read(ticket_reads.is_behind, *mine):
        await database.unit(ticket_reads.mark_read, *mine)


def _demand(db: Connection, who: Staff, ticket_id: int) -> None:
    demand_visible(who, ticket_store.get_ticket(db, ticket_id))
