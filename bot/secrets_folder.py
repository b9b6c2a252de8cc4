"""Secrets that were not given are generated once into the data folder, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import Settings
from escalation import key_file
from escalation.vault import Vault


def ensure_folder(settings: Settings) -> None:
    """Create the data folder, closed to others; refuses one that cannot be written with OSError."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = settings.data / f".writable-{os.getpid()}"
    probe.touch(mode=0o600)
    probe.unlink()


def customer_token_secret(settings: Settings) -> str:
    """The key host sites sign customer tokens with."""
    return settings.customer_token_secret or _kept(settings.data / "customer-token-secret")


def open_vault(settings: Settings) -> Vault:
    """The keys personal data is sealed with."""
    if settings.vault_keys:
        return Vault.from_text(settings.vault_keys)
    path = settings.data / "vault-keys.json"
    return Vault.from_file(path) if path.exists() else Vault.generate(path)


def keep_password(settings: Settings, password: str) -> Path:
    """Leave the first console password where only its owner finds it."""
    path = settings.data / "first-console-password"
    path.unlink(missing_ok=True)
    key_file.create(path, password + "\n")
    return path


def _kept(path: Path) -> str:
    key_file.create(path, secrets.token_urlsafe(48) + "\n")
    return key_file.read(path).strip()
