"""The inbox of notices."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.notifications import notice_inbox
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest
from bot.web.console.layout import frame

router = APIRouter(prefix="/console/notices", include_in_schema=False)


@router.get("")
async def inbox(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the newest notices of this person."""
    service = staff_request.service
    lines, unread = await staff_request.read_page(
        notice_inbox.notices_for, service.rules.vault, staff_request.who, staff_request.inbox_queues()
    )
    rows = notice_inbox.rows_of(lines)
    return frame(staff_request, "console/notices.html", service.clock(), unread, rows=rows)


@router.post("/read")
async def mark_read(staff_request: SignedInStaff, _form: OwnForm) -> Response:
    """Mark all notices as read."""
    await staff_request.service.database.unit(notice_inbox.mark_read, staff_request.who, staff_request.inbox_queues())
    return RedirectResponse("/console/notices", 303)


async def read_notices(staff_request: StaffRequest, ticket_id: int) -> None:
    """Mark a ticket's notices as read by the person who opens it."""
    database, mine = staff_request.service.database, (staff_request.who, staff_request.inbox_queues(), ticket_id)
    if await database.read(notice_inbox.has_unread, *mine):
        await database.unit(notice_inbox.mark_read, *mine)
