"""A server on a free port in this process, and clients that speak to it byte by byte, from any local address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from bot.web.edge.serving import configuration
from tests.patience import patience


@dataclass
class Wire:
    """The port, and every connection that was opened to it."""

    port: int
    opened: list[Line] = field(default_factory=list)

    async def open(self, data: bytes = b"", source: str = "127.0.0.1") -> Line:
        """A new connection that has sent this much."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0))
        line = Line(reader, writer)
        self.opened.append(line)
        await line.send(data)
        return line

    async def ask(self, path: str, source: str = "127.0.0.1", headers: str = "") -> bytes:
        """The whole answer to a GET."""
        line = await self.open(get(path, "Connection: close\r\n" + headers), source)
        return await line.rest()


@dataclass(eq=False)
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> bytes:
        """The head of the next answer; empty if the connection was closed instead."""
        async with asyncio.timeout(patience(20)):
            try:
                return await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""

    async def rest(self) -> bytes:
        """Everything until the other side closes."""
        found = b""
        async with asyncio.timeout(patience(20)):
            try:
                while piece := await self.reader.read(65536):
                    found += piece
            except ConnectionError:
                pass
        return found


def get(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: test\r\n{headers}\r\n".encode()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[Wire]:
    """Serve the application while the block runs."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(configuration(app, lifespan="off", log_config=None))
    running = asyncio.create_task(server._serve([listener]))  # not `serve`, which takes this process's signals
    wire = Wire(listener.getsockname()[1])
    try:
        yield wire
    finally:
        for line in wire.opened:
            line.writer.transport.abort()
        app.state.stopping.set()
        app.state.service.change_feed.notify()
        server.should_exit = True
        await running
