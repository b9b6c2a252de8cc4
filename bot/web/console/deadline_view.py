"""A deadline as the console shows it: its state, the escalation steps taken, the next one. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.wording.phrases import never_open
from escalation.sla.steps import step_from_json
from escalation.tickets.deadline_store import DeadlineRow

ClockState = Literal["running", "paused", "met", "cancelled"]
StepState = Literal["done", "next", "coming"]
_NEVER_OPEN = re.compile(r"^Calendar (.+?) has no open hour")


@dataclass(frozen=True, slots=True)
class StepView:
    """One escalation step: when, who is notified, and whether it was taken."""

    kind: str  # warning | breach | overdue | reminder
    at: datetime
    share: int | None  # percent of the time allowed, where that can be told from the clock itself
    to: tuple[str, ...]
    repeat: timedelta | None
    reassign: str | None
    state: StepState


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step taken next unless the deadline is met; `again` if it is a repetition."""

    at: datetime
    step: StepView
    again: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline as the console shows it."""

    row: DeadlineRow
    state: ClockState
    is_late: bool  # a promise that was not kept
    is_past: bool  # a target that has gone by
    silently: bool  # it was past when it was written: nobody was or will be told
    margin: timedelta | None  # of a met one: how much earlier (positive) or later it was met
    steps: tuple[StepView, ...]
    next_step: NextStep | None

    @property
    def left(self) -> timedelta:
        """Remaining time of a paused deadline, as of the pause."""
        return self.row.due_at - self.row.paused_at if self.row.paused_at else timedelta(0)

    @property
    def repeats(self) -> bool:
        """Whether its breach is repeated until somebody acknowledges it."""
        said = self.row.schedule[: self.row.step]
        silenced = self.row.acknowledged_at is not None
        return self.state == "running" and (self.is_late or self.is_past) and not silenced and _any_repeats(said)


def clock_of(row: DeadlineRow, now: datetime, reclassified: Collection[str] = ()) -> Clock:
    """Build the view of a deadline; `reclassified`: milestones that a reclassification breached without notices."""
    is_past = _has_passed(row, now)
    steps = tuple(_steps(row))
    return Clock(
        row=row,
        state=_state(row),
        is_late=row.kind == "promise" and (row.breached_at is not None or (row.state == "open" and is_past)),
        is_past=row.kind == "target" and row.state != "cancelled" and is_past,
        silently=row.milestone in reclassified and row.breached_at is not None and row.step == 0,
        margin=_margin(row),
        steps=steps,
        next_step=_next_step(row, steps),
    )


def urgency_of(row: DeadlineRow, now: datetime) -> tuple[bool, int, datetime]:
    """Sort key of open deadlines: breached promises, then those to come, then targets passed, then paused ones."""
    past = _has_passed(row, now)
    rank = 0 if past and row.kind == "promise" else 2 if past else 1
    return row.paused_at is not None, rank, row.due_at


def is_late(row: DeadlineRow, now: datetime) -> bool:
    """Whether a running deadline is a breached promise."""
    return row.kind == "promise" and _has_passed(row, now)


def in_order(clocks: Iterable[Clock], now: datetime) -> list[Clock]:
    """Sort deadlines: open ones by urgency, then met ones, the latest first, then cancelled ones."""

    def key(clock: Clock) -> tuple[Any, ...]:
        settled = clock.row.settled_at
        if settled is None:
            return (0, *urgency_of(clock.row, now))
        return (1 if clock.state == "met" else 2, -settled.timestamp())

    return sorted(clocks, key=key)


def fault_in_words(fault: str) -> str:
    """Return a calendar fault in the console's language."""
    found = _NEVER_OPEN.match(fault)
    return never_open(found[1]) if found else fault


def _state(row: DeadlineRow) -> ClockState:
    if row.state == "open":
        return "running" if row.paused_at is None else "paused"
    return "met" if row.state == "met" else "cancelled"


def _has_passed(row: DeadlineRow, now: datetime) -> bool:
    if row.settled_at is not None:
        return row.due_at < (row.paused_at or row.settled_at)
    return row.due_at <= (row.paused_at or now)


def _margin(row: DeadlineRow) -> timedelta | None:
    if row.state != "met" or row.settled_at is None:
        return None
    return row.due_at - (row.paused_at or row.settled_at)


def _steps(row: DeadlineRow) -> Iterable[StepView]:
    span = row.due_at - row.started_at
    # Hours that do not count lie between: no share can be told from the instants.
    counted = span == timedelta(seconds=row.within_s)
    for number, kept in enumerate(row.schedule):
        line = step_from_json(kept)
        share = round((1 + line.at / span) * 100) if counted and line.at < timedelta(0) else None
        state: StepState = "done" if number < row.step else "next" if number == row.step else "coming"
        yield StepView(line.kind, row.due_at + line.at, share, line.to, line.repeat, line.reassign, state)


def _next_step(row: DeadlineRow, steps: tuple[StepView, ...]) -> NextStep | None:
    if row.state != "open" or row.next_at is None:
        return None
    if row.step < len(steps) and steps[row.step].at <= row.next_at:
        return NextStep(row.next_at, steps[row.step], again=False)
    return NextStep(row.next_at, steps[row.step - 1], again=True) if row.step else None


def _any_repeats(lines: Iterable[dict[str, Any]]) -> bool:
    return any(line.get("repeat") for line in lines)
