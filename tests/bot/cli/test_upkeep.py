"""`jiedai db upgrade` and `jiedai backup`."""

from __future__ import annotations

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.migrations import HEAD
from bot.storage.database import Database
from escalation.journal.journal_store import record
from tests.bot.cli.conftest import Terminal


@pytest.mark.usefixtures("no_folder")
def test_upgraded_once_there_is_nothing_more_to_do(terminal: Terminal) -> None:
    assert terminal.json("db", "upgrade") == {"before": None, "after": HEAD}
    assert terminal.here("db", "upgrade") == "Nothing to do.\n"


def test_a_postgresql_database_is_upgraded_by_this_command_and_demanded_by_the_others(
    terminal: Terminal, postgres: Any
) -> None:
    url = postgres()
    assert terminal.refused_here("staff", "list", "--database", url) == (
        "jiedai: The database is not at the current revision; run `jiedai db upgrade` once, then start again."
    )
    assert terminal.json("db", "upgrade", "--database", url)["after"] == HEAD
    assert terminal.json("staff", "list", "--database", url) == []


def test_a_backup_is_a_whole_database_for_its_owners_eyes(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li")
    target = tmp_path / "copy.sqlite3"
    found = terminal.json("backup", str(target))
    assert found == {"file": str(target), "bytes": target.stat().st_size}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT login FROM staff").fetchall() == [("li",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "copy.sqlite3"}


@pytest.mark.usefixtures("no_folder")
def test_every_refusal_is_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    database, target = terminal.data / "jiedai.sqlite3", tmp_path / "copy.sqlite3"
    assert terminal.refused_here("backup", str(target)) == (
        f"jiedai: There is no database at {database} yet; `jiedai run` makes one."
    )
    terminal.here("db", "upgrade")
    terminal.here("backup", str(target))
    assert terminal.refused_here("backup", str(target)) == (
        f"jiedai: {target} exists already; choose another name, so that no earlier copy is lost."
    )
    assert terminal.refused_here("backup", str(tmp_path / "no" / "copy")).endswith("Nothing was left behind.")
    assert terminal.refused_here("backup", str(target), "--database", "postgresql://db/jiedai") == (
        "jiedai: PostgreSQL is backed up with its own tool: `pg_dump --format=custom --file=FILE URL`."
    )


def test_a_database_that_does_not_answer_is_told_without_the_password(terminal: Terminal) -> None:
    url = "postgresql://jiedai:hunter2@127.0.0.1:1/jiedai"
    for command in (("db", "upgrade"), ("staff", "list")):
        told = terminal.refused_here(*command, "--database", url)
        assert told.startswith("jiedai: The database cannot be ")
        assert told.endswith(".")
        assert "hunter2" not in told


def test_a_data_folder_that_cannot_be_made_is_told(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    inside = tmp_path / "file" / "data"
    assert terminal.refused("db", "upgrade", "--data", str(inside)) == (
        f"jiedai: {inside} cannot be used: Not a directory."
    )
    assert terminal.refused("staff", "list", "--data", str(inside)) == (
        f"jiedai: The data folder {inside} cannot be used: Not a directory."
    )


@pytest.mark.usefixtures("no_folder")
def test_a_file_that_is_no_database_is_told(terminal: Terminal) -> None:
    terminal.data.mkdir()
    (terminal.data / "jiedai.sqlite3").write_text("this is no database, " * 100, encoding="utf-8")
    for command in (("db", "upgrade"), ("staff", "list")):
        told = terminal.refused_here(*command)
        assert told.startswith("jiedai: The database cannot be ")
        assert "file is not a database" in told


def test_keys_that_do_not_fit_the_data_are_refused(terminal: Terminal) -> None:
    from bot.first_start import SAMPLE_CUSTOMERS

    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    (terminal.data / "vault-keys.json").unlink()
    assert terminal.refused_here("staff", "list") == (
        f"jiedai: The database holds sealed customer data, but {terminal.data / 'vault-keys.json'} is missing; "
        "put the key file back, or set JIEDAI_VAULT_KEYS."
    )


def test_a_journal_key_that_does_not_fit_the_journal_is_refused(terminal: Terminal) -> None:
    terminal.here("staff", "list")
    kept = Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}", journal_key=b"k" * 32)
    kept.write_now(record, "policy", "changed", "cli", datetime(2026, 11, 23, tzinfo=UTC))
    kept.close()
    assert terminal.refused_here("staff", "list") == (
        "jiedai: The journal key does not fit this database's journal; put the file journal-key back into the data "
        "folder, or set JIEDAI_JOURNAL_KEY (the same on every replica)."
    )
