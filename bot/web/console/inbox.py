"""The inbox of notices."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.notifications import notice_inbox
from bot.notifications.notice_inbox import InboxLine
from bot.web.console.access import OwnForm, SignedInStaff
from bot.web.console.layout import frame
from escalation.staff import Staff
from escalation.vault import Vault

router = APIRouter(prefix="/console/notices", include_in_schema=False)


@router.get("")
async def inbox(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the newest notices of this person."""
    lines, unread = await staff_request.service.database.read(
        _read, staff_request.service.rules.vault, staff_request.who, staff_request.inbox_queues()
    )
    return frame(staff_request, "console/notices.html", staff_request.service.clock(), unread, lines=lines)


@router.post("/read")
async def mark_read(staff_request: SignedInStaff, _form: OwnForm) -> Response:
    """Mark all notices as read."""
    await staff_request.service.database.unit(notice_inbox.mark_read, staff_request.who, staff_request.inbox_queues())
    return RedirectResponse("/console/notices", 303)


def _read(db: Connection, vault: Vault, who: Staff, queues: Sequence[str]) -> tuple[list[InboxLine], int]:
    return notice_inbox.notices_for(db, vault, who, queues), notice_inbox.count_unread(db, who, queues)
