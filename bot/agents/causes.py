"""Noting why a ticket was late, rated low or reopened, as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteCause:
    """Note why something went wrong: of a breach, a low score or a reopening; its class, and in words."""

    of: str
    cause: str
    words: str
