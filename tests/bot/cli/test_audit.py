"""`jiedai audit verify|head`."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.config.secret_files import journal_key, kept_vault
from bot.config.settings import Settings
from bot.storage.database import Database
from escalation.tickets.history import log
from tests.bot.cli.conftest import Terminal
from tests.escalation.tickets.history_scene import NOW, open_ticket, unguarded


@pytest.fixture
def database(terminal: Terminal) -> Database:
    """The one of our data folder, with two tickets."""
    terminal.here("staff", "list")
    settings = Settings(data=terminal.data)
    url = f"sqlite:///{terminal.data / 'jiedai.sqlite3'}"
    found = Database(url, journal_key=journal_key(settings), vault=kept_vault(settings))
    found.write_now(open_ticket, 3)
    found.write_now(open_ticket, 2)
    return found


def tampered(database: Database) -> None:
    database.write_now(unguarded)
    database.write_now(lambda db: db.exec_driver_sql("UPDATE ticket_events SET kind = 'called' WHERE id = 2"))


def rewritten(db: Connection) -> None:
    """The second ticket's history from its beginning, chained as it should be."""
    db.exec_driver_sql("DELETE FROM ticket_events WHERE ticket_id = 2")
    db.exec_driver_sql("UPDATE tickets SET events = 0, head = '' WHERE id = 2")
    log(db, 2, "opened", NOW)
    log(db, 2, "closed", NOW)


FAULT = 'Ticket 1, line 2: "called" does not fit its hash; it was changed, or the line before it was put in another\'s place.'


def test_what_holds_is_counted(terminal: Terminal, database: Database) -> None:
    assert terminal.here("audit", "verify").splitlines() == [
        "Tickets: 2; lines of history: 5; faults: 0.",
        "Lines of the journal: 2 about 2 subjects.",
        "Every line and every row is as the product wrote it. `jiedai audit head` says what to keep elsewhere.",
    ]
    assert terminal.json("audit", "verify", "--ticket", "2") == {
        "ok": True, "tickets": 1, "lines": 2, "before_the_chain": 0, "subjects": 0, "journal_lines": 0, "faults": 0,
        "erased": [], "found": [],
    }  # fmt: skip
    database.close()


def test_a_fault_is_a_sentence_and_the_end_code_is_one(terminal: Terminal, database: Database) -> None:
    tampered(database)
    with pytest.raises(SystemExit) as end:
        terminal.here("audit", "verify")
    assert end.value.code == 1
    assert terminal.output.readouterr().out.splitlines() == [
        FAULT,
        "Tickets: 2; lines of history: 5; faults: 1.",
        "Lines of the journal: 2 about 2 subjects.",
    ]
    with pytest.raises(SystemExit):
        terminal.here("audit", "verify", "--json")
    found = json.loads(terminal.output.readouterr().out)
    assert (found["ok"], found["faults"]) == (False, 1)
    assert found["found"] == [{"ticket": 1, "line": 2, "message": FAULT.partition(": ")[2]}]
    assert terminal.here("audit", "verify", "--ticket", "2").startswith("Tickets: 1;")
    database.close()


def test_a_chain_written_anew_differs_from_what_was_kept(
    terminal: Terminal, database: Database, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(terminal.here("audit", "head", "--json"), encoding="utf-8")
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert (found["tickets"], found["lines"], len(found["heads"])) == (2, 5, 2)
    database.write_now(open_ticket)  # the service went on
    assert terminal.json("audit", "verify", "--against", str(kept))["ok"]
    database.write_now(unguarded)
    database.write_now(rewritten)
    assert terminal.json("audit", "verify")["ok"]
    with pytest.raises(SystemExit):
        terminal.here("audit", "verify", "--against", str(kept))
    assert terminal.output.readouterr().out.splitlines()[0] == (
        "Ticket 2, line 2: it is not the line whose hash was kept elsewhere; the history was written anew."
    )
    database.close()


def test_the_digest_is_told_to_a_person(terminal: Terminal, database: Database) -> None:
    digest = terminal.json("audit", "head")["digest"]
    assert terminal.here("audit", "head").splitlines() == [
        f"Tickets: 2; lines of history: 5; digest: {digest}.",
        "`jiedai audit head --json > FILE` keeps it; `jiedai audit verify --against FILE` compares later.",
    ]
    database.close()


def test_every_refusal_is_a_sentence(terminal: Terminal, database: Database, tmp_path: Path) -> None:
    assert terminal.refused_here("audit", "verify", "--ticket", "9") == "jiedai: There is no ticket 9."
    kept = tmp_path / "heads.json"
    assert terminal.refused_here("audit", "verify", "--against", str(kept)) == (
        f"jiedai: {kept} cannot be used: No such file or directory."
    )
    printed = terminal.here("audit", "head", "--json")
    for content, sentence in (
        ("digest\n", f"{kept}:1: This is not what `jiedai audit head --json` prints."),
        ('{"heads": []}', f"{kept}: This is not what `jiedai audit head --json` prints."),
        (printed.replace('"1": "3 ', '"1": "4 '), f"{kept} was changed: its digest is not that of its heads. Take an unchanged copy."),
    ):  # fmt: skip
        kept.write_text(content, encoding="utf-8")
        assert terminal.refused_here("audit", "verify", "--against", str(kept)) == f"jiedai: {sentence}"
    database.close()


def test_without_the_keys_of_the_vault_histories_cannot_be_verified(database: Database, terminal: Terminal) -> None:
    database.close()
    (terminal.data / "vault-keys.json").unlink()
    assert terminal.refused_here("audit", "verify") == (
        f"jiedai: There is no vault-keys.json in {terminal.data}; put it there, or set JIEDAI_VAULT_KEYS: histories "
        "are sealed, and cannot be verified without it."
    )
