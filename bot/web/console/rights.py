"""The page of what persons ask of their data: administrators see what waits and by when, and carry it out."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection
from starlette.background import BackgroundTask

from bot.privacy import agreeing, correcting, export
from bot.privacy.agreeing import Restriction, RightsRefused
from bot.privacy.held import held_of
from bot.privacy.keeper import ALL
from bot.privacy.person import AmbiguousPerson, ErasedAlready, customer_called
from bot.rules import Rules
from bot.tickets.customer_changes import NoSuchContact
from bot.web.console.access import OwnForm, StaffRequest, duty_or, field
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import privacy as words
from bot.wording.sanitise import clean
from escalation.customers.data_requests import DataRequest, requests_of, under_way
from escalation.refusals import EscalationRefusal

router = APIRouter(prefix="/console/rights", include_in_schema=False)
_DUTY = duty_or("rights", words.ONLY_ADMIN)
Admin = Annotated[StaffRequest, _DUTY]
DOOR = "console"


@router.get("")
async def overview(
    staff_request: Admin, done: str = "", customer: Annotated[str, Query(max_length=200)] = ""
) -> HTMLResponse:
    """Show the requests that wait, with the day they are due, and what is held of the customer that is asked about."""
    return await _page(staff_request, done=done, called=clean(customer))


@router.get("/{move}")
async def back(_staff_request: Admin, move: str) -> Response:  # noqa: ARG001  # any form's address
    """Lead back to the page, for a reload after a refused form."""
    return RedirectResponse(router.prefix, 303)


@router.post("/{move}")
async def carry_out(staff_request: Admin, form: OwnForm, move: str) -> Response:
    """Take a form: export, correct, restrict, erase, approve or refuse; Problem 404 for any other."""
    given = {name: clean(field(form, name)).strip() for name in form}
    called = given.get("customer", "")
    try:
        return await _move(staff_request, move, called, given)
    except RightsRefused as refused:
        sentence = words.REFUSALS[refused.fault].format(**_readable(staff_request, refused.values))
    except AmbiguousPerson as several:
        said = {"count": len(several.ids), "name": several.name, "ids": "、".join(several.ids)}
        sentence = words.AMBIGUOUS.format(**said)
    except ErasedAlready as gone:
        sentence = words.ERASED_BEFORE.format(id=gone.contact_id, on=gone.on, number=gone.number)
    except NoSuchContact:
        sentence = words.NO_SUCH_PERSON
    except EscalationRefusal as fault:
        sentence = words.BAD_VALUE.format(fault=fault)
    except _UnreadableDay:
        sentence = words.BAD_DAY
    return await _page(staff_request, refusal=sentence)


class _UnreadableDay(Exception):
    """What is no day."""


async def _move(staff_request: StaffRequest, move: str, called: str, given: dict[str, str]) -> Response:
    service, who, now = staff_request.service, staff_request.who, staff_request.service.clock()
    unit, rules = service.database.unit, service.rules
    told = ""
    if move in ("approve", "refuse"):
        number = int(given["number"]) if given.get("number", "").isdecimal() else 0
        if move == "approve":
            await unit(agreeing.approve_erasure, rules, number, who, now)
        else:
            told = await unit(agreeing.refuse, rules, number, who, given.get("reason", ""), now)
            return await _page(staff_request, done=move, told=told)
    elif move in ("export", "correct", "restrict", "erase"):
        customer = await service.database.read(customer_called, rules, called, now)
        if move == "export":
            return await _export(staff_request, customer)
        if move == "correct":
            fields = {given.get("field", ""): given.get("value", "")}
            if not set(fields) <= set(correcting.FIELDS):
                raise Problem(404, words.NO_SUCH_PERSON)
            await unit(correcting.correct, rules, customer, fields, who, DOOR, now)
        else:
            kept = (ALL,) if move == "restrict" else tuple(given.get("keep", "").split())
            until = _day(given.get("until", ""))
            wish = Restriction(kept, given.get("ground", ""), until)
            await unit(agreeing.ask_erasure, rules, customer, who, DOOR, wish, now)
    else:
        raise Problem(404, words.NO_SUCH_PERSON)
    return RedirectResponse(f"{router.prefix}?done={move}", 303)


async def _export(staff_request: StaffRequest, customer: Any) -> Response:
    """An archive, which is on record once it is whole; it is gone from here when it has been sent."""
    service, now = staff_request.service, staff_request.service.clock()
    rules, contact_id = service.rules, customer.contact.id
    await service.database.read(export.demand_few, rules, contact_id, now)
    folder = Path(tempfile.mkdtemp(prefix="jiedai-export-"))
    try:
        target = folder / f"{contact_id.replace('/', '_')[:64]}.zip"
        write = service.database.read_now
        told = await asyncio.to_thread(export.export, write, rules, customer, target, now)
        await service.database.unit(export.delivered, rules, customer, staff_request.who.login, DOOR, told, now)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    gone = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(target, media_type="application/zip", filename=target.name, background=gone)


async def _page(
    staff_request: StaffRequest, *, done: str = "", refusal: str = "", told: str = "", called: str = ""
) -> HTMLResponse:
    now = staff_request.service.clock()
    (waiting, about, counts), unread = await staff_request.read_page(_look, staff_request.service.rules, called, now)
    values: dict[str, Any] = {"waiting": waiting, "about": about, "counts": counts, "called": called, "told": told}
    values |= {"done": done, "refusal": refusal, "rights": words, "fields": correcting.FIELDS}
    values["nothing_ends"] = not staff_request.service.rules.policy.privacy.retention.is_stated
    return frame(staff_request, "console/rights.html", now, unread, status=409 if refusal else 200, **values)


def _look(
    db: Connection, rules: Rules, called: str, now: Any
) -> tuple[list[DataRequest], list[DataRequest], dict[str, int]]:
    waiting = under_way(db)
    if not called:
        return waiting, [], {}
    try:
        customer = customer_called(db, rules, called, now)
    except EscalationRefusal:
        return waiting, [], {}
    return waiting, requests_of(db, customer.contact.id), held_of(db, customer.contact.id)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _UnreadableDay from None


def _readable(staff_request: StaffRequest, values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if "tickets" in found:
        found["tickets"] = "、".join(f"#{each}" for each in found["tickets"])
    if "at" in found:
        found["at"] = f"{found['at'].astimezone(staff_request.service.rules.policy.zone):%Y-%m-%d %H:%M}"
    return found
