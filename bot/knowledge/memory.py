"""Memory that was freed goes back to the system, where the C library can do that."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back() -> None:
    """Give back what learning and loading have freed; does nothing where it cannot."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)
