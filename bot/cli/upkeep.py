"""`jiedai db upgrade` and `jiedai backup`."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Annotated

from sqlalchemy.engine import make_url

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import Where
from bot.config.secret_files import ensure_folder
from bot.migrations import HEAD, schema
from bot.storage.database import Database

PAGES = 1_000  # copied at a time: writers get in between


def upgrade(settings: Where) -> Result:
    """Migrate the database to the revision this version expects."""
    ensure_folder(settings)
    database = Database(settings.database_url)
    before = database.read_now(schema.revision)
    database.write_now(schema.upgrade)
    database.close()
    words = f"The database is at revision {HEAD}." if before != HEAD else "Nothing to do."
    return Result({"before": before, "after": HEAD}, words)


def backup(
    settings: Where,
    file: Annotated[str, argument(metavar="FILE", help="where to put the copy; must not exist yet")],
) -> Result:
    """Copy the SQLite database while the server runs; secret files must be backed up separately.

    Raises NotReady for PostgreSQL, a missing database or an existing target.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotReady("PostgreSQL is backed up with its own tool: `pg_dump --format=custom --file=FILE URL`.")
    source, target = Path(url.database), Path(file)
    if not source.exists():
        raise NotReady(f"There is no database at {source} yet; `jiedai run` makes one.")
    if target.exists():
        raise NotReady(f"{target} exists already; choose another name, so that no earlier copy is lost.")
    _copy(source, target)
    words = [
        f"{target} holds a consistent copy. Keep {settings.data / 'vault-keys.json'} too, in another place:",
        "without it the names, telephone numbers and e-mail addresses in the copy cannot be read.",
    ]
    return Result({"file": str(target), "bytes": target.stat().st_size}, words)


def _copy(source: Path, target: Path) -> None:
    aside = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(aside)) as new:
            old.backup(new, pages=PAGES)
        aside.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise NotReady(f"The copy could not be written: {error}. Nothing was left behind.") from None
    finally:
        aside.unlink(missing_ok=True)
