"""`jiedai db upgrade` and `jiedai backup`."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.secret_files import SECRET_FILES
from bot.first_start import SAMPLE_CUSTOMERS
from bot.migrations import HEAD
from bot.notifications.once import mark_once
from bot.storage.database import Database
from escalation import key_file
from escalation.vault import Vault
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING
from tests.databases import sqlite_url


@pytest.mark.usefixtures("no_folder")
def test_upgraded_once_there_is_nothing_more_to_do(terminal: Terminal) -> None:
    assert terminal.json("db", "upgrade") == {"before": None, "after": HEAD, "kept": None}
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
    assert found == {"file": str(target), "bytes": target.stat().st_size, "revision": HEAD, "tickets": 0}
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT login FROM staff").fetchall() == [("li",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert {path.name for path in tmp_path.iterdir()} == {"data", "copy.sqlite3"}


def test_a_backup_names_each_secret_that_it_is_not_whole_without(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li")
    target, data = tmp_path / "copy.sqlite3", terminal.data
    assert terminal.here("backup", str(target)).splitlines() == [
        f"{target} holds a consistent, checked copy: 0 tickets, revision {HEAD}.",
        "It is not whole without these; keep them in another place (or use --with-secrets):",
        f"  {data / 'vault-keys.json'}: without it {SECRET_FILES[0].without}.",
        f"  {data / 'journal-key'}: without it the journal cannot be verified, and the server refuses to start.",
        f"  {data / 'customer-token-secret'}: without it customer tokens of your own site are refused.",
    ]


def test_secrets_that_are_settings_are_named_as_such(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEDAI_CUSTOMER_TOKEN_SECRET", "s" * 40)
    terminal.here("staff", "add", "li")
    assert terminal.here("backup", str(tmp_path / "copy.sqlite3")).splitlines()[-1].strip() == (
        "JIEDAI_CUSTOMER_TOKEN_SECRET, a setting, in no file: without it customer tokens of your own site are refused."
    )


def test_secrets_are_put_beside_for_their_owners_eyes(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li")
    target = tmp_path / "copy.sqlite3"
    told = terminal.here("backup", str(target), "--with-secrets")
    beside = tmp_path / "copy.sqlite3.secrets"
    assert f"Its secrets are in {beside}; whoever has both can read everything." in told
    assert {path.name for path in beside.iterdir()} == {"vault-keys.json", "journal-key", "customer-token-secret"}
    assert stat.S_IMODE(beside.stat().st_mode) == 0o700
    for path in beside.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes() == (terminal.data / path.name).read_bytes()


def test_a_damaged_database_is_not_backed_up(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("staff", "add", "li")
    source, target = terminal.data / "jiedai.sqlite3", tmp_path / "copy.sqlite3"
    with source.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 10)
    told = terminal.refused_here("backup", str(target))
    assert re.fullmatch(
        rf"jiedai: {source} is damaged \(.+\); nothing was copied. Take an earlier backup: `jiedai restore FILE`.", told
    )
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_keys_that_do_not_open_the_data_are_noticed_by_a_backup(terminal: Terminal, tmp_path: Path) -> None:
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    target, keys = tmp_path / "copy.sqlite3", terminal.data / "vault-keys.json"
    keys.unlink()
    Vault.generate(keys)
    assert terminal.refused_here("backup", str(target)) == (
        f"jiedai: The keys of vault-keys.json do not open the customer data in {target}; put the file that belongs to "
        "it into the data folder, or take it from beside the backup with --with-secrets. Nothing was changed."
    )
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_a_backup_without_a_place_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    sentence = "jiedai: Say where the copy goes: `jiedai backup FILE`, or `jiedai backup --into FOLDER --keep N`."
    for words in ((), ("a", "--into", "b"), ("a", "--keep", "3"), ("--into", str(tmp_path / "b"), "--keep", "0")):
        assert terminal.refused_here("backup", *words) == sentence


def test_dated_copies_are_kept_up_to_a_number(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.here("staff", "add", "li")
    folder = tmp_path / "backups"
    for day in range(1, 5):
        monkeypatch.setattr("bot.app.utc_now", lambda day=day: datetime(2026, 11, day, 2, tzinfo=UTC))
        terminal.here("backup", "--into", str(folder), "--keep", "2", "--with-secrets")
    (folder / "notes.txt").write_text("not ours", encoding="utf-8")
    assert sorted(path.name for path in folder.iterdir()) == [
        "jiedai-20261103T020000Z.sqlite3",
        "jiedai-20261103T020000Z.sqlite3.secrets",
        "jiedai-20261104T020000Z.sqlite3",
        "jiedai-20261104T020000Z.sqlite3.secrets",
        "notes.txt",
    ]


@pytest.fixture
def read_only(terminal: Terminal) -> Iterator[Path]:
    """The data folder, where nothing can be written."""
    mount = ["mount", "--bind", "-o", "ro", str(terminal.data), str(terminal.data)]
    if os.geteuid() == 0:  # whom a mode does not keep out
        if subprocess.run(mount, check=False, capture_output=True).returncode or os.access(terminal.data, os.W_OK):
            pytest.skip("a folder cannot be mounted read-only here")
        yield terminal.data
        subprocess.run(["umount", str(terminal.data)], check=True)
        return
    terminal.data.chmod(0o500)
    yield terminal.data
    terminal.data.chmod(0o700)


def test_a_folder_that_cannot_be_written_is_backed_up(
    terminal: Terminal, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    terminal.here("staff", "add", "li")
    request.getfixturevalue("read_only")
    assert terminal.json("backup", str(tmp_path / "copy.sqlite3"))["revision"] == HEAD


def test_a_folder_that_cannot_be_written_is_backed_up_with_what_its_journal_holds(
    terminal: Terminal, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    source = terminal.data / "jiedai.sqlite3"
    with closing(Database(sqlite_url(source))) as database:
        database.write_now(mark_once, "in the journal", MONDAY_MORNING)
        kept = {path: path.read_bytes() for path in terminal.data.glob("jiedai.sqlite3*") if "shm" not in path.name}
    for path, content in kept.items():
        path.write_bytes(content)
    assert (terminal.data / "jiedai.sqlite3-wal").stat().st_size
    request.getfixturevalue("read_only")
    terminal.here("backup", str(tmp_path / "copy.sqlite3"))
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT what FROM once").fetchall() == [("in the journal",)]


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
    assert terminal.refused_here("backup", str(tmp_path / "no" / "copy")) == (
        f"jiedai: {tmp_path / 'no'} cannot be used: No such file or directory."
    )
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
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    (terminal.data / "vault-keys.json").unlink()
    assert terminal.refused_here("staff", "list") == (
        f"jiedai: The database holds sealed customer data, but {terminal.data / 'vault-keys.json'} is missing; "
        "put the key file back, or set JIEDAI_VAULT_KEYS."
    )


def test_a_journal_key_that_does_not_fit_the_journal_is_refused(terminal: Terminal) -> None:
    terminal.here("staff", "list")
    (terminal.data / "journal-key").write_text("k" * 32, encoding="utf-8")
    assert terminal.refused_here("staff", "list") == (
        "jiedai: The journal key does not fit this database's journal; put the file journal-key back into the data "
        "folder, or set JIEDAI_JOURNAL_KEY (the same on every replica)."
    )


def test_a_missing_journal_key_is_not_replaced_by_a_new_one(terminal: Terminal) -> None:
    terminal.here("staff", "list")
    key = terminal.data / "journal-key"
    text = key.read_text(encoding="utf-8")
    key.unlink()
    for _ in range(2):
        told = terminal.refused_here("staff", "list")
        assert told.startswith("jiedai: The journal key does not fit this database's journal; put the file journal-key")
        assert not key.exists()
    key_file.create(key, text)
    terminal.here("staff", "list")
