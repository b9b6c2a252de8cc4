"""A database opened to be read, and nothing else: by one snapshot, also where nothing may be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.types import DateTime

from bot.storage.engines import open_engine
from bot.storage.instants import UtcDateTime
from bot.storage.row_texts import add_functions
from escalation.journal import keyed


@contextmanager
def reading(url: str, key: bytes) -> Iterator[Connection]:
    """Yield a connection that sees one state of the database until it is closed; raises FileNotFoundError without one.

    A SQLite file is neither migrated nor changed. In a folder that cannot be written, beside a journal that was not
    moved into the file yet, a copy of both is read.
    """
    if make_url(url).get_backend_name() != "sqlite":
        engine = open_engine(url, journal_key=key)
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as db:
            yield db
        engine.dispose()
        return
    path = Path(str(make_url(url).database))
    if not path.exists():
        raise FileNotFoundError(path)
    with _readable(path) as (file, options):
        engine = create_engine(
            f"sqlite:///file:{file}?{options}&uri=true",
            hide_parameters=True,
            execution_options={keyed.OPTION: key},
        )
        engine.dialect.colspecs = {**engine.dialect.colspecs, DateTime: UtcDateTime}

        @event.listens_for(engine, "connect")
        def _connect(connection: sqlite3.Connection, _record: object) -> None:
            connection.isolation_level = None
            add_functions(connection)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

        with engine.connect() as db:
            yield db
        engine.dispose()


@contextmanager
def _readable(path: Path) -> Iterator[tuple[Path, str]]:
    wal = path.with_name(path.name + "-wal")
    if os.access(path.parent, os.W_OK):
        yield path, "mode=ro"
        return
    waiting = wal.exists() and wal.stat().st_size > 0
    with tempfile.TemporaryDirectory(prefix="jiedai-read-") if waiting else nullcontext("") as aside:
        if not waiting:
            yield path, "mode=ro&immutable=1"
            return
        for each in (path, wal):
            shutil.copyfile(each, Path(aside) / each.name)
        yield Path(aside) / path.name, "mode=rw"
