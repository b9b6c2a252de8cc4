"""Four journeys under a profiler: `python -m benchmarks.journeys [--tree DIR] [--beside DIR] [--ways]`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.tables import show

HERE = Path(__file__).parents[2]
PLAY = Path(__file__).with_name("play.py")

Played = dict[str, dict[str, Any]]  # by journey: its `figures`, and its `way`, a line for each jump


def main() -> None:
    """Print the table, and last all figures as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.journeys", description=main.__doc__)
    options.add_argument("--tree", type=Path, default=HERE, metavar="DIR", help="root of the checkout to play in")
    options.add_argument("--beside", type=Path, metavar="DIR", help="an earlier checkout, shown beside it")
    options.add_argument("--ways", action="store_true", help="show also every jump, in order")
    given = options.parse_args()
    found = {"tree": journeys(given.tree)}
    if given.beside is not None:
        found = {"beside": journeys(given.beside)} | found
    columns = list(next(iter(found["tree"].values()))["figures"])
    rows = [(name, *(_cell(found, name, column) for column in columns)) for name in found["tree"]]
    show(f"Journeys ({' → '.join(found)})", ("journey", *columns), rows)
    if given.ways:
        for name, each in found["tree"].items():
            print(f"\n{name}", *each["way"], sep="\n  ")
    print(
        json.dumps({tree: {name: each["figures"] for name, each in played.items()} for tree, played in found.items()})
    )


def journeys(root: Path) -> Played:
    """Each journey in one checkout, played in a process of its own; raises CalledProcessError when it can't be."""
    environment = os.environ | {"PYTHONPATH": str(root.resolve())}
    command = [sys.executable, PLAY, root]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    found: Played = json.loads(done.stdout.splitlines()[-1])
    return found


def _cell(found: dict[str, Played], journey: str, column: str) -> str:
    return " → ".join(str(played[journey]["figures"][column]) for played in found.values())


if __name__ == "__main__":
    main()
