"""Secrets are generated once, for their owner's eyes only."""

from __future__ import annotations

import inspect
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import secret_files
from bot.config.settings import Settings
from escalation.key_file import KeyFileError
from escalation.vault import VaultError


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(data=tmp_path / "deep" / "data")
    secret_files.ensure_folder(found)
    return found


def test_the_folder_and_the_database_in_it_are_closed_to_others(settings: Settings) -> None:
    assert mode_of(settings.data) == 0o700
    assert [(path.name, mode_of(path)) for path in settings.data.iterdir()] == [("jiedai.sqlite3", 0o600)]


def test_the_token_secret_is_made_once_and_kept(settings: Settings) -> None:
    made = secret_files.customer_token_secret(settings)
    assert len(made) >= 32
    assert secret_files.customer_token_secret(settings) == made
    assert {mode_of(path) for path in settings.data.iterdir()} == {0o600}


def test_a_token_secret_that_was_given_is_not_written_down(tmp_path: Path) -> None:
    assert secret_files.customer_token_secret(Settings(data=tmp_path, customer_token_secret="g" * 32)) == "g" * 32
    assert list(tmp_path.iterdir()) == []


def test_the_journal_key_is_the_same_at_the_second_start(settings: Settings) -> None:
    key = secret_files.journal_key(settings)
    assert len(key) >= 32
    assert secret_files.journal_key(settings) == key
    assert mode_of(settings.data / secret_files.JOURNAL_KEY_FILE) == 0o600
    given = Settings(data=settings.data, journal_key="g" * 32)
    assert secret_files.journal_key(given) == b"g" * 32


def test_the_vault_is_the_same_at_the_second_start(settings: Settings) -> None:
    assert not secret_files.has_keys(settings)
    sealed = secret_files.open_vault(settings).seal("周文博", row="r", field="f")
    assert secret_files.has_keys(settings)
    assert secret_files.open_vault(settings).open(sealed, row="r", field="f") == "周文博"
    assert mode_of(settings.data / secret_files.KEY_FILE) == 0o600


def test_keys_others_can_read_are_refused_by_a_whole_sentence(settings: Settings) -> None:
    secret_files.open_vault(settings)
    path = settings.data / secret_files.KEY_FILE
    path.chmod(0o644)
    with pytest.raises(VaultError) as refusal:
        secret_files.open_vault(settings)
    assert str(refusal.value) == f"{path}: only its owner may read a key file (mode 0600); its mode is 0644."


def test_a_token_secret_others_can_read_is_refused_too(settings: Settings) -> None:
    secret_files.customer_token_secret(settings)
    path = settings.data / "customer-token-secret"
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="only its owner may read a key file"):
        secret_files.customer_token_secret(settings)


def test_keys_that_are_no_keys_are_refused_without_being_repeated() -> None:
    with pytest.raises(VaultError) as refusal:
        secret_files.open_vault(Settings(vault_keys="hunter2"))
    assert str(refusal.value) == (
        'the vault\'s keys: it must be JSON with "current", "keys" (id to base64) and "lookup_key" (base64).'
    )


def test_the_first_password_is_kept_for_its_owner(settings: Settings) -> None:
    password = secret_files.first_password(settings)
    assert secret_files.first_password(settings) == password
    assert mode_of(secret_files.first_password_file(settings)) == 0o600


def test_every_secret_file_has_its_entry_or_a_reason_not_to(settings: Settings) -> None:
    """Whatever in `secret_files` makes a file of the settings alone is called; a new one needs an entry."""
    for name, function in inspect.getmembers(secret_files, inspect.isfunction):
        takes = [parameter.annotation for parameter in inspect.signature(function).parameters.values()]
        if function.__module__ == secret_files.__name__ and takes == ["Settings"] and not name.startswith("_"):
            function(settings)
    found = {path.name for path in settings.data.iterdir()} - {"jiedai.sqlite3"}
    assert found == {secret.name for secret in secret_files.SECRET_FILES} | {secret_files.PASSWORD_FILE}


def test_an_entry_names_a_setting_that_may_be_used_instead(settings: Settings) -> None:
    for secret in secret_files.SECRET_FILES:
        assert not secret.is_given(settings)
        assert secret.is_given(replace(settings, **{secret.setting: "x"}))


def test_the_first_password_is_on_file_until_its_owner_has_set_another(settings: Settings) -> None:
    secret_files.first_password(settings)
    secret_files.forget_first_password(settings, "wang")
    assert secret_files.first_password_file(settings).exists()
    for _ in range(2):
        secret_files.forget_first_password(settings, "admin")
    assert not secret_files.first_password_file(settings).exists()
