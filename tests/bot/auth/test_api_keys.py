"""API keys: shown once, kept as a digest, revoked by name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.auth import api_keys
from bot.auth.api_keys import SCOPES, KeyRefused
from bot.storage.database import Database
from escalation.journal.journal_store import journal_lines
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING

EVERY = "customers, telegram-links, metrics, tickets, reports"


def opens(database: Database, key: str) -> bool:
    return database.read_now(api_keys.find_key, key) is not None


def test_a_key_opens_until_it_is_revoked(database: Database) -> None:
    key = database.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    assert opens(database, key)
    database.write_now(api_keys.revoke_key, "crm", "cli", NOW)
    assert not opens(database, key)


def test_the_key_itself_is_not_kept(sqlite: Database) -> None:
    key = sqlite.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    [row] = sqlite.read_now(lambda db: db.execute(select(api_keys.api_keys)).all())
    assert key not in tuple(row)


@pytest.mark.parametrize("given", ["", "crm", "jiedai_", "' OR 1=1 --", "\ud800"])
def test_anything_else_opens_nothing(sqlite: Database, given: str) -> None:
    sqlite.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    assert not opens(sqlite, given)


def test_a_name_is_given_once(sqlite: Database) -> None:
    sqlite.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    with pytest.raises(KeyRefused) as refusal:
        sqlite.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    assert str(refusal.value) == 'The name "crm" was used for a key before; choose another, so that records stay clear.'


def test_only_a_key_in_use_is_revoked(sqlite: Database) -> None:
    sqlite.write_now(api_keys.create_key, "crm", SCOPES, "cli", NOW)
    sqlite.write_now(api_keys.revoke_key, "crm", "cli", NOW)
    for name in ("crm", "other"):
        with pytest.raises(KeyRefused) as refusal:
            sqlite.write_now(api_keys.revoke_key, name, "cli", NOW)
        assert str(refusal.value) == f'There is no key named "{name}" in use.'


@pytest.mark.parametrize(
    ("scopes", "days", "sentence"),
    [
        (
            [],
            None,
            f"Say what the key may do, with at least one scope: {EVERY}.",
        ),
        (
            ["all"],
            None,
            f'There is no scope "all"; a key may have: {EVERY}.',
        ),
        (["metrics"], 0, "A key can be made to expire after 1 to 3650 days, or not at all."),
        (["metrics"], 3651, "A key can be made to expire after 1 to 3650 days, or not at all."),
    ],
)
def test_a_key_without_purpose_or_with_an_impossible_end_is_not_made(
    sqlite: Database, scopes: list[str], days: int | None, sentence: str
) -> None:
    with pytest.raises(KeyRefused) as refusal:
        sqlite.write_now(api_keys.create_key, "crm", scopes, "cli", NOW, days=days)
    assert str(refusal.value) == sentence
    assert sqlite.read_now(api_keys.all_keys) == []


def test_making_and_revoking_are_on_record_with_who_did_it_and_never_with_the_key(sqlite: Database) -> None:
    key = sqlite.write_now(api_keys.create_key, "crm", ["metrics"], "admin", NOW, days=7)
    sqlite.write_now(api_keys.revoke_key, "crm", "cli", NOW)
    lines = sqlite.read_now(
        lambda db: db.execute(select(journal_lines).where(journal_lines.c.subject == "key:crm")).all()
    )
    assert [(line.what, line.by) for line in lines] == [("API key created", "admin"), ("API key revoked", "cli")]
    assert lines[0].after == {"scopes": ["metrics"], "expires": "2026-11-30T02:00:00.000000+00:00"}
    assert all(key not in str(line) for line in lines)
