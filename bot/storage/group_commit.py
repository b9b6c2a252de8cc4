"""Group commit: waiting transactions share one commit; one that fails does not take the others along."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection

MOST = 16  # units in one commit: the last is told when all are

T = TypeVar("T")
Run = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class _Job:
    run: Run
    told: asyncio.Future[Any]


class Writer:
    """Runs units, one after another, in a thread of its own.

    A commit waits for the disk, and a hundred small ones wait a hundred times. Units that have queued up meanwhile (up
    to MOST) therefore share one, and none is reported done before it. If one fails, all are rolled back and each runs
    again on its own.
    """

    def __init__(self, write: Callable[[Run], Any]) -> None:
        """`write` runs a function in one transaction."""
        self.write = write
        self._thread = ThreadPoolExecutor(1, "write")
        self._waiting: deque[_Job] = deque()
        self._lock = Lock()
        self._running = False

    @property
    def queued(self) -> int:
        """Approximate number of units waiting or running."""
        return len(self._waiting) + self._running

    def submit(self, run: Run) -> asyncio.Future[Any]:
        """Queue a unit; its future is done when the unit is committed, or failed and was rolled back."""
        job = _Job(run, asyncio.get_running_loop().create_future())
        with self._lock:
            self._waiting.append(job)
            begin, self._running = not self._running, True
        if begin:
            self._thread.submit(self._work)
        return job.told

    async def between(self, look: Callable[[], T]) -> T:
        """Run a function in the writer's thread, while no unit runs."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, look)

    def close(self) -> None:
        """Finish the queued units and stop the thread."""
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
        """Run the units in one transaction and return their results; None if one failed and all were rolled back."""
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
