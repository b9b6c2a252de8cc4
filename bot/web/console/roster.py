"""The roster page: who is on duty, and the week's shifts; leads and above change them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from bot.files.escalation_files import read_roster_content
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, duty_or, field, redirect_back, signed_in_staff
from bot.web.console.layout import frame
from bot.web.console.uploads import MOST_NAMED, passed_over, words_and_file
from bot.web.errors import Problem
from bot.wording import moments, refusals
from bot.wording.sanitise import clean
from escalation.journal.authors import signature
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff, names_by_login, staff_names
from escalation.staffing import on_duty, roster_changes, roster_store
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.roster import Shift, day_of
from escalation.staffing.roster_changes import RosterRefused
from escalation.staffing.roster_file import RosterFault, RosterFaults, ShiftEntry, parse_day, parse_kind, parse_time
from escalation.staffing.roster_rights import demand_own_people

router = APIRouter(prefix="/console/roster", include_in_schema=False)
FIELDS = ("date", "login", "start", "end", "kind", "text", "one", "other")
NOTHING: Mapping[str, str] = dict.fromkeys(FIELDS, "")
CHANGES = 10  # listed
Lead = Annotated[StaffRequest, duty_or("roster", refusals.ONLY_LEADS_ROSTER)]


@dataclass(frozen=True, slots=True)
class RosterView:
    """The page's data."""

    in_use: bool
    people: Sequence[AgentCandidate]  # in a shift now
    next_change: datetime | None
    shifts: Sequence[Shift]  # that touch the week
    changes: Sequence[Any]
    names: Mapping[int, str]
    by_login: Mapping[str, str]  # names by sign-in name
    present: Sequence[Staff]  # who can be given a shift
    left: Mapping[str, int]  # queues in which tickets wait and nobody is on duty
    stretched: Mapping[str, int]  # the same where everybody on duty is busy or at their capacity


@dataclass(frozen=True, slots=True)
class RosterDay:
    """One day of the week and the shifts that begin on it."""

    day: date
    shifts: Sequence[Shift]


@router.get("")
async def show(
    staff_request: SignedInStaff,
    week: Annotated[str, Query(max_length=10)] = "",
    done: str = "",
    hidden: Annotated[str, Query(max_length=MOST_NAMED)] = "",
) -> HTMLResponse:
    """Show who is on duty now, and a week from Monday to Sunday."""
    return await page_of(staff_request, week, done=done, hidden=clean(hidden))


redirect_back(router, "/{move}", Depends(signed_in_staff))


@router.post("/import")
async def take_in(staff_request: Lead, request: Request) -> Response:
    """Import a file or pasted lines in place of the shifts on their days; all or nothing."""
    fields, content = await words_and_file(request, staff_request)
    typed = {**NOTHING, "text": fields.get("text", "")}
    service = staff_request.service
    try:
        table = content or typed["text"].encode(errors="replace")
        entries = await asyncio.to_thread(read_roster_content, table)
        zone, now = service.rules.policy.zone, service.clock()
        await service.database.unit(_import, staff_request.who, zone, entries, now)
    except RosterFaults as found:
        return await page_of(staff_request, fields.get("week", ""), faults=found.faults, typed=typed, move="import")
    except RosterRefused as refused:
        return await page_of(
            staff_request,
            fields.get("week", ""),
            faults=(RosterFault(refused.code, 0, refused.values),),
            typed=typed,
            move="import",
        )
    return _done("import", str(min(entry.day for entry in entries)), passed_over(content))


@router.post("/{move}")
async def carry_out(staff_request: Lead, form: OwnForm, move: str) -> Response:
    """Add, remove or swap shifts; a refusal is shown with the form as it was filled in."""
    week, typed = field(form, "week"), {name: clean(field(form, name)).strip() for name in FIELDS}
    try:
        shift = await _change(staff_request, form, move, typed)
    except RosterFaults as found:
        return await page_of(staff_request, week, faults=found.faults, typed=typed, move=move)
    except RosterRefused as refused:
        faults = (RosterFault(refused.code, 0, refused.values),)
        return await page_of(staff_request, week, faults=faults, typed=typed, move=move)
    return _done(move, week if move != "add" else str(day_of(shift, staff_request.service.rules.policy.zone)))


async def _change(staff_request: StaffRequest, form: FormData, move: str, typed: Mapping[str, str]) -> Shift:
    service, who = staff_request.service, staff_request.who
    zone, now = service.rules.policy.zone, service.clock()
    match move:
        case "add":
            return await service.database.unit(_add, who, zone, wanted_shift(typed), now)
        case "remove":
            return await service.database.unit(_remove, who, zone, _number(field(form, "shift")), now)
        case "swap":
            return await service.database.unit(_swap, who, zone, _number(typed["one"]), _number(typed["other"]), now)
        case _:
            raise Problem(404, refusals.NO_SUCH_PAGE)


def _import(db: Connection, who: Staff, zone: ZoneInfo, entries: Sequence[ShiftEntry], now: datetime) -> None:
    demand_own_people(db, zone, who, {entry.login for entry in entries}, days={entry.day for entry in entries})
    roster_changes.import_days(db, zone, entries, signature(who.name, who.login), now)


