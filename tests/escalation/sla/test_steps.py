"""Which line of a schedule is due, which was overtaken, and when it stirs next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from escalation.sla.steps import DueStep, EscalationStep, due_step, next_step_at, step_from_json

DUE = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
ZERO, MINUTE = timedelta(0), timedelta(minutes=1)
LINES = (
    EscalationStep("warning", -8 * MINUTE, ("holder",)),
    EscalationStep("warning", -4 * MINUTE, ("holder", "lead")),
    EscalationStep("breach", ZERO, ("holder", "lead", "manager"), repeat=5 * MINUTE),
    EscalationStep("overdue", 15 * MINUTE, ("queue",), repeat=15 * MINUTE, reassign="on_call"),
)
SCHEDULE = [line.as_json() for line in LINES]


def at(minutes: float) -> datetime:
    return DUE + minutes * MINUTE


def moves(until: datetime, *, acknowledged_from: datetime | None = None, every: float = 1) -> list[tuple[str, float]]:
    """What happens, and how many minutes after the due instant it was to happen, to a sweeper that looks so often."""
    found: list[tuple[str, float]] = []
    step, next_at, now = 0, DUE + LINES[0].at, at(-15)
    while now < until:
        now += every * MINUTE
        while next_at is not None and next_at <= now:
            seen = acknowledged_from is not None and now >= acknowledged_from
            moved = due_step(SCHEDULE, DUE, step, next_at, now, acknowledged=seen)
            found.append((moved.kind, (moved.scheduled_at - DUE) / MINUTE))
            step, next_at = moved.step, moved.next_at  # type: ignore[assignment]
    return found


def test_a_line_is_read_back_as_it_was_kept() -> None:
    assert [step_from_json(kept) for kept in SCHEDULE] == list(LINES)
    assert SCHEDULE[0] == {"kind": "warning", "at": -480.0, "to": ["holder"]}
    assert SCHEDULE[3] | {"to": []} == {"kind": "overdue", "at": 900, "to": [], "repeat": 900, "reassign": "on_call"}


def test_every_line_comes_once_at_its_time_and_repetitions_between() -> None:
    assert moves(at(60)) == [
        ("warning", -8),
        ("warning", -4),
        ("breach", 0),
        ("overdue", 5),
        ("overdue", 10),
        ("overdue", 15),
        ("overdue", 30),
        ("overdue", 45),
        ("overdue", 60),
    ]


def test_the_step_to_reassign_carries_its_demand_and_so_do_its_repetitions() -> None:
    first = due_step(SCHEDULE, DUE, 3, at(15), at(15), acknowledged=False)
    assert first == DueStep("overdue", at(15), ("queue",), "on_call", 4, at(30))
    assert due_step(SCHEDULE, DUE, 4, at(30), at(30), acknowledged=False).reassign == "on_call"
    assert due_step(SCHEDULE, DUE, 2, at(0), at(0), acknowledged=False).reassign is None


def test_repetitions_that_an_outage_swallowed_are_not_made_up_for() -> None:
    assert moves(at(45), every=60) == [("breach", 0), ("overdue", 15)]
    late = due_step(SCHEDULE, DUE, 4, at(30), at(100), acknowledged=False)
    assert (late.scheduled_at, late.next_at) == (at(30), at(105))


def test_after_an_outage_only_the_last_warning_comes_and_none_once_the_time_is_up() -> None:
    assert due_step(SCHEDULE, DUE, 0, at(-8), at(-3), acknowledged=False).scheduled_at == at(-4)
    assert due_step(SCHEDULE, DUE, 0, at(-8), at(-5), acknowledged=False).scheduled_at == at(-8)
    assert due_step(SCHEDULE, DUE, 0, at(-8), at(0), acknowledged=False).kind == "breach"


def test_acknowledged_it_is_not_said_again_but_later_steps_come() -> None:
    assert moves(at(120), acknowledged_from=at(0)) == [("warning", -8), ("warning", -4), ("breach", 0), ("overdue", 15)]


def test_a_step_and_a_repetition_of_one_instant_are_one() -> None:
    assert [minute for _, minute in moves(at(15))].count(15) == 1


def test_when_it_stirs_next_is_the_sooner_of_line_and_repetition() -> None:
    def asked(step: int, after: float, *, acknowledged: bool = False) -> Any:
        return next_step_at(SCHEDULE, DUE, step, at(after), acknowledged=acknowledged)

    assert asked(0, -15) == at(-8)
    assert asked(3, 0) == at(5)
    assert asked(3, 12) == at(15)
    assert asked(3, 0, acknowledged=True) == at(15)
    assert asked(4, 100) == at(105)
    assert asked(4, 100, acknowledged=True) is None


def test_a_target_is_reminded_of_and_reminded_of_again() -> None:
    lines = [EscalationStep("reminder", ZERO, ("holder",), repeat=MINUTE).as_json()]
    assert due_step(lines, DUE, 1, at(1), at(1), acknowledged=False).kind == "reminder"


def test_doubling_intervals_are_counted_from_the_step_itself() -> None:
    lines = [EscalationStep("overdue", timedelta(0), ("lead",), repeat=timedelta(minutes=10)).as_json()]

    def following(after: float) -> datetime | None:
        return next_step_at(lines, DUE, 1, at(after), acknowledged=False, doubles=True)

    told = [following(after) for after in (0, 9, 10, 29, 30, 69, 70, 1000)]
    assert told == [at(minutes) for minutes in (10, 10, 30, 30, 70, 70, 150, 1270)]
    assert next_step_at(lines, DUE, 1, at(30), acknowledged=True, doubles=True) is None
