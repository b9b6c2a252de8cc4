"""What strangers and known customers may use up: how much at once, and how much an hour; pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Whose = Literal["address", "session", "customer", "everybody"]
Use = Literal["sessions", "identifications", "handoffs", "alarms", "megabytes"]


@dataclass(frozen=True, slots=True)
class Budget:
    """`at_once` after a rest, and then `per_hour`."""

    at_once: int
    per_hour: int


@dataclass(frozen=True, slots=True)
class TicketStorm:
    """So many tickets of unidentified visitors within that time are told of together."""

    tickets: int = 30
    within: timedelta = timedelta(minutes=10)


# An office behind one address does not notice; one stranger opens no more than 26 tickets in a minute.
DEFAULT_BUDGETS: Mapping[Whose, Mapping[Use, Budget]] = {
    "address": {
        "sessions": Budget(100, 720),
        "identifications": Budget(30, 360),
        "handoffs": Budget(20, 60),
        "alarms": Budget(5, 30),
        "megabytes": Budget(12, 20),
    },
    "session": {"handoffs": Budget(5, 12), "alarms": Budget(3, 12), "megabytes": Budget(12, 20)},
    "customer": {
        "sessions": Budget(100, 720),
        "handoffs": Budget(30, 60),
        "alarms": Budget(20, 60),
        "megabytes": Budget(100, 200),
    },
    "everybody": {
        "sessions": Budget(5_000, 7_200),
        "handoffs": Budget(500, 2_000),
        "alarms": Budget(100, 400),
        "megabytes": Budget(200, 200),
    },
}


@dataclass(frozen=True, slots=True)
class Budgets:
    """All budgets of a policy; what is not listed for somebody is not limited."""

    of: Mapping[Whose, Mapping[Use, Budget]] = field(default_factory=lambda: DEFAULT_BUDGETS)
    storm: TicketStorm = TicketStorm()

    def find(self, whose: Whose, use: Use) -> Budget | None:
        """Return the budget; None if there is none."""
        return self.of.get(whose, {}).get(use)
