"""How long figures of many tickets take: sums of random questions over two years of closed days.

python -m benchmarks.figures [--tickets N] [--asked N] [--database sqlite|postgresql|both] [--intake N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, insert, select

from benchmarks.figures_beside import beside
from benchmarks.ground import opened, own_ground
from benchmarks.tables import percentile, rounded, show
from bot.storage.database import Database
from escalation.measures.catalogue import CATALOGUE
from escalation.measures.columns import FactColumns
from escalation.measures.figures import sums
from escalation.measures.measure_tables import measure_blocks
from escalation.measures.month_sums import month_to_sum, sum_month
from escalation.measures.packed_day import pack
from escalation.measures.periods import ReportPeriod, period_of
from escalation.measures.sums import DIMENSIONS, Dimension, Filters

FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)
SHAPE = {"tier": 4, "queue": 6, "topic": 8, "channel": 4}
AGENTS, ARTICLES, MILESTONES, CAUSES = 30, 200, 8, 12
FACTS = 13  # of a ticket, on average
# How often each measure's facts are among them; others have none here.
OFTEN = {
    **dict.fromkeys(("raised", "resolved", "resolution_time", "hands", "contacts", "claimed", "handling_time"), 1.0),
    **dict.fromkeys(("response_raised", "response_raised_working", "fcr", "response_received"), 0.9),
    **dict.fromkeys(("milestone_kept", "milestone_time"), 1.2),
    **dict.fromkeys(("handover_gap", "step_wait", "rated"), 0.3),
    **dict.fromkeys(("transferred", "milestone_late", "published_used"), 0.2),
    **dict.fromkeys(("complaint", "cause", "complaint_closure", "night_raised", "night_contacted"), 0.05),
    **dict.fromkeys(("bot_answered", "bot_answer_time", "bot_alone"), 0.5),
    **dict.fromkeys(("reopened", "bot_helped"), 0.1),
    "response_received_working": 0.9,
    "customer_line": 1.0,
}
_PARTED = (
    ("article", ARTICLES, ("bot_answered", "bot_helped", "published_used")),
    ("step", MILESTONES, ("milestone_kept", "milestone_late", "milestone_time")),
    ("cause", CAUSES, ("cause",)),
    ("reason", 3, ("raised",)),
)
PARTS = {name: [f"{kind}-{n}" for n in range(number)] for kind, number, names in _PARTED for name in names}
UNITS = {measure.id: measure.unit for measure in CATALOGUE}


def fill(db: Connection, tickets: int, seed: int = 1) -> int:
    """Write closed days with the facts of so many tickets, and return how many facts."""
    dice, days = np.random.default_rng(seed), (LAST - FIRST).days + 1
    each, total = tickets / days * FACTS / sum(OFTEN.values()), 0
    for offset in range(days):
        columns = _day(dice, FIRST + timedelta(days=offset), each)
        total += len(columns)
        day, closed = (FIRST + timedelta(days=offset)).isoformat(), datetime(2026, 11, 1, tzinfo=UTC)
        values = {"day": day, "number": len(columns), "facts": pack(columns), "closed_at": closed}
        db.execute(insert(measure_blocks).values(values))
    return total


def _day(dice: np.random.Generator, day: date, tickets: float) -> FactColumns:
    strings = ["", *(f"{name}-{n}" for name, number in SHAPE.items() for n in range(number))]
    strings += [*OFTEN, *dict.fromkeys(part for parts in PARTS.values() for part in parts)]
    place = {text: number for number, text in enumerate(strings)}
    parts: list[dict[str, Any]] = []
    for measure, often in OFTEN.items():
        number = int(dice.poisson(tickets * often))
        found = {"measure": np.full(number, place[measure]), "part": np.zeros(number, dtype=np.int64)}
        if measure in PARTS:
            known = np.array([place[part] for part in PARTS[measure]])
            found["part"] = known[np.minimum(dice.geometric(min(1, 4 / len(known)), number) - 1, len(known) - 1)]
        for name, values in SHAPE.items():
            found[name] = place[f"{name}-0"] + dice.integers(0, values, number)
        found["staff_id"] = dice.integers(1, AGENTS + 1, number)
        found["ticket_id"] = dice.integers(1, 1_000_001, number)
        timed = UNITS[measure] == "seconds"
        found["value"] = dice.lognormal(7, 2, number).astype(np.int64) if timed else np.ones(number, dtype=np.int64)
        begins = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        found["at"] = begins + dice.integers(0, 86_400, number)
        parts.append(found)
    return FactColumns(strings, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def sum_months(database: Database) -> list[float]:
    """Sum every month as the follower does, one transaction after the other; return the seconds of each."""
    took = []
    while (found := database.read_now(month_to_sum, date(2026, 11, 1))) is not None:
        begun = time.perf_counter()
        database.write_now(sum_month, *found)
        took.append(time.perf_counter() - begun)
    return took


def questions(kind: str, dice: np.random.Generator) -> Iterator[tuple[ReportPeriod, Filters, Dimension | None]]:
    """Yield random questions of a kind."""
    whole = ReportPeriod(date(2024, 11, 1), LAST)
    while True:
        by = (None, *DIMENSIONS)[dice.integers(len(DIMENSIONS) + 1)]
        match kind:
            case "two years by one dimension":
                yield whole, Filters(), DIMENSIONS[dice.integers(len(DIMENSIONS))]
            case "two years by agent":
                yield whole, Filters(), "agent"
            case "quarter by agent, filtered":
                yield _period("quarter", dice), _filters(dice), "agent"
            case "two years freely combined":
                yield whole, _filters(dice), by
            case _:
                yield _period(kind, dice), _filters(dice), by


KINDS = (
    *("week", "month", "quarter", "quarter by agent, filtered"),
    *("two years by one dimension", "two years by agent", "two years freely combined"),
)


def _period(kind: Any, dice: np.random.Generator) -> ReportPeriod:
    return period_of(kind, FIRST + timedelta(days=int(dice.integers(62, (LAST - FIRST).days - 92))))


def _filters(dice: np.random.Generator) -> Filters:
    chosen = [name for name in SHAPE if dice.random() < 0.4] or ["tier"]
    values: dict[str, Any] = {name: f"{name}-{dice.integers(SHAPE[name])}" for name in chosen}
    return Filters(**values)


def ask(database: Database, kind: str, asked: int) -> dict[str, float]:
    """Ask so many questions of a kind; return the seconds and the processor's seconds."""
    took, worked = [], []
    for question, _ in zip(questions(kind, np.random.default_rng(7)), range(asked), strict=False):
        begun, busy = time.perf_counter(), time.process_time()
        database.read_now(sums, *question)
        took.append(time.perf_counter() - begun)
        worked.append(time.process_time() - busy)
    shares = {"p50": 0.5, "p99": 0.99}
    found = {name: percentile(took, share) for name, share in shares.items()}
    return found | {f"cpu {name}": percentile(worked, share) for name, share in shares.items()}


