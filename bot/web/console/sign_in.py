"""Sign-in and sign-out."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.auth import failed_sign_ins, sign_in_brakes, staff_sessions
from bot.auth.passwords import dummy_hash
from bot.auth.sign_in_brakes import Attempt
from bot.service import Service
from bot.web.console.access import COOKIE, SIGN_IN, OwnForm, field, small_form
from bot.web.console.browser_session import Browser, Cookies, Hashing, browser_of, give_cookies, open_in_browser
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import refusals
from bot.wording.sanitise import clean
from escalation.staff import NO_PASSWORD, Staff, find_credentials

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
    judged = await _judge(request.app.state.hashing, service, browser_of(request), login, password)
    if isinstance(judged, timedelta):
        sentence = refusals.SIGN_IN_THROTTLED.format(minutes=math.ceil(judged.total_seconds() / 60))
        return _form(service, 429, sentence, login, field(given, "next"))
    if judged is None:
        return _form(service, 401, refusals.BAD_SIGN_IN, login, field(given, "next"))
    response = RedirectResponse(after_sign_in(field(given, "next")), 303)
    give_cookies(response, judged, service.settings)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, service: ServiceDep, _form: OwnForm) -> Response:
    """Delete the session and its cookie."""
    await service.database.unit(staff_sessions.close_session, request.cookies.get(COOKIE, ""))
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE, path="/console")
    return response


async def _judge(
    hashing: Hashing, service: Service, browser: Browser, login: str, password: str
) -> Cookies | timedelta | None:
    """The session that was opened, how long to wait, or None for a wrong password."""
    now = service.clock()
    found, attempt, wait = await service.database.read(_look_up, browser, login, now)
    if wait > timedelta():  # a flood is turned away without a write
        return wait
    wait = await service.database.unit(sign_in_brakes.begin_attempt, attempt, now)
    if wait > timedelta():
        return wait
    stored = found[1] if found else NO_PASSWORD
    compared = stored if stored != NO_PASSWORD else await asyncio.to_thread(dummy_hash)
    if await hashing.is_password(compared, password, attempt) and compared == stored:
        return await service.database.unit(_welcome, stored, login, browser, now)
    known = login if found else failed_sign_ins.UNKNOWN
    is_own = bool(attempt.device)
    await service.database.unit(failed_sign_ins.note_failure, known, browser.network, now, is_own_device=is_own)
    return None


def _look_up(
    db: Connection, browser: Browser, login: str, now: datetime
) -> tuple[tuple[Staff, str] | None, Attempt, timedelta]:
    """The person with their password's hash, the attempt, and how long it must wait."""
    found = find_credentials(db, login)
    attempt = browser.attempt(db, login, found[0] if found else None, now)
    return found, attempt, sign_in_brakes.wait_before_sign_in(db, attempt, now)


def _welcome(db: Connection, stored: str, login: str, browser: Browser, now: datetime) -> Cookies | None:
    found = find_credentials(db, login)
    if found is None or found[1] != stored:  # disabled, or another password, while this one was judged
        return None
    return open_in_browser(db, found[0], browser, now)


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
