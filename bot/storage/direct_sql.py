"""Statements of every transaction, past SQLAlchemy where that costs more than the database does."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError


def rows_of(db: Connection, statement: str, values: Sequence[Any] = ()) -> Sequence[Any]:
    """Return the rows of a query; raises sqlalchemy's DBAPIError as `db.execute` does."""
    if db.dialect.name != "sqlite":
        return db.exec_driver_sql(statement, tuple(values) or None).all()
    try:
        return _raw(db).execute(statement, values).fetchall()
    except sqlite3.DatabaseError as error:
        raise _as_ours(error) from error


def run(db: Connection, statement: str) -> None:
    """Run a statement; raises sqlalchemy's DBAPIError as `db.execute` does."""
    if db.dialect.name != "sqlite":
        db.exec_driver_sql(statement)
        return
    try:
        _raw(db).execute(statement)
    except sqlite3.DatabaseError as error:
        raise _as_ours(error) from error


def run_many(db: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each row; raises sqlalchemy's DBAPIError as `db.execute` does."""
    if db.dialect.name != "sqlite":
        db.exec_driver_sql(statement, [tuple(row) for row in rows])
        return
    try:
        _raw(db).executemany(statement, rows)
    except sqlite3.DatabaseError as error:
        raise _as_ours(error) from error


def _raw(db: Connection) -> sqlite3.Connection:
    found: sqlite3.Connection = db.connection.dbapi_connection  # type: ignore[assignment]
    return found


def _as_ours(error: sqlite3.DatabaseError) -> DatabaseError:
    kind = OperationalError if isinstance(error, sqlite3.OperationalError) else DatabaseError
    return kind(None, None, error)
