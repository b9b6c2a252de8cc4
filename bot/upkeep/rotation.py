"""Dated backups in a folder, of which the newest are kept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config.settings import Settings
from bot.upkeep.copying import Copied, copy_database
from bot.upkeep.refusals import UpkeepRefusal
from bot.upkeep.secrets_beside import demand_fitting, folder_beside, put_beside, with_those_of

OLD = timedelta(days=1)
STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"jiedai-(\d{8}T\d{6}Z)\.sqlite3")


def back_up(settings: Settings, database: Path, target: Path, *, secrets: bool) -> Copied:
    """Copy the database, check the copy and its keys, and put the secrets beside it if they are wanted.

    Raises UpkeepRefusal when the database is damaged or the keys do not fit; then nothing is left behind.
    """
    try:
        copied = copy_database(database, target, live=True)
        demand_fitting(with_those_of(settings, settings.data), target, target)
        if secrets:
            put_beside(settings, target)
    except OSError as error:
        _forget(target)
        raise UpkeepRefusal(f"The copy could not be written: {error}. Nothing was left behind.") from None
    except UpkeepRefusal:
        _forget(target)
        raise
    return copied


def back_up_into(
    settings: Settings, database: Path, folder: Path, *, keep: int, now: datetime, secrets: bool
) -> tuple[Path, Copied]:
    """Add a backup of this instant to the folder, then remove all but the newest `keep`; returns its path too.

    Raises UpkeepRefusal as `back_up` does; then none is removed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UpkeepRefusal(f"{folder} cannot be used: {error.strerror}.") from None
    target = folder / f"jiedai-{now.strftime(STAMP)}.sqlite3"
    _forget(target)  # of the same second
    for draft in folder.glob(".jiedai-*.sqlite3-*"):
        if draft.stat().st_mtime < (now - OLD).timestamp():  # of a process that died over it
            draft.unlink(missing_ok=True)
    copied = back_up(settings, database, target, secrets=secrets)
    others = [path for path in backups_in(folder) if path != target]
    for old in others[: max(0, len(others) + 1 - keep)]:
        _forget(old)
    return target, copied


def backups_in(folder: Path) -> Sequence[Path]:
    """Return the dated backups of a folder, oldest first."""
    return sorted(path for path in folder.glob("jiedai-*.sqlite3") if _NAME.fullmatch(path.name))


def instant_of(backup: Path) -> datetime:
    """Return when a dated backup was made."""
    found = _NAME.fullmatch(backup.name)
    assert found is not None
    return datetime.strptime(found[1], STAMP).replace(tzinfo=UTC)


def _forget(copy: Path) -> None:
    copy.unlink(missing_ok=True)
    shutil.rmtree(folder_beside(copy), ignore_errors=True)
