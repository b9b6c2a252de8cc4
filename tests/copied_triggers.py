"""The triggers that note changes, made once in a process and copied into the SQLite connections opened later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from bot.storage import sealing

_TRIGGERS = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_temp_master WHERE type = 'trigger' ORDER BY rowid"


@contextmanager
def triggers_copied() -> Iterator[None]:
    """Until the end, a connection gets a copy of what the product made for another one with the same tables.

    Each statement that makes a trigger has SQLite read the schema again; copied ones are read all at once, in a third
    of the time.
    """
    made, originals = sealing._make, dict[str, Sequence[Any]]()

    def make(connection: sqlite3.Connection, script: str) -> None:
        if script not in originals:
            made(connection, script)
            originals[script] = triggers_of(connection)
            return
        made(connection, script.partition(";")[0])  # the table that they write to
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO sqlite_temp_master VALUES (?, ?, ?, ?, ?)", originals[script])
        connection.execute("COMMIT")
        connection.execute("PRAGMA writable_schema=RESET")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_make", make)
        yield


def triggers_of(connection: sqlite3.Connection) -> Sequence[Any]:
    """The temporary triggers of a connection, as SQLite keeps them."""
    return connection.execute(_TRIGGERS).fetchall()
