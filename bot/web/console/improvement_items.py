"""The pages of one target and of one improvement, with the moves on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.service import Service
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, redirect_back, signed_in_staff
from bot.web.console.improvement import status_of
from bot.web.console.improvement_forms import given, improvement_wish, target_wish, whole
from bot.web.console.improvement_view import read_improvement_page, read_target_page
from bot.web.console.layout import frame
from bot.web.dependencies import Number, valid_number
from bot.web.errors import Problem
from bot.wording import improvement as words
from bot.wording import refusals
from escalation.improvement import improving, targets
from escalation.improvement.aimed_indicators import AIMED
from escalation.improvement.refusals import ImprovementRefused
from escalation.measures.periods import day_of
from escalation.staff import Staff

router = APIRouter(prefix="/console/improvement", include_in_schema=False)
TARGET_MOVES = ("change", "announce", "end", "read")
ITEM_MOVES = ("change", "progress", "close")
Typed = dict[str, str]


@router.get("/targets/{number}")
async def target_page(staff_request: SignedInStaff, number: Number, done: str = "") -> HTMLResponse:
    """Show a target; raises Problem: 403 for one that is not open to this person, 404 for none."""
    return await _target(staff_request, number, done=done)


@router.post("/targets/{number}/{move}")
async def move_target(staff_request: SignedInStaff, form: OwnForm, number: Number, move: str) -> Response:
    """Change, announce, end or mark a target as read; Problem 404 for any other move."""
    if move not in TARGET_MOVES:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    service, typed = staff_request.service, given(form)
    try:
        await _move_target(service, staff_request.who, typed, number, move, service.clock())
    except ImprovementRefused as refused:
        return await _target(staff_request, number, refused=refused, typed=typed)
    place = router.prefix if move in ("read", "end") else f"{router.prefix}/targets/{number}"
    return RedirectResponse(f"{place}?done={move}", 303)


@router.get("/items/{number}")
async def item_page(staff_request: SignedInStaff, number: Number, done: str = "") -> HTMLResponse:
    """Show an improvement; raises Problem: 403 for one that is not open to this person, 404 for none."""
    return await _item(staff_request, number, done=done)


@router.post("/items/{number}/{move}")
async def move_item(staff_request: SignedInStaff, form: OwnForm, number: Number, move: str) -> Response:
    """Change an improvement, write its progress or close it; Problem 404 for any other move."""
    if move not in ITEM_MOVES:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    service, typed = staff_request.service, given(form)
    try:
        await _move_item(service, staff_request.who, typed, number, move, service.clock())
    except ImprovementRefused as refused:
        return await _item(staff_request, number, refused=refused, typed=typed)
    return RedirectResponse(f"{router.prefix}/items/{number}?done={move}", 303)


for path in ("/targets/{number}/{move}", "/items/{number}/{move}"):
    redirect_back(router, path, Depends(signed_in_staff), Depends(valid_number))


async def _move_target(service: Service, who: Staff, typed: Typed, number: int, move: str, now: datetime) -> None:
    unit, policy = service.database.unit, service.rules.policy
    match move:
        case "change":
            today, edits = day_of(now, policy.zone), whole(typed.get("edits", "")) or 0
            wish = target_wish(typed, today)
            await unit(targets.change_target, policy, who, number, wish, edits, today, now)
        case "announce":
            await unit(targets.announce_target, who, number, now)
        case "end":
            await unit(targets.end_target, who, number, now)
        case _:
            await unit(targets.read_target, who, number, now)


async def _move_item(service: Service, who: Staff, typed: Typed, number: int, move: str, now: datetime) -> None:
    unit, today = service.database.unit, day_of(now, service.rules.policy.zone)
    text, edits = typed.get("text", ""), whole(typed.get("edits", "")) or 0
    match move:
        case "change":
            kept = (await service.database.read(improving.get_improvement, number)).finding
            wish = improvement_wish({**typed, "finding": kept, "indicator": ""})
            await unit(improving.change, who, number, wish, edits, today, now)
        case "progress":
            await unit(improving.add_progress, who, number, text, now)
        case _:
            await unit(improving.close, who, number, text, edits, today, now)


async def _target(
    staff_request: StaffRequest,
    number: int,
    *,
    done: str = "",
    refused: ImprovementRefused | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    return await _show(staff_request, "console/improvement_target.html", read_target_page, number, done, refused, typed)


async def _item(
    staff_request: StaffRequest,
    number: int,
    *,
    done: str = "",
    refused: ImprovementRefused | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    template = "console/improvement_item.html"
    return await _show(staff_request, template, read_improvement_page, number, done, refused, typed)


async def _show(
    staff_request: StaffRequest,
    template: str,
    read: Any,
    number: int,
    done: str,
    refused: ImprovementRefused | None,
    typed: Typed | None,
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    try:
        found, unread = await staff_request.read_page(read, service.rules, staff_request.who, number, now)
    except ImprovementRefused as closed:
        code = refused if refused is not None and status_of(refused.code) in (403, 404) else closed
        raise Problem(status_of(code.code), words.refusal(code.code, code.values)) from None
    refusal = words.refusal(refused.code, refused.values) if refused is not None else ""
    # What somebody else has written meanwhile is shown, not what was typed against the older state.
    kept = {} if refused is not None and refused.code == "changed_meanwhile" else typed or {}
    values = {"found": found, "words": words, "done": words.DONE.get(done, ""), "refusal": refusal, "typed": kept}
    values |= {"today": day_of(now, service.rules.policy.zone), "aimed": AIMED}
    status = status_of(refused.code) if refused is not None else 200
    return frame(staff_request, template, now, unread, status=status, **values)
