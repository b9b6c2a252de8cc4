"""The server itself: HTTP in, one method of one bot, HTTP out; and `/control/` for those in another process."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from tests.fakes.telegram.bot import Bot
from tests.fakes.telegram.control import Control
from tests.fakes.telegram.refusals import HangUp, Json, Refusal
from tests.fakes.telegram.state import Call

LARGEST_CALL = 60 * 1024 * 1024  # bytes; what is too large for Telegram must still arrive to be refused
QUIET = "getUpdates"  # not written into the record: a bot polls for ever
_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class FakeTelegram(Bot):
    """One bot's Bot API server. `async with FakeTelegram() as api:` and point the client at `api.base`."""

    def __init__(self, *args: Any, port: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.base = ""
        self.bots: dict[str, Bot] = {self.token: self}
        self._port = port
        self._control = Control(self)

    def add_bot(self, token: str) -> Bot:
        """Another bot on the same server; what it sees is a world of its own."""
        self.bots[token] = Bot(token, self.meter.clock)
        return self.bots[token]

    async def __aenter__(self) -> FakeTelegram:
        server = web.Server(self._serve, request_factory=_request, access_log=None)
        self._runner = web.ServerRunner(server, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for bot in self.bots.values():
            await bot.close()
        await self._runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path.partition("?")[0]
        if "%" in path:
            path = unquote(path)
        head, _, rest = path[1:].partition("/")
        try:
            if head.startswith("bot"):
                return await self._answer(request, self._bot(head[3:]), rest)
            if head == "file":
                return self._download(*rest.removeprefix("bot").partition("/")[::2])
            if head == "control":
                return await self._control.answer(request, rest)
            raise Refusal(404, "Not Found")
        except Refusal as refusal:
            return _json(refusal.body, refusal.code)
        except HangUp:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    def _bot(self, token: str) -> Bot:
        found = self.bots.get(token)
        if found is None:
            raise Refusal(401, "Unauthorized") if ":" in token else Refusal(404, "Not Found")
        return found

    async def _answer(self, request: web.BaseRequest, bot: Bot, method: str) -> web.Response:
        bot.calls[method] += 1
        call = Call(method, {}, bot.meter.clock())
        if method != QUIET:
            bot.record.append(call)
        try:
            result = await bot.call(call, await _given(request))
        except (Refusal, HangUp) as end:
            call.refused = str(end) or "cut"
            raise
        finally:
            bot._notify()
        return _json({"ok": True, "result": result})

    def _download(self, token: str, path: str) -> web.Response:
        content = self._bot(token).files.get(path.partition("/")[2])
        return web.Response(body=content) if content is not None else web.Response(status=404)


def _request(*args: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = args
    return web.BaseRequest(
        message, payload, protocol, writer, task, asyncio.get_running_loop(), client_max_size=LARGEST_CALL
    )


def _json(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=_encode(body).encode(), status=status, content_type="application/json")


async def _given(request: web.BaseRequest) -> Json:
    """The parameters, whichever way they came."""
    _, _, query = request.raw_path.partition("?")
    given: Json = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/"):
        return given | dict(await request.post())
    body = await request.read() if request.can_read_body else b""
    if not body:
        return given
    if kind.startswith("application/json"):
        try:
            return given | dict(json.loads(body))
        except ValueError:
            raise Refusal(400, "Bad Request: can't parse JSON object") from None
    return given | dict(parse_qsl(body.decode(), keep_blank_values=True))
