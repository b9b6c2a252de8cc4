"""Very many idle chat pages: whether all are kept, what they cost, and what they do to one customer's messages.

python -m benchmarks.pages [--quick]

The real program on an embedded database, its pages on connections from 127.0.x.y, ten from each address. The idle pages
are the only other thing the machine does: beside other work the ratio still holds, the times do not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.tables import percentile, show
from bot.app import utc_now
from bot.auth import visitor_sessions
from bot.config.settings import DATABASE_FILE
from bot.storage.database import Database
from bot.web.edge.capacity import capacity_of, raise_file_limit

PER_ADDRESS = 10
OPENED_AT_ONCE = 100
PATIENCE = 120.0  # seconds
RATE = 3.0  # messages a second
SPEAKERS = 60  # sessions that take turns: nobody speaks faster than a person may
QUESTIONS = ("打印机连不上wifi怎么办", "怎么开发票", "怎么查订单", "打印机卡纸怎么办", "安装人工费多少钱")


@dataclass(frozen=True, slots=True)
class Size:
    """How many pages are kept for how many seconds; how many stand beside a customer, in how many rounds of seconds."""

    pages: int
    hold: float
    beside: int
    rounds: int
    round_s: float


FULL = Size(5_000, 60.0, 600, 6, 20.0)
QUICK = Size(500, 5.0, 100, 1, 5.0)


class Page(asyncio.Protocol):
    """An idle page: a connection with an open stream, which counts what comes."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.transport: asyncio.Transport | None = None
        self.events = self.beats = 0
        self.status = b""
        self.closed = False
        self.shown = asyncio.Event()  # the first event, a refusal, or the end of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        lines = ("GET /api/chat/stream HTTP/1.1", "Host: bench", f"Authorization: Bearer {self.token}", "", "")
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        self.status = self.status or data[9:12]
        self.events += data.count(b"event: messages")
        self.beats += data.count(b": still here")
        if self.events or self.status != b"200":
            self.shown.set()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.closed = True
        self.shown.set()

    @property
    def is_served(self) -> bool:
        """Whether it has been shown its talk and is still open."""
        return self.events > 0 and not self.closed


