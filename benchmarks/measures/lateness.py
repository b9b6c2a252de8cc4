"""What was late, as docs/measures.md says: the lines that tell of it, and what was met late before any did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from benchmarks.measures.recording import Clock, Line
from benchmarks.measures.replayed import Replayed, happened

TELLING = ("breach", "breached_by_reclassification", "reminder")
Late = tuple[int, datetime, str]  # after which line it counts as things stood then, when, and the milestone


def late_of(ticket: Replayed, tickets: Mapping[int, Replayed]) -> list[Late]:
    """Everything of a ticket that counts as late, one after the other as it was written down."""
    targets = {clock.milestone for clock in ticket.record.clocks if not clock.is_promise}
    told = [
        (index, 0, index, line.at, line.data["milestone"], line.kind == "reminder")
        for index, line in enumerate(ticket.lines)
        if line.kind in TELLING
    ]
    silent = [
        (_written(ticket, at), 1, _stood(ticket, at), at, clock.milestone, False)
        for clock, at in _met_late(ticket)
        if not _was_told(ticket, clock, _written(ticket, at), tickets)
    ]
    found, counted = [], set()
    for written, _, stood, at, milestone, reminds in sorted(told + silent, key=lambda one: one[:2]):
        once = (ticket.run_of[written], milestone)
        if once not in counted or not (reminds or milestone in targets):
            found.append((stood, at, milestone))
        counted.add(once)
    return found


def _met_late(ticket: Replayed) -> Iterator[tuple[Clock, datetime]]:
    for clock in ticket.record.clocks:
        if clock.state == "met" and clock.settled_at is not None and clock.settled_at > clock.due_at:
            yield clock, clock.settled_at


def _written(ticket: Replayed, at: datetime) -> int:
    """Which line says what happened at an instant: of that instant, else the next one, else the last."""
    known = list(enumerate(ticket.lines))
    same = [index for index, line in known if at in (line.at, happened(line))]
    return [*same, *(index for index, line in known if line.at >= at), len(known) - 1][0]


def _stood(ticket: Replayed, at: datetime) -> int:
    """The last line up to an instant, or the first."""
    return [0, *(index for index, line in enumerate(ticket.lines) if line.at <= at)][-1]


def _was_told(ticket: Replayed, clock: Clock, until: int, tickets: Mapping[int, Replayed]) -> bool:
    """Whether a line told that it was late, here or in a ticket merged into this one, since it began.

    A clock that was written anew began with the one in whose place it is.
    """
    since, changes = min(clock.started_at, clock.due_at), True
    while changes:
        before = [
            other.started_at
            for other in ticket.record.clocks
            if other.milestone == clock.milestone and other.state == "cancelled" and other.settled_at is not None
            if other.started_at < since < other.settled_at
        ]
        since, changes = min([since, *before]), bool(before)
    end = max(ticket.lines[until].at, clock.settled_at or since)
    lines = [line for each in (ticket, *_merged(ticket, tickets)) for line in each.lines]
    return any(_tells(line, clock.milestone) and since <= line.at <= end for line in lines)


def _merged(ticket: Replayed, tickets: Mapping[int, Replayed]) -> Iterator[Replayed]:
    """The tickets merged into this one, and into those."""
    for other in tickets.values():
        if any(line.kind == "merged_away" and line.data["into"] == ticket.record.id for line in other.lines):
            yield other
            yield from _merged(other, tickets)


def _tells(line: Line, milestone: str) -> bool:
    return line.kind in TELLING and line.data["milestone"] == milestone
