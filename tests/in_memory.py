"""Temporary folders and servers of tests in memory, where it has room: hardly any test is about a disk."""

from __future__ import annotations

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own there, which only its user may enter
ROOM = 3 * 2**30  # bytes; containers often have 64 MB there


def keep_folders_in_memory() -> None:
    """Have pytest make its folders in memory, unless it was told where, or programs can't be started there."""
    if folder := folder_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def folder_in_memory() -> Path | None:
    """Where in memory a large temporary folder may be; None for where such folders usually are."""
    return MEMORY if has_room(MEMORY) else None


def has_room(folder: Path) -> bool:
    """Whether we may write ROOM bytes into this folder and start programs from it."""
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
