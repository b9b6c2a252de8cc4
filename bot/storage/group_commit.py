"""A writing thread: what waits for it is committed together; whatever fails takes nobody else's work along."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection

MOST = 16  # units in one commit: the last is told when all are

Run = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class _Job:
    run: Run
    told: asyncio.Future[Any]


class Writer:
    """Runs units one after another in a thread of its own.

    A commit waits for the disk, and a hundred small ones wait a hundred times. Units that have come meanwhile therefore
    share one; nobody is told of success before it. If one of them fails, all are undone and each runs again alone.
    """

    def __init__(self, write: Callable[[Run], Any]) -> None:
        """`write` runs something in one transaction."""
        self.write = write
        self._thread = ThreadPoolExecutor(1, "write")
        self._waiting: deque[_Job] = deque()
        self._lock = Lock()
        self._running = False

    @property
    def queued(self) -> int:
        """How many units wait or are under way, roughly."""
        return len(self._waiting) + self._running

    def submit(self, run: Run) -> asyncio.Future[Any]:
        """Queue a unit; its future is done when it is committed, or has failed and left nothing behind."""
        job = _Job(run, asyncio.get_running_loop().create_future())
        with self._lock:
            self._waiting.append(job)
            begin, self._running = not self._running, True
        if begin:
            self._thread.submit(self._work)
        return job.told

    def close(self) -> None:
        """Finish what is queued."""
        self._thread.shutdown()

    def _work(self) -> None:
        while jobs := self._next():
            outcomes = self._together(jobs) if len(jobs) > 1 else None
            if outcomes is None:
                outcomes = [self._alone(job) for job in jobs]
            for job, outcome in zip(jobs, outcomes, strict=True):
                job.told.get_loop().call_soon_threadsafe(_tell, job.told, outcome)

    def _next(self) -> list[_Job]:
        with self._lock:
            jobs = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
            self._running = bool(jobs)
            return jobs

    def _together(self, jobs: Sequence[_Job]) -> list[Any] | None:
        """What each returned, all committed; None: one of them failed, and nothing was done."""
        try:
            found: list[Any] = self.write(lambda db: [job.run(db) for job in jobs])
        except Exception:  # noqa: BLE001  # whose fault it was shows when each runs alone
            return None
        else:
            return found

    def _alone(self, job: _Job) -> Any:
        try:
            return self.write(job.run)
        except BaseException as error:  # noqa: BLE001  # it is raised where the unit is awaited
            return _Failed(error)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


def _tell(told: asyncio.Future[Any], outcome: Any) -> None:
    if told.cancelled():
        return
    if isinstance(outcome, _Failed):
        told.set_exception(outcome.error)
    else:
        told.set_result(outcome)
