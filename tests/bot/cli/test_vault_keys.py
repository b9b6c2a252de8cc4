"""`jiedai keys rotate|sealed|drop`."""

from __future__ import annotations

import json
import stat
from contextlib import closing

import pytest

from bot.config.secret_files import KEY_FILE
from bot.jobs import resealing
from bot.storage.database import Database
from escalation.vault import Vault
from tests.bot.cli.conftest import Terminal
from tests.conftest import MONDAY_MORNING


def kept(terminal: Terminal) -> dict[str, object]:
    found: dict[str, object] = json.loads((terminal.data / KEY_FILE).read_text(encoding="utf-8"))
    return found


def seal_everything(terminal: Terminal) -> None:
    """What a running service does by itself."""
    vault = Vault.from_file(terminal.data / KEY_FILE)
    url = f"sqlite:///{terminal.data / 'jiedai.sqlite3'}"
    with closing(Database(url, vault=vault)) as database:
        while not all(each.done for each in database.read_now(resealing.passes, vault)):
            database.write_now(resealing.take_step, vault, MONDAY_MORNING)


def test_a_rotation_adds_a_key_and_the_old_one_goes_once_nothing_needs_it(terminal: Terminal) -> None:
    terminal.here("staff", "list")
    assert terminal.here("keys", "rotate") == (
        "The key k2 is in use. What is sealed with k1 is sealed anew while the service runs; `jiedai keys sealed` says "
        "how far it is.\n"
        "Keep a copy of vault-keys.json with your backups: those made until then need k1 too.\n"
    )
    assert stat.S_IMODE((terminal.data / KEY_FILE).stat().st_mode) == 0o600
    refused = terminal.refused_here("keys", "drop", "k1")
    assert refused.startswith(
        "jiedai: Not everything is sealed with k2 yet (attachments, business_connections, contacts, "
    )
    assert refused.endswith("); let the service run until `jiedai keys sealed` says so.")
    seal_everything(terminal)
    assert "not yet" not in terminal.here("keys", "sealed")
    assert terminal.here("keys", "drop", "k1") == (
        "The key k1 is gone. Backups that were sealed with it need a copy of it.\n"
    )
    assert list(kept(terminal)["keys"]) == ["k2"]  # type: ignore[call-overload]
    said = terminal.json("audit", "journal", "--subject", "vault")
    assert [line["what"] for line in said] == ["key dropped", "key added"]


def test_the_key_in_use_and_an_unknown_one_are_not_dropped(terminal: Terminal) -> None:
    terminal.here("staff", "list")
    seal_everything(terminal)
    assert terminal.refused_here("keys", "drop", "k1") == (
        'jiedai: The key "k1" is in use; `jiedai keys rotate` makes another one first.'
    )
    assert terminal.refused_here("keys", "drop", "k7") == 'jiedai: There is no key "k7"; there are k1.'


def test_keys_from_outside_are_changed_outside(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.here("staff", "list")
    monkeypatch.setenv("JIEDAI_VAULT_KEYS", (terminal.data / KEY_FILE).read_text(encoding="utf-8"))
    assert terminal.refused_here("keys", "rotate") == (
        "jiedai: The keys come from JIEDAI_VAULT_KEYS: change them there, on every replica, and start them one after "
        "the other, first with the new key among them, then with the new key as the current one."
    )


def test_the_key_file_of_another_installation_is_refused(terminal: Terminal) -> None:
    terminal.here("staff", "add", "li", "--role", "agent", "--queue", "通用客服")
    terminal.here("tickets", "open", "打印机漏墨", "--as", "li", "--channel", "phone", "--caller", "周文博")
    other = terminal.data / "other.json"
    Vault.generate(other)
    other.replace(terminal.data / KEY_FILE)
    assert terminal.refused_here("staff", "list") == (
        "jiedai: The vault keys do not open this database's customer data; every replica needs the same "
        "vault-keys.json or JIEDAI_VAULT_KEYS."
    )
