"""Whether a process uses an embedded database: a lock on a file beside it, shared by users, alone for a restore."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.upkeep.refusals import UpkeepRefusal

DMS = 128  # the byte of a -shm file that SQLite locks in every process that has the database open (WAL mode)


def lock_file(database: Path) -> Path:
    """Return the path of the lock file beside a database."""
    return database.with_name(f"{database.name}.lock")


def use(database: Path) -> Callable[[], None]:
    """Declare that this process uses the database; call what is returned when it does no longer.

    The system ends it with the process, however that dies. Raises UpkeepRefusal while it is being restored.
    """
    held = _lock(database, alone=False)
    if held is None:
        raise UpkeepRefusal(f"{database} is being restored; start again when that is done.")
    return lambda: os.close(held)


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Keep all other processes from the database; raises UpkeepRefusal when one uses it."""
    held = _lock(database, alone=True)
    if held is None or _is_open(database):
        if held is not None:
            os.close(held)
        raise UpkeepRefusal(
            f"A server or another command uses {database} now; stop it first, then run this again. Nothing was changed."
        )
    try:
        yield
    finally:
        os.close(held)


def _lock(database: Path, *, alone: bool) -> int | None:
    """The descriptor of the locked file; None if another process is in the way."""
    handle = os.open(lock_file(database), os.O_RDWR | os.O_CREAT, 0o600)
    if sys.platform == "win32":
        return handle
    import fcntl

    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:  # a file system without locks
        return handle
    return handle


def _is_open(database: Path) -> bool:
    """Whether any program has the database open, such as a version of ours without the lock, or a SQLite shell."""
    if sys.platform == "win32":
        return False
    import fcntl

    with suppress(FileNotFoundError):
        handle = os.open(database.with_name(f"{database.name}-shm"), os.O_RDWR)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, DMS)
        except OSError:
            return True
        finally:
            os.close(handle)
    return False
