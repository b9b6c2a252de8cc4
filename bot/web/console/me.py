"""The page of one's own account: password, sessions, failed sign-ins with one's name."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from bot.auth import accounts, failed_sign_ins, messenger_accounts, sign_in_brakes, staff_sessions
from bot.auth.password_rules import LONGEST, SHORTEST, PasswordRefused, demand_good
from bot.auth.passwords import hash_password
from bot.auth.preferences import Preferences, preferences_of
from bot.auth.sign_in_brakes import Attempt
from bot.auth.staff_sessions import OpenSession
from bot.config.secret_files import forget_first_password
from bot.web.console.access import (
    COOKIE,
    NotSignedIn,
    OwnForm,
    SignedInStaff,
    StaffRequest,
    field,
    redirect_back,
    signed_in_staff,
)
from bot.web.console.browser_session import Browser, browser_of
from bot.web.console.layout import frame
from bot.web.console.welcome import password_sentence
from bot.wording import refusals
from bot.wording.accounts import PASSWORDS
from escalation.staff import Staff, find_credentials

router = APIRouter(prefix="/console/me", include_in_schema=False)


@router.get("")
async def overview(request: Request, staff_request: SignedInStaff, done: str = "") -> HTMLResponse:
    """Show the person's account and sessions."""
    return await _page(request, staff_request, done=done)


@router.post("/password")
async def change_password(request: Request, staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Change the password, for who knows the old one; all other sessions end.

    Raises NotSignedIn for a person who was disabled meanwhile.
    """
    service, who, new = staff_request.service, staff_request.who, field(form, "password")
    browser = browser_of(request)
    wrong = await _judge_old(request, staff_request, browser, field(form, "old"))
    if wrong:
        return await _page(request, staff_request, refusal=wrong)
    try:
        demand_good(new, field(form, "again"), (who.login, who.name, service.rules.policy.name))
    except PasswordRefused as refused:
        return await _page(request, staff_request, refusal=password_sentence(refused))
    hashed = await asyncio.to_thread(hash_password, new)
    if not await service.database.unit(accounts.set_password, who, hashed, service.clock(), session=browser.session):
        raise NotSignedIn
    forget_first_password(service.settings, who.login)
    return RedirectResponse("/console/me?done=password", 303)


redirect_back(router, "/password", Depends(signed_in_staff))


@router.post("/sessions")
async def end_session(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """End one of the person's sessions; one that is over already is no error."""
    await staff_request.service.database.unit(staff_sessions.close_one, staff_request.who.id, field(form, "session"))
    return RedirectResponse("/console/me?done=ended", 303)


@router.post("/others")
async def end_others(request: Request, staff_request: SignedInStaff, form: OwnForm) -> Response:
    """End all of the person's sessions but this one."""
    del form
    token = request.cookies.get(COOKIE, "")
    await staff_request.service.database.unit(staff_sessions.close_others, staff_request.who.id, token)
    return RedirectResponse("/console/me?done=others", 303)


@router.post("/seen")
async def seen(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Stop telling of the failed sign-ins so far."""
    del form
    await staff_request.service.database.unit(failed_sign_ins.mark_seen, staff_request.who.login)
    return RedirectResponse("/console/me?done=seen", 303)


async def _judge_old(request: Request, staff_request: StaffRequest, browser: Browser, password: str) -> str:
    """The sentence for a wrong old password, or for too many of them; empty for the right one."""
    service, who, now = staff_request.service, staff_request.who, staff_request.service.clock()
    stored, attempt, wait = await service.database.unit(_begin, browser, who, now)
    if wait > timedelta():
        return refusals.SIGN_IN_THROTTLED.format(minutes=ceil(wait.total_seconds() / 60))
    if await request.app.state.hashing.is_password(stored, password, attempt):
        await service.database.unit(sign_in_brakes.end_attempt, attempt)
        return ""
    noted = {"is_own_device": bool(attempt.device)}
    await service.database.unit(failed_sign_ins.note_failure, who.login, browser.network, now, **noted)
    return PASSWORDS["wrong"]


def _begin(db: Connection, browser: Browser, who: Staff, now: datetime) -> tuple[str, Attempt, timedelta]:
    found, attempt = find_credentials(db, who.login), browser.attempt(db, who.login, who, now)
    return found[1] if found else "", attempt, sign_in_brakes.begin_attempt(db, attempt, now)


async def _page(request: Request, staff_request: StaffRequest, *, done: str = "", refusal: str = "") -> HTMLResponse:
    now, token = staff_request.service.clock(), request.cookies.get(COOKIE, "")
    (sessions, linked, chosen), unread = await staff_request.read_page(_read, staff_request.who, token, now)
    values: dict[str, Any] = {
        "sessions": sessions,
        "linked": linked,
        "chosen": chosen,
        "done": done,
        "refusal": refusal,
    }
    values |= {"shortest": SHORTEST, "longest": LONGEST}
    return frame(staff_request, "console/me.html", now, unread, status=422 if refusal else 200, **values)


def _read(db: Connection, who: Staff, token: str, now: datetime) -> tuple[list[OpenSession], bool, Preferences]:
    sessions = staff_sessions.sessions_of(db, who.id, token, now)
    return sessions, messenger_accounts.account_of(db, who.id) is not None, preferences_of(db, who.id)
