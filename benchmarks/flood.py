"""One stranger with every trick: what `benchmarks.strangers` starts as a process of its own.

python -m benchmarks.flood URL SECONDS [TRICK …]

Ends by itself, and prints as JSON how often each trick was tried and how it was answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import httpx

DANGERS = ("冒烟了 起火 全线停机 转人工", "转人工", "漏电了，有人被电到", "我要投诉，转人工")
MEGABYTE = 1024 * 1024
PICTURE = b"\xff\xd8\xff" + bytes(10 * MEGABYTE - 65_536)
# How many of each are tried at any moment.
TRICKS = {"dangers": 2, "files": 2, "identify": 1, "sign_in": 1, "headers": 1, "held": 300, "streams": 300}
HEADERS = 4 * MEGABYTE  # bytes of one request's headers
PAUSE = 0.005  # seconds after a trick: the flood is bounded, and other work of the machine goes on
PATIENCE = 20.0


class Stranger:
    """One network address, with as many sessions as it is given."""

    def __init__(self, url: str, until: float, only: Sequence[str] = (), address: str = "127.0.0.1") -> None:
        self.url, self.address, self.until = url, address, until
        self.only = only or TRICKS
        self.tokens: list[str] = []
        self.answers: Counter[str] = Counter()
        self._numbers = itertools.count()
        limits = httpx.Limits(max_connections=30, max_keepalive_connections=30)
        transport = httpx.AsyncHTTPTransport(local_address=address, limits=limits)
        self.http = httpx.AsyncClient(base_url=url, transport=transport, timeout=PATIENCE, trust_env=False)

    async def flood(self) -> dict[str, int]:
        """Use every trick at once until time is up; returns the answers, counted by trick and status."""
        wanted = [name for name in self.only for _ in range(TRICKS[name])]
        tasks = [asyncio.create_task(self._again(getattr(self, name))) for name in ("sessions", *wanted)]
        await asyncio.sleep(self.until - time.monotonic())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.http.aclose()
        return dict(sorted(self.answers.items()))

    async def _again(self, trick: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < self.until:
            try:
                await trick()
            except (OSError, httpx.HTTPError, asyncio.IncompleteReadError):
                self.answers[f"{trick.__name__}:broken"] += 1
                await asyncio.sleep(10 * PAUSE)
            await asyncio.sleep(PAUSE)

    def _count(self, trick: str, answer: httpx.Response) -> None:
        self.answers[f"{trick}:{answer.status_code}"] += 1

    def _whose(self) -> dict[str, str]:
        number = next(self._numbers)
        token = self.tokens[number % len(self.tokens)] if self.tokens else "none"
        return {"Authorization": f"Bearer {token}"}

    async def sessions(self) -> None:
        """One session after another."""
        answer = await self.http.post("/api/chat/sessions")
        self._count("sessions", answer)
        if answer.status_code == 201:
            self.tokens.append(answer.json()["session_token"])

    async def dangers(self) -> None:
        """Dangers and wishes for a person, by all sessions in turn."""
        number = next(self._numbers)
        body = {"key": f"k{number}", "text": DANGERS[number % len(DANGERS)]}
        self._count("dangers", await self.http.post("/api/chat/messages", json=body, headers=self._whose()))

    async def files(self) -> None:
        """Large files."""
        files = {"file": ("机器.jpg", PICTURE, "image/jpeg")}
        key = {"key": f"f{next(self._numbers)}"}
        self._count("files", await self.http.post("/api/chat/files", params=key, files=files, headers=self._whose()))

    async def identify(self) -> None:
        """Proofs of identity that are none."""
        body = {"token": "e30.e30.garbage"}
        self._count("identify", await self.http.post("/api/chat/identify", json=body, headers=self._whose()))

    async def sign_in(self) -> None:
        """Guesses at staff's passwords."""
        form = {"login": f"staff{next(self._numbers)}", "password": "a guess"}
        answer = await self.http.post("/console/sign-in", data=form, headers={"Origin": self.url})
        self._count("sign_in", answer)

    async def headers(self) -> None:
        """Headers without end."""
        reader, writer = await self._connect()
        try:
            writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\nX-Long: ")
            for _ in range(HEADERS // 65_536):
                writer.write(b"a" * 65_536)
                await writer.drain()
            status = await asyncio.wait_for(reader.read(64), PATIENCE)
            self.answers[f"headers:{status.split(b' ')[1].decode() if status else 'closed'}"] += 1
        finally:
            await _close(writer)

    async def held(self) -> None:
        """A connection whose headers never end."""
        reader, writer = await self._connect()
        try:
            writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            await reader.read()  # until the server has had enough
            self.answers["held:ended"] += 1
        finally:
            await _close(writer)
        await asyncio.sleep(1.0)

    async def streams(self) -> None:
        """A chat page that is kept up to date."""
        reader, writer = await self._connect()
        try:
            token = self._whose()["Authorization"]
            writer.write(f"GET /api/chat/stream HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
            status = (await reader.readline()).split(b" ")
            self.answers[f"streams:{status[1].decode() if len(status) > 1 else 'closed'}"] += 1
            await reader.read()
        finally:
            await _close(writer)
        await asyncio.sleep(1.0)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        there = urlsplit(self.url)
        return await asyncio.open_connection(there.hostname, there.port, local_addr=(self.address, 0))


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def main() -> None:
    """Flood a server of one's own on this machine."""
    url, seconds = sys.argv[1], float(sys.argv[2])
    if urlsplit(url).hostname != "127.0.0.1":
        raise SystemExit("Only a server on this machine is flooded: the URL must begin with http://127.0.0.1.")
    os.nice(10)  # its work is another machine's: it must not take the server's share of this one's processors
    print(json.dumps(asyncio.run(Stranger(url, time.monotonic() + seconds, sys.argv[3:]).flood())))


if __name__ == "__main__":
    main()
