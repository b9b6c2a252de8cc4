"""Live updates: the state is read again after every change, and a page that is out of date gets an event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from bot.auth import staff_sessions
from bot.service import Service
from bot.web.console import board_queries, ticket_view
from bot.web.console.access import COOKIE, SignedInStaff, StaffRequest
from bot.web.dependencies import MaybeNumber
from bot.web.responses import BEAT, BREATH, until_database_fails
from escalation.incidents import incident_store
from escalation.staff import Staff
from escalation.tickets import ticket_store
from escalation.tickets.access import sees
from escalation.tickets.lifecycle import Refused

CONSOLE_BREATH = 1.0  # seconds between two looks

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/stream")
async def stream(request: Request, staff_request: SignedInStaff, ticket: MaybeNumber = None) -> StreamingResponse:
    """Send events: `changed` when the page is out of date, `time` as keep-alive, `gone` when the session has ended."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        until_database_fails(_events(request, staff_request, ticket)), media_type="text/event-stream", headers=headers
    )


async def _events(request: Request, staff_request: StaffRequest, ticket: int | None) -> AsyncGenerator[str]:
    service, token, shown = staff_request.service, request.cookies.get(COOKIE, ""), None
    loop = asyncio.get_running_loop()
    while not request.app.state.stopping.is_set():
        seen, looked_at = service.change_feed.version, loop.time()
        signed = await service.database.read(staff_sessions.find_session, token, service.clock())
        if signed is None:
            yield _event("gone", service)
            return
        current = StaffRequest(service, signed)  # what they may see may have changed since the page was opened
        found = await service.database.read(_look, current.who, current.inbox_queues(), ticket)
        if found != shown:
            shown = found
            yield _event("changed", service, version=found)
        if await service.change_feed.wait(seen, BEAT) == seen:
            yield _event("time", service)
        else:
            # A ticket's page shows what many commits touch; in a busy minute it looks once a second.
            await asyncio.sleep(max(BREATH, looked_at + CONSOLE_BREATH - loop.time()))


def _look(db: Connection, who: Staff, queues: list[str], ticket: int | None) -> dict[str, object]:
    pulse = board_queries.read_pulse(db, who, queues)
    found: dict[str, object] = {"unread": pulse.unread, "newest": pulse.newest}
    if ticket is None:
        return found | {"mark": pulse.changed, "interruptions": incident_store.change_number(db)}
    try:
        may_see = sees(who, ticket_store.get_ticket(db, ticket))
    except Refused:
        may_see = False
    return found | {"mark": ticket_view.read_fingerprint(db, ticket) if may_see else None}


def _event(name: str, service: Service, **data: object) -> str:
    body = json.dumps({"now": service.clock().isoformat(), **data})
    return f"event: {name}\ndata: {body}\n\n"
