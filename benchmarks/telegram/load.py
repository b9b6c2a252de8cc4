"""Open loop: customers write at instants of their own, whatever the bot does; a reply counts from that instant."""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.ground import own_ground
from benchmarks.telegram.fleet import Fleet, running_fleet, until_calm
from benchmarks.telegram.judging import Verdict, judge
from benchmarks.telegram.questions import Pool, poisson, questions
from benchmarks.telegram.ratio import DEFAULT
from benchmarks.telegram.server import PATIENCE, BotApi

CHATS = 500
FIRST = 20_000
AHEAD = 1.0  # seconds from planning to the first question
WARM = 200  # updates before anything is counted
QUIET = 3.0  # seconds without a reply after which none is expected any more


@dataclass(frozen=True, slots=True)
class Plan:
    """A stream of questions and who has to bear it."""

    kind: str
    rate: float
    seconds: float
    replicas: int = 1
    webhook: bool = False


def plans(seconds: float) -> list[Plan]:
    """As the promises have them."""
    return [Plan("sqlite", 100, seconds), Plan("postgresql", 200, seconds, replicas=2, webhook=True)]


def measure(plan: Plan, seed: int = 7) -> dict[str, Any]:
    """Latencies in milliseconds, order, losses, and the bot's CPU as a share of one core."""
    pool, chance = questions(exact=False, encoder=DEFAULT), Random(seed)
    with (
        BotApi() as api,
        own_ground(plan.kind) as where,
        running_fleet(where, api, replicas=plan.replicas, webhook=plan.webhook, encoder=DEFAULT) as fleet,
    ):
        warm_up(api, fleet, pool, chance)
        cpu = fleet.cpu()
        verdict = stream(api, plan, pool, chance)
        cores = (fleet.cpu() - cpu) / plan.seconds
    return {**verdict.as_json(), "cores": round(cores, 2)}


def warm_up(api: BotApi, fleet: Fleet, pool: Pool, chance: Random) -> None:
    """Caches filled, connections open, as after some minutes of service."""
    for replica in fleet.replicas:
        until_calm(replica.pid)
    api.ask([(FIRST - 1 - n, pool.several(1, chance)[0]) for n in range(WARM)])
    api.until(lambda state: state["sent"] >= WARM)
    api.forget()


def stream(api: BotApi, plan: Plan, pool: Pool, chance: Random) -> Verdict:
    """The questions of a plan, brought at their instants; what became of them."""
    asking = poisson(plan.rate, plan.seconds, range(FIRST, FIRST + CHATS), pool, chance)
    api.ask_in_time(time.monotonic() + AHEAD, asking)
    api.until(lambda state: not state["scheduled"], AHEAD + plan.seconds + PATIENCE)
    settle(api, len(asking))
    return judge(api.asked(), api.said(), pool)


def settle(api: BotApi, replies: int, within: float = PATIENCE * 1.5) -> None:
    """Wait until so many replies were sent and nothing more comes, or it has been waited long enough."""
    end = time.monotonic() + within
    last, since = -1, time.monotonic()
    while (now := time.monotonic()) < end:
        sent = api.state()["sent"]
        if sent != last:
            last, since = sent, now
        elif sent >= replies and now - since > QUIET:
            return
        time.sleep(0.2)
