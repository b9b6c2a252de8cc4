"""The desk in a real browser: python -m benchmarks.desk [--tickets 200 2000] [--only PART …] [--beside DIR].

Parts: events, drawing, losses, cpu, journeys. `--beside`: an earlier checkout for `cpu`, such as commit 09b2d94, whose
pages fetched themselves whole at each event; both serve in the same run, in turns. Ends with one line of JSON.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.desk import cpu, drawing, events, journeys, losses
from benchmarks.desk.ground import running
from benchmarks.tables import show

PARTS = ("events", "drawing", "losses", "cpu", "journeys")
TREE = Path(__file__).resolve().parent.parent.parent


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    options.add_argument("--tickets", type=int, nargs="+", default=[200, 2000])
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--beside", type=Path, metavar="DIR", help="an earlier checkout")
    options.add_argument("--times", type=int, default=30, help="events of each kind")
    options.add_argument("--redraws", type=int, default=200)
    options.add_argument("--agents", type=int, default=50)
    asked = options.parse_args(arguments)
    found: dict[str, Any] = {}
    for count in asked.tickets:
        found |= _of_size(count, asked)
    if "cpu" in asked.only:
        trees = [TREE, *([asked.beside.resolve()] if asked.beside else [])]
        found["cpu"] = cpu.measure(trees, asked.agents, min(asked.tickets), max(1, asked.times // 10), 4)
        _show("CPU of the server per event", {"": found["cpu"]})
    if "journeys" in asked.only:
        found["journeys"] = journeys.measure()
        _show("Work by the keystroke-level model", found["journeys"])
    print(json.dumps(found, ensure_ascii=False))


def _of_size(count: int, asked: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    is_smallest = count == min(asked.tickets)
    if "events" in asked.only:
        with running(count) as desk:
            found[f"events, {count} tickets"] = events.measure(desk, asked.times)
        _show(f"One event on {count} open tickets", found[f"events, {count} tickets"])
    if "drawing" in asked.only:
        with running(count) as desk:
            found[f"drawing, {count} tickets"] = drawing.measure(desk, count, max(1, asked.times // 3))
        _show(f"The first rows of {count}", {"": found[f"drawing, {count} tickets"]})
    if "losses" in asked.only and is_smallest:
        with running(count) as desk:
            found["losses"] = losses.measure(desk, asked.redraws)
        _show("Lost in redraws", {"": found["losses"]})
    return found


def _show(title: str, found: dict[str, dict[str, Any]]) -> None:
    names = list(next(iter(found.values())))
    rows = [[name, *(str(each.get(key, "")) for key in names)] for name, each in found.items()]
    show(title, ["", *names], rows)


if __name__ == "__main__":
    main()
