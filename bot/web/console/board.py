"""The board: open tickets by queue, search, finished tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.notifications import calendar_alarm
from bot.rules import Rules
from bot.web.console import board_queries, finding
from bot.web.console.access import SignedInStaff
from bot.web.console.board_queries import SHOWS, Show
from bot.web.console.finding import AskedFor
from bot.web.console.layout import frame
from bot.web.dependencies import MaybeNumber
from escalation.incidents import incident_store
from escalation.staff import Staff
from escalation.staffing import on_duty
from escalation.tickets import task_store

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("")
async def board(
    staff_request: SignedInStaff,
    asked: AskedFor,
    done: str = "",
    danger: str = "",
    ticket: MaybeNumber = None,
) -> HTMLResponse:
    """Show this person's queues, search results, or recently finished tickets."""
    rules, now = staff_request.service.rules, staff_request.service.clock()
    chosen: Show = next((each for each in SHOWS if each == asked.show), "all")
    queues = staff_request.inbox_queues()
    read = await staff_request.service.database.read(_read, rules, staff_request.who, queues, chosen, now)
    hits = None
    if asked.is_any:
        hits = await staff_request.service.database.read(finding.look_up, rules, staff_request.who, asked, now)
    values: dict[str, Any] = {"hits": hits, "show": chosen, "asked": asked, "q": asked.q, "done": done}
    values |= {"danger": danger, "about": ticket}
    return frame(staff_request, "console/board.html", now, read["board"].unread, **read, **values)


@router.get("/")
async def with_slash() -> Response:
    """Redirect to the board's address without the slash."""
    return RedirectResponse("/console", 308)


def _read(db: Connection, rules: Rules, who: Staff, queues: Sequence[str], show: Show, now: datetime) -> dict[str, Any]:
    """The page's data but for a search."""
    board = board_queries.read_board(db, rules, who, queues, show, now)
    shown = [card.ticket.id for section in board.sections for card in section.cards]
    return {
        "board": board,
        "requests": task_store.count_open(db, shown),
        "asked_of_me": task_store.count_asked_of(db, who.id),
        "left_alone": on_duty.unstaffed_queues(db, rules.policy, now),
        "on_duty": board_queries.on_duty(db, now),
        "interruptions": incident_store.running_incidents(db),
        "missing": calendar_alarm.standing(db, rules.policy, now),
    }
