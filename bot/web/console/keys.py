"""The page of API keys: administrators make them, see what each may do and when it was used, and revoke them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.auth import api_keys
from bot.auth.api_keys import LONGEST_LIFE, SCOPES, KeyRefused
from bot.web.console.access import OwnForm, StaffRequest, duty_or, field, redirect_back
from bot.web.console.layout import frame
from bot.wording.accounts import KEYS, ONLY_KEYS
from bot.wording.sanitise import clean

router = APIRouter(prefix="/console/keys", include_in_schema=False)
_DUTY = duty_or("keys", ONLY_KEYS)
KeyMaker = Annotated[StaffRequest, _DUTY]


@router.get("")
async def overview(staff_request: KeyMaker, done: str = "") -> HTMLResponse:
    """Show the keys in use."""
    return await _page(staff_request, done=done)


@router.post("/create")
async def create(staff_request: KeyMaker, form: OwnForm) -> Response:
    """Create a key and show it, this once."""
    service, name = staff_request.service, clean(field(form, "name"))
    scopes, days = [str(each) for each in form.getlist("scope")], field(form, "days").strip()
    if days and not (days.isascii() and days.isdigit() and len(days) < 6):
        return await _page(staff_request, refusal=_sentence("days", name), typed=(name, scopes, days))
    args = (name, scopes, staff_request.who.login, service.clock())
    try:
        key = await service.database.unit(api_keys.create_key, *args, days=int(days) if days else None)
    except KeyRefused as refused:
        return await _page(staff_request, refusal=_sentence(refused.fault, name), typed=(name, scopes, days))
    return await _page(staff_request, key=key)


@router.post("/revoke")
async def revoke(staff_request: KeyMaker, form: OwnForm) -> Response:
    """Revoke a key at once."""
    service, name = staff_request.service, field(form, "name")
    try:
        await service.database.unit(api_keys.revoke_key, name, staff_request.who.login, service.clock())
    except KeyRefused as refused:
        return await _page(staff_request, refusal=_sentence(refused.fault, name))
    return RedirectResponse(f"{router.prefix}?done=revoked", 303)


for _path in ("/create", "/revoke"):
    redirect_back(router, _path, _DUTY)


def _sentence(fault: str, name: str) -> str:
    return KEYS[fault].format(name=name, most=LONGEST_LIFE)


async def _page(
    staff_request: StaffRequest,
    *,
    done: str = "",
    refusal: str = "",
    key: str = "",
    typed: tuple[str, list[str], str] = ("", [], ""),
) -> HTMLResponse:
    now = staff_request.service.clock()
    keys, unread = await staff_request.read_page(api_keys.all_keys)
    values: dict[str, Any] = {"keys": keys, "done": done, "refusal": refusal, "key": key, "scopes": SCOPES}
    values |= {"typed": dict(zip(("name", "scopes", "days"), typed, strict=True)), "most": LONGEST_LIFE}
    return frame(staff_request, "console/keys.html", now, unread, status=422 if refusal else 200, **values)
