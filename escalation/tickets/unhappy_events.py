"""That a customer is dissatisfied, as a past-tense fact, and from which score on; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from escalation.tickets.lifecycle import Ticket

LOW = 2  # a score up to this is one of dissatisfaction
Unhappiness = Literal["low_score", "reopened", "complaint_withdrawn"]


@dataclass(frozen=True, slots=True)
class CustomerUnhappy:
    """The customer is dissatisfied: a lead is told at once.

    `due_at`: by when they are followed up, None where the policy has no clock for it. `score`: of a low rating.
    """

    ticket: Ticket
    why: Unhappiness
    due_at: datetime | None
    score: int | None = None
