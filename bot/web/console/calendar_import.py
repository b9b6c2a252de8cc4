"""Calendar years from a notice or a file: what would change is shown first; versions are taken back with one click."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from bot.files.calendar_files import read_calendar_content
from bot.rules import Rules
from bot.tickets.calendar_change import CalendarPreview, DayCounts, counts_of, preview, save_plan
from bot.web.console.access import OwnForm, StaffRequest, field
from bot.web.console.calendar import NOTHING, Lead, page_of, wanted_year
from bot.web.console.calendar_month import month_of, runs_of
from bot.web.console.layout import frame
from bot.web.console.uploads import passed_over, passed_over_names, words_and_file
from bot.wording import moments
from bot.wording.outcomes import restored_note
from bot.wording.sanitise import clean
from escalation.calendars import calendar_plans
from escalation.calendars.changes import Given, YearChange
from escalation.calendars.days import missing_of
from escalation.calendars.faults import CalendarFileFault, CalendarFileFaults, CalendarRefused
from escalation.policy.model import Policy

router = APIRouter(prefix="/console/calendar", include_in_schema=False)
FIRST = 10  # deadlines that are listed


@router.post("/import")
async def look(staff_request: Lead, request: Request) -> Response:
    """Show what a file or pasted text would change; nothing is saved. Every fault is shown."""
    fields, content = await words_and_file(request, staff_request)
    typed = {**NOTHING, "text": fields.get("text", ""), "note": clean(fields.get("note", "")).strip()}
    typed |= {"of": fields.get("of", ""), "whole": fields.get("whole", "")}
    service, asked = staff_request.service, _asked(typed["of"])
    try:
        table = content or typed["text"].encode(errors="replace")
        read = partial(read_calendar_content, whole=bool(typed["whole"]))
        given = await asyncio.to_thread(read, table, service.rules.policy, asked)
        found, unread = await staff_request.read_page(_look, service.rules, given, service.clock())
    except (CalendarFileFaults, CalendarRefused) as refused:
        flaws = refused.flaws if isinstance(refused, CalendarFileFaults) else [CalendarFileFault(0, refused.wrong)]
        return await _refused(staff_request, fields.get("year", ""), flaws, typed, "import")
    hidden = passed_over_names(content)
    if not found.plan.news:
        return RedirectResponse(f"/console/calendar?year={max(given.named)}&done=same{passed_over(content)}", 303)
    told = counts_of([day for days in given.years.values() for day in days])
    return _preview(staff_request, found, told, unread, {**typed, "hidden": hidden})


@router.post("/save")
async def save(staff_request: Lead, form: OwnForm) -> Response:
    """Save what was looked at; refused if the calendar was changed in the meantime."""
    service = staff_request.service
    note = clean(field(form, "note")).strip()
    try:
        value = json.loads(field(form, "plan"))
        years = await service.database.unit(_save, service.rules, value, staff_request.signature, note, service.clock())
    except CalendarRefused as refused:
        flaws = [CalendarFileFault(0, refused.wrong)]
        return await _refused(staff_request, field(form, "year"), flaws, dict(NOTHING), "import")
    except (LookupError, TypeError, ValueError, OverflowError, RecursionError):  # no form of ours
        return RedirectResponse("/console/calendar", 303)
    return RedirectResponse(f"/console/calendar?year={max(years, default='')}&done=import", 303)


@router.post("/restore")
async def restore(staff_request: Lead, form: OwnForm) -> Response:
    """Make a year as a version of it was, as a new version."""
    service, year, version = staff_request.service, field(form, "year"), field(form, "version")
    if not (_asked(year) and version.isdecimal() and version.isascii() and len(version) < 7):
        return RedirectResponse("/console/calendar", 303)
    args = (int(year), int(version), staff_request.signature, service.clock())
    try:
        await service.database.unit(_restore, service.rules, service.filed or service.rules.policy, *args)
    except CalendarRefused as refused:
        flaws = [CalendarFileFault(0, refused.wrong)]
        return await _refused(staff_request, year, flaws, dict(NOTHING), "versions")
    return RedirectResponse(f"/console/calendar?year={year}&done=restored", 303)


def _asked(text: str) -> int | None:
    return int(text) if len(text) == 4 and text.isdecimal() and text.isascii() else None


def _look(db: Connection, rules: Rules, given: Given, now: datetime) -> CalendarPreview:
    planning = partial(calendar_plans.plan_days, policy=rules.policy, given=given)
    return preview(db, rules.policy, planning, now)


def _save(db: Connection, rules: Rules, value: Any, by: str, note: str, now: datetime) -> list[int]:
    return save_plan(db, rules.policy, calendar_plans.from_text(db, rules.policy, value), by, note, now)


def _restore(db: Connection, rules: Rules, filed: Policy, year: int, version: int, by: str, now: datetime) -> None:
    plan = calendar_plans.plan_restore(db, rules.policy, filed, year, version)
    save_plan(db, rules.policy, plan, by, restored_note(version), now)


async def _refused(
    staff_request: StaffRequest, year: str, flaws: Sequence[CalendarFileFault], typed: dict[str, str], move: str
) -> Response:
    return await page_of(staff_request, wanted_year(staff_request, year), flaws=flaws, typed=typed, move=move)


def _preview(
    staff_request: StaffRequest, found: CalendarPreview, told: DayCounts, unread: int, typed: dict[str, str]
) -> Response:
    policy, now = staff_request.service.rules.policy, staff_request.service.clock()
    values: dict[str, Any] = {
        "told": told,
        "years": [_year_shown(change) for change in found.plan.news],
        "weekdays": moments.WEEKDAYS,
        "today": now.astimezone(policy.zone).date(),
        "moved": [
            (one.row.ticket_id, one.row.label, moments.dated(policy, one.row.due_at), moments.dated(policy, one.due_at))
            for one in found.moved[:FIRST]
        ],
        "moved_count": len(found.moved),
        "plan": json.dumps(calendar_plans.as_text(found.plan), ensure_ascii=False),
        "typed": typed,
        "hidden_sheets": typed["hidden"],
    }
    return frame(staff_request, "console/calendar_preview.html", now, unread, **values)


def _year_shown(change: YearChange) -> dict[str, Any]:
    changed = {day.day.month for day in (*change.gone, *change.come)}
    return {
        "year": change.year,
        "before": counts_of(change.before),
        "after": counts_of(change.after),
        "gone": runs_of(change.gone),
        "come": runs_of(change.come) if change.before else (),  # of a new year the months show all
        "months": [month_of(change.after, change.year, number) for number in sorted(changed)],
        "missing": () if change.is_known else missing_of(change.after, change.year),
    }
