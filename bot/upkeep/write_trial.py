"""Whether the database can be written, tried without leaving a trace."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.migrations import schema
from bot.storage.database import Database

REST = 3.0  # seconds in which the last outcome holds
PATIENCE = 2  # seconds for a lock or an answer
BLOCK = 64 * 1024  # bytes: more than a commit of a message needs


class WriteTrial:
    """Tries a write and undoes it: nobody is woken by it, and no row is left.

    SQLite keeps what is rolled back in memory; whether the volume takes bytes is therefore tried with a file beside the
    database.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._alone = Lock()
        self._outcome, self._at = True, -REST

    def succeeds(self) -> bool:
        """Return whether a write is possible; asked again within REST, or while one hangs, the last outcome. Blocks."""
        if time.monotonic() - self._at < REST or not self._alone.acquire(blocking=False):
            return self._outcome
        try:
            self._outcome = self._try()
            self._at = time.monotonic()
        finally:
            self._alone.release()
        return self._outcome

    def _try(self) -> bool:
        try:
            if self.database.is_sqlite:
                _try_sqlite(Path(make_url(self.database.url).database or ""))
            else:
                self._try_postgresql()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return not self.database.outages.is_one  # somebody else writes, or holds the lock for good
            self.database.outages.failed(error, "written")
            return False
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            self.database.outages.failed(error, "written")
            return False
        self.database.outages.worked("written")
        return True

    def _try_postgresql(self) -> None:
        with self.database.engine.connect() as db, db.begin() as transaction:
            _bound(db)
            db.exec_driver_sql(schema.TRIAL)
            transaction.rollback()


def _bound(db: Connection) -> None:
    for what in ("statement_timeout", "lock_timeout"):
        db.execute(text(f"SET LOCAL {what} = '{PATIENCE}s'"))


def _try_sqlite(path: Path) -> None:
    with tempfile.TemporaryFile(dir=path.parent, buffering=0) as file:
        file.write(bytes(BLOCK))
        os.fsync(file.fileno())
    # `rw`: a database that has been removed is not made anew.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute(schema.TRIAL)
        db.execute("ROLLBACK")
