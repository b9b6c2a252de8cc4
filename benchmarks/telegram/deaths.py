"""SIGTERM and kill -9 while customers write: nothing lost, every chat in its order, repeats labelled and counted."""

from __future__ import annotations

import signal
import subprocess
import time
from bisect import bisect
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.ground import own_ground
from benchmarks.telegram.fleet import Fleet, aim, running_fleet
from benchmarks.telegram.judging import Verdict, judge
from benchmarks.telegram.load import FIRST, settle
from benchmarks.telegram.questions import poisson, questions
from benchmarks.telegram.server import PATIENCE, BotApi
from tests.processes import Server

PROGRAM = ("-m", "benchmarks.telegram.short_lease")
CHATS = 200
START = 8.0  # seconds a start may take, at a guess: how long the questions have to last
LIVES = (0.3, 2.5)  # seconds from being ready to the death, at least and at most
WAYS = (signal.SIGTERM, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many deaths, and how much is going on meanwhile."""

    kind: str
    deaths: int
    rate: float = 30.0
    replicas: int = 1
    webhook: bool = False


def plans(deaths: int) -> list[Plan]:
    """Half of them polling on SQLite, half of them two replicas behind a webhook."""
    half = deaths // 2
    return [Plan("sqlite", deaths - half), Plan("postgresql", half, replicas=2, webhook=True)]


def measure(plan: Plan, seed: int = 17) -> dict[str, Any]:
    """What was lost, reordered and doubled; `busy`: deaths while somebody waited for a reply."""
    pool, chance = questions(exact=True), Random(seed)
    with (
        BotApi() as api,
        own_ground(plan.kind) as where,
        running_fleet(where, api, program=PROGRAM, replicas=plan.replicas, webhook=plan.webhook) as fleet,
    ):
        seconds = plan.deaths * (START + LIVES[1]) / plan.replicas
        asking = poisson(plan.rate, seconds, range(FIRST, FIRST + CHATS), pool, chance)
        begin = time.monotonic() + 0.5
        api.ask_in_time(begin, asking)
        died = _kill(api, fleet, plan, [begin + due for due, *_ in asking], chance)
        api.until(lambda state: not state["scheduled"], seconds + PATIENCE)
        settle(api, len(asking))
        verdict: Verdict = judge(api.asked(), api.said(), pool)
    return {**verdict.as_json(), **died}


def _kill(api: BotApi, fleet: Fleet, plan: Plan, dues: list[float], chance: Random) -> dict[str, int]:
    ways: Counter[str] = Counter()
    for death in range(plan.deaths):
        time.sleep(chance.uniform(*LIVES))
        victim = chance.choice(fleet.replicas)
        way = WAYS[death % len(WAYS)]
        ways[way.name] += 1
        ways["busy"] += api.state()["sent"] < bisect(dues, time.monotonic())
        ways["would not end"] += not _die(victim, way)
        _revive(api, fleet, plan, victim)
    return dict(ways)


def _die(victim: Server, way: signal.Signals) -> bool:
    """False when it had to be killed, though it was asked to end."""
    if way == signal.SIGKILL:
        victim.kill()
        return True
    try:
        victim.interrupt(way)
    except subprocess.TimeoutExpired:
        victim.kill()
        return False
    return True


def _revive(api: BotApi, fleet: Fleet, plan: Plan, victim: Server) -> None:
    """As a service manager does: at once."""
    if plan.webhook:
        aim(api, fleet)  # as a load balancer does, when it notices; until then a delivery finds nobody and is repeated
    victim.start()
    if plan.webhook:
        aim(api, fleet)
