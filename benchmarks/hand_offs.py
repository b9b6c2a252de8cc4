"""CPU time of a hand-off in this checkout and in another, on SQLite without acts or encoder.

`python -m benchmarks.hand_offs --beside DIR [--rounds N]`: each round takes this, that, that, this (A B B A), each time
in a process of its own that runs this very file against the tree it is in. Ratios are taken round by round, for a
shared machine drifts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
WARM, COUNTED = 40, 400  # customers; each says a sentence the bot does not know and asks for a person


def main() -> None:
    """Measure, and end with the ratios as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.hand_offs", description=__doc__)
    options.add_argument("--beside", type=Path, metavar="DIR", help="the other checkout")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--once", action="store_true", help="only say what one takes here, in milliseconds")
    given = options.parse_args()
    if given.once or given.beside is None:
        print(milliseconds())
        return
    trees, pairs = (HERE, given.beside.resolve()), []
    for number in range(given.rounds):
        first, second, third, fourth = (_run(trees[side]) for side in (0, 1, 1, 0))
        pairs.append(((first + fourth) / 2, (second + third) / 2))
        print(f"round {number + 1}: {pairs[-1][0]:.2f} ms here, {pairs[-1][1]:.2f} there", flush=True)
    ratios = [here / there for here, there in pairs]
    print(json.dumps({"ratio": round(statistics.median(ratios), 3), "ratios": [round(each, 3) for each in ratios]}))


def _run(tree: Path) -> float:
    settings = {"PYTHONPATH": str(tree), "JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none", "OPENBLAS_NUM_THREADS": "1"}
    words = [sys.executable, str(Path(__file__).resolve()), "--once"]
    done = subprocess.run(words, cwd=tree, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def milliseconds() -> float:
    """Return the CPU time of one hand-off, with the question before it."""
    from bot.config.settings import EXAMPLE_POLICY  # of the tree that this process runs in
    from escalation.policy.reader import read_policy
    from escalation.vault import Vault
    from tests.bot.scene import Scene
    from tests.conftest import StandingClock

    vault = Vault({"k1": b"k" * 32}, "k1", b"l" * 32)
    with tempfile.TemporaryDirectory() as folder, closing(_database(Path(folder), vault)) as database:
        scene: Any = Scene(database, read_policy(EXAMPLE_POLICY), vault, StandingClock())
        for number in range(WARM):
            _hand_off(scene, number)
        began = time.process_time()
        for number in range(WARM, WARM + COUNTED):
            _hand_off(scene, number)
        return (time.process_time() - began) / COUNTED * 1_000


def _database(folder: Path, vault: Any) -> Any:
    """A database that is sealed, where this tree seals."""
    from bot.storage.database import Database
    from tests.databases import migrated_sqlite

    database = Database(migrated_sqlite(folder / "a.sqlite3"))
    if hasattr(database, "vault"):
        database.vault = vault
    return database


def _hand_off(scene: Any, number: int) -> None:
    visitor = scene.visitor(f"v{number}")
    visitor.say("我们公司想和你们谈一下别的事情")
    visitor.say("转人工")


if __name__ == "__main__":
    main()
