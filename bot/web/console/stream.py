"""Live updates: the state is read again after every change, and a page that is out of date gets an event."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection

from bot.auth import staff_sessions
from bot.service import Service
from bot.web.console import pulse
from bot.web.console.access import COOKIE, SignedInStaff, StaffRequest
from bot.web.dependencies import MaybeNumber
from bot.web.responses import BEAT, BREATH, until_database_fails
from escalation.staff import Staff
from escalation.tickets.changes import name_of_presence

CONSOLE_BREATH = 1.0  # seconds between two looks

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/stream")
async def stream(
    request: Request, staff_request: SignedInStaff, ticket: MaybeNumber = None, since: str = ""
) -> StreamingResponse:
    """Send events: `changed` when the page is out of date, `time` as keep-alive, `gone` when the session has ended.

    `changed` names in `rows` the tickets whose rows in a list are to be drawn anew; null: all of them. `since` is the
    mark of the list as the page has it, which may be behind by the time the stream begins.
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        until_database_fails(_events(request, staff_request, ticket, since)),
        media_type="text/event-stream",
        headers=headers,
    )


async def _events(
    request: Request, staff_request: StaffRequest, ticket: int | None, since: str = ""
) -> AsyncGenerator[str]:
    service, token, shown = staff_request.service, request.cookies.get(COOKIE, ""), None
    loop, known, told = asyncio.get_running_loop(), set[int](), -1
    while not request.app.state.stopping.is_set():
        seen, looked_at = service.change_feed.version, loop.time()
        names = service.change_feed.named_since(told) if told >= 0 else None
        signed = await service.database.read(staff_sessions.find_session, token, service.clock())
        if signed is None:
            yield _event("gone", service)
            return
        current = StaffRequest(service, signed)  # what they may see may have changed since the page was opened
        found, rows = await service.database.read(_look, current, ticket, names, known)
        if shown is None:
            rows = [] if since in ("", await service.database.read(pulse.list_mark)) else None
        if found != shown or rows != []:
            shown = found
            yield _event("changed", service, version=found, rows=rows)
        told = seen
        if await _concerned(service, seen, ticket):
            # A ticket's page shows what many commits touch; in a busy minute it looks once a second.
            await asyncio.sleep(max(BREATH, looked_at + CONSOLE_BREATH - loop.time()))
        else:
            yield _event("time", service)


async def _concerned(service: Service, seen: int, ticket: int | None) -> bool:
    """Wait for commits that can concern the page; False after BEAT seconds without one."""
    deadline = asyncio.get_running_loop().time() + BEAT
    while (left := deadline - asyncio.get_running_loop().time()) > 0:
        if await service.change_feed.wait(seen, left) == seen:
            return False
        names = service.change_feed.named_since(seen)
        if names is None or not names or not names <= _elsewhere(names, ticket):
            return True
        seen = service.change_feed.version
    return False


def _elsewhere(names: frozenset[str], ticket: int | None) -> frozenset[str]:
    """Those of the names that say who is at another ticket."""
    here = name_of_presence(ticket) if ticket is not None else ""
    return frozenset(name for name in names if name[0] == "p" and name != here)


def _look(
    db: Connection, current: StaffRequest, ticket: int | None, names: frozenset[str] | None, known: set[int]
) -> tuple[dict[str, Any], list[int] | None]:
    who: Staff = current.who
    now = current.service.clock()
    rows = pulse.changed_rows(db, who, names, known)
    return pulse.look(db, current.service.rules.policy, who, current.inbox_queues(), ticket, now), rows


def _event(name: str, service: Service, **data: object) -> str:
    body = json.dumps({"now": service.clock().isoformat(), **data}, ensure_ascii=False)
    return f"event: {name}\ndata: {body}\n\n"
