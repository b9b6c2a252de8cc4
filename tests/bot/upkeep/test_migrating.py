"""An embedded database is kept as it was before it is migrated."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from bot.migrations import HEAD, schema
from bot.storage.database import Database
from tests.bot.cli.conftest import Terminal, no_folder, terminal

__all__ = ["no_folder", "terminal"]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OLD = "0006"


@pytest.fixture
def old(terminal: Terminal, no_folder: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database that an earlier version has left."""
    terminal.data.mkdir(mode=0o700)
    path = terminal.data / "jiedai.sqlite3"

    def to_old(db: Any) -> None:
        command.upgrade(schema._config(db), OLD)

    with closing(Database(f"sqlite:///{path}")) as database:
        database.write_now(to_old)
    monkeypatch.setattr("bot.app.utc_now", lambda: NOW)
    return path


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as db:
        return str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("words", [("staff", "list"), ("db", "upgrade"), ("tickets", "list")])
def test_a_copy_is_kept_beside_with_its_revision_and_date(
    terminal: Terminal, old: Path, words: tuple[str, ...]
) -> None:
    terminal.here(*words)
    kept = old.with_name(f"jiedai.sqlite3.{OLD}-20261123T020000Z")
    assert (revision(kept), revision(old)) == (OLD, HEAD)
    assert kept.stat().st_mode & 0o777 == 0o600
    terminal.here(*words)
    assert len(list(terminal.data.glob("jiedai.sqlite3.0*"))) == 1


def test_without_room_for_the_copy_it_stays_as_it_is(
    terminal: Terminal, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(old.parent)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    told = terminal.refused_here("staff", "list")
    assert told.startswith(
        f"jiedai: The database must be migrated, and a copy is made first. There is no room in {terminal.data} for a "
        "copy of "
    )
    assert told.endswith(" bytes: 1000 are free. Make room, then try again.")
    assert revision(old) == OLD


def test_a_new_installation_has_nothing_to_keep(terminal: Terminal, no_folder: None) -> None:
    terminal.here("staff", "list")
    assert list(terminal.data.glob("jiedai.sqlite3.0*")) == []


def test_a_backup_of_an_earlier_version_is_rehearsed_with_its_migration(
    terminal: Terminal, old: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    assert terminal.here("restore", str(copy), "--dry-run").splitlines()[0] == (
        f"{copy} can be restored: 0 tickets, revision {OLD}; it migrates to revision {HEAD}. Nothing was changed."
    )
    assert (revision(copy), revision(old)) == (OLD, OLD)


def test_the_revisions_known_end_with_the_newest() -> None:
    assert schema.known_revisions()[-1] == HEAD
    assert schema.known_revisions()[0] == "0001"