def _add(db: Connection, who: Staff, zone: ZoneInfo, entry: ShiftEntry, now: datetime) -> Shift:
    demand_own_people(db, zone, who, {entry.login})
    return roster_changes.add_shift(db, zone, entry, signature(who.name, who.login), now)


def _remove(db: Connection, who: Staff, zone: ZoneInfo, shift: int, now: datetime) -> Shift:
    demand_own_people(db, zone, who, (), {shift})
    return roster_changes.remove_shift(db, zone, shift, signature(who.name, who.login), now)


def _swap(db: Connection, who: Staff, zone: ZoneInfo, one: int, other: int, now: datetime) -> Shift:
    demand_own_people(db, zone, who, (), {one, other})
    return roster_changes.swap_shifts(db, zone, one, other, signature(who.name, who.login), now)[0]


def wanted_shift(typed: Mapping[str, str]) -> ShiftEntry:
    """Return the shift of a form; raises RosterFaults with every fault."""
    day, start, end = parse_day(typed["date"]), parse_time(typed["start"]), parse_time(typed["end"])
    kind = parse_kind(typed["kind"])
    faults = [
        RosterFault("missing", 0, {"column": name}) for name in ("date", "login", "start", "end") if not typed[name]
    ]
    if day is None and typed["date"]:
        faults.append(RosterFault("bad_date", 0, {"found": typed["date"][:20]}))
    for column, value in (("start", start), ("end", end)):
        if value is None and typed[column]:
            faults.append(RosterFault("bad_time", 0, {"column": column, "found": typed[column][:20]}))
    if kind is None:
        faults.append(RosterFault("bad_kind", 0, {"found": typed["kind"][:20]}))
    if faults or day is None or start is None or end is None or kind is None:
        raise RosterFaults(faults)
    return ShiftEntry(day, typed["login"], start, end, kind)


def _number(text: str) -> int:
    """A shift's id; a text that is no number matches none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _done(move: str, week: str, more: str = "") -> Response:
    day = parse_day(week)
    return RedirectResponse(f"/console/roster?done={move}" + (f"&week={day}" if day else "") + more, 303)


async def page_of(
    staff_request: StaffRequest,
    week: str,
    *,
    done: str = "",
    hidden: str = "",
    faults: Sequence[RosterFault] = (),
    typed: Mapping[str, str] = NOTHING,
    move: str = "",
) -> HTMLResponse:
    """Return the page of a week, with the faults of a form that is shown as it was filled in."""
    service, now = staff_request.service, staff_request.service.clock()
    policy = service.rules.policy
    today = now.astimezone(policy.zone).date()
    monday = _monday(parse_day(week) or today)
    read, unread = await staff_request.read_page(_read, policy, monday, now)
    days = [monday + timedelta(days=number) for number in range(7)]
    begun = {shift: day_of(shift, policy.zone) for shift in read.shifts}
    values = {
        "read": read,
        "queues": [(queue, [one for one in read.people if one.works(queue)]) for queue in policy.queues],
        "days": [RosterDay(day, [shift for shift, begins in begun.items() if begins == day]) for day in days],
        "monday": monday,
        "today": today,
        "last_week": monday - timedelta(days=7),
        "next_week": monday + timedelta(days=7),
        "this_week": _monday(today),
        "weekdays": moments.WEEKDAYS,
        "hours": partial(_hours, policy.zone),
        "done": done,
        "hidden_sheets": hidden,
        "faults": faults,
        "typed": typed,
        "move": move,
    }
    return frame(staff_request, "console/roster.html", now, unread, status=422 if faults else 200, **values)


def _hours(zone: ZoneInfo, shift: Shift) -> str:
    """08:00–20:00, 21:00–次日 08:00, 00:00–24:00."""
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return f"{begins:%H:%M}–24:00" if ends.time() == time() else f"{begins:%H:%M}–{moments.NEXT_DAY}{ends:%H:%M}"


def _monday(day: date) -> date:
    # Far ends of the calendar have no week around them, and no shifts.
    day = min(max(day, date(2000, 1, 3)), date(2100, 1, 4))
    return day - timedelta(days=day.weekday())


def _read(db: Connection, policy: Policy, monday: date, now: datetime) -> RosterView:
    start, end = (
        datetime.combine(day, time(), policy.zone).astimezone(UTC) for day in (monday, monday + timedelta(days=7))
    )
    return RosterView(
        in_use=roster_store.in_use(db),
        people=on_duty.read_people(db, now, usual=policy.capacity).candidates,
        next_change=roster_store.following_change(db, now),
        shifts=roster_store.shifts_between(db, start, end),
        changes=roster_store.changes(db, CHANGES),
        names=staff_names(db),
        by_login=names_by_login(db),
        present=all_staff(db),
        left=on_duty.unstaffed_queues(db, policy, now),
        stretched=on_duty.stretched_queues(db, policy, now),
    )
