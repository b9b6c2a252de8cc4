"""Replicas of the alarm clock as processes of their own, which can be killed at any instant and replaced at once.

Each is what `jiedai run` starts for deadlines: a real `AlarmClock` with its scheduler on a `Database` of its own. It is
forked from a process that has imported everything, and has no knowledge base, no web server and no Telegram: that is
what makes hundreds of deaths affordable. A death is SIGKILL, at a random instant or on either side of a commit.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from benchmarks import ground, mutants
from bot.app import database_clock
from bot.jobs.alarm_clock import AlarmClock
from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.tickets import sweep
from tests.forked import processes
from tests.mortal import Side, die_at_commits

Death = Literal["any instant", "before a commit", "after a commit"]
DEATHS: tuple[Death, ...] = get_args(Death)
PULSE = 0.005  # seconds between two looks at how long the event loop was blocked


@dataclass
class Replica:
    """One process and its successors."""

    run: Callable[..., None]
    arguments: tuple[Any, ...]
    sentence: Any = field(default_factory=lambda: processes.Value("i", 0))
    ready: Any = field(default_factory=processes.Event)
    process: Any = None

    def start(self) -> None:
        """Begin anew."""
        self.sentence.value = 0
        self.ready.clear()
        self.process = processes.Process(
            target=_born, args=(self.run, self.sentence, self.ready, *self.arguments), daemon=True
        )
        self.process.start()

    def wait(self) -> None:
        """Until it has looked once."""
        if not self.ready.wait(ground.PATIENCE):
            raise AssertionError("a replica did not get ready in time")

    def die(self, how: Death, within: float = 0.5) -> None:
        """See it dead: as it wishes to be, or after so many seconds at any instant."""
        if how != "any instant":
            self.sentence.value = DEATHS.index(how)
            self.process.join(within)
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        self.process.terminate()
        self.process.join(ground.PATIENCE)
        self.process.kill()


@contextmanager
def running(replicas: list[Replica]) -> Iterator[list[Replica]]:
    """All of them at work; none is left behind."""
    try:
        for replica in replicas:
            replica.start()
        for replica in replicas:
            replica.wait()
        yield replicas
    finally:
        for replica in replicas:
            if replica.process is not None:
                replica.process.kill()
                replica.process.join()


def sweeping(url: str, log: Path, mutant: str = "") -> Replica:
    """A replica that sweeps and writes down, after each commit, which deadlines it has moved on."""
    return Replica(_sweep, (url, str(log), mutant))


def _born(run: Callable[..., None], sentence: Any, ready: Any, *arguments: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the one that started us
    logging.disable(logging.CRITICAL)  # a database that is killed under it is no news here
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    try:
        run(sentence, ready, *arguments)
    except DBAPIError:  # born while PostgreSQL was down: whoever looks after us tries again
        os._exit(1)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def mortal(database: Database, sentence: Any) -> None:
    """Let the process die at its next commit when it is told to."""
    sides: dict[Death, Side | None] = {"any instant": None, "before a commit": "before", "after a commit": "after"}
    die_at_commits(database.engine, lambda: sides[DEATHS[sentence.value]])


class Watched(Database):
    """A database that writes down which deadlines each committed transaction took, and when it had committed."""

    def __init__(self, url: str, log: Path) -> None:
        super().__init__(url)
        self.clock = database_clock(self)
        self._log = log.open("a", encoding="utf-8", buffering=1)
        self._here = threading.local()
        real = sweep.carry_on

        def carry_on(db: Connection, policy: Policy, now: datetime, limit: int) -> Any:
            found, later = real(db, policy, now, limit)
            self._here.taken = [(one.deadline_id, one.kind, one.scheduled_at.timestamp()) for one in found]
            return found, later

        sweep.carry_on = carry_on

    def _write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        self._here.taken = []
        result = super()._write(fn, *args, **kwargs)
        if self._here.taken:
            self._log.write(json.dumps({"at": self.clock().timestamp(), "took": self._here.taken}) + "\n")
        return result

    def say(self, **what: Any) -> None:
        """A line of the log."""
        self._log.write(json.dumps(what) + "\n")


def _sweep(sentence: Any, ready: Any, url: str, log: str, mutant: str) -> None:
    database = Watched(url, Path(log))
    if mutant:
        mutants.bring_about(mutant, database)
    mortal(database, sentence)
    asyncio.run(_serve(database, ready))


async def _serve(database: Watched, ready: Any) -> None:
    rules = ground.bare_rules()
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    watch = asyncio.create_task(_longest_block(end))
    alarms = AlarmClock(database, lambda: rules, database.clock)
    alarms.start()
    while alarms.last_sweep is None and not end.is_set():  # noqa: ASYNC110  # the sweep offers nothing to wait upon
        await asyncio.sleep(0.01)
    ready.set()
    database.say(blocked=await watch)
    await alarms.stop()
    database.close()


async def _longest_block(end: asyncio.Event) -> float:
    """Until the end: the longest time the event loop attended to nothing, in seconds."""
    longest = 0.0
    while not end.is_set():
        before = time.monotonic()
        await asyncio.sleep(PULSE)
        longest = max(longest, time.monotonic() - before - PULSE)
    return longest
