"""The console over HTTP, and staff before their browsers."""

from __future__ import annotations

import re

import httpx

from bot.config.settings import Settings
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.web.server import create_app
from escalation.roles import Role
from escalation.staff import Staff, set_password
from tests.bot.scene import Scene

PASSWORD = "correct-horse"
HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>'"
BASE = "http://test"
PAGE = {"Accept": "text/html"}


class Console:
    """The console on a scene's database, and browsers that open it; `hashed` is the digest of PASSWORD."""

    def __init__(self, scene: Scene, hashed: str, settings: Settings | None = None) -> None:
        self.scene, self.hashed = scene, hashed
        settings = settings or Settings()
        service = Service(settings, scene.database, scene.rules, ChangeFeed("sqlite://"), scene.clock, "s" * 32)
        self.app = create_app(service)
        self.clients: list[httpx.AsyncClient] = []
        self.address = "127.0.0.1"  # from which browsers come

    def browser(self) -> httpx.AsyncClient:
        """Somebody's browser, which nobody has signed in with."""
        # Raised errors become the answer a person would get.
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=(self.address, 40_000))
        client = httpx.AsyncClient(transport=transport, base_url=BASE, headers=PAGE)
        self.clients.append(client)
        return client

    def hire(self, login: str, role: Role = "agent", queues: tuple[str, ...] = ("*",)) -> Staff:
        """A member of staff with the password of these tests."""
        who = self.scene.staff(login, role, queues)
        self.scene.write(set_password, login, self.hashed)
        return who

    async def sits(self, login: str, role: Role = "agent", queues: tuple[str, ...] = ("*",)) -> Seat:
        """A new member of staff, signed in."""
        who = self.hire(login, role, queues)
        seat = Seat(self.browser(), who)
        answer = await seat.sign_in()
        assert answer.status_code == 303, answer.text
        return seat


class Seat:
    """A member of staff before their browser."""

    def __init__(self, browser: httpx.AsyncClient, who: Staff) -> None:
        self.browser, self.who = browser, who

    async def sign_in(self, password: str = PASSWORD, **more: str) -> httpx.Response:
        return await self.browser.post("/console/sign-in", data={"login": self.who.login, "password": password, **more})

    async def look(self, path: str) -> httpx.Response:
        return await self.browser.get(path)

    async def do(self, ticket_id: int, move: str, **fields: str | list[str]) -> httpx.Response:
        """Send one of the forms on the ticket's page, as the page has it."""
        page = await self.look("/console")
        return await self.browser.post(f"/console/tickets/{ticket_id}/{move}", data={"csrf": csrf_of(page), **fields})


def csrf_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def alert_of(page: httpx.Response) -> str:
    found = re.search(r'role="alert">([^<]*)<', page.text)
    return found[1] if found else ""
