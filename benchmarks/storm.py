"""A thousand breaches at one instant: how soon the staff chat hears of them, in how many messages, each exactly once.

python -m benchmarks.storm [--quick] [--database URL]

Real processes: the alarm clock with its scheduler, deliveries, the Telegram channel, a Bot API server of our own.
Their clock shows a Monday morning, so that no tier is in its quiet hours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, case, update

from benchmarks import ground, senders
from benchmarks.ground import Ground
from benchmarks.network import Arrival, Network
from benchmarks.replicas import running
from benchmarks.tables import show
from bot.app import utc_now
from bot.wording.labels import NOTICES
from escalation.sla.steps import EscalationStep
from escalation.tickets.ticket_store import tickets

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
LINES = (EscalationStep("breach", timedelta(0), ("holder", "lead")),)
AHEAD = 4.0  # seconds from the seeding to the storm
MINUTE = 60.0
PATIENCE = 120.0
LINE = re.compile(rf"{NOTICES['breach']} #(\d+) .*?（(..)）")


async def measure(where: Ground, breaches: int, processes: int, watch: float) -> dict[str, Any]:
    """One database; seconds from the instant at which all were due, by what the chat shows."""
    rules, ahead = ground.bare_rules(), MORNING - utc_now()
    ranks = {tier.id: tier.rank for tier in rules.policy.tiers.values()}
    async with Network() as network:
        senders_running = [senders.sending(where.url, network.base, ahead=ahead, sweeps=True) for _ in range(processes)]
        with ground.opened(where.url) as database, running(senders_running):
            storm, due = time.monotonic() + AHEAD, utc_now() + ahead + timedelta(seconds=AHEAD)
            await database.unit(_seed, rules, breaches, due, sorted(ranks))
            until = storm + PATIENCE
            while time.monotonic() < until:
                await asyncio.sleep(0.2)
                if len(_told(network.arrived)) >= breaches:  # and a while longer: what is told twice comes late
                    until = min(until, max(time.monotonic(), storm) + watch)
        seen = [one for one in network.arrived if one.chat == ground.CHAT]
    return judge(seen, breaches, storm, ranks)


def judge(seen: list[Arrival], breaches: int, storm: float, ranks: dict[str, int]) -> dict[str, Any]:
    """The figures, from what stands in the chat."""
    told = _told(seen)
    times = Counter(ticket for ticket, _ in told)
    order = [ranks[tier] for _, tier in told]
    telling = [one.at - storm for one in seen if LINE.search(one.text)]
    return {
        "breaches": breaches,
        "first_s": round(telling[0], 2) if telling else None,
        "all_s": round(telling[-1], 2) if telling else None,
        "messages": len(seen),
        "most_a_minute": max((sum(0 <= b.at - a.at < MINUTE for b in seen) for a in seen), default=0),
        "lost": breaches - len(times),
        "doubled": sum(times.values()) - len(times),
        "out_of_order": sum(later < earlier for earlier, later in pairwise(order)),
    }


def _told(arrived: list[Arrival]) -> list[tuple[int, str]]:
    """Every breach the chat shows, in order: the ticket and its tier."""
    return [(int(found[1]), found[2]) for one in arrived for found in LINE.finditer(one.text)]


def _seed(db: Connection, rules: Any, breaches: int, due: datetime, tiers: list[str]) -> None:
    ids = ground.seed(db, rules, [due] * breaches, LINES, due - timedelta(hours=1))
    mixed = {tickets.c.id % len(tiers) == n: tier for n, tier in enumerate(tiers)}
    db.execute(update(tickets).where(tickets.c.id.in_(ids)).values(tier=case(*mixed.items())))


def main() -> None:
    """Both databases, or the one that was named."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.storm", description=__doc__)
    options.add_argument("--quick", action="store_true", help="one process on SQLite, and no long watch afterwards")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    given = options.parse_args()
    only = "sqlite" if given.quick else None
    found = {}
    for where in ground.grounds(given.database, only):
        processes = 1 if given.quick else 2 if where.kind == "sqlite" else 3
        found[where.kind] = asyncio.run(measure(where, 1_000, processes, 2.0 if given.quick else MINUTE + 5))
    rows = [(kind, *map(str, figures.values())) for kind, figures in found.items()]
    show("Storm; aim: first message 5 s, at most 20 a minute", ("database", *next(iter(found.values()))), rows)
    worst = {name: max(figures[name] for figures in found.values()) for name in ("first_s", "all_s", "most_a_minute")}
    summed = {name: sum(figures[name] for figures in found.values()) for name in ("lost", "doubled", "out_of_order")}
    print(json.dumps({**summed, **worst}))


if __name__ == "__main__":
    main()
