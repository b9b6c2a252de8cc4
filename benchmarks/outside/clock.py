"""Time passes for a running server: from one due instant to the next, each one served before the next comes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.outside.tables import opened
from benchmarks.outside.tree import PATIENCE, Tree

LOOK = 0.02  # seconds
_NEXT = """
SELECT min(at) FROM (
  SELECT min(wake_at) AS at FROM conversations
  UNION ALL SELECT min(next_at) FROM deadlines WHERE state = 'open'
  UNION ALL SELECT min(assigned_until) FROM tickets
)
"""


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
        with opened(self.database) as db:
            found = db.execute(_NEXT).fetchone()[0]
        return datetime.fromisoformat(found).replace(tzinfo=UTC) if found else None
