"""Which requests are served when many are open: staff and health checks always, chat pages as many as fit."""

from __future__ import annotations

import asyncio
from collections import Counter

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.client_address import network_of
from bot.web.edge.capacity import STREAMS_PER_ADDRESS, STREAMS_PER_SESSION
from bot.web.edge.connections import NO_STREAM, NOT_SERVED, Connections
from bot.web.webhooks import PATH as WEBHOOK
from bot.wording import refusals

STREAM = "/api/chat/stream"
KEPT = ("/console", "/static", "/healthz", "/readyz", "/metrics", WEBHOOK)
RETRY_AFTER = {"Retry-After": "10"}


class Admission:
    """Middleware that refuses chat requests with 503, and one address or session with too many of them with 429."""

    def __init__(self, app: ASGIApp, connections: Connections) -> None:
        self.app, self.connections = app, connections
        self._by_network: Counter[str] = Counter()
        self._by_session: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(KEPT):
            await self.app(scope, receive, send)
        elif (refused := self._refusal(scope)) is not None:
            await refused(scope, receive, send)
        elif scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        connections = self.connections
        client = scope.get("client")
        if client and not connections.trust.is_trusted(client[0]) and connections.is_crowded(client[0]):
            return _refused(429, refusals.TOO_MANY_FROM_NETWORK, close=True)
        if connections.is_full():
            self._say(NOT_SERVED, connections.total)
            return _refused(503, refusals.TOO_MANY_VISITORS, close=True)
        return None

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        trust, session = self.connections.trust, Headers(scope=scope).get("authorization", "")
        network = network_of(trust.address(scope))
        if self._by_session[session] >= STREAMS_PER_SESSION:
            app: ASGIApp = _refused(429, refusals.TOO_MANY_PAGES)
        elif self._by_network[network] >= STREAMS_PER_ADDRESS * trust.width(network):
            app = _refused(429, refusals.TOO_MANY_FROM_NETWORK)
        elif self.connections.streams >= self.connections.capacity.streams:
            self._say(NO_STREAM, self.connections.streams)
            app = _refused(503, refusals.TOO_MANY_VISITORS)
        else:
            await self._counted(network, session, scope, receive, send)
            return
        await app(scope, receive, send)

    async def _counted(self, network: str, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        counted = ((self._by_network, network), (self._by_session, session))
        self.connections.streams += 1
        for counter, key in counted:
            counter[key] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.connections.streams -= 1
            for counter, key in counted:
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]

    def _say(self, sentence: str, open_now: int) -> None:
        now = asyncio.get_running_loop().time()
        self.connections.say(now, sentence, open_now, self.connections.capacity.files)


def _refused(status: int, sentence: str, *, close: bool = False) -> JSONResponse:
    headers = {**RETRY_AFTER, "Connection": "close"} if close else RETRY_AFTER
    return JSONResponse({"error": sentence}, status, headers=headers)
