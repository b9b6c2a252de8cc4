"""API keys: shown once, kept as a digest, revoked by name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.auth import api_keys
from bot.auth.api_keys import KeyRefused
from bot.storage.database import Database
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def test_a_key_opens_until_it_is_revoked(database: Database) -> None:
    key = database.write_now(api_keys.create_key, "crm", NOW)
    assert database.read_now(api_keys.key_name, key) == "crm"
    database.write_now(api_keys.revoke_key, "crm", NOW)
    assert database.read_now(api_keys.key_name, key) is None


def test_the_key_itself_is_not_kept(sqlite: Database) -> None:
    key = sqlite.write_now(api_keys.create_key, "crm", NOW)
    [row] = sqlite.read_now(lambda db: db.execute(select(api_keys.api_keys)).all())
    assert key not in tuple(row)


@pytest.mark.parametrize("given", ["", "crm", "jiedai_", "' OR 1=1 --", "\ud800"])
def test_anything_else_opens_nothing(sqlite: Database, given: str) -> None:
    sqlite.write_now(api_keys.create_key, "crm", NOW)
    assert sqlite.read_now(api_keys.key_name, given) is None


def test_a_name_is_given_once(sqlite: Database) -> None:
    sqlite.write_now(api_keys.create_key, "crm", NOW)
    with pytest.raises(KeyRefused) as refusal:
        sqlite.write_now(api_keys.create_key, "crm", NOW)
    assert str(refusal.value) == 'The name "crm" was used for a key before; choose another, so that records stay clear.'


def test_only_a_key_in_use_is_revoked(sqlite: Database) -> None:
    sqlite.write_now(api_keys.create_key, "crm", NOW)
    sqlite.write_now(api_keys.revoke_key, "crm", NOW)
    for name in ("crm", "other"):
        with pytest.raises(KeyRefused) as refusal:
            sqlite.write_now(api_keys.revoke_key, name, NOW)
        assert str(refusal.value) == f'There is no key named "{name}" in use.'
