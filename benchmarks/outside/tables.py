"""A SQLite file as text: one file per table, rows in key order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.outside.normalise import Normaliser, rows_in_order


def save_tables(database: Path, folder: Path, normalise: Normaliser) -> None:
    """Write FOLDER/TABLE.txt for every table; empty ones too, so that none is lost unseen."""
    folder.mkdir(parents=True)
    with opened(database) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in names:
            rows, keep = _rows(db, name)
            text = normalise("\n".join(rows_in_order(rows, keep=keep)))
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """The file for reading only, beside whoever writes it."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as db:
        db.row_factory = sqlite3.Row
        yield db


def _rows(db: sqlite3.Connection, table: str) -> tuple[list[str], bool]:
    """Every row as lines of `column: value`, by primary key; whether that order is the same in every run."""
    columns = list(db.execute(f'PRAGMA table_info("{table}")'))
    keys = [column["name"] for column in sorted(columns, key=lambda column: column["pk"]) if column["pk"]]
    is_number = all(column["type"] in ("INTEGER", "BIGINT") for column in columns if column["pk"])
    order = ", ".join(f'"{name}"' for name in keys) or "rowid"
    found = db.execute(f'SELECT * FROM "{table}" ORDER BY {order}')  # a table's own name, out of its own schema
    return [_in_lines(dict(row)) for row in found], is_number


def _in_lines(row: dict[str, Any]) -> str:
    return "".join(f"{name}: {_in_words(value)}\n" for name, value in sorted(row.items()))


def _in_words(value: Any) -> str:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.dumps(json.loads(value), ensure_ascii=False, sort_keys=True)
        except ValueError:
            return repr(value)
    return "null" if value is None else str(value)
