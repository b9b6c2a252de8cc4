"""An hour of being down: everything missed happens once, soon after the start, with the true due time and the lateness.

python -m benchmarks.outage [--quick] [--database URL]
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from benchmarks import ground, judging
from benchmarks.deadlines import read_logs
from benchmarks.ground import LINES, Ground
from benchmarks.replicas import running, sweeping
from benchmarks.tables import show
from bot.app import database_clock
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.history import ticket_events

AIM = 30.0  # seconds from the start of the replica until everything has happened
PATIENCE = 120.0


def measure(where: Ground, missed: int) -> dict[str, Any]:
    """One database, one replica."""
    with ground.opened(where.url) as database:
        clock = database_clock(database)
        up = clock()
        dues = [up - timedelta(hours=1) * (n + 1) / (missed + 1) for n in range(missed)]
        who = ground.hire(database, "lin", up)
        database.write_now(ground.seed, ground.bare_rules(), dues, LINES, up - timedelta(hours=3), holder=who)
        log = where.folder / "replica-0.log"
        replica, started, took = sweeping(where.url, log), time.monotonic(), PATIENCE
        up = clock()
        with running([replica]):
            while time.monotonic() - started < PATIENCE:
                if database.read_now(judging.at_rest, clock()):
                    took = time.monotonic() - started
                    break
                time.sleep(0.1)
            replica.stop()
        verdict = database.read_now(judging.judge, up)
        untrue = database.read_now(_untrue)
    found = {**verdict.as_json(), "untrue": untrue, "missed": verdict.judged, "all_done_s": round(took, 2)}
    return found | {"blocked_s": round(read_logs([log]).blocked, 3)}


def _untrue(db: Connection) -> int:
    """How many breaches name another due time, or another lateness, than the deadline has."""
    broken = select(deadlines.c.due_at, ticket_events.c.at, ticket_events.c.data).join_from(
        deadlines, ticket_events, deadlines.c.ticket_id == ticket_events.c.ticket_id
    )
    rows = db.execute(broken.where(ticket_events.c.kind == "breach")).all()
    return sum(
        row.data["due_at"] != row.due_at.isoformat()
        or abs(row.data["late_s"] - (row.at - row.due_at).total_seconds()) > 0.001
        for row in rows
    )


def main() -> None:
    """Both databases, or the one that was named."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    options.add_argument("--quick", action="store_true", help="1,000 missed deadlines instead of 10,000")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    given = options.parse_args()
    found = {where.kind: measure(where, 1_000 if given.quick else 10_000) for where in ground.grounds(given.database)}
    headings = ("database", *next(iter(found.values())))
    rows = [(kind, *map(str, figures.values())) for kind, figures in found.items()]
    show(f"Down for an hour; aim: all done {AIM:.0f} s after the start", headings, rows)
    print(json.dumps(judging.together(found)))


if __name__ == "__main__":
    main()
