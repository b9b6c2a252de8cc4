"""CPU per update: ours through the whole intake ÷ a bare aiogram echo bot's, on the same server, in one run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.ground import own_ground
from benchmarks.telegram.fleet import cpu_of, running_fleet, until_calm
from benchmarks.telegram.questions import Pool, questions
from benchmarks.telegram.server import PATIENCE, TOKEN, BotApi
from tests.processes import ROOT, eventually

KINDS = ("sqlite", "postgresql")
WARM = 200
DEFAULT, NONE = "", "none"  # the sentence encoder that is installed with the rest; and no such thing

ANSWERED = 0.99
# Database, program, sentence encoder.
OURS = {
    "sqlite": ("sqlite", "bot", DEFAULT),
    "postgres": ("postgresql", "bot", DEFAULT),
    "without_match": ("sqlite", "benchmarks.telegram.unmatched", DEFAULT),
    "without_encoder": ("sqlite", "bot", NONE),
}


@dataclass
class Runner:
    """One bot at a server of its own."""

    name: str
    api: BotApi
    pid: int

    def spend(self, texts: list[tuple[int, str]]) -> tuple[float, float]:
        """Milliseconds of CPU and of time per update, when all these come at once and each is answered."""
        self.api.forget()
        cpu, began = cpu_of(self.pid), time.monotonic()
        self.api.ask(texts)
        # Of two thousand a few are read with what was said before, and are no question of their own.
        answered = self.api.until(lambda state: state["sent"] >= ANSWERED * len(texts) and not state["pending"])
        took = time.monotonic() - began
        if not answered:
            raise SystemExit(f"{self.name}: of {len(texts)} updates {self.api.state()['sent']} were answered.")
        time.sleep(0.2)  # what is written down after the last send belongs to it
        return (cpu_of(self.pid) - cpu) / len(texts) * 1e3, took / len(texts) * 1e3


def measure(updates: int, rounds: int, chats: int) -> dict[str, Any]:
    """Medians; `ratio_…` are medians of the rounds' ratios."""
    pool, chance = questions(exact=False, encoder=DEFAULT).also_in(questions(exact=False, encoder=NONE)), Random(3)
    every_one = [(1_000 + n, text) for n, text in enumerate(pool.article_of)]
    with ExitStack() as stack:
        runners = [stack.enter_context(runner) for runner in _runners()]
        for runner in runners:
            until_calm(runner.pid)
            runner.spend(every_one)  # what remembers has seen all of it, and caches are filled
        found: dict[str, list[tuple[float, float]]] = {runner.name: [] for runner in runners}
        for turn in range(rounds):
            for runner in runners:
                found[runner.name].append(runner.spend(_texts(updates, chats, pool, chance, turn + 1)))
    accounts = {f"where_{kind}_ms": _where(kind, _texts(updates, chats, pool, chance, 0)) for kind in KINDS}
    return {**_figures(found), **accounts}


def _where(kind: str, texts: list[tuple[int, str]]) -> dict[str, float]:
    """Milliseconds of CPU per update by what they are spent on; keeping these accounts costs a little more."""
    with tempfile.TemporaryDirectory() as folder, BotApi() as api, own_ground(kind) as where:
        file = Path(folder) / "accounts.json"
        program = ("-m", "benchmarks.telegram.accounted")
        with running_fleet(where, api, program=program, encoder=DEFAULT, ACCOUNTS=str(file)) as fleet:
            runner = Runner(kind, api, fleet.replicas[0].pid)
            until_calm(runner.pid)
            runner.spend([(n + 1, text) for n, (_, text) in enumerate(texts[:WARM])])
            os.kill(runner.pid, signal.SIGUSR1)
            runner.spend(texts)
            os.kill(runner.pid, signal.SIGUSR2)
            spent: dict[str, float] = eventually(lambda: file.exists() and json.loads(file.read_text() or "null"))
    return {name: round(seconds / len(texts) * 1e3, 3) for name, seconds in sorted(spent.items())}


def _texts(updates: int, chats: int, pool: Pool, chance: Random, turn: int) -> list[tuple[int, str]]:
    first = 10_000 + turn * chats  # new customers every time: who asks for ever is another matter
    each = [pool.several(-(-updates // chats), chance) for _ in range(chats)]
    return [(first + n % chats, each[n % chats][n // chats]) for n in range(updates)]


def _figures(found: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, rounds in found.items():
        ratios = [mine / peers for (mine, _), (peers, _) in zip(rounds, found["echo"], strict=True)]
        figures[f"ratio_{name}"] = round(median(ratios), 2)
        figures[f"cpu_{name}_ms"] = round(median(cpu for cpu, _ in rounds), 3)
        figures[f"wall_{name}_ms"] = round(median(wall for _, wall in rounds), 3)
    del figures["ratio_echo"]
    return figures


def _runners() -> list[Any]:
    return [_echo(), *(_ours(name) for name in OURS)]


@contextmanager
def _echo() -> Iterator[Runner]:
    with BotApi() as api:
        command = [sys.executable, "-m", "benchmarks.telegram.echo", TOKEN, api.base]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            api.until(lambda state: state["polling"] > 0, PATIENCE)
            yield Runner("echo", api, process.pid)
        finally:
            process.kill()
            process.wait()


@contextmanager
def _ours(name: str) -> Iterator[Runner]:
    kind, program, encoder = OURS[name]
    with (
        BotApi() as api,
        own_ground(kind) as where,
        running_fleet(where, api, program=("-m", program), encoder=encoder) as fleet,
    ):
        yield Runner(name, api, fleet.replicas[0].pid)
