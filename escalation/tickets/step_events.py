"""Events of what a customer was sent in the course of their ticket, as past-tense facts."""

from __future__ import annotations

from dataclasses import dataclass

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
