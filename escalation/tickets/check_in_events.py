"""That a customer is to be called on schedule, as a past-tense fact; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class CheckInDue:
    """The last contact with a person is `days` ago: the queue of the customer's latest ticket calls by `due_at`."""

    ticket: Ticket
    due_at: datetime
    deadline_id: int
    days: int
