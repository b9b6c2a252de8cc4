"""What colleagues are asked for on a ticket: help, a task or an approval; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from escalation.tickets.id_list import ids_in

TaskKind = Literal["help", "task", "approval"]
TaskState = Literal["open", "answered", "withdrawn", "ended"]


@dataclass(frozen=True, slots=True)
class TicketTask:
    """Something that colleagues were asked for on a ticket."""

    id: int
    ticket_id: int
    kind: TaskKind
    asked_of: str
    people: str
    asked_by: int
    asked_at: datetime
    text: str
    matter: str
    amount: int | None
    due_at: datetime | None
    schedule: list[dict[str, Any]]
    step: int
    next_at: datetime | None
    carries: bool
    state: TaskState
    answer: str = ""
    agreed: bool | None = None
    answered_by: int | None = None
    settled_at: datetime | None = None
    breached_at: datetime | None = None

    @property
    def asked(self) -> frozenset[int]:
        """The staff who were asked."""
        return ids_in(self.people)

    def is_late(self, now: datetime) -> bool:
        """Whether it is still open past its end."""
        return self.state == "open" and self.due_at is not None and self.due_at <= now
