"""How late deadlines are: a million open ones, a thousand due within one second, several replicas; beside other timers.

    python -m benchmarks.deadlines [--quick] [--database URL] [--alone]

Late is the instant at which the step was committed, notices and pages with it, less the instant it was due. The replica
writes it down after the commit, on PostgreSQL by the server's clock.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text

from benchmarks import ground, judging, other_timers
from benchmarks.ground import LINES, Ground
from benchmarks.replicas import running, sweeping
from benchmarks.tables import percentile, show
from bot.app import database_clock
from bot.rules import Rules
from bot.storage.database import Database
from escalation.sla.steps import EscalationStep
from escalation.tickets.deadline_store import deadlines

DUE = 1_000  # within one second
WARM = 50  # due a little before, so that nothing is measured that happens once in the life of a process
BASE = 1_000  # tickets that are written one by one; all others are copies of them
EACH = ("assessed", "progress", "acceptance_invited", "survey")  # the clocks on each of them
ONCE: tuple[EscalationStep, ...] = (LINES[1],)
SETTLES = 60.0
AIMS = {"p99_s": 0.25, "max_s": 1.0, "blocked_s": 0.1}


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds each step came late, and the longest time any event loop stood still."""

    late: list[float]
    blocked: float

    def as_json(self) -> dict[str, float]:
        """As figures."""
        shares = {"p50_s": 0.5, "p99_s": 0.99, "max_s": 1.0} if self.late else {}
        found = {name: percentile(self.late, share) for name, share in shares.items()}
        return {name: round(value, 3) for name, value in {**found, "blocked_s": self.blocked}.items()}


def measure(where: Ground, open_clocks: int) -> dict[str, Any]:
    """One database."""
    started = time.monotonic()
    with ground.opened(where.url) as database:
        rules = ground.bare_rules()
        clock = database_clock(database)
        who = ground.hire(database, "lin", clock())
        database.write_now(_crowd, rules, open_clocks, who, clock())
        _analyse(database)
        seeded = time.monotonic() - started
        logs = [where.folder / f"replica-{n}.log" for n in range(2 if database.is_sqlite else 3)]
        with running([sweeping(where.url, log) for log in logs]) as replicas:
            begin = clock() + timedelta(seconds=3)
            early = [begin - timedelta(seconds=1.5)] * WARM
            dues = [begin + timedelta(seconds=n / DUE) for n in range(DUE)]
            database.write_now(ground.seed, rules, [*early, *dues], ONCE, clock(), holder=who)
            time.sleep(max(0.0, (max(dues) + timedelta(seconds=1.5) - clock()).total_seconds()))
            end = time.monotonic() + SETTLES
            while not database.read_now(judging.at_rest, clock()) and time.monotonic() < end:
                time.sleep(0.5)
            for replica in replicas:
                replica.stop()
        verdict = database.read_now(judging.judge, max(dues))
    found = read_logs(logs, begin.timestamp())
    return {**verdict.as_json(), **found.as_json(), "open": open_clocks, "seeded_in_s": round(seeded, 1)}


def read_logs(logs: Sequence[Path], since: float = 0.0) -> Lateness:
    """What the replicas wrote down about steps that were scheduled from an instant on (seconds since 1970)."""
    late, blocked = [], 0.0
    for log in logs:
        for line in map(json.loads, log.read_text(encoding="utf-8").splitlines()):
            blocked = max(blocked, line.get("blocked", 0.0))
            late += [line["at"] - at for _, _, at in line.get("took", []) if at >= since]
    return Lateness(late, blocked)


def _crowd(db: Connection, rules: Rules, clocks: int, who: int, now: datetime) -> None:
    """So many clocks that are due in the coming month, four on each ticket."""
    month = timedelta(days=30)
    tickets = ground.seed(db, rules, [now + month] * min(BASE, clocks // len(EACH)), LINES, now, holder=who)
    rows = [dict(row._mapping) for row in db.execute(select(deadlines).order_by(deadlines.c.id))]
    db.execute(deadlines.delete())
    spread = []
    for n, (row, milestone) in enumerate((row, each) for row in rows for each in EACH):
        due = now + timedelta(hours=1) + month * n / (len(tickets) * len(EACH))
        spread.append({**row, "milestone": milestone, "due_at": due, "next_at": due + LINES[0].at})
        del spread[-1]["id"]
    db.execute(insert(deadlines), spread)
    ground.multiply(db, clocks)


def _analyse(database: Database) -> None:
    """What the database does by itself after a while."""
    with database.engine.connect() as db:
        db.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def main() -> None:
    """Both databases, or the one that was named; beside them the other timers."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.deadlines", description=__doc__)
    options.add_argument("--quick", action="store_true", help="50,000 open deadlines instead of a million")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    options.add_argument("--alone", action="store_true", help="without the other timers")
    given = options.parse_args()
    found, rows = {}, []
    for where in ground.grounds(given.database):
        found[where.kind] = measure(where, 50_000 if given.quick else 1_000_000)
        if not given.alone:
            found[where.kind] |= _others(where.url, away=not given.quick)
        rows += _rows(where.kind, found[where.kind])
    headings = ("database", "timer", "lost", "doubled", "p50 s", "p99 s", "max s", "loop blocked s")
    show(f"{DUE} due within one second; aims: {AIMS}", headings, rows)
    print(json.dumps(judging.together(found)))


def _others(url: str, *, away: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    timers = {"apscheduler": other_timers.apscheduler, "procrastinate": other_timers.procrastinate}
    for name in timers if not url.startswith("sqlite") else ["apscheduler"]:
        rung = timers[name](url, DUE)
        found[name] = rung.as_json() if rung else "not installed"
        if rung and away:
            late = timers[name](url, other_timers.AWAY_JOBS, other_timers.AWAY)
            found[f"{name}, away for {other_timers.AWAY:.0f} s"] = late.as_json() if late else {}
    return found


def _rows(kind: str, found: dict[str, Any]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name, figures in (("jiedai", found), *((name, found[name]) for name in _others_of(found))):
        if isinstance(figures, str):
            rows.append((kind, name, figures, *[""] * 5))
        else:
            keys = ("lost", "doubled", "p50_s", "p99_s", "max_s", "blocked_s")
            rows.append((kind, name, *(str(figures.get(key, "")) for key in keys)))
    return rows


def _others_of(found: dict[str, Any]) -> list[str]:
    return [name for name in found if name.startswith(("apscheduler", "procrastinate"))]


if __name__ == "__main__":
    main()
