"""Engines and transactions for SQLite and PostgreSQL, run in threads off the event loop."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, DateTime, Engine, create_engine, event
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

from bot.storage.group_commit import Writer
from bot.storage.outages import Outages, Use, is_worth_another_try
from escalation.journal import keyed
from escalation.tickets import changes

P = ParamSpec("P")
T = TypeVar("T")

CHANNEL = "jiedai"  # PostgreSQL's LISTEN/NOTIFY channel
READERS = 4
SPARE = 4  # connections for code without an event loop
RESTED = 5.0  # seconds
SWITCHED_WITHIN = 30.0  # seconds
POSTGRES_WRITERS = 2  # more of them only wait for each other: Python runs one at a time


class UtcDateTime(DATETIME):
    """SQLite's DateTime in UTC: stores UTC, returns aware datetimes, raises ValueError for naive ones."""

    def bind_processor(self, dialect: Any) -> Any:
        inner = super().bind_processor(dialect)
        assert inner is not None

        def process(value: datetime | None) -> Any:
            if value is not None and value.tzinfo is None:
                raise ValueError(f"a naive datetime must not reach the database: {value!r}")
            return inner(value.astimezone(UTC).replace(tzinfo=None) if value is not None else None)

        return process

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        inner = super().result_processor(dialect, coltype)
        assert inner is not None

        def process(value: Any) -> datetime | None:
            found = inner(value)
            return found.replace(tzinfo=UTC) if found is not None else None

        return process


class AwareTimestamp(TIMESTAMP):
    """PostgreSQL's timestamp that raises ValueError for a naive datetime, which it would read in the session's zone."""

    def bind_processor(self, dialect: Any) -> Any:
        del dialect

        def process(value: datetime | None) -> datetime | None:
            if value is not None and value.tzinfo is None:
                raise ValueError(f"a naive datetime must not reach the database: {value!r}")
            return value

        return process


def open_engine(url: str, *, read_only: bool = False, journal_key: bytes = b"") -> Engine:
    """Create an engine whose `begin()` really starts a transaction.

    A `read_only` one never takes SQLite's write lock. Its connections carry the key of the journal's chains.
    """
    engine = _open_engine(url, read_only)
    engine.update_execution_options(**{keyed.OPTION: journal_key})
    return engine


def _open_engine(url: str, read_only: bool) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, read_only)
    arguments = {"options": "-c timezone=UTC"}
    threads = POSTGRES_WRITERS + READERS + SPARE
    engine = create_engine(url, connect_args=arguments, **_sized(threads))
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: AwareTimestamp}
    _ask_the_idle(engine)
    return engine


def _ask_the_idle(engine: Engine) -> None:
    """Test a connection that was idle for RESTED.

    One just used is not tested each time, for that costs a round trip.
    """

    @event.listens_for(engine, "checkin")
    def _rested(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _awake(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", time.monotonic()) > RESTED:
            try:
                engine.dialect.do_ping(connection)
            except Exception as error:
                raise DisconnectionError from error


def _sized(connections: int) -> dict[str, Any]:
    # Parameters are hidden because errors end up in logs, and rows hold what customers wrote.
    return {"pool_size": connections, "max_overflow": 0, "hide_parameters": True}


def _open_sqlite(url: str, read_only: bool) -> Engine:
    arguments = {"check_same_thread": False, "timeout": 30.0}
    engine = create_engine(url, connect_args=arguments, **_sized(READERS if read_only else 1))
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: UtcDateTime}
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # pysqlite's own transaction handling starts nothing before a plain write and autocommits some writes.
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=30000")
        switch_to_wal(connection)
        pragmas = ["foreign_keys=ON", "synchronous=FULL", "cache_size=-8000"]
        for pragma in [*pragmas, *(["query_only=ON"] if read_only else [])]:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def switch_to_wal(connection: sqlite3.Connection) -> None:
    """Have SQLite write ahead; raises sqlite3.OperationalError if the file stays locked for SWITCHED_WITHIN seconds.

    Of two processes that switch a new file at the same instant SQLite refuses one at once, whatever its busy timeout.
    """
    until = time.monotonic() + SWITCHED_WITHIN
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def be_alone(db: Connection) -> None:
    """Take a database-wide lock until the transaction ends; on SQLite a writer has it anyway.

    For what must happen once although several replicas start at the same time: check whether it is done after this
    call.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtext('{CHANNEL}'))")


class Database:
    """The engine and its reader and writer threads.

    `unit` runs a function in a writing transaction, `read` in a read-only one; both pass it an open Connection first.
    """

    def __init__(self, url: str, on_commit: Callable[[], None] = lambda: None, journal_key: bytes = b"") -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = open_engine(url, journal_key=journal_key)
        self.reader = open_engine(url, read_only=True, journal_key=journal_key) if self.is_sqlite else self.engine
        self.outages = Outages()
        self.on_commit = on_commit
        self.before_commit: Callable[[Connection], None] | None = None  # hears of the tickets a transaction changed
        self.origin = secrets.token_hex(8)  # what our own notifications carry: their echo is no news
        self._writers = [Writer(self.write_now) for _ in range(1 if self.is_sqlite else POSTGRES_WRITERS)]
        self._readers = ThreadPoolExecutor(READERS, "read")

    async def unit(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, …)` in one transaction and return its result after the commit; an exception rolls it back.

        `fn` must touch the database only, for it may run twice: when a group commit fails, and after a lost connection.
        """
        writer = min(self._writers, key=lambda each: each.queued)
        run: asyncio.Future[T] = writer.submit(lambda db: fn(db, *args, **kwargs))
        # Shielded: a customer closing the page must not make a commit's outcome unknown to us.
        result = await asyncio.shield(run)
        self.on_commit()
        return result

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, …)` in a read-only transaction."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(fn, *args, **kwargs))

    def write_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`unit` for code without an event loop; blocks."""
        return self._tried(partial(self._write, fn, *args, **kwargs), "written")

    def _tried(self, run: Callable[[], T], use: Use) -> T:
        try:
            try:
                found = run()
            except DBAPIError as error:
                if not is_worth_another_try(error):
                    raise
                found = run()
        except Exception as error:
            self.outages.failed(error, use)
            raise
        self.outages.worked(use)
        return found

    def _write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.engine.begin() as db:
            if self.before_commit is not None:
                changes.watch(db)
            result = fn(db, *args, **kwargs)
            if self.before_commit is not None:
                self.before_commit(db)
            if not self.is_sqlite:
                db.exec_driver_sql(f"NOTIFY {CHANNEL}, '{self.origin}'")
            return result

    def read_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code without an event loop; blocks."""
        return self._tried(partial(self._read, fn, *args, **kwargs), "read")

    def _read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self.reader.connect() as db:
            return fn(db, *args, **kwargs)

    def close(self) -> None:
        """Wait for running transactions, then close threads and connections."""
        for writer in self._writers:
            writer.close()
        self._readers.shutdown()
        self.engine.dispose()
        self.reader.dispose()
