"""INSERT … ON CONFLICT for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Table

from escalation.tables import INSERTS

Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Upsert:
    """An INSERT … ON CONFLICT for both databases, built once: building takes SQLAlchemy longer than executing."""

    def __init__(self, table: Table, build: Callable[[Any], Any]) -> None:
        """`build` completes the dialect's INSERT into `table`, e.g. `lambda row: row.on_conflict_do_nothing()`."""
        self._statements = {name: build(insert(table)) for name, insert in INSERTS.items()}

    def run(self, db: Connection, values: Values) -> CursorResult[Any]:
        """Execute it for one row or many. psycopg reports no row count: use RETURNING instead."""
        return db.execute(self._statements[db.dialect.name], values)


def insert_or_nothing(table: Table, *returning: ColumnElement[Any]) -> Upsert:
    """Return an insert that leaves an existing row unchanged and then returns nothing."""
    return Upsert(table, lambda row: _returning(row.on_conflict_do_nothing(), returning))


def _returning(statement: Any, columns: Sequence[ColumnElement[Any]]) -> Any:
    return statement.returning(*columns) if columns else statement
