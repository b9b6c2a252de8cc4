"""Telegram, measured: `python -m benchmarks.telegram [--quick] [--only PART …]`. The last line is JSON.

ratio    CPU per update through the whole intake ÷ that of a bare aiogram echo bot, in turns on the same fake server
load     100 updates/s on SQLite, polling; 200/s on PostgreSQL by webhook to two replicas; open loop, 500 chats
deaths   SIGTERM and kill -9 in the middle of it, polling and by webhook
group    a thousand messages to one group of staff, on a clock that is moved on
flood    ten thousand updates from one sender in a minute, beside customers who just have a question
secrecy  everything goes wrong with all log lines on: where does the token stand?

The programs are real processes; JIEDAI_TELEGRAM_PER_SECOND is 1000, as at a Bot API server with a raised limit, for the
public one takes 30 messages a second. Nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.tables import show
from benchmarks.telegram import deaths, flood, group, load, ratio, secrecy

Figures = dict[str, Any]


def _ratio(quick: bool) -> Figures:
    return ratio.measure(**({"updates": 400, "rounds": 3, "chats": 200} if quick else FULL_RATIO))


def _load(quick: bool) -> Figures:
    return {plan.kind: load.measure(plan) for plan in load.plans(8 if quick else 60)}


def _deaths(quick: bool) -> Figures:
    return {plan.kind: deaths.measure(plan) for plan in deaths.plans(4 if quick else 50)}


def _group(quick: bool) -> Figures:
    return asyncio.run(group.measure(100 if quick else 1_000))


def _flood(quick: bool) -> Figures:
    return flood.measure(flood.QUICK if quick else flood.FULL)


def _secrecy(quick: bool) -> Figures:
    del quick
    return secrecy.measure()


FULL_RATIO = {"updates": 2_000, "rounds": 5, "chats": 500}
PARTS: dict[str, Callable[[bool], Figures]] = {
    "ratio": _ratio,
    "load": _load,
    "deaths": _deaths,
    "group": _group,
    "flood": _flood,
    "secrecy": _secrecy,
}


def summary(found: dict[str, Figures]) -> Figures:
    """What is promised first, in its order; then all the rest by part. Parts that were left out are left out."""
    runs = [run for part in ("load", "deaths") for run in found.get(part, {}).values()]
    first = {name: value for name, value in found.get("ratio", {}).items() if name.startswith("ratio_")}
    if "load" in found:
        first["p99_ms"] = max(run["p99_ms"] for run in found["load"].values())
    if runs:
        first |= {name: sum(run[name] for run in runs) for name in ("lost", "reordered", "doubled", "unlabelled")}
    return {**first, **found}


def main() -> None:
    """Measure, show, and end with one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.telegram", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("--quick", action="store_true", help="a sample of each, two minutes or so in all")
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help="these parts")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # whatever was started is ended then, too
    found: dict[str, Figures] = {}
    for name in given.only:
        found[name] = PARTS[name](given.quick)
        show(name, ("what", "found"), list(_rows(found[name])))
    print(json.dumps(summary(found), ensure_ascii=False))


def _rows(figures: Figures, before: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in figures.items():
        rows += _rows(value, f"{before}{name} ") if isinstance(value, dict) else [(before + name, str(value))]
    return rows


if __name__ == "__main__":
    main()
