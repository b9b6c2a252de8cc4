"""The columns of a CRM table, and its faults."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from escalation.refusals import EscalationRefusal

REQUIRED = ("id",)
COLUMNS = (
    "id", "organisation", "contact", "phone", "email", "annual_amount", "orders_per_year", "influence", "complexity",
    "tier", "reason", "expires", "agent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrmFault:
    """What is wrong and what would be right: at a line of a file, or in a field of a JSON record."""

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message


class CrmFaults(EscalationRefusal):
    """All faults of a file or record; nothing of it may be used."""

    def __init__(self, faults: Sequence[CrmFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that could not be read."""

    field: str
    message: str


def unknown_field(name: str) -> str:
    """Return the sentence for an unknown field, with the most similar known one."""
    near = difflib.get_close_matches(name.strip().lower(), COLUMNS, n=1)
    advice = f'did you mean "{near[0]}"?' if near else f"the fields are {', '.join(COLUMNS)}."
    return f'"{name}" is not a field; {advice}'
