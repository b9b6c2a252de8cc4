"""HTTP/1.1 on one connection, with bounds: bytes of headers, time for headers, for a body and for taking a response."""

from __future__ import annotations

import asyncio
import json
from asyncio import TimerHandle
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bot.web.edge.connections import Connections
from bot.wording import refusals

HEADER_BYTES = 64 * 1024  # request line and headers, or trailers
HEADER_COUNT = 200
HEADERS_WITHIN = 10.0  # seconds
BODY_GRACE = 20.0  # seconds, and then as long as BODY_RATE lasts
BODY_RATE = 2_000  # bytes a second; a telephone with bad reception is faster
BODY_WITHIN = 600.0  # seconds for the largest file
BODY_LOOK = 5.0  # seconds between looks at a body
TAKEN_WITHIN = 60.0  # seconds in which a client must take something of what it is sent
LINGER = 2.0  # seconds in which what a refused client still sends is thrown away, so that it can read the refusal
LINGER_BYTES = 256 * 1024

Phase = Literal["headers", "body", "whole"]  # what of a request has come: not yet its headers, those, all


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, which by itself collects headers without end and waits for them for ever.

    The application's state holds the register, `connections`.
    """

    def __init__(self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.register: Connections = config.app.state.connections
        self._phase: Phase = "headers"
        self._timer: TimerHandle | None = None
        self._slow_reader: TimerHandle | None = None
        self._size = self._count = 0  # of the headers that have come
        self._unread = 0  # bytes since the last that led anywhere
        self._is_over = False  # beyond the bounds: nothing more is looked at
        self._thrown_away = 0
        self._body_size, self._body_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._set_timer(HEADERS_WITHIN, self._headers_are_late)
        self.register.opened(self, self.client[0] if self.client else "", self.loop.time())

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        if self._slow_reader is not None:
            self._slow_reader.cancel()
        self.register.closed(self)
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection at once."""
        self.register.closed(self)
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._is_over:
            self._thrown_away += len(data)
            if self._thrown_away > LINGER_BYTES:
                self.transport.abort()
            return
        if self._phase == "whole" and (self.cycle is None or self.cycle.response_complete):
            self._expect_headers()
        self._unread += len(data)
        super().data_received(data)
        if self._is_over or self._unread > HEADER_BYTES:
            self._refuse(431, refusals.HEADERS_TOO_LARGE)
        elif self._phase == "body" and self._timer is None:
            self._body_since, self._body_size = self.loop.time(), 0
            self._set_timer(BODY_LOOK, self._look_at_body)

    # The parser's callbacks

    def on_message_begin(self) -> None:
        if self._is_over:
            return
        if self._phase == "whole":
            self._expect_headers()
        self._size = self._count = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count_in(len(url))
        if not self._is_over:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count += 1
        self._count_in(len(name) + len(value) + 4)
        if not self._is_over:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._is_over:
            return
        self._unread, self._phase = 0, "body"
        self._stop_timer()
        self.register.heard(self)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        self._body_size += len(body)
        if not self._is_over:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._is_over:
            return
        self._unread, self._phase = 0, "whole"
        self._stop_timer()
        super().on_message_complete()

    # A client that does not take what it is sent

    def pause_writing(self) -> None:
        super().pause_writing()
        self._slow_reader = self.loop.call_later(TAKEN_WITHIN, self.transport.abort)

    def resume_writing(self) -> None:
        if self._slow_reader is not None:
            self._slow_reader.cancel()
            self._slow_reader = None
        super().resume_writing()

    def _count_in(self, size: int) -> None:
        self._size += size
        if self._size > HEADER_BYTES or self._count > HEADER_COUNT:
            self._is_over = True

    def _expect_headers(self) -> None:
        self._phase = "headers"
        self._set_timer(HEADERS_WITHIN, self._headers_are_late)
        self.register.half_open(self)

    def _headers_are_late(self) -> None:
        self._timer = None
        if self._unread:
            self._refuse(408, refusals.REQUEST_TOO_SLOW)
        else:  # a browser's spare connection
            self.transport.close()

    def _look_at_body(self) -> None:
        self._timer = None
        if self.flow.read_paused:  # it is we who are slow
            self._body_since += BODY_LOOK
        elapsed = self.loop.time() - self._body_since
        if elapsed > min(BODY_WITHIN, BODY_GRACE + self._body_size / BODY_RATE):
            self._refuse(408, refusals.REQUEST_TOO_SLOW)
        else:
            self._set_timer(BODY_LOOK, self._look_at_body)

    def _refuse(self, status: int, sentence: str) -> None:
        """Answer in the application's place and close; what the client still sends is thrown away meanwhile."""
        self._is_over = True
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started:
                self.transport.close()
                return
            cycle.disconnected = True  # what the application says to the first half of a request goes nowhere
            cycle.message_event.set()
        body = json.dumps({"error": sentence}, ensure_ascii=False).encode()
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.write_eof()
        self.flow.resume_reading()
        self._set_timer(LINGER, self.transport.abort)

    def _set_timer(self, seconds: float, act: Any) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, act)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
