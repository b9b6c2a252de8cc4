"""Live pages: after every wake-up the state is read again, and a page hears of it only when it is out of date."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from bot.auth import staff_sessions
from bot.auth.ticket_access import sees
from bot.service import Reception
from bot.web.chat.endpoints import BEAT, BREATH
from bot.web.console import board_queries, ticket_view
from bot.web.console.access import COOKIE, AtDesk, Desk, MaybeNumber
from bot.web.errors import while_it_lasts
from escalation.incidents import incident_store
from escalation.staff import Staff
from escalation.tickets import store
from escalation.tickets.lifecycle import Refused

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/stream")
async def stream(request: Request, desk: AtDesk, ticket: MaybeNumber = None) -> StreamingResponse:
    """`changed` whenever the page should be drawn again, `time` as a sign of life, `gone` when the session ended."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        while_it_lasts(_events(request, desk, ticket)), media_type="text/event-stream", headers=headers
    )


async def _events(request: Request, desk: Desk, ticket: int | None) -> AsyncIterator[str]:
    house, token, shown = desk.house, request.cookies.get(COOKIE, ""), None
    while not await request.is_disconnected() and not request.app.state.stopping.is_set():
        seen = house.wakeups.version
        if await house.database.read(staff_sessions.find_session, token, house.clock()) is None:
            yield _event("gone", house)
            return
        found = await house.database.read(_look, desk.who, desk.inbox_queues(), ticket)
        if found != shown:
            shown = found
            yield _event("changed", house, version=found)
        if await house.wakeups.wait(seen, BEAT) == seen:
            yield _event("time", house)
        else:
            await asyncio.sleep(BREATH)


def _look(db: Connection, who: Staff, queues: list[str], ticket: int | None) -> dict[str, object]:
    pulse = board_queries.read_pulse(db, who, queues)
    found: dict[str, object] = {"unread": pulse.unread, "newest": pulse.newest}
    if ticket is None:
        return found | {"mark": pulse.changed, "interruptions": incident_store.pulse(db)}
    try:
        may_see = sees(who, store.get_ticket(db, ticket))
    except Refused:
        may_see = False
    return found | {"mark": ticket_view.read_beat(db, ticket) if may_see else None}


def _event(name: str, house: Reception, **data: object) -> str:
    body = json.dumps({"now": house.clock().isoformat(), **data})
    return f"event: {name}\ndata: {body}\n\n"
