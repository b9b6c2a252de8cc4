"""Secrets: those given in the settings, others generated once into the data folder, readable by their owner only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.config.generated import generated_secret
from bot.config.settings import DATABASE_FILE, Settings
from escalation import key_file
from escalation.vault import Vault

KEY_FILE = "vault-keys.json"
ERASURES = "erasures.jsonl"  # no secret: whom a backup must not bring back, by keyed digest
FIRST_LOGIN = "admin"  # the sign-in name of the first administrator
JOURNAL_KEY_FILE = "journal-key"
TOKEN_FILE = "customer-token-secret"  # noqa: S105  # a name
WEBHOOK_FILE = "telegram-webhook-secret"
PASSWORD_FILE = "first-console-password"  # noqa: S105  # belongs into no backup: it is to be changed at the first sign-in


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A secret without which a copy of the database is not a whole installation."""

    name: str
    setting: str  # the field of Settings that is used instead of the file when it is given
    without: str  # what a restored installation lacks without it
    only_with: str = ""  # the setting without which it is not used

    def is_used(self, settings: Settings) -> bool:
        """Whether this installation uses it at all."""
        return not self.only_with or bool(getattr(settings, self.only_with))

    def is_given(self, settings: Settings) -> bool:
        """Whether the setting is used, so that the file is not."""
        return bool(getattr(settings, self.setting))


SECRET_FILES = (
    SecretFile(KEY_FILE, "vault_keys", "what customers and staff wrote, and who customers are, cannot be read"),
    SecretFile(JOURNAL_KEY_FILE, "journal_key", "the journal cannot be verified, and the server refuses to start"),
    SecretFile(TOKEN_FILE, "customer_token_secret", "customer tokens of your own site are refused"),
    SecretFile(WEBHOOK_FILE, "telegram_webhook_secret", "a new one is made for Telegram's webhook", "telegram_webhook"),
)


def ensure_folder(settings: Settings) -> None:
    """Create the data folder, readable by its owner only; raises OSError if it cannot be written."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = settings.data / f".writable-{os.getpid()}"
    probe.touch(mode=0o600)
    probe.unlink()
    if not settings.database:
        _make_database(settings.data / DATABASE_FILE)


def _make_database(path: Path) -> None:
    # SQLite would make it readable for others; its journals take over the mode of the file. One that is there is not
    # opened: closing it would cost this process the locks SQLite may have on it.
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def customer_token_secret(settings: Settings) -> str:
    """Return the secret with which host sites sign customer tokens."""
    return settings.customer_token_secret or _kept(settings.data / TOKEN_FILE)


def journal_key(settings: Settings) -> bytes:
    """Return the key of the journal's chains; one that was not given is generated into the data folder."""
    return (settings.journal_key or _kept(settings.data / JOURNAL_KEY_FILE)).encode()


def kept_journal_key(settings: Settings) -> bytes | None:
    """Return the key of the journal's chains without writing anything; None if there is none yet."""
    path = settings.data / JOURNAL_KEY_FILE
    if settings.journal_key:
        return settings.journal_key.encode()
    return key_file.read(path).strip().encode() if path.exists() else None


def webhook_secret(settings: Settings) -> str:
    """Return the secret that Telegram sends with every webhook request."""
    return settings.telegram_webhook_secret or _kept(settings.data / WEBHOOK_FILE)


def open_vault(settings: Settings) -> Vault:
    """Return the vault with the keys that seal personal data."""
    if settings.vault_keys:
        return Vault.from_text(settings.vault_keys)
    return Vault.generate(settings.data / KEY_FILE)  # an existing file is read, never replaced


def has_keys(settings: Settings) -> bool:
    """Whether vault keys were given or exist in the data folder; if not, `open_vault` generates them."""
    return bool(settings.vault_keys) or (settings.data / KEY_FILE).exists()


def kept_vault(settings: Settings) -> Vault | None:
    """Return the vault whose keys were given or lie in the data folder; None without any: makes none."""
    return open_vault(settings) if has_keys(settings) else None


def first_password(settings: Settings) -> str:
    """Return the generated console password of the first administrator, kept in `first_password_file`."""
    return _kept(first_password_file(settings), 12)


def forget_first_password(settings: Settings, login: str) -> None:
    """Delete the file of the first administrator's password once theirs is another one, or none."""
    if login == FIRST_LOGIN:
        first_password_file(settings).unlink(missing_ok=True)


def first_password_file(settings: Settings) -> Path:
    """Path of the file with the first administrator's console password."""
    return settings.data / PASSWORD_FILE


def _kept(path: Path, size: int = 48) -> str:
    key_file.create(path, generated_secret(size) + "\n")
    return key_file.read(path).strip()
