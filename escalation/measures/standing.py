"""What held before and after each line of a ticket's history, without those that were taken back; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from escalation.measures.ticket_case import Line, TicketCase

UNDONE = "undone"
BEGINS = frozenset({"opened", "reopened"})  # a run of the ticket begins with these
_FIELDS = ("tier", "queue", "topic", "contact_id", "holder_id", "complaint")
_TOLD = ("tier", "queue", "topic", "complaint")  # what the line `opened` says, as its own fields


@dataclass(frozen=True, slots=True)
class TicketStanding:
    """What holds of a ticket between two of its lines."""

    tier: str
    queue: str
    topic: str | None
    contact_id: str | None
    holder_id: int | None
    complaint: bool


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A line that counts, with what held before and after it; `run_from` is where in the steps its run begins."""

    line: Line
    before: TicketStanding
    after: TicketStanding
    run_from: int

    @property
    def is_first_run(self) -> bool:
        """Whether the ticket was not reopened before it."""
        return self.run_from == 0


def effective(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that were not taken back, without those that take back."""
    gone = {seq for line in lines if line.kind == UNDONE for seq in line.data.get("undoes") or ()}
    return [line for line in lines if line.kind != UNDONE and line.seq not in gone]


def steps_of(case: TicketCase) -> list[HistoryStep]:
    """Return the lines that count, in order, with what held before and after each."""
    return list(_steps(case, effective(case.lines)))


def _steps(case: TicketCase, lines: Sequence[Line]) -> Iterator[HistoryStep]:
    before, run_from = _at_first(case, lines), 0
    for index, line in enumerate(lines):
        run_from = index if line.kind in BEGINS else run_from
        after = replace(before, **_changes(line))
        yield HistoryStep(line, before, after, run_from)
        before = after


def _at_first(case: TicketCase, lines: Sequence[Line]) -> TicketStanding:
    """What held when it was opened: as that line says, else as the first change of it says, else what holds by now."""
    told = next((line.data for line in lines if line.kind == "opened"), {})
    values: dict[str, Any] = {name: getattr(case, name) for name in _FIELDS if name != "holder_id"}
    values["holder_id"] = None
    for line in reversed(lines):
        values |= {name: value for name, value in _side(line, "before").items() if name in _FIELDS}
    return TicketStanding(**(values | {name: told[name] for name in _TOLD if name in told}))


def _changes(line: Line) -> dict[str, Any]:
    return {name: value for name, value in _side(line, "after").items() if name in _FIELDS}


def _side(line: Line, side: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = line.data.get(side) or {}
    return found
