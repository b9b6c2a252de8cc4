"""The notices inbox: what a person was told, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.notifications import notice_inbox
from bot.notifications.notice_inbox import InboxLine
from bot.web.console.access import AtDesk, OwnForm
from bot.web.console.layout import frame
from escalation.staff import Staff
from escalation.vault import Vault

router = APIRouter(prefix="/console/notices", include_in_schema=False)


@router.get("")
async def inbox(desk: AtDesk) -> HTMLResponse:
    """The newest notices for this person."""
    lines, unread = await desk.house.database.read(_read, desk.house.rules.vault, desk.who, desk.inbox_queues())
    return frame(desk, "console/notices.html", desk.house.clock(), unread, lines=lines)


@router.post("/read")
async def mark_read(desk: AtDesk, _form: OwnForm) -> Response:
    """Everything so far has been read."""
    await desk.house.database.unit(notice_inbox.mark_read, desk.who, desk.inbox_queues())
    return RedirectResponse("/console/notices", 303)


def _read(db: Connection, vault: Vault, who: Staff, queues: Sequence[str]) -> tuple[list[InboxLine], int]:
    return notice_inbox.notices_for(db, vault, who, queues), notice_inbox.count_unread(db, who, queues)
