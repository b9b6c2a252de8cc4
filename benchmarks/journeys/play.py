"""Plays the journeys in the tree that is named first, and prints their figures as one line of JSON.

Runs in a process of its own, `PYTHONPATH=TREE python play.py TREE`, so that the tree's packages are the ones imported.
The product is reached through its web application, without a network, over a fresh database with the sample content.
The customer is one of the sample customers, proven by the host site; staff have a chat in Telegram, to which nothing is
sent.

1. message answered: a question of the sample knowledge base (`intake.receive`, inside its transaction)
2. message handed over: then 转人工; ticket, deadlines, and the promise in the outbox (`intake.receive`)
3. claim from the web: the administrator claims the ticket in the console (`act_in_sight`, inside its transaction)
4. due deadline: time passes in half hours until a deadline is due (`sweep_some`, inside its transaction)

All is played twice and counted the second time: what a process caches at its first message is no part of the way.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import httpx
import jwt
from names import ADAPTERS, ENTRIES, find
from tracing import Journey, Tracer

TREE = Path(sys.argv[1]).resolve()
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day
STAFF_CHAT = "-1001234567890"
CUSTOMER = "C1020"
SECRET = "s" * 40  # with which the host site signs
SITE = "http://localhost"


class Play:
    """The product with its doors open, and a clock that moves only when told to."""

    def __init__(self, service: Any, tracer: Tracer) -> None:
        self.service, self.tracer, self.now = service, tracer, MORNING
        service.clock = lambda: self.now
        app = find("create_app")(service)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE)
        self.found: dict[str, Journey] = {}

    async def run(self) -> None:
        """All journeys, one after the other."""
        headers = await self._visitor()
        await self._say(headers, "打印机连不上wifi")
        self._keep("message answered", "receive")
        await self._say(headers, "转人工")
        self._keep("message handed over", "receive")
        await self._claim(await self._sign_in())
        self._keep("claim from the web", "claim")
        await self._until_due()
        self._keep("due deadline", "sweep")
        await self.http.aclose()

    def _keep(self, journey: str, entry: str) -> None:
        seen = [self.tracer.journeys[name] for name in ENTRIES[entry] if name in self.tracer.journeys]
        if not seen:
            raise LookupError(f"no {' or '.join(ENTRIES[entry])} ran; name it in benchmarks/journeys/names.py")
        self.found[journey] = seen[0]
        self.tracer.journeys.clear()

    async def _visitor(self) -> dict[str, str]:
        claims = {"sub": CUSTOMER, "aud": "jiedai", "exp": int((self.now + timedelta(hours=1)).timestamp())}
        signed = jwt.encode(claims, SECRET, "HS256")
        answer = await self.http.post("/api/chat/sessions", json={"token": signed})
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['session_token']}"}

    async def _say(self, headers: dict[str, str], text: str) -> None:
        self.now += timedelta(seconds=30)
        answer = await self.http.post("/api/chat/messages", json={"key": text, "text": text}, headers=headers)
        answer.raise_for_status()

    async def _sign_in(self) -> str:
        """The administrator's session; returns the token that its forms carry."""
        password = find("first_administrator")(self.service)
        form = {"login": "admin", "password": password, "next": "/console/tickets/1"}
        answer = await self.http.post("/console/sign-in", data=form)
        page = await self.http.get(answer.headers["location"])
        found = re.search(r'name="csrf" value="([^"]+)"', page.raise_for_status().text)
        assert found is not None
        return found[1]

    async def _claim(self, token: str) -> None:
        answer = await self.http.post("/console/tickets/1/claim", data={"csrf": token})
        assert answer.status_code == 303, answer.text

    async def _until_due(self) -> None:
        """Look half-hourly until a deadline was due."""
        clock = find("clock")(self.service.database, lambda: self.service.rules, lambda: self.now)
        for _ in range(100):
            if any(journey.jumps for journey in self.tracer.journeys.values()):
                return
            self.tracer.journeys.clear()
            self.now += timedelta(minutes=30)
            await clock.run_due()


def play() -> dict[str, Journey]:
    """The journeys by name, in their order."""
    tracer = Tracer(TREE, [name for names in ENTRIES.values() for name in names], ADAPTERS)
    with tempfile.TemporaryDirectory(prefix="jiedai-journeys-") as folder:
        given = {"telegram_staff_chat": STAFF_CHAT, "customer_token_secret": SECRET}
        service = find("open")(find("settings")(data=Path(folder), **given), "at once")
        load = find("load_samples")
        # A tree of before takes what the index is to be.
        load(service, at_once=True) if "at_once" in signature(load).parameters else load(service, "at once")
        here = Play(service, tracer)
        with tracer.watching():
            asyncio.run(here.run())
        service.database.close()
    return here.found


def _way(journey: Journey) -> list[str]:
    """A line for each jump, in their order."""
    names = ((caller.co_name, callee.co_name, files) for (caller, callee), files in journey.jumps.items())
    return [f"{files[0]} {caller} → {files[1]} {callee}" for caller, callee, files in names]


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # that nothing is sent to the chat is meant
    play()
    print(json.dumps({name: {"figures": each.figures(), "way": _way(each)} for name, each in play().items()}))
