"""CPU time of a turn in this checkout and in another, for messages of one clause and of three.

`python -m benchmarks.turns --beside DIR [--rounds N]`: each round takes this, that, that, this (A B B A), each time in
a process of its own that has read none of the messages before; every message is another text of another customer. What
both checkouts learn, they have learned beforehand. Ratios are taken round by round, for a shared machine drifts.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent.parent
BLIND = HERE / "benchmarks" / "blind"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLAUSES = (1, 3)
MESSAGES = 240  # of each kind
WARM = 20  # messages before the clock is read: the encoder and the statements are made ready by the first ones


def main() -> None:
    """Measure, and end with the ratios as one line of JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    options.add_argument("--beside", type=Path, required=True, metavar="DIR", help="the other checkout")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--keep", metavar="DIR", help="keep what is learned there")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="jiedai-turns-") as folder:
        found = measure((HERE, given.beside.resolve()), Path(given.keep or folder), given.rounds)
    ratios = {clauses: statistics.median(here / there for here, there in rounds) for clauses, rounds in found.items()}
    print(json.dumps({"ratios": ratios, "ms": found}))


def measure(trees: tuple[Path, Path], folder: Path, rounds: int) -> dict[int, list[tuple[float, float]]]:
    """Return milliseconds of a turn here and there, round by round; prints each round."""
    data = {tree: folder / name for tree, name in zip(trees, ("here", "there"), strict=True)}
    mark = f"{time.time_ns():x}"[-8:]
    for tree in trees:
        _run(tree, data[tree], f"{mark}-warm", messages_of(1)[:WARM])
    found: dict[int, list[tuple[float, float]]] = {clauses: [] for clauses in CLAUSES}
    for number in range(rounds):
        for clauses, took in found.items():
            here, there = _round(trees, data, messages_of(clauses), f"{mark}-{clauses}-{number}")
            took.append((here, there))
            print(f"{clauses}: {here:.2f} ms here, {there:.2f} ms there, ratio {here / there:.3f}", flush=True)
    return found


def messages_of(clauses: int) -> list[str]:
    """Return different messages of so many clauses each: questions and reports of faults in strangers' words."""
    from knowledge_base.acts.clauses import clauses_of  # the other checkout, which runs this file too, has none

    single = [text.rstrip("?？。！!") for text in _written() if len(clauses_of(text)) == 1 and len(text) <= 30]
    Random(12).shuffle(single)
    return ["，".join(single[at : at + clauses]) for at in range(0, len(single) - clauses + 1, clauses)][
        : MESSAGES + WARM
    ]


def _written() -> list[str]:
    import yaml

    with (HERE / "knowledge_base" / "sample" / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row["text"] for row in csv.DictReader(file)]
    for name in ("negatives_dev", "negatives_test"):
        found += yaml.safe_load((BLIND / f"{name}.yaml").read_text(encoding="utf-8"))["ordinary"]
    topics = yaml.safe_load((BLIND / "topics.yaml").read_text(encoding="utf-8"))
    found += [text for rows in topics.values() for text in rows if isinstance(text, str)]
    return sorted(set(found))


def _round(trees: tuple[Path, Path], data: dict[Path, Path], texts: Sequence[str], mark: str) -> tuple[float, float]:
    """Milliseconds of a turn here and there."""
    here, there = trees
    order = (here, there, there, here)
    took = [_run(tree, data[tree], f"{mark}-{place}", texts) for place, tree in enumerate(order)]
    return (took[0] + took[3]) / 2, (took[1] + took[2]) / 2


def _run(tree: Path, data: Path, run: str, texts: Sequence[str]) -> float:
    words = [sys.executable, str(Path(__file__).resolve()), str(data), run]
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(tree)}
    process = subprocess.run(
        words, cwd=tree, env=environment, input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return float(process.stdout.splitlines()[-1])


def play() -> None:
    """In a process of its own, in either checkout: take the messages of standard input in; print milliseconds each."""
    data, run = Path(sys.argv[1]), sys.argv[2]
    service, intake = _opened(data)
    found = asyncio.run(_taken_in(service, intake, run, json.load(sys.stdin)))
    service.database.close()
    print(found)


def _opened(data: Path) -> tuple[Any, Any]:
    """The service of whichever checkout this is, with what it ships."""
    app = import_module("bot.app")
    is_old = find_spec("bot.reception") is not None
    settings = import_module("bot.settings" if is_old else "bot.config.settings").Settings(data=data)
    service = app.open_house(settings) if is_old else app.open_service(settings)
    # The earlier name first: an installed checkout lends another one the modules it lacks.
    first = app if hasattr(app, "load_samples") else import_module("bot.first_start")
    first.load_samples(service)
    service.rules.index.warm()
    return service, import_module("bot.intake" if is_old else "bot.dialogue.intake")


async def _taken_in(service: Any, intake: Any, run: str, texts: Sequence[str]) -> float:
    message, began, now = import_module("bot.messages").Incoming, 0.0, NOW
    for number, text in enumerate(texts):
        if number == WARM:
            began = time.process_time()
        now += timedelta(minutes=1)
        service.clock = lambda now=now: now
        address = f"{run}-{number}".rjust(32, "x")
        receipt = await service.receive(message("web", address, f"{address}:1", "text", text=text))
        if receipt.composing:  # what the bot waits for does not come
            later = now + timedelta(seconds=30)
            await service.database.unit(intake.continue_held, service.rules, receipt.conversation_id, None, later)
    return 1000 * (time.process_time() - began) / max(1, len(texts) - WARM)


if __name__ == "__main__":
    if len(sys.argv) == 3 and not sys.argv[1].startswith("-"):
        play()
    else:
        main()
