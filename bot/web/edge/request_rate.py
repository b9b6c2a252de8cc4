"""How many chat requests a second an address may make: what is beyond is refused before anything looks at it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.delivery.rate_limit import TokenBuckets
from bot.web.client_address import ProxyTrust, network_of
from bot.wording import refusals

CHAT = ("/api/chat", "/chat")
AT_ONCE, A_SECOND = 300, 40  # fifty open pages that ask every few seconds need twenty
REMEMBERED = 10_000  # addresses
_BODY = json.dumps({"error": refusals.TOO_MANY_REQUESTS}, ensure_ascii=False).encode()
_HEADERS = (
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
    (b"retry-after", b"10"),
    (b"x-content-type-options", b"nosniff"),
)


class RequestRate:
    """Middleware that answers 429 to an address's chat requests beyond AT_ONCE and A_SECOND.

    An address that many share has as many times more as its width. Costs a fraction of what the application would.
    """

    def __init__(self, app: ASGIApp, trust: ProxyTrust, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.trust = app, trust
        self._buckets = TokenBuckets(AT_ONCE, A_SECOND, REMEMBERED, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CHAT) and not self._may(scope):
            await send({"type": "http.response.start", "status": 429, "headers": [*_HEADERS, *_closing(scope)]})
            await send({"type": "http.response.body", "body": _BODY})
            return
        await self.app(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        network = network_of(self.trust.address(scope))
        bucket, share = self._buckets.fill(network), 1 / self.trust.width(network)
        if bucket.tokens < share:
            return False
        bucket.tokens -= share
        return True


def _closing(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Who sends a body is not read on: the connection ends with the refusal."""
    return [(b"connection", b"close")] if scope["method"] != "GET" else []
