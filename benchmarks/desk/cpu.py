"""CPU time of the server per event with many agents' pages open, here and in an earlier checkout, in turns.

Pages are simulated: each keeps the stream, and fetches after each `changed` what its script fetches. Here: the rows
that the event names (`list.js`) and, if the mark is another, what changed on the page (`live.js`). In a checkout whose
events name no rows: the whole page. One fetch of a kind at a time, and one more after it if there was news meanwhile.
What stands around the list is asked for at once here; a page waits up to five seconds with it and asks less often, so
that what is measured here is an upper bound.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.web.console.access import COOKIE
from tests.processes import Server

HERE = Path(__file__).resolve().parent
QUIET = 1.5  # seconds after an event, in which its pages fetch and draw
SESSIONS = 10  # of one network address
SAID = ("发票抬头开错了能不能重开", "转人工")


class AgentPage:
    """One agent's board, as its scripts behave."""

    def __init__(self, http: httpx.AsyncClient, cookie: str) -> None:
        self.http, self.headers = http, {"Cookie": f"{COOKIE}={cookie}", "Accept": "text/html"}
        self.events = self.requests = self.bytes = 0
        self._page, self._mark, self._seen, self._view = "", "", "", ""
        self._due: set[int] = set()
        self._all = self._again = False
        self._busy: dict[str, bool] = {}
        self.fetches: set[asyncio.Task[None]] = set()

    @property
    def is_busy(self) -> bool:
        """Whether it still fetches."""
        return bool(self._busy)

    async def open(self) -> None:
        """Load the page, and follow its stream until cancelled."""
        html = await self.fetch("/console")
        self._keep(html)
        found = re.search(r'data-mark="([^"]*)"', html)
        since = f"?since={found[1]}" if found else ""
        async with self.http.stream("GET", f"/console/stream{since}", headers=self.headers, timeout=None) as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: ") and name == "changed":
                    self._hear(json.loads(line[6:]))

    def _keep(self, html: str) -> None:
        found = re.search(r'data-page="([^"]*)"', html)
        self._page = found[1] if found else ""

    def _hear(self, news: dict[str, Any]) -> None:
        self.events += 1
        if "rows" not in news:
            self._begin("page", self._whole)
            return
        if news["rows"] is None:
            self._all = True
        else:
            self._due.update(news["rows"])
        if self._due or self._all:
            self._begin("rows", self._rows)
        version = news["version"]
        mark = json.dumps([version["mark"], version["unread"], version["interruptions"]])
        if mark != self._mark:
            self._begin("page", self._part)
        self._mark = mark

    def _begin(self, kind: str, fetch: Callable[[], Awaitable[None]]) -> None:
        if kind in self._busy:
            self._busy[kind] = True
            return
        self._busy[kind] = False
        task = asyncio.create_task(self._fetch(kind, fetch))
        self.fetches.add(task)
        task.add_done_callback(self.fetches.discard)

    async def _fetch(self, kind: str, fetch: Callable[[], Awaitable[None]]) -> None:
        await fetch()
        if self._busy.pop(kind):
            await asyncio.sleep(0.5 if kind == "page" else 0)
            self._begin(kind, fetch)

    async def _rows(self) -> None:
        if not (self._due or self._all):
            return
        query = "start=0" if self._all else "ids=" + ",".join(map(str, sorted(self._due)))
        self._due.clear()
        self._all = False
        await self.fetch(f"/console/rows?{query}&rich=1", {"X-Part": "1"})

    async def _part(self) -> None:
        answer = await self.fetch("/console", {"X-Part": "1", "X-Have": self._page})
        self._page = json.loads(answer)["page"] if answer.startswith("{") else self._page

    async def _whole(self) -> None:
        await self.fetch("/console", {"X-Part": "1"})

    async def fetch(self, path: str, headers: dict[str, str] | None = None) -> str:
        """Return a page or a part of it."""
        self.requests += 1
        answer = await self.http.get(path, headers={**self.headers, **(headers or {})})
        answer.raise_for_status()
        self.bytes += answer.num_bytes_downloaded
        return answer.text


@dataclass
class Tree:
    """A checkout's program with its tickets; what each event cost, by kind."""

    server: Server
    cookies: list[str]
    visitors: list[str]
    waiting: list[int]
    cost_ms: dict[str, list[float]] = field(default_factory=dict)
    requests: int = 0
    bytes: int = 0
    said: int = 0


