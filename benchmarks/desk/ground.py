"""The real program over a filled data folder, a Chromium before it, and the people who make things happen there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Connection, insert, select

from benchmarks import desk_ground
from bot.app import open_service, utc_now
from bot.auth import staff_sessions
from bot.auth.token_digest import token_digest
from bot.auth.visitor_sessions import LIFETIME, visitor_sessions
from bot.config.settings import read_settings
from bot.transcript.conversations import conversations
from bot.web.console.access import COOKIE
from escalation.staff import all_staff
from escalation.tickets.ticket_store import tickets
from tests.processes import Server

WIDE = {"width": 1440, "height": 900}
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENCE = 20_000  # milliseconds


@dataclass
class RunningDesk:
    """The program with its open tickets; `visitors` and `cookies` are tokens by ticket and by sign-in name."""

    url: str
    chromium: Any
    cookies: dict[str, str]
    visitors: dict[int, str]
    http: httpx.Client
    _csrf: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def page(self, login: str = "lin") -> Iterator[Any]:
        """A signed-in window at 1440 px."""
        how = {"viewport": WIDE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = self.chromium.new_context(**how, bypass_csp=True)  # conditions that are waited for are evaluated
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": COOKIE, "value": self.cookies[login], "url": self.url}])
        try:
            yield context.new_page()
        finally:
            context.close()

    def say(self, ticket: int, text: str) -> None:
        """The customer of this ticket writes."""
        headers = {"Authorization": f"Bearer {self.visitors[ticket]}"}
        message = {"key": uuid4().hex, "text": text}
        self.http.post(f"{self.url}/api/chat/messages", json=message, headers=headers).raise_for_status()

    def claim(self, ticket: int, login: str = "wang") -> None:
        """A colleague takes a waiting ticket."""
        self.act(ticket, "claim", login)

    def act(self, ticket: int, move: str, login: str, **fields: str) -> None:
        """A person sends a form of a ticket's page."""
        headers = {"Cookie": f"{COOKIE}={self.cookies[login]}"}
        if login not in self._csrf:
            shown = self.http.get(f"{self.url}/console", headers=headers).text
            found = re.search(r'name="csrf" value="([^"]+)"', shown)
            assert found is not None
            self._csrf[login] = found[1]
        form = {"csrf": self._csrf[login], **fields}
        answer = self.http.post(f"{self.url}/console/tickets/{ticket}/{move}", data=form, headers=headers)
        assert answer.status_code == 303, answer.text
        assert "refused" not in answer.headers["location"], answer.headers["location"]


@contextmanager
def running(count: int) -> Iterator[RunningDesk]:
    """Fill a folder with so many tickets, start the program on it and a browser."""
    from playwright.sync_api import sync_playwright

    named = os.environ.get("JIEDAI_CHROMIUM")
    browser = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        desk_ground.fill(data, count)
        cookies, visitors = _tokens(data)
        with (
            Server(data, program=("-m", "bot")) as server,
            sync_playwright() as playwright,
            httpx.Client(trust_env=False, timeout=60) as http,
        ):
            chromium = playwright.chromium.launch(executable_path=browser, args=SWITCHES)
            try:
                yield RunningDesk(server.url, chromium, cookies, visitors, http)
            finally:
                chromium.close()


def _tokens(data: Path) -> tuple[dict[str, str], dict[int, str]]:
    environment = {"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}
    service = open_service(read_settings(environment, data=str(data)))
    try:
        return service.database.write_now(_open_sessions)
    finally:
        service.database.close()


def _open_sessions(db: Connection) -> tuple[dict[str, str], dict[int, str]]:
    now = utc_now()
    logins = [each[0] for each in desk_ground.PEOPLE]
    people = [one for one in all_staff(db) if one.login in logins]
    cookies = {one.login: staff_sessions.open_session(db, one, now) for one in people}
    visitors = {}
    addresses = select(tickets.c.id, conversations.c.address)
    for ticket, address in db.execute(addresses.where(conversations.c.id == tickets.c.conversation_id)).all():
        visitors[ticket] = token = uuid4().hex
        values = {"digest": token_digest(token), "address": address}
        db.execute(insert(visitor_sessions).values(**values, created_at=now, expires_at=now + LIFETIME))
    return cookies, visitors


def shown_rows(page: Any, only: str = "") -> Sequence[int]:
    """Return the tickets of the rows that are drawn: all, or those that hold such an element."""
    within = "row => !only || row.querySelector(only)"
    script = f"only => [...document.querySelectorAll('#rows > li')].filter({within}).map(row => +row.dataset.ticket)"
    found: list[int] = page.evaluate(script, only)
    return found


def open_board(page: Any, desk: RunningDesk, query: str = "") -> None:
    """Show the board and wait until its stream has said how it is."""
    page.goto(f"{desk.url}/console{query}")
    page.wait_for_function("document.querySelectorAll('#rows > li').length > 0")
    page.wait_for_load_state("load")
    page.wait_for_timeout(1_500)  # the first news of the stream, and what it leads to
