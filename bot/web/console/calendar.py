"""The calendar page: days off and make-up days of a year; leads and above change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.notifications import calendar_alarm
from bot.rules import Rules
from bot.storage.database import be_alone
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, duty_or, field
from bot.web.console.calendar_month import month_of
from bot.web.console.layout import frame
from bot.web.console.uploads import MOST_NAMED
from bot.wording import moments, refusals
from bot.wording.provisional import BY_LAW, MADE_UP
from bot.wording.sanitise import clean
from escalation.calendars import calendar_editions
from escalation.calendars.calendar_editions import YearEdition
from escalation.calendars.days import YEARS, alarm, applied, days_of, is_published, unpublished
from escalation.calendars.faults import CalendarFileFault, CalendarRefused, calendar_fault
from escalation.calendars.files import write_csv
from escalation.policy.model import Policy
from escalation.policy.yaml_blocks import parse_day
from escalation.working_hours.legal_holidays import legal_days, substitute_days
from escalation.working_hours.working_time import CalendarDay

router = APIRouter(prefix="/console/calendar", include_in_schema=False)
KINDS = ("off", "on", "normal")
FIELDS = ("day", "kind", "name", "calendar", "note", "text", "of", "whole")
NOTHING: Mapping[str, str] = dict.fromkeys(FIELDS, "")
Lead = Annotated[StaffRequest, duty_or("calendar", refusals.ONLY_LEADS_CALENDAR)]


@router.get("")
async def show(
    staff_request: SignedInStaff,
    year: Annotated[str, Query(max_length=10)] = "",
    done: str = "",
    hidden: Annotated[str, Query(max_length=MOST_NAMED)] = "",
) -> HTMLResponse:
    """Show a year as twelve months."""
    return await page_of(staff_request, wanted_year(staff_request, year), done=done, hidden=clean(hidden))


@router.get("/{move}")
async def back(staff_request: SignedInStaff, move: str, year: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Return a year as a CSV file; any other GET redirects to the page."""
    if move != "days.csv":
        return RedirectResponse("/console/calendar", 303)
    wanted, service = wanted_year(staff_request, year), staff_request.service
    policy = await service.database.read(_in_force, service.rules.policy)
    named = {"Content-Disposition": f'attachment; filename="calendar-{wanted}.csv"'}
    return Response(write_csv(days_of(policy, wanted)), media_type="text/csv; charset=utf-8", headers=named)


@router.post("/day")
async def set_day(staff_request: Lead, form: OwnForm) -> Response:
    """Make one day a day off, a make-up day, or an ordinary day."""
    typed = {name: clean(field(form, name)).strip() for name in FIELDS}
    service = staff_request.service
    try:
        day = _wanted(typed)
        normal = typed["kind"] == "normal"
        await service.database.unit(
            _set, service.rules, day, staff_request.signature, typed["note"], service.clock(), normal
        )
    except CalendarRefused as refused:
        year = wanted_year(staff_request, typed["day"][:4] or field(form, "year"))
        return await page_of(staff_request, year, flaws=[CalendarFileFault(0, refused.wrong)], typed=typed, move="day")
    return RedirectResponse(f"/console/calendar?year={day.day.year}&done=day", 303)


@router.post("/wait")
async def wait(staff_request: Lead, form: OwnForm) -> Response:
    """Note that a year is not published yet, so that nobody is reminded for a while."""
    service = staff_request.service
    year = wanted_year(staff_request, field(form, "year"))
    await service.database.unit(_put_off, service.rules.policy, year, service.clock())
    return RedirectResponse(f"/console/calendar?year={year}&done=put_off", 303)


def _wanted(typed: Mapping[str, str]) -> CalendarDay:
    try:
        day = parse_day(typed["day"])
    except ValueError:
        raise CalendarRefused(calendar_fault("date", found=typed["day"][:40])) from None
    if typed["kind"] not in KINDS:
        raise CalendarRefused(calendar_fault("kind", found=typed["kind"][:20]))
    return CalendarDay(day, "on" if typed["kind"] == "on" else "off", typed["name"], typed["calendar"] or None)


def _set(db: Connection, rules: Rules, day: CalendarDay, by: str, note: str, now: datetime, normal: bool) -> int:
    be_alone(db)  # two who change one year at once: neither undoes the other
    return calendar_editions.set_day(db, rules.policy, day, by, note, now, normal=normal)


def _put_off(db: Connection, policy: Policy, year: int, now: datetime) -> None:
    calendar_alarm.put_off(db, policy, year, now)


def _in_force(db: Connection, policy: Policy) -> Policy:
    return applied(policy, calendar_editions.in_force(db))


def _read(
    db: Connection, policy: Policy, year: int, now: datetime
) -> tuple[Policy, list[YearEdition], datetime | None]:
    missing = unpublished(policy, now)
    until = calendar_alarm.put_off_until(db, policy, missing, now) if missing is not None else None
    return _in_force(db, policy), calendar_editions.history(db, year), until


def wanted_year(staff_request: StaffRequest, text: str) -> int:
    """Return the requested year, by default the present one."""
    if text.isascii() and text.isdigit() and len(text) == 4 and int(text) in YEARS:
        return int(text)
    return staff_request.service.clock().astimezone(staff_request.service.rules.policy.zone).year


def _by_law(policy: Policy, year: int) -> list[CalendarDay]:
    """The days that are closed while nothing is published, as days to look at."""
    if is_published(policy, year):
        return []
    told = {day.day for day in days_of(policy, year) if day.calendar is None}
    named = {day: MADE_UP.format(name=name) for day, name in substitute_days(year).items()}
    named |= {day: BY_LAW.format(name=name) for day, name in legal_days(year).items()}
    return [CalendarDay(day, "off", name) for day, name in named.items() if day not in told]


async def page_of(
    staff_request: StaffRequest,
    year: int,
    *,
    done: str = "",
    hidden: str = "",
    flaws: Sequence[CalendarFileFault] = (),
    typed: Mapping[str, str] = NOTHING,
    move: str = "",
) -> HTMLResponse:
    """Render a year's page, with what was refused; `move` names the form it came from."""
    now = staff_request.service.clock()
    read, unread = await staff_request.read_page(_read, staff_request.service.rules.policy, year, now)
    policy, versions, put_off_until = read
    days = days_of(policy, year)
    values = {
        "year": year,
        "years": [one for one in (year - 1, year, year + 1) if one in YEARS],
        "months": [month_of((*days, *_by_law(policy, year)), year, number) for number in range(1, 13)],
        "weekdays": moments.WEEKDAYS,
        "today": now.astimezone(policy.zone).date(),
        "days_off": sum(day.kind == "off" and day.calendar is None for day in days),
        "days_on": sum(day.kind == "on" and day.calendar is None for day in days),
        "own_days": sum(day.calendar is not None for day in days),
        "published": is_published(policy, year),
        "alarm": alarm(policy, now),
        "missing": unpublished(policy, now),
        "put_off_until": put_off_until,
        "versions": versions,
        "calendars": list(policy.calendars),
        "done": done,
        "hidden_sheets": hidden,
        "flaws": flaws,
        "typed": typed,
        "move": move,
    }
    return frame(staff_request, "console/calendar.html", now, unread, status=422 if flaws else 200, **values)
