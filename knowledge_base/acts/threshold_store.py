"""The fitted thresholds on disk, written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

KEPT = 5  # files; older ones go


def save_thresholds(path: Path, raised: Mapping[str, float]) -> None:
    """Write the thresholds, atomically; an OSError is logged, and the next start fits again."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(dict(raised), file)
            Path(name).replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
        for old in sorted(path.parent.glob("thresholds-*.json"), key=lambda file: -file.stat().st_mtime)[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("thresholds of acts could not be kept: %s", error.strerror)


def load_thresholds(path: Path) -> dict[str, float] | None:
    """Return the thresholds of a file; None when it does not exist or cannot be read, which is logged."""
    try:
        return {str(act): float(at) for act, at in json.loads(path.read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, AttributeError):
        log.warning("%s cannot be read and is fitted anew", path.name)
        return None
