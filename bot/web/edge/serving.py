"""The web server: uvicorn with bounded connections, ended by a signal without waiting for open streams."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from bot.web.edge.protocol import BoundedProtocol

GRACE = 5  # seconds that requests under way get at the end
DEAD_AFTER = 60_000  # milliseconds without a sign of a client that has something to acknowledge
TICKS = 10  # a second


class _Server(uvicorn.Server):
    """A server that ends open event streams at once on shutdown, so that it need not wait for them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM are the ordinary end: not raised again afterwards, as uvicorn would."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.stopping.set()
        app.state.service.change_feed.notify()
        super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self.config.app.state.connections.check_files()  # type: ignore[union-attr]
        return await super().on_tick(counter)


def configuration(app: FastAPI, **more: Any) -> uvicorn.Config:
    """Return how uvicorn serves the application; `more` goes to it as it is."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        log_level="error",  # each broken request of a stranger would be a warning
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,  # it would believe any program on this machine; `client_address` asks the settings
        **more,
    )


async def serve(app: FastAPI, listener: socket.socket) -> None:
    """Serve on a listening socket until SIGINT or SIGTERM."""
    _notice_the_dead(listener)
    await _Server(configuration(app)).serve(sockets=[listener])


def _notice_the_dead(listener: socket.socket) -> None:
    """A telephone out of reach says no goodbye: its stream would be kept for a quarter of an hour."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # accepted connections inherit it, on Linux
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER)
