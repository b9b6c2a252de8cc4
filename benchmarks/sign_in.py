"""Guesses at a password, sent all at once, beside the person who signs in: who waits, and who is kept out.

`python -m benchmarks.sign_in`: a real server on this machine; a proxy's header stands for strangers at many addresses.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.tables import show
from bot.auth.sign_in_brakes import TRIES, TRIES_PER_PLACE
from tests.processes import Server

HOME = "203.0.113.1"  # where the administrator sits, and some of the strangers
SIGN_INS = 10


def measure(guesses: int) -> dict[str, Any]:
    """Send so many guesses of the name, and invented names from the administrator's address; returns the figures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder) / "data", environment={"JIEDAI_TRUSTED_PROXIES": "127.0.0.1"}) as server,
    ):
        password = (server.data / "first-console-password").read_text(encoding="utf-8").strip()
        found = asyncio.run(_play(server.url, password, guesses))
    show(f"{guesses} guesses at once", ("figure", "value"), [(name, str(value)) for name, value in found.items()])
    return found


async def _play(url: str, password: str, guesses: int) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=None)
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as own,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, limits=limits) as strangers,
    ):
        alone = [await _seconds(own, password) for _ in range(SIGN_INS)]
        places = [f"198.51.100.{number // TRIES}" for number in range(guesses)]
        attack = [asyncio.create_task(_sign_in(strangers, "admin", "wrong", place)) for place in places]
        invented = [(f"guess{number}", HOME) for number in range(TRIES_PER_PLACE + 10)]
        attack += [asyncio.create_task(_sign_in(strangers, name, "wrong", place)) for name, place in invented]
        await asyncio.sleep(0.05)  # they are on their way
        beside = [await _seconds(own, password) for _ in range(SIGN_INS)]
        answers = Counter([await each for each in attack])
        after = await _sign_in(own, "admin", password, HOME)
        strangers.cookies.clear()
        unknown = await _sign_in(strangers, "admin", password, HOME)
    return {
        "sign_in_alone_s": round(median(alone), 3),
        "known_browser_beside_guesses_s": round(median(beside), 3),
        "known_browser_beside_guesses_max_s": round(max(beside), 3),
        "guesses_judged": answers[401],
        "guesses_turned_away": answers[429],
        "known_browser_afterwards": after,
        "unknown_browser_afterwards": unknown,
    }


async def _seconds(client: httpx.AsyncClient, password: str) -> float:
    began = time.perf_counter()
    status = await _sign_in(client, "admin", password, HOME)
    assert status == 303, status
    return time.perf_counter() - began


async def _sign_in(client: httpx.AsyncClient, login: str, password: str, place: str) -> int:
    form, header = {"login": login, "password": password}, {"X-Forwarded-For": place}
    return (await client.post("/console/sign-in", data=form, headers=header)).status_code


def main() -> None:
    """Measure, print a table and a line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.sign_in", description=__doc__)
    options.add_argument("--guesses", type=int, default=130)
    print(json.dumps(measure(options.parse_args().guesses)))


if __name__ == "__main__":
    main()
