"""Engines for SQLite and PostgreSQL whose transactions are really transactions."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError

from bot.storage import row_texts, sealing
from bot.storage.instants import AwareTimestamp, UtcDateTime
from escalation.journal import keyed

READERS = 4
SPARE = 4  # connections for code without an event loop
RESTED = 5.0  # seconds
SWITCHED_WITHIN = 30.0  # seconds
BUSY = 30_000  # milliseconds
LOOKED_OFTEN = 5.0  # seconds for which the write lock is asked for every LOOK
LOOK = 0.001  # seconds
POSTGRES_WRITERS = 2  # more of them only wait for each other: Python runs one at a time


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
    options = "-c timezone=UTC -c datestyle=ISO -c bytea_output=hex"
    arguments = {"options": options, "connect_timeout": 10}  # seconds; a host that is gone answers never
    threads = POSTGRES_WRITERS + READERS + SPARE
    engine = create_engine(url, connect_args=arguments, **_sized(threads))
    engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: AwareTimestamp}
    _ask_the_idle(engine)
    event.listen(engine, "connect", lambda connection, _: sealing.prepare_session(connection))
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
        connection.execute(f"PRAGMA busy_timeout={BUSY}")
        switch_to_wal(connection)
        row_texts.add_functions(connection)
        # A large file must not leave a journal of its size behind.
        pragmas = ["foreign_keys=ON", "synchronous=FULL", "cache_size=-8000", "journal_size_limit=4194304"]
        pragmas.append("secure_delete=ON")  # what is deleted is overwritten, and in no later copy of the file
        for pragma in [*pragmas, *(["query_only=ON"] if read_only else ["temp_store=MEMORY"])]:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not read_only:
            sealing.watch(connection)  # before the transaction: what it makes would go with a rollback
        if read_only or not began_writing(connection.connection.driver_connection):
            connection.exec_driver_sql(begin)

    return engine


def began_writing(connection: Any) -> bool:
    """Begin a transaction with SQLite's write lock; False if it could not be had within LOOKED_OFTEN.

    SQLite's own waiting looks ever more rarely, at last every 100 ms: it would not meet the pauses of a process that
    makes one transaction after another.
    """
    until = time.monotonic() + LOOKED_OFTEN
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    return False  # the usual way says what is wrong
                time.sleep(LOOK)  # in a writer's own thread; SQLite wakes nobody, and sqlite3 has no busy handler
            else:
                return True
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY}")


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
