"""The outbox through a bad network while its senders are killed: what is lost, doubled, labelled, out of order.

python -m benchmarks.outbox [--quick] [--database URL]

Two processes send; every now and then one gets kill -9 and another takes its place. A message may arrive twice only
after a try whose end nobody knows (cut, late, 500, killed), and then the second one says that it may be a repeat.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from benchmarks import ground, senders
from benchmarks.ground import Ground
from benchmarks.network import BAD, Arrival, Network
from benchmarks.replicas import Replica, running
from benchmarks.tables import show
from bot.app import utc_now
from bot.delivery import outbox
from bot.delivery.outbox import STAFF_CHAT
from bot.wording.telegram_customers import MAYBE_TWICE

SENDERS = 2
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much: messages in so many chats, a death every so many seconds, so many of them at least."""

    messages: int
    chats: int
    between: float
    kills: int


FULL, QUICK = Size(3_000, 120, 0.4, 100), Size(160, 40, 0.6, 6)


async def measure(where: Ground, size: Size) -> dict[str, Any]:
    """One database; what the chats show is compared with what was posted."""
    with ground.opened(where.url) as database:
        began, kills = time.monotonic(), 0
        async with Network(BAD, patience=senders.SEND_SECONDS) as network:
            processes = [senders.sending(where.url, network.base) for _ in range(SENDERS)]
            with running(processes):
                # Posted while they send, so that there is work until the last death.
                posting = asyncio.create_task(_post(database, size))
                while not posting.done() or await database.read(_pending):
                    await asyncio.sleep(size.between)
                    if kills < size.kills:
                        kills += 1
                        await asyncio.to_thread(_replace, random.choice(processes))
                    if time.monotonic() - began > PATIENCE:
                        break
                await posting
                for process in processes:
                    await asyncio.to_thread(process.stop)
            await asyncio.sleep(2 * senders.SEND_SECONDS)  # what is still under way arrives late
            ambiguous = await database.read(_count, outbox.outbox.c.retried)
            dead = await database.read(_count, outbox.outbox.c.state == "dead")
        found = judge(network.arrived, size)
    took = {"dead": dead, "seconds": round(time.monotonic() - began, 1)}
    return {**found, "ambiguous": ambiguous, "messages": size.messages, "kills": kills, **took}


def judge(arrived: list[Arrival], size: Size) -> dict[str, int]:
    """What became of the messages, by what the chats show alone."""
    shown: dict[str, list[Arrival]] = defaultdict(list)
    for one in arrived:
        shown[one.text.replace(MAYBE_TWICE, "")].append(one)
    again = [one for copies in shown.values() for one in copies[1:]]
    # The copy that waited on the way may overtake or be overtaken by its repeat: either of them has the label.
    told = sum(min(len(copies) - 1, sum(MAYBE_TWICE in c.text for c in copies)) for copies in shown.values())
    return {
        "lost": size.messages - len(shown),
        "doubled": len(again),
        "labelled": told,
        "unlabelled": len(again) - told,
        "out_of_order": _disorder(shown),
    }


def _disorder(shown: dict[str, list[Arrival]]) -> int:
    """How many messages came, for the first time, after a later one of their chat."""
    latest: dict[str, int] = defaultdict(int)
    found = 0
    for text, copies in sorted(shown.items(), key=lambda item: item[1][0].at):
        number = int(text)
        found += number < latest[copies[0].chat]
        latest[copies[0].chat] = max(latest[copies[0].chat], number)
    return found


async def _post(database: Any, size: Size) -> None:
    numbers = range(1, size.messages + 1)
    step = max(1, round(size.messages * size.between / (size.between * size.kills * 1.2)))
    for first in range(0, size.messages, step):
        await database.unit(_post_some, numbers[first : first + step], size.chats)
        await asyncio.sleep(size.between)


def _post_some(db: Connection, numbers: range, chats: int) -> None:
    for number in numbers:
        outbox.post(db, STAFF_CHAT, str(-1000 - number % chats), str(number), utc_now())


def _replace(process: Replica) -> None:
    process.die("any instant")
    process.start()


def _pending(db: Connection) -> bool:
    return _count(db, outbox.outbox.c.state == "pending") > 0


def _count(db: Connection, which: Any) -> int:
    return int(db.scalar(select(func.count()).where(which)) or 0)


def main() -> None:
    """Both databases, or the one that was named."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.outbox", description=__doc__)
    options.add_argument("--quick", action="store_true", help="160 messages and 6 deaths instead of 3,000 and 100")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    given = options.parse_args()
    size = QUICK if given.quick else FULL
    found = {where.kind: asyncio.run(measure(where, size)) for where in ground.grounds(given.database)}
    rows = [(kind, *map(str, figures.values())) for kind, figures in found.items()]
    title = f"Outbox, {SENDERS} senders, a bad network, kill -9 every {size.between} s; aim: nothing lost or unlabelled"
    show(title, ("database", *next(iter(found.values()))), rows)
    summed = {name: round(sum(figures[name] for figures in found.values()), 1) for name in next(iter(found.values()))}
    print(json.dumps(summed))


if __name__ == "__main__":
    main()
