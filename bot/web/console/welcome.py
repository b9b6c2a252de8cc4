"""The page of a one-time link: a person sets their own password and is signed in."""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from bot.auth import accounts, password_links
from bot.auth.password_links import LinkState
from bot.auth.password_rules import LONGEST, SHORTEST, PasswordRefused, demand_good
from bot.auth.passwords import hash_password
from bot.config.secret_files import forget_first_password
from bot.service import Service
from bot.web.console.access import field, small_form
from bot.web.console.browser_session import Browser, Cookies, browser_of, give_cookies, open_in_browser
from bot.web.console.sign_in import is_ours
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.web.templating import page
from bot.wording import refusals
from bot.wording.accounts import LINKS, PASSWORDS
from escalation.staff import Staff

router = APIRouter(prefix="/console", include_in_schema=False)
LONGEST_LINK = 128  # characters; ours are shorter
STATUSES: dict[LinkState, int] = {"good": 200, "used": 410, "expired": 410, "unknown": 404}


@router.get("/welcome")
async def form(service: ServiceDep, link: str = "") -> Response:
    """Show the form; a link that was used, has expired or is none of ours says so. Looking uses nothing up."""
    state, who = await service.database.read(password_links.owner, link[:LONGEST_LINK], service.clock())
    return _form(service, state, who, link)


@router.post("/welcome")
async def set_password(request: Request, service: ServiceDep) -> Response:
    """Set the password, use the link up and sign the person in; a refused password leaves the link as it is.

    Raises Problem (403) for a form from another site.
    """
    if not is_ours(request):
        raise Problem(403, refusals.FORM_EXPIRED)
    given = await small_form(request)
    link, password = field(given, "link")[:LONGEST_LINK], field(given, "password")
    now = service.clock()
    state, who = await service.database.read(password_links.owner, link, now)
    if who is None:
        return _form(service, state, None, link)
    try:
        demand_good(password, field(given, "again"), (who.login, who.name, service.rules.policy.name))
    except PasswordRefused as refused:
        return _form(service, "good", who, link, password_sentence(refused))
    hashed = await asyncio.to_thread(hash_password, password)
    opened = await service.database.unit(_begin, link, hashed, browser_of(request), now)
    if not isinstance(opened, Cookies):
        return _form(service, opened, None, link)
    forget_first_password(service.settings, who.login)
    response = RedirectResponse("/console", 303)
    give_cookies(response, opened, service.settings)
    return response


def password_sentence(refused: PasswordRefused) -> str:
    """Return the sentence for a refused password."""
    return PASSWORDS[refused.fault].format(shortest=SHORTEST, longest=LONGEST)


def _begin(db: Connection, link: str, hashed: str, browser: Browser, now: datetime) -> Cookies | LinkState:
    state, who = password_links.redeem(db, link, now)
    if who is None:
        return state
    if not accounts.set_password(db, who, hashed, now):
        return "unknown"
    return open_in_browser(db, who, browser, now)


def _form(service: Service, state: LinkState, who: Staff | None, link: str, sentence: str = "") -> Response:
    status = 422 if sentence else STATUSES[state]
    values = {"name": service.rules.policy.name, "who": who, "link": link, "shortest": SHORTEST, "longest": LONGEST}
    return page("console/welcome.html", status, sentence=sentence or LINKS.get(state, ""), **values)
