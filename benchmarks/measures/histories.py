"""Random histories of a house: 1 to 6 tickets over days to weeks, seeded."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from benchmarks.measures.acts import OF_TICKETS
from benchmarks.measures.customer_acts import OF_CUSTOMERS
from benchmarks.measures.editions import ZONES
from benchmarks.measures.talking import TALKING
from benchmarks.measures.world import Watcher, World
from bot.storage.database import Database
from escalation.vault import Vault

BEGINNINGS = (  # within some days of these: holidays, make-up days, ends of years, clocks that change
    *("2026-09-18", "2026-09-28", "2026-12-24", "2026-12-29", "2026-02-10", "2025-12-26", "2026-04-02"),
    *("2026-03-05", "2026-10-22", "2026-11-23", "2026-03-27", "2026-10-30", "2026-06-17"),
)
TALK_EVERY = 7  # every seventh history is talked with the bot, for real
SECONDS, MINUTES, HOURS, DAYS = (1, 50), (60, 3_600), (3_600, 36_000), (36_000, 400_000)
SPANS = (SECONDS, SECONDS, SECONDS, MINUTES, MINUTES, MINUTES, HOURS, HOURS, DAYS)


class _Undone(Exception):
    """Nothing of a history is kept."""


def is_talked(seed: int) -> bool:
    """Whether a history is one of real talks, transaction by transaction, which needs a database of its own."""
    return seed % TALK_EVERY == 0


def live(database: Database, vault: Vault, seed: int, judge: Watcher, watch: Watcher | None = None) -> None:
    """One history, all of which follows from its seed, judged at its end; `watch` looks at it now and then.

    Any other than a talked one is one transaction, of which nothing is left: committing takes longer than acting.
    """
    if is_talked(seed):
        _go_on(_begun(database, vault, seed), judge, watch)
        return

    def within(db: Connection) -> None:
        _go_on(_begun(database, vault, seed, db), judge, watch)
        raise _Undone

    with suppress(_Undone):
        database.write_now(within)


def _begun(database: Database, vault: Vault, seed: int, within: Connection | None = None) -> World:
    dice = random.Random(seed)
    begins = datetime.fromisoformat(dice.choice(BEGINNINGS)).replace(tzinfo=UTC)
    begins += timedelta(seconds=dice.randrange(4 * 86_400))
    zone = ZONES[0] if dice.random() < 0.7 else dice.choice(ZONES[1:])
    return World(database, vault, dice, begins, zone, within=within)


def _go_on(world: World, judge: Watcher, watch: Watcher | None) -> None:
    dice, acts = world.dice, (*OF_TICKETS, *OF_CUSTOMERS, *(TALKING if world.is_talked else ()))
    world.watch = watch or world.watch
    weights, possible = zip(*acts, strict=True)
    OF_TICKETS[0][1](world)
    for _ in range(dice.randint(15, 70)):
        dice.choices(possible, weights)[0](world)
        world.wait(timedelta(seconds=dice.randint(*dice.choice(SPANS)) + dice.choice((0, 0, 0.25))))
        if watch is not None and dice.random() < 0.1:
            watch(world)
    world.wait(timedelta(days=dice.choice((0, 1, 8, 9, 30)), minutes=6))
    judge(world)