@contextmanager
def _started(tree: Path, agents: int, tickets: int) -> Iterator[Tree]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        environment = {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1"}
        with Server(data, program=("-P", "-m", "bot"), environment=environment) as server:
            words = [sys.executable, "-P", str(HERE / "staff_of_tree.py"), str(data), str(agents + 1)]
            settings = {**os.environ, **environment}
            done = subprocess.run(words, cwd=tree, env=settings, stdout=subprocess.PIPE, text=True, check=True)
            cookies = json.loads(done.stdout.splitlines()[-1])
            visitors = _open_tickets(server.url, tickets)
            yield Tree(server, cookies, visitors, _waiting(server.url, cookies[-1]))


def _open_tickets(url: str, count: int) -> list[str]:
    tokens = []
    for number in range(count):
        place = number // SESSIONS
        transport = httpx.HTTPTransport(local_address=f"127.0.{place // 200 + 1}.{place % 200 + 1}")
        with httpx.Client(transport=transport, base_url=url, timeout=60) as http:
            token = http.post("/api/chat/sessions", json={}).raise_for_status().json()["session_token"]
            for key, text in enumerate(SAID):
                _say(http, token, text, f"k{key}")
        tokens.append(token)
    return tokens


def _say(http: httpx.Client, token: str, text: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    http.post("/api/chat/messages", json={"key": key, "text": text}, headers=headers).raise_for_status()


def _waiting(url: str, cookie: str) -> list[int]:
    with httpx.Client(trust_env=False, base_url=url, headers={"Cookie": f"{COOKIE}={cookie}"}, timeout=60) as http:
        found = re.findall(r'action="/console/tickets/(\d+)/claim"', http.get("/console").raise_for_status().text)
    return [int(each) for each in found]


async def _round(tree: Tree, agents: int, times: int) -> None:
    """Open the pages, wait until they rest, and let so many events of each kind happen."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(trust_env=False, base_url=tree.server.url, timeout=60, limits=limits) as http:
        pages = [AgentPage(http, cookie) for cookie in tree.cookies[:agents]]
        tasks = [asyncio.create_task(page.open()) for page in pages]
        await asyncio.sleep(4 * QUIET)
        csrf = re.search(r'name="csrf" value="([^"]+)"', await AgentPage(http, tree.cookies[-1]).fetch("/console"))
        assert csrf is not None
        try:
            for number in range(times):
                token = tree.visitors[(tree.said + number) % len(tree.visitors)]
                await _cost(tree, pages, "message", _message(http, token, f"e{tree.said}-{number}"))
                await _cost(tree, pages, "claim", _claim(http, tree, csrf[1]))
            tree.said += times
        finally:
            for task in [*tasks, *(fetch for page in pages for fetch in page.fetches)]:
                task.cancel()
                with suppress(asyncio.CancelledError, httpx.HTTPError):
                    await task


async def _cost(tree: Tree, pages: Sequence[AgentPage], kind: str, event: Awaitable[None]) -> None:
    process = psutil.Process(tree.server.pid)
    asked, told = sum(page.requests for page in pages), sum(page.bytes for page in pages)
    idle = _cpu(process)
    await asyncio.sleep(QUIET)
    before = _cpu(process)
    await event
    await asyncio.sleep(QUIET)
    while any(page.is_busy for page in pages):  # noqa: ASYNC110  # fetches begin others
        await asyncio.sleep(0.05)
    spent = _cpu(process) - before
    tree.cost_ms.setdefault(kind, []).append(1_000 * max(0.0, spent - (before - idle)))
    tree.requests += sum(page.requests for page in pages) - asked
    tree.bytes += sum(page.bytes for page in pages) - told


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _message(http: httpx.AsyncClient, token: str, key: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    (
        await http.post("/api/chat/messages", json={"key": key, "text": "请问进展如何"}, headers=headers)
    ).raise_for_status()


async def _claim(http: httpx.AsyncClient, tree: Tree, csrf: str) -> None:
    ticket, headers = tree.waiting.pop(0), {"Cookie": f"{COOKIE}={tree.cookies[-1]}"}
    answer = await http.post(f"/console/tickets/{ticket}/claim", data={"csrf": csrf}, headers=headers)
    assert answer.status_code == 303, answer.text


def measure(trees: Sequence[Path], agents: int, tickets: int, times: int, rounds: int) -> dict[str, Any]:
    """This checkout and, if there is one, another: A B B A; median CPU of an event, and their ratio."""
    with ExitStack() as stack:
        started = [stack.enter_context(_started(tree, agents, tickets)) for tree in trees]
        for number in range(rounds):
            for tree in (started, started[::-1])[number % 2]:
                asyncio.run(_round(tree, agents, times))
        found: dict[str, Any] = {"agents": agents, "tickets": tickets, "events": 2 * times * rounds}
        for name, tree in zip(("here", "there"), started, strict=False):
            for kind, costs in tree.cost_ms.items():
                found[f"{kind}_{name}_ms"] = round(statistics.mean(costs), 1)
            count = sum(map(len, tree.cost_ms.values()))
            found[f"requests_{name}"] = round(tree.requests / count, 1)
            found[f"kib_{name}"] = round(tree.bytes / count / 1024, 1)
        if len(started) == 2:
            for kind in ("message", "claim"):
                found[f"{kind}_ratio"] = round(found[f"{kind}_here_ms"] / found[f"{kind}_there_ms"], 3)
            sums = [sum(found[f"{kind}_{name}_ms"] for kind in ("message", "claim")) for name in ("here", "there")]
            found["ratio"] = round(sums[0] / sums[1], 3)
        return found
