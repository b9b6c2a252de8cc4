"""Time and memory of the matcher, of learning, and of a server after its first start; beside another checkout.

`python -m benchmarks.learning [--beside DIR] [--only PART …] [--rounds N]`; on one thread, the checkouts in turns.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.matching import ONE_THREAD
from benchmarks.tables import show

HERE = Path(__file__).resolve().parent.parent
PARTS = ("message", "large", "learning", "server", "telegram")
PHRASINGS, MANY = 10_000, 100_000
SECONDS = 60.0
QUIET, PATIENCE = 12.0, 900.0  # seconds without work after which a server has learned, and are waited for
LOOK = 2.0
NOBODY = {"JIEDAI_TELEGRAM_TOKEN": "1:" + "x" * 35, "JIEDAI_TELEGRAM_API": "http://127.0.0.1:9"}
AIMS = {
    "message_p99": 0.6,
    "large_p99": 0.75,
    "learning_cpu": 0.6,
    "learning_peak": 0.55,
    "server": 0.5,
    "telegram": 0.6,
}

Figures = dict[str, float]


def measure(trees: list[Path], parts: list[str], rounds: int) -> list[Figures]:
    """The figures of each checkout, the least of all rounds: others on the machine only ever add to them."""
    measures: dict[str, Callable[[Path, Path], Figures]] = {
        "message": lambda tree, kept: _message(tree, kept, PHRASINGS, "message"),
        "large": lambda tree, kept: _message(tree, kept, MANY, "large"),
        "learning": _learning,
        "server": lambda tree, _: {"server": _served(tree, {})},
        "telegram": lambda tree, _: {"telegram": _served(tree, NOBODY)},
    }
    found: list[Figures] = [{} for _ in trees]
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            for _ in range(rounds):
                for at, tree in enumerate(trees):
                    for name, value in measures[part](tree, Path(folder) / str(at)).items():
                        found[at][name] = min(value, found[at].get(name, value))
                        print(f"{tree.name}: {name} {value:.2f}", file=sys.stderr)
    return found


def _message(tree: Path, kept: Path, phrasings: int, name: str) -> Figures:
    """One message through prepare, encode and rank, in ms of the processor; what was learned is kept for the rounds."""
    found = _speed(tree, phrasings, SECONDS, kept)
    return {f"{name}_p50": found["p50_ms"], f"{name}_p99": found["cpu_p99_ms"]}


def _learning(tree: Path, _kept: Path) -> Figures:
    """Seconds of the processor, start and a message or two included, and MiB at the peak of the process that learns."""
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = _speed(tree, PHRASINGS, 0.0)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime
    return {"learning_cpu": spent, "learning_s": found["build_s"], "learning_peak": found["peak_mib"]}


def _speed(tree: Path, phrasings: int, seconds: float, *folder: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.speed", "semantic", str(phrasings), str(seconds), *map(str, folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=tree, env=_environment(tree))
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def _served(tree: Path, settings: dict[str, str]) -> float:
    """MiB resident in the serving process once all it learns at its first start is learned."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "bot", "run", "--data", data, "--port", "0"]
        silent = subprocess.DEVNULL
        with subprocess.Popen(
            command, cwd=tree, env=_environment(tree) | settings, stdout=silent, stderr=silent
        ) as running:
            server = psutil.Process(running.pid)
            try:
                _wait_until_quiet(server)
                return float(server.memory_info().rss / 2**20)
            finally:
                server.terminate()


def _wait_until_quiet(server: psutil.Process) -> None:
    ends, quiet, spent = time.monotonic() + PATIENCE, 0.0, 0.0
    while quiet < QUIET and time.monotonic() < ends:
        time.sleep(LOOK)
        times = server.cpu_times()
        busy = times.user + times.system - spent > LOOK / 10 or bool(server.children())
        spent, quiet = times.user + times.system, 0.0 if busy else quiet + LOOK


def _environment(tree: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEDAI_")}
    return kept | ONE_THREAD | {"PYTHONPATH": str(tree)}


def main() -> None:
    """Measure, print the table, and the figures as JSON in the last line."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    options.add_argument("--beside", type=Path, metavar="DIR", help="an earlier checkout, measured in the same run")
    options.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="some parts")
    options.add_argument("--rounds", type=int, default=1, help="of each part, the least counts")
    given = options.parse_args()
    trees = [HERE, *([given.beside.resolve()] if given.beside else [])]
    ours, *others = measure(trees, given.only, given.rounds)
    then = others[0] if others else {}
    rows = [_row(name, value, then.get(name)) for name, value in ours.items()]
    show("Matcher: ms, s of the processor, MiB", ("figure", "now", "then", "ratio", "aim"), rows)
    ratios = {name: round(value / then[name], 3) for name, value in ours.items() if then.get(name)}
    print(json.dumps({"now": ours, "then": then, "ratio": ratios}))


def _row(name: str, value: float, then: float | None) -> tuple[str, ...]:
    aim = f"≤ {AIMS[name]}" if name in AIMS else ""
    return (name, f"{value:.2f}", f"{then:.2f}" if then else "–", f"{value / then:.2f}" if then else "–", aim)


if __name__ == "__main__":
    main()
