"""The page of targets, improvements and risks, and its forms."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.agents import improving as in_use
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, duty_or, redirect_back, signed_in_staff
from bot.web.console.improvement_forms import given, improvement_wish, target_wish, whole
from bot.web.console.improvement_view import read_board
from bot.web.console.layout import frame
from bot.wording import improvement as words
from bot.wording import risks as risk_words
from escalation.improvement import targets
from escalation.improvement.aimed_indicators import AIMED
from escalation.improvement.refusals import ImprovementFault, ImprovementRefused
from escalation.measures.periods import NoSuchPeriod, day_of

router = APIRouter(prefix="/console/improvement", include_in_schema=False)
SteeringStaff = Annotated[StaffRequest, duty_or("supervision", words.REFUSALS["may_not"])]
_FORBIDDEN = ("may_not", "not_yours")
_NOT_FOUND = ("no_such_target", "no_such_improvement")
_CONFLICTS = ("changed_meanwhile", "announced", "not_announced", "target_ended", "closed")


@router.get("")
async def overview(
    staff_request: SignedInStaff, done: str = "", indicator: str = "", period: str = "", tier: str = "", queue: str = ""
) -> HTMLResponse:
    """Show targets, improvements and risks; a link from a figure fills in what the finding is of."""
    link = {"indicator": indicator, "period": period, "tier": tier, "queue": queue}
    typed = {name: value[:64] for name, value in link.items() if value}
    return await _page(staff_request, done=done, typed=typed)


@router.post("/adopt")
async def adopt(staff_request: SteeringStaff, form: OwnForm) -> Response:
    """Adopt a sample target."""
    service, typed = staff_request.service, given(form)
    owner = whole(typed.get("owner", "")) or staff_request.who.id
    order = (service.rules, staff_request.who, typed.get("suggestion", ""), owner, service.clock())
    try:
        await service.database.unit(in_use.adopt, *order)
    except ImprovementRefused as refused:
        return await _page(staff_request, refused=refused, at="target")
    return RedirectResponse(f"{router.prefix}?done=adopt", 303)


@router.post("/targets")
async def add_target(staff_request: SteeringStaff, form: OwnForm) -> Response:
    """Set a target; what is refused comes back as it was filled in."""
    service, typed, now = staff_request.service, given(form), staff_request.service.clock()
    policy, today = service.rules.policy, day_of(now, service.rules.policy.zone)
    try:
        wish = target_wish(typed, today)
        await service.database.unit(targets.add_target, policy, staff_request.who, wish, today, now)
    except ImprovementRefused as refused:
        return await _page(staff_request, refused=refused, typed=typed, at="target")
    return RedirectResponse(f"{router.prefix}?done=add", 303)


@router.post("/items")
async def begin(staff_request: SteeringStaff, form: OwnForm) -> Response:
    """Begin an improvement; what is refused comes back as it was filled in."""
    service, typed, now = staff_request.service, given(form), staff_request.service.clock()
    try:
        await service.database.unit(in_use.begin, service.rules, staff_request.who, improvement_wish(typed), now)
    except ImprovementRefused as refused:
        return await _page(staff_request, refused=refused, typed=typed, at="item")
    except NoSuchPeriod:
        return await _page(staff_request, sentence=words.NO_PERIOD, typed=typed, at="item")
    return RedirectResponse(f"{router.prefix}?done=begin", 303)


for path in ("/adopt", "/targets", "/items"):
    redirect_back(router, path, Depends(signed_in_staff))


def status_of(code: ImprovementFault) -> int:
    """Return the status of the answer to a refused form."""
    if code in _FORBIDDEN:
        return 403
    if code in _NOT_FOUND:
        return 404
    return 409 if code in _CONFLICTS else 422


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    refused: ImprovementRefused | None = None,
    sentence: str = "",
    typed: dict[str, str] | None = None,
    at: str = "",
) -> HTMLResponse:
    service, now = staff_request.service, staff_request.service.clock()
    found, unread = await staff_request.read_page(read_board, service.rules, staff_request.who, now)
    refusal = words.refusal(refused.code, refused.values) if refused is not None else sentence
    values: dict[str, Any] = {
        "found": found,
        "words": words,
        "risk_words": risk_words,
        "done": words.DONE.get(done, ""),
        "refusal": refusal,
    }
    values["risk_words"] = risk_words
    values |= {"typed": typed or {}, "at": at, "today": day_of(now, service.rules.policy.zone), "aimed": AIMED}
    status = status_of(refused.code) if refused is not None else 422 if sentence else 200
    return frame(staff_request, "console/improvement.html", now, unread, status=status, **values)
