"""The database server's time, read without a round trip."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.storage.database import Database

log = logging.getLogger(__name__)

STEP = timedelta(seconds=0.05)  # a smaller difference is the round trip's, not the clock's
JUMP = timedelta(seconds=1)  # from here on operators are told


def elapsed() -> float:
    """Return seconds since some instant; on Linux the time that the machine slept counts too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


class ServerClock:
    """A clock that follows the database server's, so that all replicas agree.

    Between two looks it counts on by this machine's `elapsed` time, which stands still while a virtual machine is
    paused and knows nothing of a server's clock that was put right: `look` at least once a second.
    """

    def __init__(self, database: Database, elapsed: Callable[[], float] = elapsed) -> None:
        self._elapsed = elapsed
        self._anchor: tuple[datetime, float] | None = None  # replaced as a whole: threads read it without a lock
        database.read_now(self.look)

    def __call__(self) -> datetime:
        return self._at(self._elapsed())

    def look(self, db: Connection) -> None:
        """Compare with the server, and follow it if the two have come apart."""
        before = self._elapsed()
        there = db.scalar(text("SELECT clock_timestamp()"))
        after = self._elapsed()
        assert isinstance(there, datetime)
        if self._anchor is not None:
            # The server looked at its clock at some instant in between; a slow answer is no jump.
            early, late = self._at(before) - STEP, self._at(after) + STEP
            if early <= there <= late:
                return
            apart = there - (early if there < early else late)
            if abs(apart) > JUMP:
                log.warning("The database server's clock is %+.0f s from where it was; it counts.", apart / JUMP)
        self._anchor = (there, (before + after) / 2)

    def _at(self, moment: float) -> datetime:
        assert self._anchor is not None
        at, since = self._anchor
        return at + timedelta(seconds=moment - since)