def measure(database: Database, tickets: int, asked: int) -> dict[str, Any]:
    """Fill a database, sum its months, ask."""
    facts = database.write_now(fill, tickets)
    months = sum_months(database)
    size = database.read_now(lambda db: db.scalar(select(func.sum(func.length(measure_blocks.c.facts)))))
    before = _memory()
    kinds = {kind: ask(database, kind, asked) for kind in KINDS}
    return {
        "facts": facts,
        "megabytes of days": int(size or 0) / 1e6,
        "longest sum of a month": max(months),
        "transactions of sums": len(months),
        "seconds": kinds,
        "megabytes more": _memory() - before,
    }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _texts(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, str(one)) for name, one in found.items() if not isinstance(one, dict))


def main() -> None:
    """Print the figures and, as the last line, JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.figures", description=__doc__)
    options.add_argument("--tickets", type=int, default=1_000_000)
    options.add_argument("--asked", type=int, default=100, help="of each kind")
    options.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options.add_argument("--intake", type=int, default=0, help="instead: messages that are timed beside the report")
    given = options.parse_args()
    told: dict[str, Any] = {}
    kinds = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    for kind in kinds if given.intake else ():
        found = asyncio.run(beside(kind, partial(fill, tickets=given.tickets), given.intake))
        told[kind] = rounded(found)
        show(f"{kind}, messages beside the largest report", ("what", "figure"), list(_texts(told[kind])))
    for kind in () if given.intake else kinds:
        with own_ground(kind) as where, opened(where.url) as database:
            found = rounded(measure(database, given.tickets, given.asked))
        rows = [(name, *(f"{value:.3f}" for value in each.values())) for name, each in found["seconds"].items()]
        headings = ("question", "p50 s", "p99 s", "CPU p50", "CPU p99")
        show(f"{kind}, {given.tickets:,} tickets, {found['facts']:,} facts", headings, rows)
        show("besides", ("what", "figure"), list(_texts(found)))
        told[kind] = found
    print(json.dumps(told))


if __name__ == "__main__":
    main()
