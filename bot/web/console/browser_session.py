"""A browser that signs in: what it brings, the session that opens in it, and the cookies it is given."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from sqlalchemy import Connection

from bot.auth import failed_sign_ins, known_devices, sign_in_brakes, staff_sessions
from bot.auth.passwords import is_password
from bot.auth.sign_in_brakes import Attempt
from bot.auth.token_digest import token_digest
from bot.config.settings import Settings
from bot.web.client_address import address_of, network_of
from bot.web.console.access import COOKIE
from bot.wording.browsers import browser_in_words
from escalation.journal.journal_store import record
from escalation.staff import Staff

DEVICE = "jiedai_device"
AT_ONCE = 2  # passwords hashed at the same time, of known devices and of others each


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request says of the browser it comes from; cookies are empty if it has none."""

    session: str
    device: str
    agent: str
    network: str

    def attempt(self, db: Connection, login: str, who: Staff | None, now: datetime) -> Attempt:
        """Return the attempt to sign in with this name; `who` has it, if anybody."""
        is_known = who is not None and known_devices.is_known(db, self.device, who.id, now)
        return Attempt(login, self.network, token_digest(self.device) if is_known else "")


@dataclass(frozen=True, slots=True)
class Cookies:
    """What a browser is given when a session opens in it."""

    session: str
    device: str


class Hashing:
    """Bounds how many passwords are hashed at once; whatever strangers send, known devices have turns of their own."""

    def __init__(self) -> None:
        self._known, self._others = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)

    async def is_password(self, stored: str, password: str, attempt: Attempt) -> bool:
        """Whether the hash was made from this password; waits for a turn."""
        async with self._known if attempt.device else self._others:
            return await asyncio.to_thread(is_password, stored, password)


def browser_of(request: Request) -> Browser:
    """Return what a request says of its browser."""
    cookies, agent = request.cookies, browser_in_words(request.headers.get("user-agent", ""))
    return Browser(cookies.get(COOKIE, ""), cookies.get(DEVICE, ""), agent, network_of(address_of(request)))


def open_in_browser(db: Connection, who: Staff, browser: Browser, now: datetime) -> Cookies:
    """Open a session for somebody who has proven who they are; the one that was open in this browser ends."""
    attempt = browser.attempt(db, who.login, who, now)
    failed_sign_ins.record_of(db, who.login, now)
    sign_in_brakes.end_attempt(db, attempt)
    staff_sessions.close_session(db, browser.session)
    token = staff_sessions.open_session(db, who, now, agent=browser.agent, network=browser.network)
    device = known_devices.remember(db, browser.device, who.id, now)
    told = {"browser": browser.agent, "network": browser.network, "known_device": bool(attempt.device)}
    record(db, f"staff:{who.login}", "signed in", who.login, now, after=told)
    return Cookies(token, device)


def give_cookies(response: Response, cookies: Cookies, settings: Settings) -> None:
    """Have the browser keep the cookies, for the console only and out of reach of scripts."""
    lifetimes = {COOKIE: staff_sessions.LIFETIME, DEVICE: known_devices.LIFETIME}
    is_secure = settings.public_url.startswith("https://")
    for name, value in ((COOKIE, cookies.session), (DEVICE, cookies.device)):
        age = int(lifetimes[name].total_seconds())
        response.set_cookie(name, value, age, path="/console", secure=is_secure, httponly=True, samesite="lax")
