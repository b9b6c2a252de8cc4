"""The plain actions on a ticket, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.tickets.plans import PlanStep


@dataclass(frozen=True, slots=True)
class Claim:
    """Claim the ticket."""


@dataclass(frozen=True, slots=True)
class Release:
    """Return the ticket to its queue."""


@dataclass(frozen=True, slots=True)
class Record:
    """Record a fact of the policy: `called`, `call_missed`, `waiting_for_customer`.

    For a complaint's cause, its class. `words`: what came of it, where a fact needs it in words.
    """

    fact: str
    cause: str | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Transfer the ticket to another queue, or to a colleague (`to`, staff id)."""

    queue: str
    to: int | None


@dataclass(frozen=True, slots=True)
class Resolve:
    """Resolve the ticket; a complaint with the class of its cause. `why`: what is still owed is left out."""

    cause: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Make the ticket's plan or its next version: the person responsible, the steps and their dates."""

    responsible: int
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Acknowledge a breach: its notices are not repeated."""


@dataclass(frozen=True, slots=True)
class Report:
    """Submit the service report."""

    text: str


@dataclass(frozen=True, slots=True)
class TickStep:
    """Tick a step of the latest plan, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Consult:
    """Record a report upward, experts, a meeting or an executive: with whom, when, and what came of it."""

    fact: str
    whom: str
    held_at: datetime
    outcome: str
