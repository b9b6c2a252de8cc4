"""A ticket's history without what was taken back: how it stood after each line, and its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from benchmarks.measures.recording import Line, Record

CONTACTS = ("replied", "called")
ENDS = ("resolved", "closed", "withdrawn", "merged_away")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands after a line."""

    tier: str = ""
    queue: str = ""
    topic: str | None = None
    contact: str | None = None
    state: str = "waiting"
    holder: int | None = None
    complaint: bool = False


@dataclass(slots=True)
class Run:
    """From `opened` or a `reopened` to the next one: where it begins among the lines, and when it was raised."""

    first: int
    raised: datetime
    received: datetime
    lines: list[int] = field(default_factory=list)
    contact: int | None = None  # the first, among the lines …
    since: tuple[datetime, datetime] | None = None  # … and since when it was raised, received, as known then
    contacted: bool = False  # a ticket merged into this one was the first to have one


@dataclass(slots=True)
class Replayed:
    """Everything that the lines of a ticket say, in order."""

    record: Record
    lines: Sequence[Line]
    after: list[Standing] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    run_of: list[int] = field(default_factory=list)

    def before(self, index: int) -> Standing:
        """How it stood before a line."""
        return self.after[index - 1] if index else Standing()

    def at(self, instant: datetime) -> Standing:
        """How it stood at an instant; before its first line as after that."""
        known = [index for index, line in enumerate(self.lines) if line.at <= instant]
        return self.after[known[-1]] if known else self.after[0]

    def solver(self, index: int) -> int | None:
        """Who made the latest line `resolved` before this one."""
        earlier = [line for line in self.lines[:index] if line.kind == "resolved"]
        return earlier[-1].staff if earlier else None


def replay(record: Record) -> Replayed:
    """The lines one after the other."""
    undone = {seq for line in record.lines if line.kind == "undone" for seq in line.data["undoes"]}
    lines = [line for line in record.lines if line.kind != "undone" and line.seq not in undone]
    found = Replayed(record, lines)
    standing = Standing(contact=_at_first(record, "contact_id"))
    for index, line in enumerate(lines):
        if line.kind == "opened":
            told = line.data
            complaint = bool(told["complaint"] if "complaint" in told else _at_first(record, "complaint"))
            standing = replace(
                standing, tier=told["tier"], queue=told["queue"], topic=told["topic"], complaint=complaint
            )
        for name, value in (line.data.get("after") or {}).items():
            known = {"holder_id": "holder", "contact_id": "contact"}.get(name, name)
            if known in Standing.__dataclass_fields__:
                standing = replace(standing, **{known: value})
        found.after.append(standing)
        _tell_runs(found, index, line)
        found.run_of.append(len(found.runs) - 1)
    return found


def _at_first(record: Record, name: str) -> Any:
    """What the line `opened` does not tell: as the first change says it was before, else as it is in the end."""
    for line in record.lines:
        if name in (line.data.get("before") or {}):
            return line.data["before"][name]
    return record.contact if name == "contact_id" else record.complaint


def _tell_runs(found: Replayed, index: int, line: Line) -> None:
    if line.kind == "opened":
        received = line.data.get("received_at")
        raised = datetime.fromisoformat(line.data["raised_at"])
        found.runs.append(Run(index, raised, datetime.fromisoformat(received) if received else line.at))
    if line.kind == "reopened":
        found.runs.append(Run(index, line.at, line.at))
    run = found.runs[-1]
    run.lines.append(index)
    if line.kind == "merged" and "raised_at" in line.data:
        run.raised = datetime.fromisoformat(line.data["raised_at"])
        run.received = datetime.fromisoformat(line.data["received_at"])
    if line.kind == "merged" and line.data.get("contacted") and run.contact is None:
        run.contacted = True
    if line.kind in CONTACTS and run.contact is None and not run.contacted:
        run.contact, run.since = index, (run.raised, run.received)


def happened(line: Line) -> datetime:
    """When what a line tells of happened: as it says itself, if it was written down later."""
    told = line.data.get("happened_at")
    return datetime.fromisoformat(told) if told else line.at
