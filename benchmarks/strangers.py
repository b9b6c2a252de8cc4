"""What one stranger with every trick can use up, and what a proven customer, staff and health checks notice of it.

python -m benchmarks.strangers [--seconds 60] [--only TRICK …] [--quick]

A real server in a temporary folder. First a proven customer of the highest tier writes at a steady rate from an address
of their own, then they go on while one other address floods the server with everything `benchmarks.flood` knows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
import psutil

from benchmarks.flood import TRICKS
from benchmarks.tables import percentile, show
from bot.app import utc_now
from bot.config.settings import DATABASE_FILE

SECRET = "s" * 40
CUSTOMER, KNOWN_AT, LOOKED_FROM = "C1001", "127.0.0.2", "127.0.0.3"
SESSIONS = 20  # of the customer; each writes no faster than a person
RATE = 4.0  # messages a second, of all of them
WARM_UP = SESSIONS / RATE + 1.0  # seconds
LOOKS = 4.0  # looks at health and console a second
QUESTIONS = ("怎么查订单", "发票怎么开", "打印机卡纸怎么办", "硒鼓多少钱", "租打印机多少钱")
BOUNDS = {
    "tickets": 30,
    "sessions": 300,
    "disk_mb": 20.0,
    "memory_mb": 60.0,
    "health_p99_s": 0.2,
    "console_p99_s": 0.2,
    "message_p99_ratio": 1.5,
}
MEGABYTE = 1024 * 1024
PATIENCE = 60.0


@dataclass
class Watched:
    """Times of answers in seconds, and what the server holds."""

    health: list[float] = field(default_factory=list)
    console: list[float] = field(default_factory=list)
    message: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    memory: int = 0  # bytes, the most
    disk: int = 0


async def measure(seconds: float, only: Sequence[str] = ()) -> dict[str, Any]:
    """Both halves in one run; the second one is flooded."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as (url, process):
        async with _client(url, KNOWN_AT) as known, _client(url, LOOKED_FROM) as looking:
            tokens = [await _session(known) for _ in range(SESSIONS)]
            await _watch(known, looking, tokens, WARM_UP, process, Path(folder))  # each session's first hand-off
            calm = await _watch(known, looking, tokens, seconds, process, Path(folder))
            before = _held(process, Path(folder))
            flood = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.flood", url, str(seconds), *only, stdout=asyncio.subprocess.PIPE
            )
            flooded = await _watch(known, looking, tokens, seconds, process, Path(folder))
            said, _ = await asyncio.wait_for(flood.communicate(), PATIENCE)
            answers = json.loads(said.splitlines()[-1])
            after = _held(process, Path(folder))
        found = _counted(Path(folder))
    found |= {
        "memory_mb": (max(flooded.memory, after[0]) - before[0]) / MEGABYTE,
        "disk_mb": (after[1] - before[1]) / MEGABYTE,
        "disk_at_most_mb": (max(flooded.disk, after[1]) - before[1]) / MEGABYTE,
        "health_p99_s": percentile(flooded.health, 0.99),
        "console_p99_s": percentile(flooded.console, 0.99),
        "message_p50_calm_s": percentile(calm.message, 0.5),
        "message_p50_flooded_s": percentile(flooded.message, 0.5),
        "message_p99_calm_s": percentile(calm.message, 0.99),
        "message_p99_flooded_s": percentile(flooded.message, 0.99),
        "failed": dict(calm.failed + flooded.failed),
        "tried": sum(answers.values()),
        "answers": answers,
    }
    found["message_p99_ratio"] = found["message_p99_flooded_s"] / found["message_p99_calm_s"]
    found["over"] = [name for name, most in BOUNDS.items() if found[name] > most]
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in found.items()}


async def _watch(
    known: httpx.AsyncClient,
    looking: httpx.AsyncClient,
    tokens: list[str],
    seconds: float,
    process: psutil.Process,
    folder: Path,
) -> Watched:
    seen, until = Watched(), time.monotonic() + seconds
    await asyncio.gather(
        _write(known, tokens, seen, until),
        _look(looking, "/healthz", seen.health, seen, until),
        _look(looking, "/console/sign-in", seen.console, seen, until),
        _weigh(process, folder, seen, until),
    )
    return seen


