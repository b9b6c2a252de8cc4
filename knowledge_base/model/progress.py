"""Progress of a long computation, reported as the share done, 0 to 1."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]  # from 0 to 1


def no_progress(_share: float) -> None:
    """Report nothing."""
