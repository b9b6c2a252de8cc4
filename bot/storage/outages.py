"""Times in which the database cannot be used: each is logged once at its begin and once at its end, and counted."""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

log = logging.getLogger(__name__)

Use = Literal["read", "written"]

_SQLITE = {  # by primary result code; others are faults of a statement
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
_POSTGRESQL = ("08", "25006", "53", "57", "58", "XX")  # connection, read-only, resources, shut down, system, internal


def is_outage(error: BaseException | None) -> bool:
    """Whether an error says that the database cannot be used at present, whatever the statement."""
    if isinstance(error, PoolTimeout):
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(cause, "sqlstate", None)
    if error.connection_invalidated or (state is None and type(cause).__name__ == "OperationalError"):
        return True
    return state is not None and state.startswith(_POSTGRESQL)


def is_worth_another_try(error: DBAPIError) -> bool:
    """Whether nothing was changed and the same transaction may succeed when it is run once more."""
    # Deadlock or serialisation failure: PostgreSQL rolled everything back and asks for a retry. A connection that was
    # lost before the commit was sent (a commit has no statement) has changed nothing either.
    if error.connection_invalidated and error.statement is not None:
        return True
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


@dataclass
class _Outage:
    use: Use
    since: float  # by the monotonic clock
    failures: int = 0


class Outages:
    """What `Database` reports of each transaction; all threads share it."""

    def __init__(self) -> None:
        self.total = 0
        self.writes_failed = 0
        self._has_worked = False  # until then it is no outage but a start that fails, which is told in a sentence
        self._now: _Outage | None = None
        self._lock = Lock()

    @property
    def is_one(self) -> bool:
        """Whether the database could not be used when it was last tried."""
        return self._now is not None

    def failed(self, error: BaseException, use: Use) -> None:
        """Count a failed transaction; the first that is an outage's begins it. Other errors are ignored."""
        if not self._has_worked or not is_outage(error):
            return
        with self._lock:
            self.writes_failed += use == "written"
            begins = self._now is None
            if self._now is None:
                self._now, self.total = _Outage(use, time.monotonic()), self.total + 1
            self._now.failures += 1
            if use == "written":  # whoever can read need not be able to write
                self._now.use = use
        if begins:
            log.error("The database cannot be %s (%s). This is said once; its end will be, too.", use, _reason(error))

    def worked(self, use: Use) -> None:
        """End an outage: a write ends any, a read only one in which reading failed."""
        self._has_worked = True
        if self._now is None:  # the usual case, without a lock
            return
        with self._lock:
            ended = self._now
            if ended is None or (use == "read" and ended.use == "written"):
                return
            self._now = None
        seconds = time.monotonic() - ended.since
        log.warning("The database can be used again, after %.0f s and %d failed attempts.", seconds, ended.failures)


def _reason(error: BaseException) -> str:
    """The driver's first line; errors of these kinds quote no row."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    told = ""
    with suppress(IndexError):
        told = str(cause).splitlines()[0].rstrip(".")
    return f"{type(cause).__name__}: {told}" if told else type(cause).__name__


class QuietDuringOutages(logging.Filter):
    """Drops records about errors that are an outage's: those were counted, and their begin and end are told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged."""
        return not (record.exc_info and is_outage(record.exc_info[1]))
