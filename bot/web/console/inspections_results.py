"""What inspections come to: figures by month, tier, agent or queue, and the sheet of one agent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from bot.web.console.access import StaffRequest, duty_or
from bot.web.console.inspections_view import may_see_figures
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import inspections as words
from bot.wording.sanitise import clean
from escalation.staff import Staff, all_staff
from escalation.supervision.adherence import (
    GROUPS,
    Adherence,
    Group,
    adherence,
    adherence_by,
    adherence_by_item,
)
from escalation.supervision.appraisal import AppraisalSheet, appraisal_sheet
from escalation.supervision.inspection_results import (
    InspectedPerson,
    drawn_between,
    inspected_people,
    records_for,
    rows_of,
)
from escalation.supervision.periods import month_of, parse_period

router = APIRouter(prefix="/console/inspections", include_in_schema=False)
Supervising = Annotated[StaffRequest, duty_or("supervision", words.ONLY_SUPERVISORS)]
Given = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True, slots=True)
class InspectionFigures:
    """Figures by group with the total, by item, and the people whose work they are of."""

    groups: Mapping[str, Adherence]
    total: Adherence
    items: Mapping[str, tuple[int, int]]
    people: Mapping[str, InspectedPerson]


@router.get("/results")
async def results(staff_request: Supervising, by: Given = "agent", period: Given = "") -> HTMLResponse:
    """Show the figures of the records that this person supervises; a period that is none is said."""
    zone, now = staff_request.service.rules.policy.zone, staff_request.service.clock()
    group: Group = next((each for each in GROUPS if each == by), "agent")
    span, fault = _span(clean(period).strip(), zone)
    found, unread = await staff_request.read_page(_figures, staff_request.who, group, span, zone)
    values: dict[str, Any] = {"found": found, "by": group, "period": clean(period), "fault": fault, "words": words}
    values["sheet_period"] = clean(period) if span is not None else month_of(now, zone)
    code = 422 if fault else 200
    return frame(staff_request, "console/inspections_results.html", now, unread, status=code, **values)


@router.get("/sheet")
async def sheet(staff_request: Supervising, agent: Given = "", period: Given = "") -> HTMLResponse:
    """Show the sheet of an agent; raises Problem: 404 for nobody whom this person leads, 422 for no period."""
    zone, now = staff_request.service.rules.policy.zone, staff_request.service.clock()
    wanted = clean(period).strip() or month_of(now, zone)
    if _span(wanted, zone)[0] is None:
        raise Problem(422, words.NO_PERIOD)
    found, unread = await staff_request.read_page(_sheet, staff_request.who, clean(agent).strip(), wanted, zone)
    if found is None:
        raise Problem(404, words.NO_AGENT)
    values: dict[str, Any] = {"found": found, "words": words, "today": now.astimezone(zone).date()}
    return frame(staff_request, "console/inspections_sheet.html", now, unread, **values)


def _span(period: str, zone: ZoneInfo) -> tuple[tuple[datetime, datetime] | None, str]:
    """The instants of a period, and the sentence for what is none."""
    try:
        return (parse_period(period, zone) if period else None), ""
    except ValueError:
        return None, words.NO_PERIOD


def _figures(
    db: Connection, who: Staff, group: Group, span: tuple[datetime, datetime] | None, zone: ZoneInfo
) -> InspectionFigures:
    people = inspected_people(db)
    where = [drawn_between(*span)] if span is not None else []
    rows = rows_of(records_for(db, who, *where), people, zone)
    known = {each.login: each for each in people.values()}
    return InspectionFigures(adherence_by(rows, group), adherence(rows), adherence_by_item(rows), known)


def _sheet(db: Connection, who: Staff, login: str, period: str, zone: ZoneInfo) -> AppraisalSheet | None:
    people = inspected_people(db)
    if not may_see_figures(who, people, all_staff(db), login):
        return None
    agent = next(each for each in people.values() if each.login == login)
    return appraisal_sheet(db, agent, period, zone)
