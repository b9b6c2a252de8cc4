"""Key files: written whole, once, with mode 0600; refused when others than the owner can read them."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from escalation.refusals import EscalationRefusal


class KeyFileError(EscalationRefusal):
    """A key file that cannot be used; the text names the file and what would be right."""


def read(path: Path) -> str:
    """Return the text of a key file; raises KeyFileError when others can read it, or it is unreadable or not UTF-8."""
    try:
        with path.open(encoding="utf-8") as file:
            # Asked of the open file, not the path: nothing can be swapped in between.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise KeyFileError(f"{path}: only its owner may read a key file (mode 0600); its mode is {mode:04o}.")
            return file.read()
    except UnicodeDecodeError:
        raise KeyFileError(f"{path}: a key file must be UTF-8 text.") from None
    except OSError as fault:
        raise KeyFileError(f"{path}: the key file must be readable ({fault.strerror}).") from fault


def create(path: Path, text: str) -> bool:
    """Write the file unless it exists; return whether it was written.

    Atomic: of two processes that start at once, both use the file of one. Raises KeyFileError when the folder is not
    writable.
    """
    try:
        return not path.exists() and _create(path, text)
    except OSError as fault:
        raise KeyFileError(f"{path}: the folder of the key file must be writable ({fault.strerror}).") from fault


def replace(path: Path, text: str) -> None:
    """Write the file in place of the one that is there; whoever reads it meanwhile finds the one or the other, whole.

    Raises KeyFileError when the folder is not writable.
    """
    try:
        _draft(path, text).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        raise KeyFileError(f"{path}: the folder of the key file must be writable ({fault.strerror}).") from fault


def _create(path: Path, text: str) -> bool:
    draft = _draft(path, text)
    try:
        # A hard link is the one way to publish it whole without replacing.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
            return True
        return False
    finally:
        draft.unlink()


def _draft(path: Path, text: str) -> Path:
    # mkstemp makes it 0600 whatever the umask.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(draft).unlink()
        raise
    return Path(draft)
