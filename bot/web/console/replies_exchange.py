"""Canned replies as files: imported whole or refused with every line at fault, and exported."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from bot.files.cell_values import ExportTable
from bot.tickets.canned_reply_import import CannedReplyFaults, import_replies
from bot.transcript.canned_reply_store import list_replies
from bot.web.console.access import redirect_back
from bot.web.console.figure_export import MIME, PIECES, download
from bot.web.console.replies import SERVING, ServingStaff, replies_page
from bot.web.console.replies_table import read_entries, reply_table
from bot.web.console.uploads import words_and_file
from bot.wording.canned_replies import FILE_NAME, fault_sentence
from escalation.staff import names_by_login

router = APIRouter(prefix="/console/replies", include_in_schema=False)
LARGEST = 2 * 1024 * 1024  # bytes
Format = Literal["xlsx", "csv"]


@router.post("/import")
async def take_in(staff_request: ServingStaff, request: Request) -> Response:
    """Import the replies of a file, all or none; its faults are named on the page, line by line."""
    service, who = staff_request.service, staff_request.who
    _, content = await words_and_file(request, staff_request, LARGEST)
    try:
        entries = await asyncio.to_thread(read_entries, content)
        await service.database.unit(import_replies, service.rules.policy, who, entries, service.clock())
    except CannedReplyFaults as found:
        faults = [(fault.line, fault_sentence(fault.code, fault.values)) for fault in found.faults]
        return await replies_page(staff_request, faults=faults)
    return RedirectResponse(f"{router.prefix}?done=import&count={len(entries)}", 303)


@router.get("/export")
async def export(staff_request: ServingStaff, format: Format = "xlsx") -> Response:  # noqa: A002
    """Download the person's own replies and the team's, as a table that can be imported again."""
    table = await staff_request.service.database.read(_read, staff_request.who.id)
    return download(PIECES[format]([table]), f"{FILE_NAME}.{format}", MIME[format])


redirect_back(router, "/import", SERVING)


def _read(db: Connection, staff_id: int) -> ExportTable:
    return reply_table(list_replies(db, staff_id), names_by_login(db))