async def _write(http: httpx.AsyncClient, tokens: list[str], seen: Watched, until: float) -> None:
    """Write on time whatever earlier messages do; each is awaited by itself."""
    waiting, began = [], time.monotonic()
    for number in range(1_000_000):
        at = began + number / RATE
        if at > until:
            break
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        waiting.append(asyncio.create_task(_say(http, tokens[number % len(tokens)], number, seen)))
    await asyncio.gather(*waiting)


async def _say(http: httpx.AsyncClient, token: str, number: int, seen: Watched) -> None:
    body = {"key": f"{time.monotonic_ns()}", "text": QUESTIONS[number % len(QUESTIONS)]}
    headers = {"Authorization": f"Bearer {token}"}
    request = http.build_request("POST", "/api/chat/messages", json=body, headers=headers)
    await _timed(http, request, seen.message, seen)


async def _look(http: httpx.AsyncClient, path: str, times: list[float], seen: Watched, until: float) -> None:
    while time.monotonic() < until:
        await _timed(http, http.build_request("GET", path), times, seen)
        await asyncio.sleep(1 / LOOKS)


async def _timed(http: httpx.AsyncClient, request: httpx.Request, times: list[float], seen: Watched) -> None:
    began = time.perf_counter()
    try:
        answer = await http.send(request)
        status = str(answer.status_code)
    except httpx.HTTPError as error:
        status = type(error).__name__
    times.append(time.perf_counter() - began)
    if status != "200":
        seen.failed[f"{request.url.path}:{status}"] += 1


async def _weigh(process: psutil.Process, folder: Path, seen: Watched, until: float) -> None:
    while time.monotonic() < until:
        memory, disk = await asyncio.to_thread(_held, process, folder)
        seen.memory, seen.disk = max(seen.memory, memory), max(seen.disk, disk)
        await asyncio.sleep(0.5)


def _held(process: psutil.Process, folder: Path) -> tuple[int, int]:
    """Bytes resident, and bytes of the database's files."""
    return process.memory_info().rss, sum(path.stat().st_size for path in folder.glob(f"{DATABASE_FILE}*"))


def _counted(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as db:

        def count(query: str) -> int:
            return int(db.execute(query).fetchone()[0])

        return {
            "tickets": count("SELECT count(*) FROM tickets WHERE contact_id IS NULL"),
            "critical": count("SELECT count(*) FROM tickets WHERE contact_id IS NULL AND urgency = 'critical'"),
            "sessions": count("SELECT count(*) FROM visitor_sessions") - SESSIONS,
            "proven_tickets": count("SELECT count(*) FROM tickets WHERE contact_id IS NOT NULL"),
        }


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    command = [sys.executable, "-m", "bot", "run", "--data", str(folder), "--port", "0"]
    environment = {**os.environ, "JIEDAI_CUSTOMER_TOKEN_SECRET": SECRET, "PYTHONUNBUFFERED": "1"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().rsplit(" ", 1)[-1].strip().replace("localhost", "127.0.0.1")
        _wait_until_ready(url)
        yield url, psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("The server never became ready.")


def _client(url: str, address: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=url, transport=transport, timeout=PATIENCE, trust_env=False)


async def _session(http: httpx.AsyncClient) -> str:
    claims = {"sub": CUSTOMER, "aud": "jiedai", "exp": int(utc_now().timestamp()) + 3600}
    answer = await http.post("/api/chat/sessions", json={"token": jwt.encode(claims, SECRET, "HS256")})
    answer.raise_for_status()
    return str(answer.json()["session_token"])


def main() -> None:
    """Print a table and one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.strangers", description=__doc__)
    options.add_argument("--seconds", type=float, default=60.0, help="of each half")
    options.add_argument("--only", nargs="+", default=(), choices=TRICKS, help="these tricks alone")
    options.add_argument("--quick", action="store_true", help="a few seconds")
    given = options.parse_args()
    found = asyncio.run(measure(5.0 if given.quick else given.seconds, given.only))
    rows = [(name, str(found[name]), str(BOUNDS.get(name, ""))) for name in found if name not in ("answers", "over")]
    show("One stranger with every trick", ("figure", "value", "at most"), rows)
    show(
        "How the flood was answered", ("trick and status", "times"), [(k, str(v)) for k, v in found["answers"].items()]
    )
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
