"""A whole copy of a SQLite database, checked before it gets its name."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.migrations import HEAD, schema
from bot.upkeep.refusals import UpkeepRefusal

MAGIC = b"SQLite format 3\x00"
SPARE = 2**20  # bytes that must stay free beside a copy
OURS = {"alembic_version", "tickets", "messages"}


@dataclass(frozen=True, slots=True)
class Copied:
    """What a checked copy holds."""

    revision: str
    tickets: int
    size: int  # bytes


def copy_database(source: Path, target: Path, *, live: bool) -> Copied:
    """Copy a database to a new file (0600), check the copy, and only then give it its name.

    `live`: the source may be in use, and is read through its journal; otherwise nothing beside it is touched. Raises
    UpkeepRefusal when it is not ours, damaged, of a newer version, or does not fit; then nothing is left behind.
    """
    if not live:
        # Never of one in use: a process that closes a file it has opened itself loses the locks SQLite has on it.
        demand_ours(source)
    demand_room(target.parent, size_of(source))
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with _opened(source, live=live) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new)  # in one go: a write in between would begin it anew; writers need not wait for a reader
        found = check(draft, source)
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise _foreign(source) from None
        if isinstance(error, sqlite3.OperationalError):
            raise UpkeepRefusal(f"The copy could not be written: {error}. Nothing was left behind.") from None
        raise _damaged(source, str(error)) from None
    except OSError as error:
        raise UpkeepRefusal(f"The copy could not be written: {error}. Nothing was left behind.") from None
    finally:
        draft.unlink(missing_ok=True)
    return found


def demand_ours(path: Path) -> None:
    """Raise UpkeepRefusal unless the file begins as a SQLite database of the length that it says it has."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise UpkeepRefusal(f"{path} cannot be read: {error.strerror}.") from None
    if len(head) < 100 or not head.startswith(MAGIC):
        raise _foreign(path)
    page = int.from_bytes(head[16:18], "big")
    told, there = int.from_bytes(head[28:32], "big") * (65536 if page == 1 else page), path.stat().st_size
    wal = path.with_name(f"{path.name}-wal")
    if there < told and not wal.exists():  # of one that is in use the rest may stand in its journal
        raise UpkeepRefusal(f"{path} is cut short: it holds {there} of {told} bytes; take another backup.")


def check(path: Path, source: Path) -> Copied:
    """Look through a copy; raises UpkeepRefusal, naming the source, for a damaged, foreign or newer one."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as db:
        fault = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise _damaged(source, str(fault))
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables >= OURS:
            raise UpkeepRefusal(f"{source} is a SQLite database of another program.")
        revision = str(db.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        demand_known(revision, str(source))
        tickets = db.execute("SELECT count(*) FROM tickets").fetchone()[0]
    return Copied(revision, tickets, path.stat().st_size)


def demand_known(revision: str | None, what: str) -> None:
    """Raise UpkeepRefusal for a revision that a newer version has made."""
    if revision is not None and revision not in schema.known_revisions():
        raise UpkeepRefusal(
            f"{what} is of a newer version of Jiedai (revision {revision}; this version knows up to {HEAD}); "
            "update Jiedai, then try again."
        )


def demand_room(folder: Path, size: int) -> None:
    """Raise UpkeepRefusal when the folder's volume cannot take so many bytes."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise UpkeepRefusal(f"{folder} cannot be used: {error.strerror}.") from None
    if free < size + SPARE:
        raise UpkeepRefusal(
            f"There is no room in {folder} for a copy of {size} bytes: {free} are free. Make room, then try again."
        )


def size_of(database: Path) -> int:
    """Return the bytes of a database with its journal."""
    parts = (database, database.with_name(f"{database.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def sync(path: Path) -> None:
    """Have the disk hold what a file says, or which names a folder has."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _opened(source: Path, *, live: bool) -> Iterator[sqlite3.Connection]:
    uri, wal = source.absolute().as_uri(), source.with_name(f"{source.name}-wal")
    with contextlib.ExitStack() as stack:
        if live and os.access(source.parent, os.W_OK):
            uri += "?mode=rw"
        elif not wal.exists() or not wal.stat().st_size:
            uri += "?immutable=1"  # the only way to open one in a folder that cannot be written
        else:
            # With its journal it can only be read where SQLite may write beside it.
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiedai-copy-")))
            for part in (source, wal):
                shutil.copyfile(part, folder / part.name)
            uri = f"{(folder / source.name).as_uri()}?mode=rw"
        yield stack.enter_context(closing(sqlite3.connect(uri, uri=True, timeout=30.0)))


def _foreign(path: Path) -> UpkeepRefusal:
    return UpkeepRefusal(f"{path} is not a database of Jiedai: it is no SQLite file.")


def _damaged(source: Path, fault: str) -> UpkeepRefusal:
    said = fault.removeprefix("*** in database main ***").strip().splitlines()[0]
    return UpkeepRefusal(
        f"{source} is damaged ({said}); nothing was copied. Take an earlier backup: `jiedai restore FILE`."
    )
