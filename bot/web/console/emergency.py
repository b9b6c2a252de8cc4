"""The emergency plan, read by everybody who may have to carry it out, and the mode, which administrators switch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, duty_or, field
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import emergency as words
from bot.wording.sanitise import clean
from escalation.journal import emergency_mode

router = APIRouter(prefix="/console/emergency", include_in_schema=False)
Admin = Annotated[StaffRequest, duty_or("settings", words.ONLY_ADMIN)]
MOST = 200  # characters of a reason


@router.get("")
async def emergency_page(staff_request: SignedInStaff) -> HTMLResponse:
    """Show the plan of the policy in force, whether its rehearsal is overdue, and whether the mode is on."""
    return await _page(staff_request)


@router.get("/{move}")
async def back(_staff_request: SignedInStaff, move: str) -> Response:  # noqa: ARG001  # any form's address
    """Lead back to the page, for a reload after a refused form."""
    return RedirectResponse(router.prefix, 303)


@router.post("/{move}")
async def switch(staff_request: Admin, form: OwnForm, move: str) -> Response:
    """Switch the mode on or off, on record with its reason; Problem 404 for any other move."""
    if move not in ("on", "off"):
        raise Problem(404, words.NO_SUCH_MOVE)
    reason = clean(field(form, "reason")).strip()
    if not 1 <= len(reason) <= MOST:
        return await _page(staff_request, refusal=words.SAY_WHY.format(most=MOST), typed=reason)
    service, on = staff_request.service, move == "on"
    by, now = staff_request.who.login, service.clock()
    if not await service.database.unit(emergency_mode.switch, on=on, reason=reason, by=by, now=now):
        return await _page(staff_request, refusal=words.ALREADY[move], typed=reason)
    await service.follow_emergency()
    return RedirectResponse(router.prefix, 303)


async def _page(staff_request: StaffRequest, refusal: str = "", typed: str = "") -> HTMLResponse:
    why, unread = await staff_request.read_page(emergency_mode.emergency_reason)
    now, policy = staff_request.service.clock(), staff_request.service.rules.policy
    stale = policy.emergency is not None and policy.emergency.is_stale(now.astimezone(policy.zone).date())
    values = {"plan": policy.emergency, "stale": stale, "why": why, "refusal": refusal, "typed": typed}
    values["may_switch"] = staff_request.who.may("settings")
    return frame(staff_request, "console/emergency.html", now, unread, status=409 if refusal else 200, **values)
