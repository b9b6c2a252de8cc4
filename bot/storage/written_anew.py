"""Writes a SQLite file anew, so that no byte of what was deleted or changed is left in it or its journal."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

PATIENCE = 60.0  # seconds for which readers of older states are waited for
LOOK = 0.05  # seconds


def write_anew(file: Path) -> bool:
    """Rewrite the file and cut its journal off; False if somebody read an older state for all of PATIENCE.

    Writers wait meanwhile, readers don't. Takes about a second for each 100 MB, and as much room again on the disk.
    """
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete=ON")
        db.execute("VACUUM")
        until = time.monotonic() + PATIENCE
        while db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK)  # in a thread of its own; SQLite wakes nobody
        return True
