"""The page of what is drawn, scored and objected to; the draw; and each person's own scores."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.agents import inspecting
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, redirect_back, signed_in_staff
from bot.web.console.form_values import NotFilledIn
from bot.web.console.inspections_view import read_board, read_own
from bot.web.console.layout import frame
from bot.web.errors import Problem
from bot.wording import inspections as words
from bot.wording.sanitise import clean
from escalation.policy.supervision import parse_share
from escalation.supervision.drawing import DrawWish
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.sampling import SampleSize

router = APIRouter(prefix="/console/inspections", include_in_schema=False)
MOST_DAYS = 3_650


@router.get("")
async def overview(staff_request: SignedInStaff, done: str = "") -> Response:
    """Show what waits for inspectors and for those who supervise; others are led to their own scores."""
    who = staff_request.who
    if who.role != "inspector" and not who.may("supervision"):
        return RedirectResponse(f"{router.prefix}/mine", 303)
    return await _page(staff_request, done=done)


@router.get("/mine")
async def mine(staff_request: SignedInStaff, done: str = "") -> HTMLResponse:
    """Show every score of the person's own work, and what they are to put right."""
    now = staff_request.service.clock()
    found, unread = await staff_request.read_page(read_own, staff_request.who)
    today = now.astimezone(staff_request.service.rules.policy.zone).date()
    values: dict[str, Any] = {"found": found, "done": words.DONE.get(done, ""), "words": words, "today": today}
    return frame(staff_request, "console/inspections_mine.html", now, unread, **values)


@router.post("/draw")
async def draw(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Draw records: an inspector for themselves, a manager for any; raises Problem (403) for others."""
    service, who = staff_request.service, staff_request.who
    now, given = service.clock(), {name: clean(field(form, name)).strip() for name in form}
    if who.role not in ("inspector", "manager"):
        raise Problem(403, words.REFUSALS["may_not_draw"])
    try:
        wish = _wish(staff_request, given, now)
        inspector = given.get("inspector", "") if who.role == "manager" else str(who.id)
        chosen = int(inspector) if inspector.isdecimal() and len(inspector) < 10 else 0  # an id
        await service.database.unit(inspecting.draw_for, service.rules, who, chosen, wish, now)
    except NotFilledIn as lacking:
        return await _page(staff_request, refusal=str(lacking), typed=given)
    except SupervisionRefused as refused:
        sentence = words.refusal(refused.code, refused.values)
        return await _page(staff_request, refusal=sentence, typed=given, status=409)
    return RedirectResponse(f"{router.prefix}?done=draw", 303)


redirect_back(router, "/draw", Depends(signed_in_staff))


def _wish(staff_request: StaffRequest, given: dict[str, str], now: datetime) -> DrawWish:
    """The draw that a form asks for; raises NotFilledIn, or SupervisionRefused without a section in the policy."""
    policy = staff_request.service.rules.policy
    if policy.supervision is None:
        raise SupervisionRefused("no_section")
    days = given.get("days", "")
    if not (days.isascii() and days.isdecimal() and 1 <= int(days[:6]) <= MOST_DAYS):
        raise NotFilledIn(words.BAD_DAYS)
    try:
        share = parse_share(f"{given.get('share', '')}%")
    except ValueError:
        raise NotFilledIn(words.BAD_SHARE) from None
    queue = given.get("queue", "")
    size = SampleSize(share, policy.supervision.least)
    return DrawWish(now - timedelta(days=int(days)), now, size, token_hex(8), queue if queue in policy.queues else None)


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    refusal: str = "",
    typed: dict[str, str] | None = None,
    status: int = 422,
) -> HTMLResponse:
    now, supervision = staff_request.service.clock(), staff_request.service.rules.policy.supervision
    found, unread = await staff_request.read_page(read_board, staff_request.who)
    share = f"{supervision.share / 100:g}" if supervision is not None else ""
    values: dict[str, Any] = {"found": found, "refusal": refusal, "done": words.DONE.get(done, ""), "words": words}
    values["typed"] = {"days": "7", "share": share, "queue": "", "inspector": "", **(typed or {})}
    code = status if refusal else 200
    return frame(staff_request, "console/inspections.html", now, unread, status=code, **values)
