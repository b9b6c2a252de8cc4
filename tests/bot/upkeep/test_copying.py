"""Copies of a database that is in use."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.notifications.once import is_done, mark_once
from bot.storage.database import Database
from bot.upkeep.copying import copy_database
from bot.upkeep.refusals import UpkeepRefusal
from tests.conftest import MONDAY_MORNING
from tests.databases import migrated_sqlite

OTHER = (
    "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM staff').fetchall(); db.close()"
)


@pytest.mark.proof
def test_a_copy_made_in_the_server_leaves_its_hold_on_the_file_alone(tmp_path: Path) -> None:
    """A process that opens and closes a file by itself loses the locks SQLite has on it.

    The next process to close the database would then believe to be the last, and remove the journal under the server.
    """
    path = tmp_path / "a.sqlite3"
    with closing(Database(migrated_sqlite(path))) as database:
        database.write_now(mark_once, "before", MONDAY_MORNING)
        copy_database(path, tmp_path / "copy.sqlite3", live=True)
        database.write_now(mark_once, "after", MONDAY_MORNING)
        subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True)
        assert path.with_name("a.sqlite3-wal").exists()
        database.write_now(mark_once, "at last", MONDAY_MORNING)
    with closing(Database(f"sqlite:///{path}")) as database:
        assert all(database.read_now(is_done, what) for what in ("before", "after", "at last"))


def test_what_is_no_database_is_refused_in_use_or_not(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("just words" * 100, encoding="utf-8")
    for live in (True, False):
        with pytest.raises(UpkeepRefusal) as refused:
            copy_database(path, tmp_path / "copy", live=live)
        assert str(refused.value) == f"{path} is not a database of Jiedai: it is no SQLite file."
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]
