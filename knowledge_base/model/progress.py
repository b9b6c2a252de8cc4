"""How far a long preparation has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]  # from 0 to 1


def silent(_share: float) -> None:
    """Nobody is watching."""