@dataclass(frozen=True)
class Running:
    """The program, and sessions that nobody uses yet."""

    port: int
    process: psutil.Process
    tokens: Iterator[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mib(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / 2**20

    @property
    def cpu_s(self) -> float:
        """Processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    async def open_page(self, number: int) -> Page:
        """The page with this number, from its address, when it is shown its talk."""
        address = f"127.0.{1 + number // PER_ADDRESS // 250}.{1 + number // PER_ADDRESS % 250}"
        loop, token = asyncio.get_running_loop(), next(self.tokens)
        _, page = await loop.create_connection(lambda: Page(token), "127.0.0.1", self.port, local_addr=(address, 0))
        async with asyncio.timeout(PATIENCE):
            await page.shown.wait()
        return page

    @asynccontextmanager
    async def pages(self, count: int) -> AsyncIterator[list[Page]]:
        """So many open pages."""
        found: list[Page] = []
        try:
            for first in range(0, count, OPENED_AT_ONCE):
                numbers = range(first, min(count, first + OPENED_AT_ONCE))
                found += await asyncio.gather(*map(self.open_page, numbers))
            yield found
        finally:
            for page in found:
                if page.transport is not None:
                    page.transport.abort()


@asynccontextmanager
async def serving(sessions: int) -> AsyncIterator[Running]:
    """Start the program and write so many sessions into its database."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "run", "--data", folder, "--port", "0"]
        environment = {**os.environ, "JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, env=environment)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(PATIENCE):
                port = int((await process.stdout.readline()).decode().rsplit(":", 1)[-1])
                while b"Ctrl-C" not in await process.stdout.readline():
                    pass
            tokens = await asyncio.to_thread(_sessions, Path(folder), sessions)
            await _is_ready(port)
            yield Running(port, psutil.Process(process.pid), iter(tokens))
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


def _sessions(folder: Path, count: int) -> list[str]:
    with closing(Database(f"sqlite:///{folder / DATABASE_FILE}")) as database:
        opened = database.write_now(lambda db: [visitor_sessions.open_session(db, utc_now()) for _ in range(count)])
    return [token for token, _address in opened]


async def _is_ready(port: int) -> None:
    until = time.monotonic() + PATIENCE
    async with httpx.AsyncClient(trust_env=False) as client:
        while (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code != 200:
            assert time.monotonic() < until, "the program never became ready"
            await asyncio.sleep(0.05)


async def keep(running: Running, size: Size) -> dict[str, Any]:
    """All pages open: how many are served to the end, and how soon others are answered meanwhile."""
    before = running.mib
    began = time.monotonic()
    async with running.pages(size.pages) as pages:
        opened_s, since, cpu = time.monotonic() - began, time.monotonic(), running.cpu_s
        asked = {path: await _ask(running, path, size.hold / 3) for path in ("/healthz", "/console/sign-in")}
        told = await _speak(running, next(running.tokens), size.hold / 3)
        held = time.monotonic() - since
        return {
            "pages": size.pages,
            "addresses": -(-size.pages // PER_ADDRESS),
            "served": sum(page.is_served for page in pages),
            "opened_s": round(opened_s, 1),
            "mib_before": round(before),
            "mib": round(running.mib),
            "kib_per_page": round((running.mib - before) * 1024 / size.pages, 1),
            "cores": round((running.cpu_s - cpu) / held, 3),
            "health_worst_ms": round(1000 * max(asked["/healthz"]), 1),
            "console_worst_ms": round(1000 * max(asked["/console/sign-in"]), 1),
            "message_median_ms": round(1000 * percentile(told, 0.5), 1),
        }


async def _ask(running: Running, path: str, seconds: float) -> list[float]:
    found, until = [], time.monotonic() + seconds
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        while time.monotonic() < until or not found:
            began = time.perf_counter()
            (await client.get(running.url + path)).raise_for_status()
            found.append(time.perf_counter() - began)
            await asyncio.sleep(0.1)
    return found


async def _speak(running: Running, token: str, seconds: float) -> list[float]:
    return await _converse(running, [token], 0.4, seconds)


async def _converse(running: Running, tokens: Sequence[str], rate: float, seconds: float) -> list[float]:
    """Seconds until each message was answered, sent at a fixed rate by these in turn."""
    found: list[float] = []
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, base_url=running.url) as client:
        began = time.perf_counter()
        for number in range(max(1, round(rate * seconds))):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            message = {"key": f"{began}-{number}", "text": QUESTIONS[number % len(QUESTIONS)]}
            headers = {"Authorization": f"Bearer {tokens[number % len(tokens)]}"}
            sent = time.perf_counter()
            (await client.post("/api/chat/messages", json=message, headers=headers)).raise_for_status()
            found.append(time.perf_counter() - sent)
    return found


async def stand_beside(running: Running, size: Size) -> dict[str, Any]:
    """A customer's messages with and without idle pages beside them, in turns."""
    speakers = [next(running.tokens) for _ in range(SPEAKERS)]
    await _converse(running, speakers, RATE, size.round_s / 2)  # what is done for the first time is not counted
    alone: list[float] = []
    beside: list[float] = []
    unwoken, cpu_alone, cpu_beside = 0, 0.0, 0.0
    for _ in range(size.rounds):
        cpu = running.cpu_s
        alone += await _converse(running, speakers, RATE, size.round_s)
        cpu_alone += running.cpu_s - cpu
        async with running.pages(size.beside) as pages:
            cpu = running.cpu_s
            beside += await _converse(running, speakers, RATE, size.round_s)
            cpu_beside += running.cpu_s - cpu
            unwoken += sum(page.events == 1 and not page.closed for page in pages)
    found: dict[str, Any] = {"pages": size.beside, "messages": len(alone), "unwoken": unwoken // size.rounds}
    # All that the server did meanwhile, signs of life on the pages among it.
    found |= {"cpu_alone_ms": round(1000 * cpu_alone / len(alone), 1)}
    found |= {"cpu_ms": round(1000 * cpu_beside / len(beside), 1)}
    for name, share in (("median", 0.5), ("p99", 0.99)):
        without, with_pages = percentile(alone, share), percentile(beside, share)
        found |= {f"{name}_alone_ms": round(1000 * without, 1), f"{name}_ms": round(1000 * with_pages, 1)}
        found[f"{name}_ratio"] = round(with_pages / without, 3)
    return found


async def measure(size: Size) -> dict[str, Any]:
    """Both measurements on one server; both processes need a file for each page."""
    fits = capacity_of(raise_file_limit()).streams
    pages = min(size.pages, fits)
    if pages < size.pages:
        print(f"Only {fits} pages fit into this machine's open files; {size.pages} were asked for.")
        size = Size(pages, size.hold, size.beside, size.rounds, size.round_s)
    sessions = size.pages + size.beside * size.rounds + SPEAKERS + 1
    async with serving(sessions) as running:
        beside = await stand_beside(running, size)
        kept = await keep(running, size)
    return {"kept": kept, "beside": beside}


def main() -> None:
    """Print both tables and one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__.splitlines()[0])
    options.add_argument("--quick", action="store_true", help="fewer pages and seconds")
    found = asyncio.run(measure(QUICK if options.parse_args().quick else FULL))
    for name, title in (("kept", "Idle pages that are kept"), ("beside", f"{RATE:.0f} messages a second beside them")):
        show(title, ("figure", "value"), [(key, str(value)) for key, value in found[name].items()])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
