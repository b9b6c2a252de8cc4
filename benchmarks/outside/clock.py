"""Time passes for a running server: from one due instant to the next, each one served before the next comes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.outside.tables import opened
from benchmarks.outside.tree import PATIENCE, Tree

LOOK = 0.02  # seconds
READS = 6  # of the clock by an idle server, which reads it up to four times a tick: one whole tick has passed
_NEXT = """
SELECT min(at) FROM (
  SELECT min(wake_at) AS at FROM conversations
  UNION ALL SELECT min(next_at) FROM deadlines WHERE state = 'open'
  UNION ALL SELECT min(assigned_until) FROM tickets
)
"""

_PENDING = """
SELECT 1 FROM tickets WHERE state = 'waiting' AND assignee_id IS NULL AND EXISTS (SELECT 1 FROM shifts)
"""
_EVENTS = "SELECT count(*) FROM ticket_events"


@dataclass
class Clock:
    """The hands of one server's clock; `database` is its SQLite file."""

    tree: Tree
    database: Path
    now: datetime

    def advance(self, by: timedelta) -> None:
        """Let this much time pass."""
        self.until(self.now + by)

    def until(self, end: datetime) -> None:
        """Let time pass up to an instant; never backwards. Raises TimeoutError if something due is not done."""
        while (due := self._next()) is not None and due <= end:
            self._set(max(self.now, due))
            self._wait_until_done()
        self._set(max(self.now, end))

    def leap(self, end: datetime) -> None:
        """The same as after an outage: everything that fell due meanwhile is served at the end of it."""
        self._set(max(self.now, end))
        self._wait_until_done()

    def settle(self, *, always: bool = False) -> None:
        """Let the server's ticks do what no instant in the database announces: hand out what waits for somebody."""
        while always or self._scalar(_PENDING):
            always, before = False, self._scalar(_EVENTS)
            self._wait_for_ticks()
            if self._scalar(_EVENTS) == before:
                return

    def _wait_for_ticks(self) -> None:
        enough, latest = self.tree.clock_reads() + READS, time.monotonic() + PATIENCE
        while self.tree.clock_reads() < enough:
            if time.monotonic() > latest:
                raise TimeoutError("the server does not look at its clock")
            time.sleep(LOOK)

    def _set(self, now: datetime) -> None:
        self.now = now
        self.tree.set_clock(now.isoformat())

    def _wait_until_done(self) -> None:
        latest = time.monotonic() + PATIENCE
        while (due := self._next()) is not None and due <= self.now:
            if time.monotonic() > latest:
                raise TimeoutError(f"what was due at {due} is not done")
            time.sleep(LOOK)

    def _next(self) -> datetime | None:
        found = self._scalar(_NEXT)
        return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None

    def _scalar(self, query: str) -> Any:
        with opened(self.database) as db:
            found = db.execute(query).fetchone()
        return found[0] if found else None
