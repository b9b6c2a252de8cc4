"""Files in a ticket's talk, as its page opens them."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import Connection

from bot.messages import File, FileGone
from bot.service import Service
from bot.transcript import attachments
from bot.transcript.message_store import get_message
from bot.transcript.visible_lines import is_in_sight, tickets_in_sight
from bot.web.console.access import SignedInStaff
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.web.responses import as_download
from bot.wording import refusals
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import sees
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)


@router.get("/{ticket_id}/files/{message_id}")
async def file(staff_request: SignedInStaff, ticket_id: Number, message_id: Number) -> Response:
    """Return a file of the ticket's conversation; raises Problem (404) for any other."""
    found = await staff_request.service.database.read(_visible_file, staff_request.who, ticket_id, message_id)
    return as_download(await _with_content(staff_request.service, found))


async def _with_content(service: Service, kept: File) -> File:
    """The file with its bytes, fetched from its channel if we don't hold them."""
    if kept.content is not None:
        return kept
    if kept.reference is None or service.fetch_file is None:
        raise Problem(404, refusals.FILE_ELSEWHERE)
    try:
        return replace(kept, content=await service.fetch_file(kept.reference))
    except FileGone as gone:
        raise Problem(404, str(gone)) from None


def _visible_file(db: Connection, who: Staff, ticket_id: int, message_id: int) -> File:
    """The file of a line that the ticket's page shows to this person."""
    try:
        ticket = ticket_store.get_ticket(db, ticket_id)
    except Refused as refused:
        raise Problem(404, refusals.REFUSALS[refused.code]) from refused
    if not sees(who, ticket):
        raise Problem(403, refusals.REFUSALS["forbidden"])
    found = attachments.get_attachment(db, message_id)
    if found is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    in_sight, line = tickets_in_sight(db, who, ticket.conversation_id), get_message(db, message_id)
    is_here = ticket.conversation_id == found[0] or line.ticket_id == ticket.id
    if not (is_here and is_in_sight(line, ticket, in_sight)):
        raise Problem(404, refusals.NO_SUCH_PAGE)
    return found[1]
