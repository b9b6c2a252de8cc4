"""A fact: one number, the instant it happened, the ticket it is of, and what held at that instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NOBODY = 0  # the agent of a fact that is no person's


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of `docs/measures.md`; an empty text, a ticket of 0 and NOBODY say that there is none."""

    at: datetime
    measure: str
    value: int
    ticket_id: int = 0
    tier: str = ""
    queue: str = ""
    topic: str = ""
    channel: str = ""
    staff_id: int = NOBODY
    part: str = ""


def whole_seconds(start: datetime, end: datetime) -> int:
    """Return the whole seconds from one instant to another, rounded down; 0 if the second comes first."""
    return max(0, int((end - start).total_seconds()))
