"""Sign-in and sign-out."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.auth import staff_sessions
from bot.auth.passwords import dummy_hash, is_password
from bot.service import Service
from bot.web.client_address import address_of, network_of
from bot.web.console.access import COOKIE, SIGN_IN, OwnForm, field, small_form
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.staff import Staff, find_credentials

router = APIRouter(prefix="/console", include_in_schema=False)
LONGEST_LOGIN = 64
LONGEST_PASSWORD = 1024


@router.get("/sign-in")
async def form(request: Request, service: ServiceDep, next: str = "/console") -> Response:  # noqa: A002  # its name in the address
    """Show the sign-in form, or redirect if already signed in."""
    token = request.cookies.get(COOKIE, "")
    if token and await service.database.read(staff_sessions.find_session, token, service.clock()) is not None:
        return RedirectResponse(after_sign_in(next), 303)
    return _form(service, wanted=next)


@router.post("/sign-in")
async def sign_in(request: Request, service: ServiceDep) -> Response:
    """Set the session cookie for the right password; a wrong one and an unknown name get the same answer.

    Raises Problem (403) for a form from another site; answers 401 and, beyond the rate limit, 429 with the form.
    """
    if not is_ours(request):
        raise Problem(403, refusals.FORM_EXPIRED)
    given = await small_form(request)
    login, password = clean(field(given, "login"))[:LONGEST_LOGIN], field(given, "password")[:LONGEST_PASSWORD]
    place = network_of(address_of(request))
    # One after the other: guesses sent all at once must not slip past the count.
    async with _turn(request):
        wait, who = await _judge(service, login, password, place)
    if wait:
        sentence = refusals.SIGN_IN_THROTTLED.format(minutes=math.ceil(wait.total_seconds() / 60))
        return _form(service, 429, sentence, login, field(given, "next"))
    if who is None:
        return _form(service, 401, refusals.BAD_SIGN_IN, login, field(given, "next"))
    token = await service.database.unit(_welcome, who, login, service.clock())
    response = RedirectResponse(after_sign_in(field(given, "next")), 303)
    lifetime = int(staff_sessions.LIFETIME.total_seconds())
    is_secure = service.settings.public_url.startswith("https://")
    response.set_cookie(COOKIE, token, lifetime, path="/console", secure=is_secure, httponly=True, samesite="lax")
    return response


@router.post("/sign-out")
async def sign_out(request: Request, service: ServiceDep, _form: OwnForm) -> Response:
    """Delete the session and its cookie."""
    await service.database.unit(staff_sessions.close_session, request.cookies.get(COOKIE, ""))
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE, path="/console")
    return response


async def _judge(service: Service, login: str, password: str, place: str) -> tuple[timedelta, Staff | None]:
    now = service.clock()
    wait = await service.database.read(staff_sessions.wait_before_sign_in, login, place, now)
    if wait > timedelta():
        return wait, None
    found = await service.database.read(find_credentials, login)
    stored = found[1] if found else await asyncio.to_thread(dummy_hash)
    if await asyncio.to_thread(is_password, stored, password) and found:
        return timedelta(), found[0]
    await service.database.unit(staff_sessions.note_failure, login, place, now)
    return timedelta(), None


def _welcome(db: Connection, who: Staff, login: str, now: datetime) -> str:
    staff_sessions.forget_failures(db, login)
    return staff_sessions.open_session(db, who, now)


def _turn(request: Request) -> asyncio.Lock:
    lock: asyncio.Lock = request.app.state.sign_in_turn
    return lock


def _form(
    service: Service, status: int = 200, sentence: str = "", login: str = "", wanted: str = "/console"
) -> Response:
    name = service.rules.policy.name
    return page("console/sign_in.html", status, name=name, sentence=sentence, login=login, wanted=after_sign_in(wanted))


def is_ours(request: Request) -> bool:
    """Whether a form sent before sign-in comes from a page of this site."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def after_sign_in(wanted: str) -> str:
    """Return the page to open after sign-in: one of the console, never of another site."""
    path = urlsplit(wanted)
    is_console = path.path == "/console" or path.path.startswith("/console/")
    is_console = is_console and not wanted.startswith("//")  # another host, to a browser
    return wanted if is_console and not (path.netloc or path.scheme) and "\\" not in wanted else "/console"
