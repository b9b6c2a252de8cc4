"""`jiedai restore`: what it puts back, what it refuses with which sentence, and that the old state is kept."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.parser import main
from bot.config.secret_files import SECRET_FILES
from bot.first_start import SAMPLE_CUSTOMERS
from bot.migrations import HEAD
from bot.storage.database import Database
from bot.upkeep import in_use
from escalation.journal.journal_store import record
from escalation.vault import Vault
from tests.bot.cli.conftest import Terminal
from tests.databases import migrated_sqlite

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STAMP = "20261123T020000Z"


@pytest.fixture(autouse=True)
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.utc_now", lambda: NOW)


@pytest.fixture
def copy(terminal: Terminal, tmp_path: Path) -> Path:
    """A backup with its secrets, of a house with customers and one colleague; another was hired since."""
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    terminal.here("staff", "add", "li")
    target = tmp_path / "copy.sqlite3"
    terminal.here("backup", str(target), "--with-secrets")
    terminal.here("staff", "add", "wang")
    return target


def logins(terminal: Terminal) -> list[str]:
    return [row["login"] for row in terminal.json("staff", "list")]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and "learned" not in path.name}


def test_a_backup_is_put_back_and_what_was_there_is_kept(terminal: Terminal, copy: Path) -> None:
    database = terminal.data / "jiedai.sqlite3"
    assert terminal.here("restore", str(copy)).splitlines() == [
        f"{database} is what {copy} holds: 0 tickets, revision {HEAD}. `jiedai run` migrates it if need be.",
        f"What was there is kept as {database}.before-{STAMP}.",
    ]
    assert logins(terminal) == ["li"]
    with closing(sqlite3.connect(terminal.data / f"jiedai.sqlite3.before-{STAMP}")) as kept:
        assert kept.execute("SELECT login FROM staff ORDER BY id").fetchall() == [("li",), ("wang",)]


def test_beside_the_stale_journal_of_a_power_cut_it_is_put_back(terminal: Terminal, copy: Path) -> None:
    """Copied over by hand, the old journal would be read into the new file: "malformed"."""
    database = terminal.data / "jiedai.sqlite3"
    with closing(Database(f"sqlite:///{database}", journal_key=b"k" * 32)) as open_one:
        for number in range(50):
            open_one.write_now(record, f"s{number}", "changed", "cli", NOW)
        left = {path.name: path.read_bytes() for path in terminal.data.glob("jiedai.sqlite3*")}
    for name, content in left.items():
        (terminal.data / name).write_bytes(content)
    wal = (terminal.data / "jiedai.sqlite3-wal").read_bytes()
    assert wal
    terminal.here("restore", str(copy))
    assert logins(terminal) == ["li"]
    assert (terminal.data / f"jiedai.sqlite3.before-{STAMP}-wal").read_bytes() == wal
    assert (terminal.data / f"jiedai.sqlite3.before-{STAMP}").exists()


def test_onto_another_machine_it_is_put_back_with_its_secrets(terminal: Terminal, copy: Path, tmp_path: Path) -> None:
    there = tmp_path / "there" / "data"
    told = terminal.json("restore", str(copy), "--with-secrets")
    assert told["missing"] == []
    terminal.run("restore", str(copy), "--with-secrets", "--data", str(there))
    assert [row["login"] for row in json.loads(terminal.run("staff", "list", "--json", "--data", str(there)))] == ["li"]
    for name in ("vault-keys.json", "customer-token-secret", "journal-key"):
        assert (there / name).read_bytes() == (terminal.data / name).read_bytes()
        assert (there / name).stat().st_mode & 0o777 == 0o600


def test_other_secrets_are_kept_when_those_of_the_backup_take_their_place(
    terminal: Terminal, copy: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    terminal.run("staff", "add", "zhao", "--data", str(there))
    old = (there / "vault-keys.json").read_bytes()
    terminal.run("restore", str(copy), "--with-secrets", "--data", str(there))
    assert (there / f"vault-keys.json.before-{STAMP}").read_bytes() == old
    assert (there / "vault-keys.json").read_bytes() == (terminal.data / "vault-keys.json").read_bytes()


def test_what_is_missing_is_named(
    terminal: Terminal, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIEDAI_TELEGRAM_WEBHOOK", "on")
    told = terminal.run("restore", str(copy), "--data", str(tmp_path / "there"))
    for secret in SECRET_FILES:
        assert f"{tmp_path / 'there' / secret.name} is missing: without it {secret.without}.\n" in told


def test_a_rehearsal_does_everything_and_changes_nothing(terminal: Terminal, copy: Path) -> None:
    audited = terminal.here("audit", "verify").splitlines()[0]
    before = files(terminal.data)
    release = in_use.use(terminal.data / "jiedai.sqlite3")  # as a running server
    try:
        told = terminal.here("restore", str(copy), "--dry-run").splitlines()
        assert told[0] == (
            f"{copy} can be restored: 0 tickets, revision {HEAD}; it migrates to revision {HEAD}. Nothing was changed."
        )
        assert audited.split(";")[0] == told[1].split(";")[0]
    finally:
        release()
    assert files(terminal.data) == before
    assert {path.name for path in copy.parent.iterdir()} == {"data", copy.name, f"{copy.name}.secrets"}


def test_a_rehearsal_finds_what_was_tampered_with(terminal: Terminal, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as db, db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("UPDATE staff SET role = 'admin' WHERE login = 'li'")
    terminal.output.readouterr()
    with pytest.raises(SystemExit) as end:
        main(["restore", str(copy), "--dry-run", "--json", "--data", str(terminal.data)])
    found = json.loads(terminal.output.readouterr().out)["audit"]
    assert (end.value.code, found["ok"]) == (1, False)
    assert "staff" in json.dumps(found["found"])


def test_without_the_journals_key_a_rehearsal_says_what_it_could_not_do(
    terminal: Terminal, copy: Path, tmp_path: Path
) -> None:
    told = terminal.run("restore", str(copy), "--dry-run", "--data", str(tmp_path / "there")).splitlines()
    assert told[1] == "Nothing could be verified: the journal's key is missing."
    assert f"{tmp_path / 'there' / 'journal-key'} is missing: without it {SECRET_FILES[1].without}." in told


def test_onto_a_running_installation_nothing_is_put(terminal: Terminal, copy: Path) -> None:
    database, before = terminal.data / "jiedai.sqlite3", files(terminal.data)
    release = in_use.use(database)
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: A server or another command uses {database} now; stop it first, then run this again. "
        "Nothing was changed."
    )
    assert files(terminal.data) == before
    release()
    terminal.here("restore", str(copy))


def test_a_file_of_another_program_is_refused(terminal: Terminal, copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
    text = tmp_path / "notes.txt"
    text.write_text("just words", encoding="utf-8")
    before = files(terminal.data)
    for dry in ((), ("--dry-run",)):
        assert terminal.refused_here("restore", str(other), *dry) == (
            f"jiedai: {other} is a SQLite database of another program."
        )
        assert terminal.refused_here("restore", str(text), *dry) == (
            f"jiedai: {text} is not a database of Jiedai: it is no SQLite file."
        )
        assert terminal.refused_here("restore", str(tmp_path / "none"), *dry) == (
            f"jiedai: There is no file {tmp_path / 'none'}."
        )
    assert files(terminal.data) == before


def newer(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    return path


def test_a_backup_of_a_newer_version_is_refused(terminal: Terminal, copy: Path) -> None:
    before = files(terminal.data)
    newer(copy)
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: {copy} is of a newer version of Jiedai (revision 9999; this version knows up to {HEAD}); "
        "update Jiedai, then try again."
    )
    assert files(terminal.data) == before


def test_a_backup_that_is_cut_short_is_refused(terminal: Terminal, copy: Path) -> None:
    size = copy.stat().st_size
    with copy.open("r+b") as file:
        file.truncate(size // 2)
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: {copy} is cut short: it holds {size // 2} of {size} bytes; take another backup."
    )


def test_a_damaged_backup_is_refused(terminal: Terminal, copy: Path) -> None:
    with copy.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 40)
    told = terminal.refused_here("restore", str(copy))
    assert told.startswith(f"jiedai: {copy} is damaged (")
    assert told.endswith("); nothing was copied. Take an earlier backup: `jiedai restore FILE`.")
    assert logins(terminal) == ["li", "wang"]


def test_a_key_file_that_is_half_written_is_refused(terminal: Terminal, copy: Path) -> None:
    keys = terminal.data / "vault-keys.json"
    keys.write_text(keys.read_text(encoding="utf-8")[:60], encoding="utf-8")
    before = files(terminal.data)
    assert terminal.refused_here("restore", str(copy)) == (
        f'jiedai: {keys} is cut short or changed: it must be JSON with "current", "keys" (id to base64) and '
        '"lookup_key" (base64). Nothing was changed.'
    )
    keys.write_text("", encoding="utf-8")
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: {keys} is cut short; put the whole file there, then try again. Nothing was changed."
    )
    keys.write_bytes(before[keys.name])
    assert files(terminal.data) == before
    terminal.here("restore", str(copy), "--with-secrets")  # those of the backup are whole
    assert logins(terminal) == ["li"]


def test_keys_that_do_not_fit_the_backup_are_refused(terminal: Terminal, copy: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir(mode=0o700)
    Vault.generate(there / "vault-keys.json")
    assert terminal.refused("restore", str(copy), "--data", str(there)) == (
        f"jiedai: The keys of vault-keys.json do not open the customer data in {copy}; put the file that belongs to it "
        "into the data folder, or take it from beside the backup with --with-secrets. Nothing was changed."
    )
    assert {path.name for path in there.iterdir()} <= {"vault-keys.json", "jiedai.sqlite3.lock"}


def test_a_journal_key_of_another_house_is_refused(terminal: Terminal, copy: Path) -> None:
    (terminal.data / "journal-key").write_text("k" * 64, encoding="ascii")
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: The keys of journal-key do not fit the journal in {copy}; put the file that belongs to it "
        "into the data folder, or take it from beside the backup with --with-secrets. Nothing was changed."
    )


def test_secrets_that_are_not_beside_it_cannot_be_taken(terminal: Terminal, copy: Path) -> None:
    shutil.rmtree(f"{copy}.secrets")
    assert terminal.refused_here("restore", str(copy), "--with-secrets") == (
        f"jiedai: There are no secrets beside {copy}: {copy}.secrets is missing. Nothing was changed."
    )


def test_postgresql_has_its_own_tool(terminal: Terminal, copy: Path) -> None:
    assert terminal.refused_here("restore", str(copy), "--database", "postgresql://db/jiedai") == (
        "jiedai: PostgreSQL is restored with its own tool: `pg_restore --clean --if-exists --dbname=URL FILE`."
    )


def test_without_room_nothing_is_put_back(terminal: Terminal, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(copy)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    size = copy.stat().st_size
    assert terminal.refused_here("restore", str(copy)) == (
        f"jiedai: There is no room in {terminal.data} for a copy of {size} bytes: 1000 are free. "
        "Make room, then try again."
    )


@pytest.mark.parametrize("command", [("staff", "list"), ("db", "upgrade"), ("audit", "verify"), ("tickets", "list")])
def test_a_newer_database_is_refused_by_every_command(terminal: Terminal, command: tuple[str, ...]) -> None:
    terminal.here("staff", "list")
    newer(terminal.data / "jiedai.sqlite3")
    assert terminal.refused_here(*command) == (
        f"jiedai: The database is of a newer version of Jiedai (revision 9999; this version knows up to {HEAD}); "
        "update Jiedai, then try again."
    )


def test_a_newer_database_is_not_backed_up(terminal: Terminal, tmp_path: Path) -> None:
    database = newer(terminal.data / "jiedai.sqlite3")
    assert terminal.refused_here("backup", str(tmp_path / "copy")) == (
        f"jiedai: {database} is of a newer version of Jiedai (revision 9999; this version knows up to {HEAD}); "
        "update Jiedai, then try again."
    )


def test_a_file_in_wal_mode_of_the_same_house_is_as_good(terminal: Terminal, copy: Path, tmp_path: Path) -> None:
    """Copied by hand with its journal: what only that holds is restored too, and neither is touched."""
    by_hand = tmp_path / "by-hand.sqlite3"
    migrated_sqlite(by_hand)
    with closing(Database(f"sqlite:///{by_hand}")) as database:
        database.write_now(lambda db: db.exec_driver_sql("INSERT INTO once VALUES ('x', '2026-01-01 00:00:00')"))
        left = {path.name: path.read_bytes() for path in tmp_path.glob("by-hand.sqlite3*") if "shm" not in path.name}
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    terminal.here("restore", str(by_hand))
    assert {name: (tmp_path / name).read_bytes() for name in left} == left
    with closing(sqlite3.connect(terminal.data / "jiedai.sqlite3")) as db:
        assert db.execute("SELECT what FROM once").fetchall() == [("x",)]
