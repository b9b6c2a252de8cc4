"""Events of the course of a ticket: what its customer answers or does not, and plan steps; as past-tense facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.tickets.lifecycle import Ticket
from escalation.tickets.sent_steps import SentKind, StepAnswer


@dataclass(frozen=True, slots=True)
class StepAnswered:
    """The customer answered what they were sent; `explained`: they gave the reason for an objection made before."""

    ticket: Ticket
    kind: SentKind
    answer: StepAnswer
    version: int | None
    explained: bool = False


@dataclass(frozen=True, slots=True)
class CustomerSilent:
    """A customer has been waited for since then without an answer; `closed`: the ticket was closed for it."""

    ticket: Ticket
    since: datetime
    closed: bool = False


@dataclass(frozen=True, slots=True)
class PlanStepDue:
    """A step of a plan ends soon, or has ended without a tick; `staff_id`: whose it is, None if they have left."""

    ticket: Ticket
    what: str
    due_at: datetime
    staff_id: int | None
    late: bool
