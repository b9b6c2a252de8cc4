"""The journey of one case: what happened, how long it took and in whose hands it was, as a chart and a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.web.charts.journey_chart import JourneyStep, journey_chart
from bot.web.console.access import SignedInStaff
from bot.web.console.layout import frame
from bot.web.dependencies import Number
from bot.web.errors import Problem
from bot.wording import figure_pages, refusals
from bot.wording.history import EVENTS, OPENED_BY_HAND
from bot.wording.moments import date_and_time, late
from escalation.policy.model import Policy
from escalation.staff import Staff, staff_names
from escalation.tickets.access import sees
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Refused
from escalation.tickets.ticket_store import get_ticket

router = APIRouter(include_in_schema=False)
MOST = 80  # steps of a page; of a longer journey the latest
# What moves a case on or into other hands; of replies and calls only the first in each pair of hands.
_MOVES = frozenset(
    {"opened", "assigned", "assignment_expired", "claimed", "released", "transferred", "reassigned", "reopened"}
    | {"resolved", "closed", "withdrawn", "merged", "merged_away", "rated", "dissatisfied", "breach", "urged"}
    | {"waiting_for_customer", "resumed", "rerouted", "graded", "plan_revised", "step_done"}
)
_CONTACTS = frozenset({"replied", "called"})


@dataclass(frozen=True, slots=True)
class JourneyPoint:
    """A line of the history that is shown: when, what, by whom, and who holds the case after it."""

    at: datetime
    kind: str
    by: str
    holder: str


def points_of(rows: Sequence[Any], names: Mapping[int, str]) -> Iterator[JourneyPoint]:
    """Yield what of a ticket's history makes its journey."""
    holder: int | None = None
    spoken = False
    for row in rows:
        after = row.data.get("after") or {}
        if after.get("holder_id", holder) != holder:
            holder, spoken = after.get("holder_id"), False
        if row.kind in _MOVES or (row.kind in _CONTACTS and not spoken):
            spoken = spoken or row.kind in _CONTACTS
            by = names.get(row.staff_id or 0, "")
            yield JourneyPoint(row.at, row.kind, by, names.get(holder or 0, ""))


def steps_of(points: Sequence[JourneyPoint], policy: Policy) -> list[JourneyStep]:
    """Return the points as steps with the time from each to the next."""
    took = [_span(before.at, after.at) for before, after in pairwise(points)]
    shown = zip(points, [*took, ""], strict=True)
    return [
        JourneyStep(date_and_time(one.at, policy.zone), _what(one, policy), span, one.holder) for one, span in shown
    ]


def _what(point: JourneyPoint, policy: Policy) -> str:
    if point.kind == "opened" and point.by:
        return f"{point.by} {OPENED_BY_HAND}"
    return " ".join(filter(None, (point.by, EVENTS.get(point.kind) or policy.facts.get(point.kind, point.kind))))


def _span(before: datetime, after: datetime) -> str:
    took = after - before
    return late(took) if took >= timedelta(minutes=1) else figure_pages.A_MOMENT


@router.get("/console/tickets/{ticket_id}/journey")
async def journey_page(staff_request: SignedInStaff, ticket_id: Number) -> HTMLResponse:
    """Show the journey of a ticket; raises Problem: 404, or 403 for one that this person may not see."""
    policy, now = staff_request.service.rules.policy, staff_request.service.clock()
    try:
        points, unread = await staff_request.read_page(_read, staff_request.who, ticket_id)
    except Refused as refused:
        raise Problem(404 if refused.code == "not_found" else 403, refusals.REFUSALS[refused.code]) from None
    steps = steps_of(points[-MOST:], policy)
    title = figure_pages.JOURNEY.format(ticket=ticket_id)
    chart = journey_chart("journey", title, steps)
    left_out = len(points) - len(steps)
    values: dict[str, Any] = {"ticket_id": ticket_id, "title": title, "chart": chart, "steps": steps}
    return frame(staff_request, "console/journey.html", now, unread, left_out=left_out, **values)


def _read(db: Connection, who: Staff, ticket_id: int) -> list[JourneyPoint]:
    if not sees(who, get_ticket(db, ticket_id)):
        raise Refused("forbidden")
    return list(points_of(history_of(db, ticket_id), staff_names(db)))
