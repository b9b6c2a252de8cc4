"""Lines of a chain whose content was erased: the hash stays, and a keyed seal stands for what it covered; pure."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who erased a line's content and when, and the seal that says the product did; None: cannot be read."""

    by: str | None
    at: datetime | None
    seal: str | None

    def fits(self, key: bytes, *line: Any) -> bool:
        """Whether its seal is the one for this line, as `erasure_seal` takes it."""
        return self.by is not None and self.at is not None and self.seal == erasure_seal(key, self.by, self.at, *line)


@dataclass
class ErasedCount:
    """How many lines were erased, by whom and when."""

    of: dict[tuple[str, datetime], int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many there are in all."""
        return sum(self.of.values())

    def by(self, who: str) -> int:
        """Return how many were erased by somebody."""
        return sum(lines for (by, _), lines in self.of.items() if by == who)

    def note(self, erasure: Erasure | None) -> None:
        """Count a line, if it was erased."""
        if erasure is not None and erasure.by is not None and erasure.at is not None:
            self.of[erasure.by, erasure.at] = self.of.get((erasure.by, erasure.at), 0) + 1

    def add(self, other: ErasedCount) -> None:
        """Count what another one has counted."""
        for key, lines in other.of.items():
            self.of[key] = self.of.get(key, 0) + lines


def erasure_of(by: str | None, at: datetime | None, seal: str | None) -> Erasure | None:
    """Return what a line's columns say of its erasure; None for a line of which nothing was erased."""
    return Erasure(by, at, seal) if (by, at, seal) != (None, None, None) else None


def erasure_seal(key: bytes, by: str, at: datetime, *line: Any) -> str:
    """Return the HMAC-SHA256, in hexadecimal, over who erased a line and when, its hash and what is left of it.

    `line`: values that JSON can hold, and instants.
    """
    text = json.dumps(["erased", by, at, *line], default=_plain, ensure_ascii=False, sort_keys=True)
    return hmac.digest(key, text.encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return dict(value) if isinstance(value, Mapping) else str(value)
