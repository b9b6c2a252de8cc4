"""The steps of a deadline: which is due now, and when the next one is; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from escalation.policy.tiers import Reassign

Kind = Literal["warning", "breach", "overdue", "reminder"]


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is notified, `at` from the due instant (negative: before); with `repeat`, again at this interval."""

    kind: Kind
    at: timedelta
    to: tuple[str, ...]
    repeat: timedelta | None = None
    reassign: Reassign | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as a row holds it, durations in seconds: readable later without the policy."""
        kept: dict[str, Any] = {"kind": self.kind, "at": self.at.total_seconds(), "to": list(self.to)}
        if self.repeat is not None:
            kept["repeat"] = self.repeat.total_seconds()
        if self.reassign is not None:
            kept["reassign"] = self.reassign
        return kept


@dataclass(frozen=True, slots=True)
class DueStep:
    """A due step of a deadline, and its state afterwards (`next_at` None: no further step)."""

    kind: Kind
    scheduled_at: datetime
    to: tuple[str, ...]
    reassign: Reassign | None
    step: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How many steps a deadline has taken, and when the next one is due (None: no further step)."""

    step: int
    next_at: datetime | None
    breached_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: int | None = None


def step_from_json(kept: Mapping[str, Any]) -> EscalationStep:
    """Return the step that `as_json` wrote."""
    repeat = kept.get("repeat")
    return EscalationStep(
        kind=kept["kind"],
        at=timedelta(seconds=kept["at"]),
        to=tuple(kept["to"]),
        repeat=None if repeat is None else timedelta(seconds=repeat),
        reassign=kept.get("reassign"),
    )


def step_due_at(schedule: Sequence[Mapping[str, Any]], due_at: datetime, step: int) -> datetime | None:
    """Return when the step after `step` steps is due; None when all have been taken."""
    return due_at + timedelta(seconds=schedule[step]["at"]) if step < len(schedule) else None


def next_step_at(
    schedule: Sequence[Mapping[str, Any]],
    due_at: datetime,
    step: int,
    after: datetime,
    *,
    acknowledged: bool,
    doubles: bool = False,
) -> datetime | None:
    """Return when a deadline that has taken `step` steps is due again; None: no further step.

    Repetitions up to `after` are skipped, and all of them once `acknowledged`. `doubles`: each comes after twice the
    interval of the one before.
    """
    following = step_due_at(schedule, due_at, step)
    line = step_from_json(schedule[step - 1]) if step else None
    if line is None or line.repeat is None or acknowledged:
        return following
    again = _next_repetition(due_at + line.at, line.repeat, after, doubles=doubles)
    return again if following is None else min(again, following)


def due_step(
    schedule: Sequence[Mapping[str, Any]],
    due_at: datetime,
    step: int,
    next_at: datetime,
    now: datetime,
    *,
    acknowledged: bool,
    doubles: bool = False,
) -> DueStep:
    """Return the step due by `now` of a deadline that has taken `step` steps.

    After an outage, warnings that a later step has overtaken are skipped, and so are repetitions; a breach and every
    overdue step happen, each once.
    """
    if is_repetition(schedule, due_at, step, next_at, now):
        line = step_from_json(schedule[step - 1])
        scheduled_at, kind = next_at, _of_repetition(line.kind)
    else:
        while schedule[step]["kind"] == "warning" and _is_overtaken(schedule, due_at, step, now):
            step += 1
        line = step_from_json(schedule[step])
        scheduled_at, kind = due_at + line.at, line.kind
        step += 1
    following = next_step_at(schedule, due_at, step, now, acknowledged=acknowledged, doubles=doubles)
    return DueStep(kind, scheduled_at, line.to, line.reassign, step, following)


def is_repetition(
    schedule: Sequence[Mapping[str, Any]], due_at: datetime, step: int, next_at: datetime, now: datetime
) -> bool:
    """Whether what is due by now repeats the step that was taken last, instead of being the one after it."""
    coming = step_due_at(schedule, due_at, step)
    return coming is None or (next_at < coming and coming > now)


def _is_overtaken(schedule: Sequence[Mapping[str, Any]], due_at: datetime, step: int, now: datetime) -> bool:
    later = step_due_at(schedule, due_at, step + 1)
    return later is not None and later <= now


def _of_repetition(kind: Kind) -> Kind:
    return "overdue" if kind == "breach" else kind


def _next_repetition(scheduled_at: datetime, repeat: timedelta, now: datetime, *, doubles: bool) -> datetime:
    """The first repetition after `now`: those that an outage swallowed are not made up for."""
    missed = max(0, (now - scheduled_at) // repeat)
    # With intervals of 1, 2, 4 … the n-th repetition comes 2^n - 1 intervals after the step.
    return scheduled_at + (2 ** (missed + 1).bit_length() - 1 if doubles else missed + 1) * repeat
