"""The web doors over a small service, spoken to by HTTP without a network."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import jwt

from bot.config.settings import Settings
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.web.server import create_app
from tests.bot.scene import Scene

SECRET = "s" * 40
ORIGIN = "https://shop.example"

_numbers = itertools.count(1)


@dataclass
class Doors:
    """The application, a client of it, and the scene behind it."""

    scene: Scene
    checks: Any = dict
    settings: Settings = field(default_factory=lambda: Settings(cors_origins=(ORIGIN,)))
    service: Service = field(init=False)
    app: Any = field(init=False)
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        change_feed = ChangeFeed(self.scene.database.url)
        scene = self.scene
        self.service = Service(self.settings, scene.database, scene.rules, change_feed, scene.clock, SECRET)
        self.app = create_app(self.service, self._check)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test")

    def _check(self) -> dict[str, bool]:
        found: dict[str, bool] = self.checks()
        return found

    async def session(self, **body: Any) -> dict[str, str]:
        """A new visitor's headers."""
        answer = await self.http.post("/api/chat/sessions", json=body or None)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['session_token']}"}

    async def say(self, who: dict[str, str], text: str, key: str | None = None) -> httpx.Response:
        """Send words."""
        body = {"key": key or str(next(_numbers)), "text": text}
        return await self.http.post("/api/chat/messages", json=body, headers=who)

    async def texts(self, who: dict[str, str], after: int = 0) -> list[str]:
        """The transcript."""
        answer = await self.http.get("/api/chat/messages", params={"after": after}, headers=who)
        return [line["text"] for line in answer.json()["messages"]]

    def token(self, contact_id: str = "C1001", secret: str = SECRET, **changes: Any) -> str:
        """What the host site signs."""
        expires = int((self.scene.now + timedelta(hours=1)).timestamp())
        claims = {"sub": contact_id, "aud": "jiedai", "exp": expires} | changes
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, secret, "HS256")
