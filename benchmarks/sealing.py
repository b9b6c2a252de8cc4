"""What sealing at rest costs: CPU time of an update without it, with it, and with the terms of the search as well.

`python -m benchmarks.sealing [--rounds N] [--lines N]`: each round takes the three sides there and back (A B C C B A),
each time in a process of its own; ratios are taken round by round, for a shared machine drifts. Then the steps in which
a database of so many lines is sealed, and sealed again after a rotation.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.finding import fill
from benchmarks.ground import VAULT, own_ground
from benchmarks.search_ground import rules_without_questions
from benchmarks.tables import percentile, rounded, show
from bot.agents.actions import Claim, Reply
from bot.app import utc_now
from bot.config.settings import EXAMPLE_POLICY
from bot.jobs import resealing
from bot.storage.database import Database
from bot.transcript import word_index
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.conftest import StandingClock
from tests.databases import migrated_sqlite

SIDES = ("not sealed", "sealed", "sealed, with terms")
UPDATES = ("message", "hand-off", "reply")
WARM, COUNTED = 20, 80  # customers; each asks for a person, writes on in their hands, and is answered
PAUSE = 20  # customers between two looks of the chore that writes terms
SECOND = Vault({"k1": b"k" * 32, "k2": b"2" * 32}, "k2", b"l" * 32)
LINES_OF_A_TICKET = 10


def main() -> None:
    """Measure, and end with the ratios and steps as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.sealing", description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--lines", type=int, default=100_000, help="of the database that is sealed in steps")
    options.add_argument("--once", choices=SIDES, help="only say what updates take on this side, in milliseconds")
    given = options.parse_args()
    if given.once:
        print(json.dumps(milliseconds(given.once)))
        return
    rounds = [_round(number) for number in range(given.rounds)]
    found = {"ratios": _ratios(rounds), "steps": steps(given.lines)}
    rows = [(side, *(f"{found['ratios'][side][each]:.3f}" for each in (*UPDATES, "all"))) for side in SIDES[1:]]
    show(f"CPU time to that of not sealed, {given.rounds} rounds", ("side", *UPDATES, "all"), rows)
    headings = ("of", "rows/s", "transactions", "p50 ms", "p99 ms", "longest ms")
    told = [(name, *(str(value) for value in each.values())) for name, each in found["steps"].items()]
    show(f"{given.lines} lines sealed in steps", headings, told)
    print(json.dumps(rounded(found)))


def _round(number: int) -> dict[str, dict[str, float]]:
    there = [_run(side) for side in SIDES]
    back = [_run(side) for side in reversed(SIDES)][::-1]
    both = zip(SIDES, there, back, strict=True)
    found = {side: {name: (first[name] + second[name]) / 2 for name in first} for side, first, second in both}
    told = ", ".join(f"{side} {each['all']:.2f} ms" for side, each in found.items())
    print(f"round {number + 1}: {told}", flush=True)
    return found


def _run(side: str) -> dict[str, float]:
    settings = {"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none", "OPENBLAS_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "benchmarks.sealing", "--once", side]
    done = subprocess.run(words, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ratios(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    def ratio(side: str, name: str) -> float:
        return statistics.median(each[side][name] / each[SIDES[0]][name] for each in rounds)

    return {side: {name: ratio(side, name) for name in (*UPDATES, "all")} for side in SIDES[1:]}


def milliseconds(side: str) -> dict[str, float]:
    """Return the CPU time of one update of each kind on this side, and that of all three together."""
    with tempfile.TemporaryDirectory() as folder:
        vault = None if side == SIDES[0] else VAULT
        with closing(Database(migrated_sqlite(Path(folder) / "a.sqlite3"), vault=vault)) as database:
            scene = Scene(database, read_policy(EXAMPLE_POLICY), VAULT, StandingClock())
            agent, spent = scene.staff(), dict.fromkeys((*UPDATES, "terms"), 0.0)
            for number in range(WARM + COUNTED):
                if number == WARM:
                    spent = dict.fromkeys(spent, 0.0)
                _serve(scene, agent, number, spent)
                if side == SIDES[2] and number % PAUSE == PAUSE - 1:
                    _timed(spent, "terms", lambda: _write_terms(database))
    terms = spent.pop("terms") / len(UPDATES)  # each update's share
    found = {name: (each + terms) / COUNTED * 1_000 for name, each in spent.items()}
    return found | {"all": sum(found.values())}


def _serve(scene: Any, agent: Any, number: int, spent: dict[str, float]) -> None:
    visitor = scene.visitor(f"v{number}")
    visitor.say("我们公司想和你们谈一下别的事情")
    _timed(spent, "hand-off", lambda: visitor.send("text", text="转人工"))
    ticket = scene.ticket.id
    scene.act(agent, Claim(), ticket)
    _timed(spent, "message", lambda: visitor.send("text", text="机器昨天搬了地方，今天早上开始打出来的纸都有黑线"))
    reply = Reply("您好，已经安排工程师下午两点上门，请保持电话畅通。", f"r{number}")
    _timed(spent, "reply", lambda: scene.act(agent, reply, ticket))


def _timed(spent: dict[str, float], name: str, run: Any) -> None:
    began = time.process_time()
    run()
    spent[name] += time.process_time() - began


def _write_terms(database: Database) -> None:
    while database.read_now(word_index.are_behind):
        database.write_now(word_index.write_some, VAULT)


def steps(lines: int) -> dict[str, dict[str, float]]:
    """Seal a database of so many lines in the steps of the chore, then seal it with a second key."""
    with own_ground("sqlite") as where:
        with closing(Database(where.url)) as plain:
            plain.write_now(fill, rules_without_questions(), lines // LINES_OF_A_TICKET, random.Random(7))
        with closing(Database(where.url, vault=VAULT)) as database:
            sealing = _sealed(database, VAULT)
            database.vault = SECOND
            return {"sealing": sealing, "a rotation": _sealed(database, SECOND)}


def _sealed(database: Database, vault: Vault) -> dict[str, float]:
    spans, rows = [], 0
    while True:
        began = time.monotonic()
        looked = database.write_now(resealing.take_step, vault, utc_now())
        if not looked:
            break
        spans.append((time.monotonic() - began) * 1_000)
        rows += looked
    figures = {"rows_per_s": round(rows / sum(spans) * 1_000), "transactions": len(spans)}
    shares = {"p50_ms": percentile(spans, 0.5), "p99_ms": percentile(spans, 0.99), "max_ms": max(spans)}
    return figures | {name: round(value, 1) for name, value in shares.items()}


if __name__ == "__main__":
    main()
