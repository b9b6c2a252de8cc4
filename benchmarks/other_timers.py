"""The same thousand due instants in other people's timers, each as its documentation starts it: who rings, how late."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert

from benchmarks.tables import percentile
from bot.app import utc_now
from bot.storage.engines import open_engine

SETTING_UP = 6.0  # seconds; APScheduler writes each job in a commit of its own
AWAY, AWAY_JOBS = 3.0, 200  # for so many seconds after its time nobody is there to ring
GRACE = 40.0  # seconds after the last due instant until those that have not rung count as lost

told = Table("bench_told", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))
_rung: list[float] = []
_engines: list[Engine] = []


@dataclass(frozen=True, slots=True)
class TimerRun:
    """How many of the instants were missed for good, and how late (in seconds) the others were."""

    lost: int
    late: list[float]

    def as_json(self) -> dict[str, float]:
        """Percentiles of those that did ring."""
        shares = {"p50_s": 0.5, "p99_s": 0.99, "max_s": 1.0} if self.late else {}
        return {"lost": self.lost} | {name: round(percentile(self.late, share), 3) for name, share in shares.items()}


def ring(due: float) -> None:
    """It is time: one row in one commit, where ours are a step, a line of history, two notices and a page."""
    with _engines[0].begin() as db:
        db.execute(insert(told).values(text="已超时"))
    _rung.append(utc_now().timestamp() - due)


@contextmanager
def _telling(url: str) -> Iterator[None]:
    engine = open_engine(url)
    told.metadata.create_all(engine)
    _engines[:] = [engine]
    _rung.clear()
    yield
    engine.dispose()


def apscheduler(url: str, number: int, away: float = 0.0) -> TimerRun:
    """APScheduler 3 with its SQLAlchemy job store, all settings as they come; `away`: it sleeps past them all."""
    from apscheduler.events import EVENT_JOB_MISSED
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    missed: list[Any] = []
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # it says of each job that it was missed
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url=url)}, timezone="UTC")
    scheduler.add_listener(missed.append, EVENT_JOB_MISSED)
    with _telling(url):
        scheduler.start(paused=away > 0)
        try:
            dues = _dues(number)
            for due in dues:
                scheduler.add_job("benchmarks.other_timers:ring", "date", run_date=due, args=[due.timestamp()])
            if away:
                time.sleep(max(0.0, (dues[-1] - utc_now()).total_seconds() + away))
                scheduler.resume()
            return _heard(dues, away, missed)
        finally:
            scheduler.shutdown()


def procrastinate(url: str, number: int, away: float = 0.0) -> TimerRun | None:
    """procrastinate's worker, all settings as they come; None where it is not installed."""
    try:
        import procrastinate as installed
    except ImportError:
        return None
    conninfo = url.replace("postgresql+psycopg://", "postgresql://")
    app = installed.App(connector=installed.PsycopgConnector(conninfo=conninfo))
    with _telling(url):
        return asyncio.run(_procrastinate(app, number, away))


async def _procrastinate(app: Any, number: int, away: float) -> TimerRun:
    @app.task(name="ring")  # type: ignore[untyped-decorator]
    def rings(due: float) -> None:
        ring(due)

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        dues = _dues(number)
        for due in dues:
            await rings.configure(schedule_at=due).defer_async(due=due.timestamp())
        if away:
            await asyncio.sleep(max(0.0, (dues[-1] - utc_now()).total_seconds() + away))
        worker = asyncio.create_task(app.run_worker_async(install_signal_handlers=False))
        found = await asyncio.to_thread(_heard, dues, away, [])
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker
        return found


def _dues(number: int) -> list[datetime]:
    begin = utc_now() + timedelta(seconds=SETTING_UP)
    return [begin + timedelta(seconds=n / number) for n in range(number)]


def _heard(dues: list[datetime], away: float, missed: list[Any]) -> TimerRun:
    end = dues[-1] + timedelta(seconds=away + GRACE)
    while len(_rung) + len(missed) < len(dues) and utc_now() < end:
        time.sleep(0.1)
    return TimerRun(len(dues) - len(_rung), list(_rung))
