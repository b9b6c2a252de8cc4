"""Clocks that jump: a machine that slept for an hour, a database server an hour off, a machine 400 days off or in 1970.

python -m benchmarks.clocks [--quick]

The server's clock is moved by libfaketime (Debian's package of that name), without which that part is left out. This
machine's is moved in the process, where the product and its scheduler ask for it: a libfaketime that leaves the
monotonic clock alone makes waiting threads spin.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import httpx
import psutil
from apscheduler.schedulers import base
from apscheduler.triggers import date
from sqlalchemy import Connection, select, text

from benchmarks import ground, judging
from benchmarks.ground import LINES, Ground
from benchmarks.replicas import running, sweeping
from benchmarks.tables import show
from bot import app
from bot.cli.parser import main as main_of_product
from bot.jobs.alarm_clock import AlarmClock
from bot.storage.database import Database
from bot.storage.database_clock import ServerClock, elapsed
from escalation.tickets.history import ticket_events

NOTICED = 2.0  # seconds, the aim for what a database server's clock does
STOOD = 1.0  # seconds that the process may not answer when this machine's clock jumps
HOUR = 3600
DAYS = 400 * 24 * HOUR
SETTLES = 8.0  # seconds after a start in which the questions are still being learned
SOME = 20  # deadlines of each kind
ROOT = Path(__file__).parents[1]


def library() -> Path | None:
    """Return libfaketime for programs with threads, where it is installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Turned:
    """A clock that is the real one, moved; libfaketime shows it to the processes started with `environment`."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "moved"
        self.move(0)

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process must be started with."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def move(self, seconds: float) -> None:
        """Show the real time and so many seconds, at once."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{seconds:+.0f}s\n", encoding="ascii")
        draft.chmod(0o644)  # PostgreSQL runs as another user when we are root
        draft.replace(self.file)


def run_turned(file: str, words: list[str]) -> None:
    """`jiedai` with these words, with a machine's clock that is moved as the file says."""

    real = app.utc_now

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            moved = timedelta(seconds=float(Path(file).read_text(encoding="ascii").strip()[:-1]))
            return (real() + moved).astimezone(tz)

    base.datetime = date.datetime = Moved
    app.utc_now = lambda: Moved.now(UTC)
    main_of_product(words)


async def sleep_of_an_hour(where: Ground) -> dict[str, Any]:
    """A machine's counter stood still for an hour: how long until the running service's clock is right again."""
    asleep = 0.0
    with ground.opened(where.url) as database:
        rules = ground.bare_rules()
        clock = ServerClock(database, lambda: elapsed() - asleep)
        alarms = AlarmClock(database, lambda: rules, clock)
        alarms.start()
        await asyncio.sleep(1.5)
        began, asleep = time.monotonic(), float(HOUR)
        while abs(_there(database) - clock()) > timedelta(seconds=1):  # nothing to wait upon
            assert time.monotonic() - began < ground.PATIENCE
            await asyncio.sleep(0.01)
        took = time.monotonic() - began
        await alarms.stop()
    return {"noticed_s": round(took, 2)}


def _there(database: Database) -> datetime:
    found: datetime = database.read_now(lambda db: db.scalar(text("SELECT clock_timestamp()")))
    return found


@contextmanager
def turned_server() -> Iterator[tuple[Ground, Turned]]:
    """A PostgreSQL server of one's own whose clock can be moved; this machine's stays."""
    with tempfile.TemporaryDirectory(prefix="jiedai-turned-") as name:
        Path(name).chmod(0o755)
        turned, held = Turned(Path(name)), dict(os.environ)
        os.environ.update(turned.environment)
        try:
            inside = ground.own_ground("postgresql")
            where = inside.__enter__()
        finally:
            os.environ.clear()
            os.environ.update(held)
        try:
            yield where, turned
        finally:
            inside.__exit__(None, None, None)


def server_off(jump: int) -> dict[str, Any]:
    """Two replicas, and a server whose clock is an hour off and put right again: when are due deadlines noticed?

    Deadlines fall due before the jump, within the hour, and a second after it by the server's clock.
    """
    with turned_server() as (where, turned), ground.opened(where.url) as database:
        rules, begin = ground.bare_rules(), _there(database)
        who = ground.hire(database, "lin", begin)
        half = timedelta(minutes=30)
        before = [begin + timedelta(seconds=3)] * SOME
        database.write_now(ground.seed, rules, [*before, *[begin + half] * SOME], LINES, begin, holder=who)
        with running([sweeping(where.url, where.folder / f"replica-{n}.log") for n in range(2)]) as replicas:
            _until(lambda: database.read_now(_broken) >= SOME)
            seen = [_moved(database, turned, seconds, who) for seconds in (jump, 0, jump)]
            time.sleep(3)
            for replica in replicas:
                replica.stop()
        verdict = database.read_now(judging.judge, begin + timedelta(seconds=HOUR if jump > 0 else 5))
    late, wrong = (round(max(figures), 2) for figures in zip(*seen, strict=True))
    return {"late_s": late, "stamped_off_s": wrong, **verdict.as_json()}


