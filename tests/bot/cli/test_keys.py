"""`jiedai keys create|list|revoke`."""

from __future__ import annotations

from bot.auth import api_keys
from bot.storage.database import Database
from tests.bot.cli.conftest import Terminal


def test_a_key_is_shown_once_and_opens_until_revoked(terminal: Terminal) -> None:
    key = terminal.json("keys", "create", "crm", "--scope", "customers")["key"]
    database = Database(f"sqlite:///{terminal.data / 'jiedai.sqlite3'}")
    assert database.read_now(api_keys.find_key, key) is not None
    assert terminal.here("keys", "revoke", "crm") == "The key crm no longer opens anything.\n"
    assert database.read_now(api_keys.find_key, key) is None
    database.close()


def test_for_a_person_it_says_how_to_use_it(terminal: Terminal) -> None:
    printed = terminal.here("keys", "create", "crm", "--scope", "customers").splitlines()
    assert printed[0].startswith("jiedai_")
    assert printed[1] == "Use it as `Authorization: Bearer …`; it is shown this once."


def test_every_refusal_is_a_sentence(terminal: Terminal) -> None:
    terminal.here("keys", "create", "crm", "--scope", "customers")
    assert terminal.refused_here("keys", "create", "crm", "--scope", "customers") == (
        'jiedai: The name "crm" was used for a key before; choose another, so that records stay clear.'
    )
    assert terminal.refused_here("keys", "revoke", "erp") == 'jiedai: There is no key named "erp" in use.'
    for name in ("", "x" * 65, "a\nb"):
        assert terminal.refused_here("keys", "create", name, "--scope", "metrics") == (
            "jiedai: A key's name must have 1 to 64 visible characters, with no blank at its ends."
        )
    assert terminal.refused_here("keys", "create", "erp") == (
        "jiedai: Say what the key may do, with at least one scope: "
        "customers, telegram-links, metrics, tickets, reports."
    )
    assert terminal.refused_here("keys", "create", "erp", "--scope", "root") == (
        'jiedai: There is no scope "root"; a key may have: customers, telegram-links, metrics, tickets, reports.'
    )


def test_keys_are_listed_with_what_they_may_do_and_until_when(terminal: Terminal) -> None:
    terminal.here("keys", "create", "crm", "--scope", "telegram-links", "--scope", "customers", "--expires", "90")
    terminal.here("keys", "create", "old", "--scope", "metrics")
    terminal.here("keys", "revoke", "old")
    [found] = terminal.json("keys", "list")
    assert (found["name"], found["scopes"], found["used_at"]) == ("crm", ["customers", "telegram-links"], None)
    assert found["expires_at"] > found["created_at"]
    assert "never" in terminal.here("keys", "list")
