"""The board: open tickets by queue, search, finished tickets."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.console import board_queries
from bot.web.console.access import SignedInStaff
from bot.web.console.board_queries import SHOWS, Show
from bot.web.console.layout import frame
from bot.web.dependencies import MaybeNumber
from bot.wording.sanitise import clean
from escalation.calendars.days import alarm
from escalation.incidents import incident_store
from escalation.staffing import on_duty

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("")
async def board(
    staff_request: SignedInStaff,
    show: str = "all",
    q: Annotated[str, Query(max_length=100)] = "",
    done: str = "",
    ticket: MaybeNumber = None,
) -> HTMLResponse:
    """Show this person's queues, search results, or recently finished tickets."""
    now = staff_request.service.clock()
    chosen: Show = next((each for each in SHOWS if each == show), "all")
    queues = staff_request.inbox_queues()
    found = await staff_request.service.database.read(
        board_queries.read_board, staff_request.service.rules, staff_request.who, queues, chosen, now
    )
    q, hits = clean(q), None
    if show == "finished" and not q:
        hits = await staff_request.service.database.read(
            board_queries.finished, staff_request.service.rules, staff_request.who, now
        )
    if q:
        hits = await staff_request.service.database.read(
            board_queries.search, staff_request.service.rules, staff_request.who, q, now
        )
    values: dict[str, Any] = {"board": found, "hits": hits, "show": chosen, "q": q, "done": done, "about": ticket}
    values["missing"] = alarm(staff_request.service.rules.policy, now)
    values["left_alone"] = await staff_request.service.database.read(
        on_duty.unstaffed_queues, staff_request.service.rules.policy, now
    )
    values["on_duty"] = await staff_request.service.database.read(board_queries.on_duty, now)
    values["interruptions"] = await staff_request.service.database.read(incident_store.running_incidents)
    return frame(staff_request, "console/board.html", now, found.unread, **values)


@router.get("/")
async def with_slash() -> Response:
    """Redirect to the board's address without the slash."""
    return RedirectResponse("/console", 308)
