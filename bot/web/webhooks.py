"""Webhooks that channels post updates to, authenticated by a secret header."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.service import Service

PATH = "/telegram/webhook"
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
LARGEST = 1024 * 1024  # bytes; an update has a few thousand


class Hooks:
    """Middleware before the rest of the application: webhook requests are many, and need nothing of what pages need."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        take_in = self.service.webhook
        if take_in is None or scope["type"] != "http" or (scope["path"], scope["method"]) != (PATH, "POST"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return
        status = 413 if body is None else await take_in(request.headers.get(SECRET, ""), body)
        await Response(status_code=status)(scope, receive, send)


async def _body(request: Request) -> bytes | None:
    """The request's body; None if it is too large."""
    pieces, length = list[bytes](), 0
    async for piece in request.stream():
        length += len(piece)
        if length > LARGEST:
            return None
        pieces.append(piece)
    return b"".join(pieces)
