"""The triggers that most tests write through are those that the product makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage import sealing
from bot.storage.database import Database
from bot.storage.postgres_seals import NOTED
from tests.copied_triggers import triggers_copied, triggers_of
from tests.databases import VAULT, migrated_sqlite


def made_by_the_product(connection: sqlite3.Connection, script: str) -> None:
    connection.executescript(script)


def what_is_noted(db: Connection) -> tuple[Sequence[Any], Sequence[Any]]:
    """The triggers of a connection, and what a row that is written, changed and deleted has them note."""
    db.exec_driver_sql("INSERT INTO holds (ground, until, by, at) VALUES ('a', '2026-12-01', 'lin', '2026-11-23')")
    db.exec_driver_sql("UPDATE holds SET ground = 'b'")
    db.exec_driver_sql("DELETE FROM holds")
    noted = db.exec_driver_sql(f"SELECT * FROM {NOTED}").all()
    connection: Any = db.connection.driver_connection
    return triggers_of(connection), noted


def test_copied_triggers_are_those_that_the_product_makes_and_note_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_make", made_by_the_product)
    with triggers_copied():
        found = []
        for name in ("made", "copied"):
            with closing(Database(migrated_sqlite(tmp_path / name), vault=VAULT)) as opened:
                found.append(opened.write_now(what_is_noted))
    made, copied = found
    assert made == copied
    assert len(made[0]) > 200
    assert [row.sign for row in made[1]] == [1, 1, -1, 1, -1, -1]
