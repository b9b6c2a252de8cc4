"""Migrating an embedded database, with a copy of it kept beside."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.migrations import HEAD, schema
from bot.storage.database import Database
from bot.upkeep.copying import copy_database
from bot.upkeep.refusals import UpkeepRefusal

log = logging.getLogger(__name__)


def migrate(database: Database, now: datetime) -> Path | None:
    """Migrate a SQLite database to HEAD; returns the copy of it that is kept beside, None if it was empty.

    Raises UpkeepRefusal when there is no room for the copy, or the database is damaged; then it stays as it is.
    """
    before = database.read_now(schema.revision)
    copy = _copy_beside(Path(make_url(database.url).database or ""), before, now) if before else None
    database.write_now(schema.upgrade)
    if copy is not None:
        log.warning("The database is migrated from revision %s to %s; as it was it is kept as %s.", before, HEAD, copy)
    return copy


def _copy_beside(path: Path, revision: str, now: datetime) -> Path:
    copy = path.with_name(f"{path.name}.{revision}-{now:%Y%m%dT%H%M%SZ}")
    try:
        copy_database(path, copy, live=True)
    except UpkeepRefusal as refusal:
        raise UpkeepRefusal(f"The database must be migrated, and a copy is made first. {refusal}") from None
    return copy
