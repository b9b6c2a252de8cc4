"""A Bot API server behind a bad network: it cuts, delays, refuses with 429 and fails with 500, by chance or never."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

TOKEN = "1001:a-token-for-measurements"  # of nobody's bot
RETRY_AFTER = 1  # seconds; the Bot API counts in whole ones

Fault = Literal[
    "cut before it arrives",
    "cut after it arrived",
    "answered late",
    "arrives late",
    "429",
    "500 before it arrives",
    "500 after it arrived",
]
# Of a hundred sends, so many go wrong in each way; after which of them it has arrived, the sender cannot know.
BAD: Mapping[Fault, int] = {
    "cut before it arrives": 4,
    "cut after it arrived": 4,
    "answered late": 8,
    "arrives late": 2,
    "429": 4,
    "500 before it arrives": 4,
    "500 after it arrived": 2,
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that is in a chat now; `at` by this machine's monotonic clock."""

    at: float
    chat: str
    text: str


class Network:
    """`async with Network(BAD) as network:` and let a client send to `network.base`; `arrived` is what chats show."""

    def __init__(self, faults: Mapping[Fault, int] | None = None, patience: float = 1.0, seed: int = 1) -> None:
        self.faults, self.patience = faults or {}, patience  # seconds after which the client gives up
        self.base = ""
        self.arrived: list[Arrival] = []
        self.happened: Counter[str] = Counter()
        self._chance = random.Random(seed)  # the same faults in every run

    async def __aenter__(self) -> Network:
        app = web.Application()
        app.router.add_post("/bot{token}/sendMessage", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        given = await request.json() if request.content_type == "application/json" else dict(await request.post())
        fault = self._fault()
        self.happened[fault or "well"] += 1
        match fault:
            case "429":
                more = {"parameters": {"retry_after": RETRY_AFTER}}
                return _refused(429, f"Too Many Requests: retry after {RETRY_AFTER}", **more)
            case "500 before it arrives":
                return _refused(500, "Internal Server Error")
            case "cut before it arrives":
                return _cut(request)
            case "arrives late":
                await asyncio.sleep(self.patience * 1.5)
        self._arrive(given)
        match fault:
            case "cut after it arrived":
                return _cut(request)
            case "500 after it arrived":
                return _refused(500, "Internal Server Error")
            case "answered late":
                await asyncio.sleep(self._chance.random() * self.patience * 1.2)
        return web.json_response({"ok": True, "result": self._message(given)})

    def _fault(self) -> Fault | None:
        at = self._chance.randrange(100)
        for fault, share in self.faults.items():
            at -= share
            if at < 0:
                return fault
        return None

    def _arrive(self, given: Mapping[str, Any]) -> None:
        self.arrived.append(Arrival(time.monotonic(), str(given["chat_id"]), str(given["text"])))

    def _message(self, given: Mapping[str, Any]) -> dict[str, Any]:
        chat = {"id": int(given["chat_id"]), "type": "supergroup", "title": "员工群"}
        return {"message_id": len(self.arrived), "date": 1_795_000_000, "chat": chat, "text": given["text"]}


def _refused(code: int, description: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description, **more}, status=code)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
