"""Everything goes wrong that can, with all log lines on: the bot's token must stand nowhere afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from random import Random
from typing import Any

import httpx
from sqlalchemy import Connection, select

from benchmarks.ground import opened, own_ground
from benchmarks.telegram.fleet import WEBHOOK_SECRET, Fleet, running_fleet
from benchmarks.telegram.load import FIRST
from benchmarks.telegram.questions import questions
from benchmarks.telegram.server import SECRET, TOKEN, BotApi
from bot.storage.tables import metadata
from tests.processes import jiedai

PROGRAM = ("-m", "benchmarks.telegram.talkative")
FAULTS: tuple[dict[str, Any], ...] = (
    {"code": 400, "description": "Bad Request: chat not found"},
    {"code": 403, "description": "Forbidden: bot was blocked by the user"},
    {"code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}},
    {"code": 500, "description": "Internal Server Error"},
    {"code": 502, "description": "Bad Gateway"},
    {"code": 401, "description": "Unauthorized"},
    {"cut": "before"},
    {"cut": "after"},
)
PAGES = ("/", "/chat", "/readyz", "/healthz", "/console", "/docs", "/openapi.json", "/telegram/webhook", "/nowhere")


def measure() -> dict[str, int]:
    """`leaks`: how often it was found; `looked_at`: characters that were searched."""
    found: list[str] = [_refused_at_once()]
    for webhook in (False, True):
        with (
            BotApi() as api,
            own_ground("sqlite") as where,
            opened(where.url) as database,
            running_fleet(where, api, program=PROGRAM, webhook=webhook, PYTHONASYNCIODEBUG="1") as fleet,
        ):
            _provoke(api, fleet, webhook=webhook)
            found += [*_pages(fleet), database.read_now(_rows)]
            api.__exit__(None, None, None)  # the network is gone while it is being talked to
            time.sleep(1.5)
            fleet.stop()
            found.append(fleet.printed())
    return {"leaks": leaks(found), "looked_at": sum(map(len, found))}


def leaks(texts: Iterable[str]) -> int:
    """How often the token, or the half of it that is secret, stands in these."""
    return sum(text.count(SECRET) for text in texts)


def _refused_at_once() -> str:
    """A token that cannot be one is not repeated either."""
    done = jiedai("run", "--port", "0", "--data", "/dev/null/nowhere", JIEDAI_TELEGRAM_TOKEN=TOKEN.replace(":", "-"))
    return done.stdout + done.stderr


def _provoke(api: BotApi, fleet: Fleet, *, webhook: bool) -> None:
    pool = questions(exact=True)
    for fault in FAULTS:
        api.fail_next("sendMessage", **fault)
        if not webhook and fault.get("code") != 401:
            api.fail_next("getUpdates", **fault)
    api.ask([(FIRST + n, text) for n, text in enumerate(pool.several(2 * len(FAULTS), Random(1)))])
    time.sleep(4)
    url = f"{fleet.replicas[0].url}/telegram/webhook"
    with httpx.Client(trust_env=False) as client:
        for secret in ("", "wrong", WEBHOOK_SECRET):
            for body in ("", "{}", '{"update_id": 1}', '{"update_id": 2, "message": {"chat": 5}}'):
                with suppress(httpx.ReadError):  # who is turned away may find the line closed on what they still send
                    client.post(url, content=body, headers={"X-Telegram-Bot-Api-Secret-Token": secret})


def _pages(fleet: Fleet) -> list[str]:
    with httpx.Client(base_url=fleet.replicas[0].url, trust_env=False, follow_redirects=True) as client:
        answers = [client.get(page) for page in PAGES]
    return [f"{answer.url} {answer.headers} {answer.text}" for answer in answers]


def _rows(db: Connection) -> str:
    return "\n".join(str(tuple(row)) for table in metadata.sorted_tables for row in db.execute(select(table)))
