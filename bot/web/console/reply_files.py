"""A reply to the customer with pictures and files, in one transaction."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData, UploadFile

from bot.agents.actions import Reply
from bot.agents.reply_files import FilesRefused, GivenFile, check_files
from bot.messages import MAX_FILE, File
from bot.web.console.access import SignedInStaff, StaffRequest, demand_own, demand_small, field
from bot.web.console.composer_use import act_with_sources, read_sources, reply_and_resolve
from bot.web.console.form_values import NotFilledIn
from bot.web.console.going_on import to_next, to_ticket
from bot.web.console.refusal_statuses import STATUSES
from bot.web.console.ticket import show_refusal, show_ticket
from bot.web.console.ticket_forms import Typed, read_action
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import refusals, reply_files
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import demand_in_hand
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
MOST_PARTS = 50  # more files than may be sent, so that too many are refused in words
LARGEST_FORM = reply_files.MOST_TOGETHER + 256 * 1024  # bytes: the files, and the form around them


@router.post("/{ticket_id}/reply/files")
async def reply_with_files(request: Request, staff_request: SignedInStaff, ticket_id: Number) -> Response:
    """Send words, files or both to the customer; a refusal is shown with the words as they were typed.

    Raises Problem: 413 for more bytes than one reply may have, 403 for a wrong CSRF token or a ticket that is not in
    their hands, 404 for none.
    """
    demand_small(request, LARGEST_FORM, reply_files.TOO_MUCH)
    try:  # before megabytes are read
        await staff_request.service.database.read(_demand, staff_request.who, ticket_id)
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from None
    async with request.form(max_files=MOST_PARTS, max_fields=20) as form:
        demand_own(form, staff_request)
        if any(isinstance(value, str) and "\0" in value for _, value in form.multi_items()):
            raise Problem(422, refusals.UNREADABLE_FORM)
        return await _reply(staff_request, ticket_id, form)


@router.get("/{ticket_id}/reply/files")
async def back(_staff_request: SignedInStaff, ticket_id: Number) -> Response:
    """Redirect to the ticket, for a reload of the page that refused a reply."""
    return RedirectResponse(f"/console/tickets/{ticket_id}", 303)


def _demand(db: Connection, who: Staff, ticket_id: int) -> None:
    demand_in_hand(who, ticket_store.get_ticket(db, ticket_id))


async def _reply(staff_request: StaffRequest, ticket_id: int, form: FormData) -> Response:
    typed, service = Typed.of("reply", form), staff_request.service
    action = read_action("reply", form, service.rules.policy.zone)
    if not isinstance(action, Reply):
        raise Problem(404, refusals.NO_SUCH_PAGE)
    try:
        files = await _files(staff_request, form)
        sent = Reply(action.text, action.key, reopens=action.reopens, files=files)
        around = (service.rules, staff_request.who, ticket_id)
        made_with = read_sources("reply", form)
        carry_out = reply_and_resolve if field(form, "then") else act_with_sources
        acted = await service.database.unit(carry_out, *around, "reply", sent, made_with, service.clock())
    except (FilesRefused, NotFilledIn) as refused:
        return await show_ticket(
            staff_request, ticket_id, status=422, refusal=str(refused), typed=typed, key=action.key
        )
    except Refused as refused:
        return await show_refusal(staff_request, ticket_id, refused, typed, action.key)
    if field(form, "then") and not acted.alarm:
        return await to_next(staff_request, ticket_id)
    return to_ticket(ticket_id, "reply", may_see=acted.may_return, alarm=acted.alarm)


async def _files(staff_request: StaffRequest, form: FormData) -> tuple[File, ...]:
    """The files of the form, checked; a field in which nothing was chosen counts as none."""
    chosen = [each for each in form.getlist("files") if isinstance(each, UploadFile) and (each.filename or each.size)]
    if chosen and not staff_request.service.space.takes_files:
        raise FilesRefused(reply_files.NO_ROOM)
    if len(chosen) > reply_files.MOST_FILES:
        raise FilesRefused(reply_files.TOO_MANY)
    given = [GivenFile(each.filename or "", await each.read(MAX_FILE + 1)) for each in chosen]
    return await asyncio.to_thread(check_files, given)  # an archive's list of contents may be long
