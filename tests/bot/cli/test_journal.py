"""`jiedai audit journal`, what commands record, and `audit verify` where nothing may be written."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.os_user import os_user
from bot.first_start import SAMPLE_CUSTOMERS
from tests.bot.cli.conftest import Terminal


def whats(terminal: Terminal, *words: str) -> list[str]:
    return [line["what"] for line in terminal.json("audit", "journal", *words)]


def test_what_commands_do_is_on_record(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "ops")
    terminal.here("customers", "import", str(SAMPLE_CUSTOMERS))
    terminal.here("tickets", "list")
    (imported,) = terminal.json("audit", "journal", "--subject", "customers")
    assert (imported["by"], imported["after"]["user"], imported["after"]["new"]) == (
        "cli",
        "ops",
        imported["after"]["contacts"],
    )
    assert whats(terminal, "--subject", "exports") == ["tickets listed"]
    assert whats(terminal, "--by", "system") == ["begun", "begun"]
    assert "The journal: 1 of 1 lines" in terminal.here("audit", "journal", "--subject", "customers")


def test_a_changed_customer_is_told_with_before_and_after_but_no_name(terminal: Terminal, tmp_path: Path) -> None:
    head = "id,organisation,contact,phone,annual_amount,orders_per_year,influence,complexity"
    file = tmp_path / "crm.csv"
    for amount in ("100", "200"):
        file.write_text(f"{head}\nK-1,小满图文店,潘大勇,13800000020,{amount},8,1,2\n", encoding="utf-8")
        terminal.here("customers", "import", str(file))
    (line,) = terminal.json("audit", "journal", "--subject", "customer:K-1")
    assert (line["what"], line["by"]) == ("customer changed", f"cli {os_user()}")
    assert (line["before"]["annual_amount"], line["after"]["annual_amount"]) == (100, 200)
    assert line["before"]["personal_data"] == line["after"]["personal_data"]
    assert not any(personal in str(line) for personal in ("小满", "潘大勇", "13800000020"))


def test_every_refusal_is_a_sentence(terminal: Terminal) -> None:
    assert terminal.refused_here("audit", "journal", "--limit", "0") == "jiedai: --limit must be 1 or more."
    assert terminal.refused_here("audit", "journal", "--since", "yesterday").startswith("jiedai: ")


def test_since_keeps_what_is_later(terminal: Terminal) -> None:
    terminal.here("tickets", "list")
    later = datetime(2100, 1, 1, tzinfo=UTC).isoformat()
    assert whats(terminal, "--since", later) == []


def test_verifying_writes_nothing_and_needs_the_key(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.here("staff", "list")
    before = {path: path.read_bytes() for path in terminal.data.iterdir() if path.is_file()}
    monkeypatch.setattr(os, "access", lambda *_: False)  # for root every folder can be written
    assert terminal.json("audit", "verify")["ok"]
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in terminal.data.iterdir() if path.is_file()} == before
    (terminal.data / "journal-key").unlink()
    assert terminal.refused_here("audit", "verify") == (
        f"jiedai: There is no journal-key in {terminal.data}; put it there, or set JIEDAI_JOURNAL_KEY: without the key "
        "nothing can be verified."
    )


def test_another_key_is_told_as_such(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.here("staff", "list")
    monkeypatch.setenv("JIEDAI_JOURNAL_KEY", "k" * 32)
    assert terminal.refused_here("audit", "verify") == (
        "jiedai: The journal key is not the one this database's journal was written with; take the right one."
    )


def test_an_older_database_is_not_migrated_for_it(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.refused_here("audit", "verify", "--database", f"sqlite:///{tmp_path / 'none.sqlite3'}") == (
        f"jiedai: There is no journal-key in {terminal.data}; put it there, or set JIEDAI_JOURNAL_KEY: without the key "
        "nothing can be verified."
    )
    terminal.here("staff", "list")
    missing = tmp_path / "none.sqlite3"
    assert terminal.refused_here("audit", "verify", "--database", f"sqlite:///{missing}") == (
        f"jiedai: There is no database at {missing}."
    )
    assert not missing.exists()
