"""The board: who waits, for whom, and until when."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.console import board_queries
from bot.web.console.access import AtDesk, MaybeNumber
from bot.web.console.board_queries import SHOWS, Show
from bot.web.console.layout import frame
from bot.wording.sanitise import clean
from escalation.calendars.days import alarm
from escalation.incidents import incident_store
from escalation.staffing import on_duty

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("")
async def board(
    desk: AtDesk,
    show: str = "all",
    q: Annotated[str, Query(max_length=100)] = "",
    done: str = "",
    ticket: MaybeNumber = None,
) -> HTMLResponse:
    """All queues of this person, what was searched for, or what was finished lately."""
    now = desk.house.clock()
    chosen: Show = next((each for each in SHOWS if each == show), "all")
    queues = desk.inbox_queues()
    found = await desk.house.database.read(board_queries.read_board, desk.house.rules, desk.who, queues, chosen, now)
    q, hits = clean(q), None
    if show == "finished" and not q:
        hits = await desk.house.database.read(board_queries.finished, desk.house.rules, desk.who, now)
    if q:
        hits = await desk.house.database.read(board_queries.search, desk.house.rules, desk.who, q, now)
    values: dict[str, Any] = {"board": found, "hits": hits, "show": chosen, "q": q, "done": done, "about": ticket}
    values["missing"] = alarm(desk.house.rules.policy, now)
    values["left_alone"] = await desk.house.database.read(on_duty.left_alone, desk.house.rules.policy, now)
    values["on_duty"] = await desk.house.database.read(board_queries.on_duty, now)
    values["interruptions"] = await desk.house.database.read(incident_store.running_incidents)
    return frame(desk, "console/board.html", now, found.unread, **values)


@router.get("/")
async def with_slash() -> Response:
    """The same page under one address."""
    return RedirectResponse("/console", 308)
