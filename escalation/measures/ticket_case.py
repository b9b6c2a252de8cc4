"""All that the facts of one ticket are made of, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TELL_LATE = frozenset({"breach", "breached_by_reclassification", "reminder"})  # kinds of lines: a deadline is late


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a ticket's history."""

    id: int
    seq: int
    at: datetime
    kind: str
    staff_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def happened_at(self) -> datetime:
        """When what it tells of happened: as it says itself, if it was written down later."""
        told = self.data.get("happened_at")
        return datetime.fromisoformat(told) if told else self.at


@dataclass(frozen=True, slots=True)
class MetDeadline:
    """A deadline that was met; `is_told_late`: it, or the one it replaced, had told that it was late."""

    milestone: str
    started_at: datetime
    due_at: datetime
    settled_at: datetime
    is_told_late: bool = False


@dataclass(frozen=True, slots=True)
class Spell:
    """Seconds in which a person had the ticket open and was active in it."""

    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class TicketCase:
    """A ticket as its row says, with its whole history; the fields are what holds by now.

    `channel`: its own, else its conversation's. `given`: by article, when the bot first gave its answer in the ticket's
    conversation. `targets`: milestones of which it has a deadline that is no promise. `told_elsewhere`: the lines that
    tell of lateness in tickets merged into it.
    """

    id: int
    conversation_id: int
    contact_id: str | None
    tier: str
    queue: str
    topic: str | None
    complaint: bool
    reason: str
    channel: str
    lines: Sequence[Line]
    deadlines: Sequence[MetDeadline] = ()
    spells: Sequence[Spell] = ()
    given: Mapping[str, datetime] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()
    told_elsewhere: Sequence[Line] = ()