def _moved(database: Database, turned: Turned, jump: int, who: int) -> tuple[float, float]:
    """Move the server's clock; of a deadline due NOTICED later: how late it breaks, and how far off that is stamped."""
    turned.move(jump)
    now, rules = _there(database), ground.bare_rules()
    due = now + timedelta(seconds=NOTICED)
    (ticket,) = database.write_now(ground.seed, rules, [due], LINES, now, holder=who)
    _until(lambda: database.read_now(_breach, ticket) is not None)
    there, stamped = _there(database), database.read_now(_breach, ticket)
    assert stamped is not None
    return (there - due).total_seconds(), abs((there - stamped).total_seconds())


def _breach(db: Connection, ticket: int) -> datetime | None:
    of_ticket = (ticket_events.c.ticket_id == ticket) & (ticket_events.c.kind == "breach")
    return db.scalar(select(ticket_events.c.at).where(of_ticket))


def _broken(db: Connection) -> int:
    return len(db.execute(select(ticket_events.c.id).where(ticket_events.c.kind == "breach")).all())


def _until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + ground.PATIENCE
    while not check():
        if time.monotonic() > end:
            raise AssertionError("what was waited for did not happen in time")
        time.sleep(0.01)


def machine_off(jumps: list[float]) -> dict[str, Any]:
    """`jiedai run` on SQLite while this machine's clock jumps: the longest time without an answer, and the memory."""
    with tempfile.TemporaryDirectory(prefix="jiedai-clocks-") as name:
        folder = Path(name)
        turned = Turned(folder)
        turned.move(jumps[0])
        words = ["run", "--data", str(folder / "data"), "--port", "0"]
        start = f"from benchmarks.clocks import run_turned; run_turned({str(turned.file)!r}, {words!r})"
        environment = {**os.environ, "JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}
        how: dict[str, Any] = {"cwd": ROOT, "env": environment, "stderr": subprocess.DEVNULL, "text": True}
        with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, **how) as process:
            try:
                assert process.stdout is not None
                url = process.stdout.readline().rsplit(" ", 1)[-1].strip().replace("localhost", "127.0.0.1")
                with httpx.Client(base_url=url, timeout=ground.PATIENCE, trust_env=False) as client:
                    _until(lambda: _status(client, "/readyz") == 200)
                    memory = psutil.Process(process.pid).memory_info().rss
                    time.sleep(SETTLES)
                    still = _stood(client, turned, jumps[0])
                    stood = [_stood(client, turned, jump) for jump in jumps[1:]]
                    more = psutil.Process(process.pid).memory_info().rss - memory
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(ground.PATIENCE)
    return {"stood_s": round(max(stood), 2), "without_a_jump_s": round(still, 2), "more_mib": round(more / 2**20)}


def _stood(client: httpx.Client, turned: Turned, jump: float) -> float:
    """Move the machine's clock; the longest answer in the seconds after, until the sweep is seen alive and ready."""
    turned.move(jump)
    longest, end = 0.0, time.monotonic() + 4
    while time.monotonic() < end:
        for path in ("/healthz", "/readyz"):
            asked = time.monotonic()
            assert _status(client, path) == 200
            longest = max(longest, time.monotonic() - asked)
        time.sleep(0.02)
    return longest


def _status(client: httpx.Client, path: str) -> int:
    try:
        return client.get(path).status_code
    except httpx.TransportError:
        return 0


def measure(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Each case with its figures."""
    with ground.own_ground("postgresql") as where:
        found = {"machine asleep for an hour, PostgreSQL": asyncio.run(sleep_of_an_hour(where))}
    for jump in (HOUR, -HOUR) if library() is not None else ():
        found[f"server's clock {jump / HOUR:+.0f} h, back and again, 2 replicas"] = server_off(jump)
    found["machine's clock +400 d, back, -400 d, SQLite"] = machine_off([0, DAYS, 0, -DAYS][: 2 if quick else 4])
    if not quick:
        found["machine's clock from 1970, SQLite"] = machine_off([60 - app.utc_now().timestamp(), 0])
    return found


def main() -> None:
    """Print the table and, as the last line, JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.clocks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="only one jump of the machine's clock")
    found = measure(quick=options.parse_args().quick)
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    rows = [(case, *(str(figures.get(name, "")) for name in names)) for case, figures in found.items()]
    show(f"Clocks that jump; aims: noticed in {NOTICED:.0f} s, stood still {STOOD:.0f} s", ("case", *names), rows)
    print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
