"""Putting a backup in place of the database: checked first, the old one kept, whole at every instant."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.config.secret_files import SECRET_FILES, SecretFile, journal_key, kept_vault
from bot.config.settings import Settings
from bot.migrations import schema
from bot.storage import seal_begin
from bot.storage.database import Database
from bot.upkeep import in_use, switching
from bot.upkeep.copying import Copied, copy_database, size_of
from bot.upkeep.refusals import UpkeepRefusal
from bot.upkeep.secrets_beside import copy_secret, demand_fitting, folder_beside, missing, with_those_of
from bot.upkeep.switching import Move

T = TypeVar("T")

STAMP = "%Y%m%dT%H%M%SZ"
SUFFIXES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, or would be."""

    copied: Copied
    aside: Path | None  # where the database that was there is kept
    missing: tuple[SecretFile, ...]


def restore(settings: Settings, database: Path, file: Path, now: datetime, *, secrets: bool = False) -> Restored:
    """Put the backup in place of the database, with `secrets` also those beside it, and keep what was there.

    Raises UpkeepRefusal when the backup cannot be used, its secrets do not fit or a server runs; then nothing changed.
    """
    _demand_folder(file, secrets)
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with in_use.alone(database):
        switching.finish(database)
        staged = database.with_name(f".{database.name}.restoring")
        _discard(staged)
        try:
            copied = copy_database(file, staged, live=False)
            known = _judge(settings, staged, file, secrets)
            aside = _free_name(database, now)
            away = list(_away(database, aside)) if size_of(database) else []
            into_place = [(staged, database)]
            for kept, put in _secret_moves(settings, file, now) if secrets else ():
                away += kept
                into_place.append(put)
        except BaseException:
            _discard(staged)
            raise
        was_there = size_of(database) > 0
        switching.switch(database, away, into_place)
    return Restored(copied, aside if was_there else None, tuple(missing(known)))


def rehearse(
    settings: Settings, file: Path, now: datetime, verify: Callable[[Connection], T], *, secrets: bool = False
) -> tuple[Restored, T | None]:
    """Do all of a restore in a temporary folder: checks, keys, migration, sealing; nothing else is touched.

    `verify` is run on what came of it, and its result returned; not without the journal's key. Raises UpkeepRefusal as
    `restore` would.
    """
    _demand_folder(file, secrets)
    with tempfile.TemporaryDirectory(prefix="jiedai-rehearsal-") as name:
        copy = Path(name) / "rehearsal.sqlite3"
        copied = copy_database(file, copy, live=False)
        known = _judge(settings, copy, file, secrets)
        key = journal_key(known) if known.journal_key else b"rehearsal"
        with closing(Database(f"sqlite:///{copy}", journal_key=key, vault=kept_vault(known))) as rehearsed:
            rehearsed.write_now(schema.upgrade)
            rehearsed.write_now(seal_begin.begin, now)
            found = rehearsed.read_now(verify) if known.journal_key else None
    return Restored(copied, None, tuple(missing(known))), found


def finish_interrupted(database: Path) -> None:
    """Finish a restore that died in between; raises UpkeepRefusal while another process is at it."""
    if switching.plan_file(database).exists():
        with in_use.alone(database):
            switching.finish(database)


def _demand_folder(file: Path, secrets: bool) -> None:
    if secrets and not folder_beside(file).is_dir():
        raise UpkeepRefusal(
            f"There are no secrets beside {file}: {folder_beside(file)} is missing. Nothing was changed."
        )


def _judge(settings: Settings, copy: Path, file: Path, secrets: bool) -> Settings:
    """The settings with the secrets that would be used; those that do not fit are refused."""
    known = with_those_of(settings, folder_beside(file)) if secrets else settings
    known = with_those_of(known, settings.data)
    demand_fitting(known, copy, file)
    return known


def _away(database: Path, aside: Path) -> Iterator[Move]:
    # The journal first, the database last: the plan is what counts in between.
    for suffix in reversed(SUFFIXES):
        if (path := _beside(database, suffix)).exists():
            yield path, _beside(aside, suffix)


def _secret_moves(settings: Settings, file: Path, now: datetime) -> Iterator[tuple[list[Move], Move]]:
    """For each secret that differs: what is set aside, if there is one, and what takes its place."""
    for secret in SECRET_FILES:
        source, place = folder_beside(file) / secret.name, settings.data / secret.name
        if not source.exists() or (place.exists() and place.read_bytes() == source.read_bytes()):
            continue
        staged = place.with_name(f".{place.name}.restoring")
        copy_secret(source, staged)
        yield [(place, _free_name(place, now))] if place.exists() else [], (staged, place)


def _free_name(path: Path, now: datetime) -> Path:
    """Where what is there is kept."""
    name = f"{path.name}.before-{now.strftime(STAMP)}"
    aside, count = path.with_name(name), 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{name}-{count}")
    return aside


def _beside(database: Path, suffix: str) -> Path:
    return database.with_name(f"{database.name}{suffix}")


def _discard(staged: Path) -> None:
    for suffix in SUFFIXES:
        _beside(staged, suffix).unlink(missing_ok=True)
