"""The secrets of a copy: named, put beside it, and tried on it before it is restored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect

from bot.config.secret_files import (
    ERASURES,
    JOURNAL_KEY_FILE,
    KEY_FILE,
    SECRET_FILES,
    SecretFile,
    journal_key,
    open_vault,
)
from bot.config.settings import Settings
from bot.storage.database import Database
from bot.upkeep import vault_fit
from bot.upkeep.copying import sync
from bot.upkeep.refusals import UpkeepRefusal
from escalation import key_file
from escalation.journal.journal_store import key_fits
from escalation.key_file import KeyFileError
from escalation.vault import Vault, VaultError

SHORTEST = 16  # characters; ours are longer, one given by hand may be as short


def folder_beside(copy: Path) -> Path:
    """Return the folder in which a copy's secrets are put."""
    return copy.with_name(f"{copy.name}.secrets")


def put_beside(settings: Settings, copy: Path) -> list[str]:
    """Copy the secret files that are used into the folder beside the copy (0700, 0600); returns their names."""
    folder = folder_beside(copy)
    folder.mkdir(mode=0o700)
    found = [secret for secret in SECRET_FILES if (settings.data / secret.name).exists()]
    for secret in found:
        copy_secret(settings.data / secret.name, folder / secret.name)
    if (settings.data / ERASURES).exists():  # no secret, but what an older copy brings back is erased again by it
        copy_secret(settings.data / ERASURES, folder / ERASURES)
    sync(folder)
    return [secret.name for secret in found]


def copy_secret(source: Path, target: Path) -> None:
    """Copy a secret file, for its owner's eyes only."""
    with (
        source.open("rb") as old,
        os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as new,
    ):
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())


def with_those_of(settings: Settings, folder: Path) -> Settings:
    """Return the settings as they would be with these secret files in the data folder; raises UpkeepRefusal."""
    given: dict[str, Any] = {}
    for secret in SECRET_FILES:
        path = folder / secret.name
        if not secret.is_given(settings) and path.exists():
            given[secret.setting] = _read(path, secret)
    return replace(settings, **given)


def _read(path: Path, secret: SecretFile) -> str:
    try:
        text = key_file.read(path).strip()
    except KeyFileError as error:
        raise UpkeepRefusal(f"{error} Nothing was changed.") from None
    if len(text) < SHORTEST:
        raise UpkeepRefusal(f"{path} is cut short; put the whole file there, then try again. Nothing was changed.")
    if secret.name == KEY_FILE:
        try:
            Vault.from_text(text)
        except VaultError as error:
            fault = str(error).removeprefix("the vault's keys: ")
            raise UpkeepRefusal(f"{path} is cut short or changed: {fault} Nothing was changed.") from None
    return text


def missing(settings: Settings) -> Sequence[SecretFile]:
    """Return the secrets that are neither given nor in the data folder."""
    return [
        secret
        for secret in SECRET_FILES
        if secret.is_used(settings) and not secret.is_given(settings) and not (settings.data / secret.name).exists()
    ]


def demand_fitting(settings: Settings, copy: Path, named: Path) -> None:
    """Raise UpkeepRefusal, naming the copy as `named`, when vault or journal keys do not fit it; missing ones do."""
    key = journal_key(settings) if settings.journal_key else b""
    with closing(Database(f"sqlite:///{copy}", journal_key=key)) as database:
        if settings.vault_keys and not database.read_now(_opens, settings):
            raise UpkeepRefusal(_unfit(KEY_FILE, "do not open the customer data in", named))
        if key and not database.read_now(_seals):
            raise UpkeepRefusal(_unfit(JOURNAL_KEY_FILE, "do not fit the journal in", named))


def _unfit(file: str, how: str, named: Path) -> str:
    return (
        f"The keys of {file} {how} {named}; put the file that belongs to it into the data folder, or take it from "
        "beside the backup with --with-secrets. Nothing was changed."
    )


def _opens(db: Connection, settings: Settings) -> bool:
    return vault_fit.opens(db, open_vault(settings))


def _seals(db: Connection) -> bool:
    return not inspect(db).has_table("journal_heads") or key_fits(db)
