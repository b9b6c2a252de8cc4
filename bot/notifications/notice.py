"""A notice to staff, as a value: its kind, its words, and whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "new",
    "warning",
    "breach",
    "overdue",
    "reminder",
    "urge",
    "reopened",
    "rerouted",
    "critical",
    "complaint",
    "withdrawn",
    "assigned",
    "unclaimed",
    "nobody",
    "reassigned",
    "help",
    "task",
    "approval",
    "answered",
    "task_due",
    "task_late",
    "task_withdrawn",
    "task_lapsed",
    "recurring",
    "report",
    "incident",
    "morning",
    "left",
    "disconnected",
    "storm",
    "customer_answer",
    "step_due",
    "customer_silent",
    "unhappy",
    "check_in",
    "inspection",
]


@dataclass(frozen=True, slots=True)
class Audience:
    """Recipients of a notice: one person (`staff`, by id), everybody on a `queue`, or everybody of a `role`."""

    kind: Literal["staff", "queue", "role"]
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to staff; with `deadline_id`, of a deadline that was reached: it is gone once that has ended."""

    ticket_id: int
    kind: Kind
    text: str
    to: tuple[Audience, ...]
    deadline_id: int | None = None
