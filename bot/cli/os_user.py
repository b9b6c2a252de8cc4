"""Who of the operating system's users gave a command."""

from __future__ import annotations

import os


def os_user() -> str:
    """Return the name of the user, of the one behind sudo where there is one; else their number."""
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid())
