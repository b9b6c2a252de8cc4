"""SQL that writes a row as one text, alike in triggers and queries, on both databases."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from bot.storage.covered_tables import Cover
from bot.storage.direct_sql import rows_of

_TEXTS = ("TEXT", "VARCHAR", "JSON")
SHA256 = "jiedai_sha256"  # SQLite has none; PostgreSQL's own is called sha256


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection what the texts of rows need."""
    connection.create_function(SHA256, 1, _sha256, deterministic=True)


def columns_of(db: Connection, cover: Cover) -> list[str]:
    """Return the columns that count, in the order of their names; empty without the table."""
    if db.dialect.name == "sqlite":
        found = list(_types(db, cover))
    else:
        query = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        found = [row[0] for row in db.exec_driver_sql(query, (f'"{cover.table}"',))]
    return sorted(name for name in found if name not in cover.not_ and (not cover.only or name in cover.only))


def row_text(db: Connection, cover: Cover, columns: Sequence[str], row: str) -> str:
    """Return the SQL expression for a row's text; `row` is how the statement calls the row."""
    values = [_value(db.dialect.name, cover, name, row) for name in columns]
    if db.dialect.name != "sqlite":
        return f"ROW({', '.join(values)})::text"
    # A third of what quote() for each column takes; json_array() would refuse bytes. printf() ends a value at a NUL:
    # the bytes of texts are counted besides.
    types = _types(db, cover)
    texts = [f'{row}."{name}"' for name in columns if name not in cover.hashed and types.get(name) in _TEXTS]
    size = "+".join(f"ifnull(length(CAST({value} AS BLOB)),0)" for value in texts) or "0"
    return f"printf('{'%Q|' * len(values)}%d', {', '.join(values)}, {size})"


def _types(db: Connection, cover: Cover) -> dict[str, str]:
    # Past SQLAlchemy, which takes five times what the database does: it is asked for every cover at every start.
    rows = rows_of(db, f'PRAGMA table_info("{cover.table}")')
    return {row[1]: str(row[2]).partition("(")[0].upper() for row in rows}


def is_changed(dialect: str, columns: Sequence[str]) -> str:
    """Return the SQL condition of an UPDATE trigger: one of the columns has another value."""
    if dialect == "sqlite":
        return " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    old, new = (", ".join(f'{row}."{name}"' for name in columns) for row in ("OLD", "NEW"))
    return f"ROW({old})::text IS DISTINCT FROM ROW({new})::text"


def belongs_to(cover: Cover, row: str) -> tuple[str, str]:
    """Return the SQL for the number and the name of what the row belongs to."""
    return cover.number.format(row=row), cover.name.format(row=row)


def _value(dialect: str, cover: Cover, name: str, row: str) -> str:
    value = f'{row}."{name}"'
    if name in cover.hashed:
        return f"{SHA256 if dialect == 'sqlite' else 'sha256'}({value})"
    return value


def _sha256(value: Any) -> str | None:
    if value is None:
        return None
    return hashlib.sha256(value.encode() if isinstance(value, str) else bytes(value)).hexdigest()
