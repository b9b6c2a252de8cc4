"""One customer on two devices and at a messenger, two agents, two replicas on PostgreSQL, a kill -9 in each round.

Of each round: was the talk there on the second visit, on the second device and from the other channel, how long did it
take, and was anything lost, doubled, or shown to somebody else.

    python -m benchmarks.one_conversation --rounds 100
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.ground import Postgres
from benchmarks.tables import percentile, show
from tests.journeys.one_talk_story import IN_TIME, OneTalk
from tests.journeys.people import desk_at, new_client
from tests.journeys.two_replicas import two_on_postgres


def measure(rounds: int, seed: int) -> dict[str, Any]:
    """Play the rounds and return their figures."""
    chance, took, faults = random.Random(seed), dict[str, list[float]](), list[str]()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        url = Postgres(Path(folder) / "postgres").url
        replicas, secret = two_on_postgres(stack, url, Path(folder))
        desk, http = stack.enter_context(desk_at(replicas[0])), stack.enter_context(new_client())
        agents = (desk.hire("one-li", "李"), desk.hire("one-han", "韩"))
        for number in range(rounds):
            talk = OneTalk(replicas, desk, http, secret, number, agents)
            talk.meet()
            talk.survive(dies=number % 2, after=chance.uniform(0.0, 0.4))
            faults += [f"round {number}: {each}" for each in talk.faults()]
            for what, seconds in talk.took.items():
                took.setdefault(what, []).append(seconds)
    ways = {
        what: {
            "in_time": sum(each <= IN_TIME for each in times),
            "median_ms": round(percentile(times, 0.5) * 1000),
            "max_ms": round(max(times) * 1000),
        }
        for what, times in took.items()
    }
    return {"rounds": rounds, "deaths": rounds, "ways": ways, "faults": faults}


def main() -> None:
    """Measure, print a table, and end with one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.one_conversation", description=__doc__)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--quick", action="store_true", help="two rounds")
    given = options.parse_args()
    found = measure(2 if given.quick else given.rounds, given.seed)
    rows = [
        (what, f"{way['in_time']} of {found['rounds']}", f"{way['median_ms']} ms", f"{way['max_ms']} ms")
        for what, way in found["ways"].items()
    ]
    show("A talk that goes on elsewhere", ("where", "within 1 s", "median", "slowest"), rows)
    print(f"lost, doubled, or shown to the wrong person in {found['deaths']} deaths: {len(found['faults'])}")
    for fault in found["faults"][:20]:
        print(f"  {fault}")
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
