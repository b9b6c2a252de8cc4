"""The board: open tickets as a list with what stands around it, search, finished tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.auth import preferences
from bot.notifications import calendar_alarm
from bot.rules import Rules
from bot.web.console import board_queries, desk_list, finding, pulse
from bot.web.console.access import SignedInStaff, StaffRequest
from bot.web.console.bulk import told_of
from bot.web.console.desk_choices import view_refusal
from bot.web.console.desk_list import MOST_ASKED, DeskView, ListedTickets, WantedView
from bot.web.console.finding import AskedFor
from bot.web.console.layout import frame, shared_values
from bot.web.dependencies import MaybeNumber
from bot.web.templating import page
from escalation.incidents import incident_store
from escalation.staff import Staff, all_staff
from escalation.staffing import on_duty
from escalation.staffing.loads import read_loads
from escalation.tickets import task_store

router = APIRouter(prefix="/console", include_in_schema=False)
Start = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("")
async def board(
    staff_request: SignedInStaff,
    asked: AskedFor,
    view: WantedView,
    x_part: Annotated[str, Header()] = "",
    start: Start = 0,
    done: str = "",
    danger: str = "",
    ticket: MaybeNumber = None,
    bulk: str = "",
    refused: str = "",
) -> HTMLResponse:
    """Show this person's queues, search results, or recently finished tickets.

    A page that keeps itself up to date takes its rows from `rows`, and here what stands around them.
    """
    service, now = staff_request.service, staff_request.service.clock()
    read, rules, who = service.database.read, service.rules, staff_request.who
    # Its mark first: what changes between the two reads is drawn twice, not never.
    around = await read(_read, rules, who, staff_request.inbox_queues(), view, now)
    hits, found = None, ListedTickets((), more=False)
    if asked.is_any:
        hits = await read(finding.look_up, rules, who, asked, now)
    elif not x_part:
        found = await read(desk_list.read_page, rules, who, view, now, start)
    values: dict[str, Any] = {"hits": hits, "found": found, "asked": asked, "q": asked.q, "done": done}
    values |= {"danger": danger, "about": ticket, "view": view, "start": start}
    values |= {"bulk": told_of(bulk), "refusal": view_refusal(refused)}
    return frame(staff_request, "console/board.html", now, around["board"].unread, **around, **values)


@router.get("/")
async def with_slash() -> Response:
    """Redirect to the board's address without the slash."""
    return RedirectResponse("/console", 308)


@router.get("/rows")
async def rows(
    staff_request: SignedInStaff,
    view: WantedView,
    start: Start = 0,
    ids: Annotated[str, Query(max_length=3000)] = "",
    rich: bool = False,
) -> HTMLResponse:
    """Return rows of this person's list: those of these tickets, as far as the view has them, or a page of it."""
    service, now = staff_request.service, staff_request.service.clock()
    read, rules, who = service.database.read, service.rules, staff_request.who
    if ids:
        numbers = [int(each) for each in ids.split(",") if each.isascii() and each.isdigit()][:MOST_ASKED]
        found = ListedTickets(await read(desk_list.read_some, rules, who, view, numbers, now), more=False)
    else:
        found = await read(desk_list.read_page, rules, who, view, now, start)
    return _rows(staff_request, found, now, rich=rich)


def _rows(staff_request: StaffRequest, found: ListedTickets, now: datetime, *, rich: bool) -> HTMLResponse:
    return page("console/desk_rows.html", 200, **shared_values(staff_request, now), found=found, rich=rich)


def _read(
    db: Connection, rules: Rules, who: Staff, queues: Sequence[str], view: DeskView, now: datetime
) -> dict[str, Any]:
    """The page's data but for its rows."""
    views = preferences.views_of(db, who.id)
    choosable = (one for one in all_staff(db) if one.sees_some)
    return {
        "board": board_queries.read_board(db, rules, who, queues, view, now),
        "asked_of_me": task_store.count_asked_of(db, who.id),
        "left_alone": on_duty.unstaffed_queues(db, rules.policy, now),
        "stretched": on_duty.stretched_queues(db, rules.policy, now),
        "on_duty": board_queries.on_duty(db, now),
        "interruptions": incident_store.running_incidents(db),
        "missing": calendar_alarm.standing(db, rules.policy, now),
        "mark": pulse.list_mark(db),
        "views": views,
        "view_queries": {query for _, query in views.values()},
        "people": read_loads(db, rules.policy, choosable, [view.queue] if view.queue else who.queues, now),
    }
