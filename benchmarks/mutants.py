"""Three ways of doing it wrong that look right: the harness has to find each of them.

* `second-commit`: a deadline is moved on in one transaction, its notices are written in the next.
* `send-then-mark`: what is due is read and told first, and marked as told afterwards.
* `default-transactions`: SQLite as SQLAlchemy and Python open it, where a transaction begins at the first plain write.
"""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, DateTime, create_engine

from bot.jobs import alarm_clock
from bot.rules import Rules
from bot.storage.database import Database
from bot.storage.instants import UtcDateTime
from escalation.tickets import sweep

MUTANTS = ("second-commit", "send-then-mark", "default-transactions")


def bring_about(name: str, database: Database) -> None:
    """Spoil this process."""
    if name == "default-transactions":
        database.engine.dispose()
        database.engine = _careless(database.url)
        return
    wrong = {"second-commit": _second_commit, "send-then-mark": _send_then_mark}[name]
    right = database.unit

    async def unit(fn: Any, *args: Any, **kwargs: Any) -> Any:
        return await (wrong(right, *args) if fn is alarm_clock.sweep_some else right(fn, *args, **kwargs))

    database.unit = unit  # type: ignore[method-assign]


async def _second_commit(unit: Any, rules: Rules, now: datetime) -> int:
    taken = await unit(sweep.take_due_steps, now, alarm_clock.BATCH)
    await unit(_tell, rules, taken, now)
    return len(taken)


async def _send_then_mark(unit: Any, rules: Rules, now: datetime) -> int:
    seen: list[Any] = []
    with contextlib.suppress(_EnoughSeen):
        await unit(_look, seen, now)
    await unit(_tell, rules, seen, now)
    return len(await unit(sweep.take_due_steps, now, alarm_clock.BATCH))


class _EnoughSeen(Exception):
    pass


def _look(db: Connection, seen: list[Any], now: datetime) -> None:
    seen[:] = sweep.take_due_steps(db, now, alarm_clock.BATCH)
    raise _EnoughSeen  # nothing of it is kept: as if it had only been selected


def _tell(db: Connection, rules: Rules, taken: list[Any], now: datetime) -> None:
    real, sweep.carry_on = sweep.carry_on, lambda *_: (taken, 0)
    try:
        alarm_clock.sweep_some(db, rules, now)
    finally:
        sweep.carry_on = real


def _careless(url: str) -> Any:
    engine = create_engine(url, pool_size=1, max_overflow=0, connect_args={"check_same_thread": False, "timeout": 30.0})
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: UtcDateTime}
    return engine
