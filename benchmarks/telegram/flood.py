"""One sender writes ten thousand times in a minute: what the database and the chat get of it, and what others feel."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection

from benchmarks.ground import count, opened, own_ground
from benchmarks.telegram.fleet import running_fleet
from benchmarks.telegram.judging import judge
from benchmarks.telegram.load import AHEAD, FIRST, settle, warm_up
from benchmarks.telegram.questions import Pool, poisson, questions
from benchmarks.telegram.server import PATIENCE, BotApi
from bot.storage.tables import metadata

FLOODER = 66_666
OTHERS = 100  # chats
RATE = 15.0  # questions a second of all the others together


@dataclass(frozen=True, slots=True)
class Plan:
    """`updates` from one sender within `seconds`; others write as long before it."""

    updates: int
    seconds: float
    kind: str = "sqlite"


FULL, QUICK = Plan(10_000, 60), Plan(1_500, 9)


def measure(plan: Plan, seed: int = 23) -> dict[str, Any]:
    """`rows`, `replies`: what one sender cost; `p95_…_ms`: what the others waited for before and meanwhile."""
    pool, chance = questions(exact=False), Random(seed)
    with (
        BotApi() as api,
        own_ground(plan.kind) as where,
        opened(where.url) as database,
        running_fleet(where, api) as fleet,
    ):
        warm_up(api, fleet, pool, chance)
        start = database.read_now(_rows)
        before = _stream(api, plan, pool, chance, FIRST, flood=False)
        between = database.read_now(_rows)
        during = _stream(api, plan, pool, chance, FIRST + OTHERS, flood=True)
        after = database.read_now(_rows)
        replies = sum(one.chat == FLOODER for one in api.said())
    asked = judge(before[0], before[1], pool), judge(during[0], during[1], pool)
    each = (between - start) / max(1, asked[0].asked)
    figures = {"p95_before_ms": asked[0].ms(0.95), "p95_during_ms": asked[1].ms(0.95)}
    figures["p95_ratio"] = round(asked[1].ms(0.95) / asked[0].ms(0.95), 2)
    figures |= {"updates": plan.updates, "rows": round(after - between - each * asked[1].asked), "replies": replies}
    return {**figures, "others_lost": asked[0].lost + asked[1].lost}


def _stream(api: BotApi, plan: Plan, pool: Pool, chance: Random, first: int, *, flood: bool) -> tuple[Any, Any]:
    asking = poisson(RATE, plan.seconds, range(first, first + OTHERS), pool, chance)
    texts = pool.several(plan.updates, chance) if flood else []
    # Half of them questions, half of them nothing at all: the one costs answers, the other tickets.
    flooding = [
        (plan.seconds * n / plan.updates, FLOODER, text if n % 2 else f"刷屏 {n}") for n, text in enumerate(texts)
    ]
    api.forget()
    api.ask_in_time(time.monotonic() + AHEAD, sorted([*asking, *flooding]))
    api.until(lambda state: not state["scheduled"] and not state["pending"], AHEAD + plan.seconds + PATIENCE * 2)
    settle(api, 0)
    theirs = [one for one in api.asked() if one.chat != FLOODER]
    return theirs, [one for one in api.said() if one.chat != FLOODER]


def _rows(db: Connection) -> int:
    return sum(count(db, table) for table in metadata.sorted_tables)
