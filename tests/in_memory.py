"""Temporary folders of tests in memory, where the machine has room: hardly any test is about a disk."""

from __future__ import annotations

import os
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of its own there, which only its user may enter
ROOM = 2 * 2**30  # bytes; containers often have 64 MB there


def keep_folders_in_memory() -> None:
    """Have pytest make its folders in memory, unless it was told where, or programs can't be started there."""
    if has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def has_room(folder: Path) -> bool:
    """Whether we may write ROOM bytes into this folder and start programs from it."""
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
