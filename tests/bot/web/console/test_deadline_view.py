"""What a clock says: kept, broken, gone by, standing still, and what it does next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.web.console.deadline_view import clock_of, fault_in_words, in_order, is_late
from escalation.tickets.deadline_store import DeadlineRow

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=20)
LADDER: list[dict[str, Any]] = [
    {"kind": "warning", "at": -600.0, "to": ["holder"]},
    {"kind": "breach", "at": 0.0, "to": ["holder", "lead"], "repeat": 300.0},
    {"kind": "overdue", "at": 900.0, "to": ["on_call"], "reassign": "on_call"},
]


def row(**changes: Any) -> DeadlineRow:
    """A promise of twenty minutes, nothing of which has happened."""
    plain = DeadlineRow(
        id=1,
        ticket_id=1,
        milestone="first_contact",
        label="首次联系",
        kind="promise",
        starts_on="received",
        basis="working",
        within_s=1200,
        started_at=START,
        due_at=DUE,
        warn_at=None,
        provisional=False,
        state="open",
        settled_at=None,
        breached_at=None,
        schedule=LADDER,
        step=0,
        next_at=START + timedelta(minutes=10),
        rules_version="",
        paused_at=None,
        acknowledged_at=None,
        acknowledged_by=None,
        fault=None,
    )
    return replace(plain, **changes)


def test_a_promise_is_late_from_its_very_instant_and_a_target_only_gone_by() -> None:
    assert not clock_of(row(), DUE - timedelta(seconds=1)).is_late
    assert clock_of(row(), DUE).is_late
    target = clock_of(row(kind="target"), DUE)
    assert (target.is_late, target.is_past) == (False, True)
    assert not is_late(row(kind="target"), DUE)


def test_a_paused_clock_is_judged_by_when_it_stood_still() -> None:
    paused = clock_of(row(paused_at=START + timedelta(minutes=5), next_at=None), DUE + timedelta(days=1))
    assert (paused.state, paused.is_late, paused.left) == ("paused", False, timedelta(minutes=15))
    assert paused.next_step is None
    assert clock_of(row(paused_at=DUE + timedelta(minutes=1)), DUE + timedelta(days=1)).is_late


def test_a_met_clock_knows_its_margin_either_way() -> None:
    early = clock_of(row(state="met", settled_at=START + timedelta(minutes=5)), DUE)
    late = clock_of(row(state="met", settled_at=DUE + timedelta(minutes=5), breached_at=DUE), DUE)
    assert (early.margin, early.is_late) == (timedelta(minutes=15), False)
    assert (late.margin, late.is_late) == (timedelta(minutes=-5), True)
    assert clock_of(row(state="met", kind="target", settled_at=DUE + timedelta(minutes=5)), DUE).is_past


def test_the_ladder_tells_shares_only_where_no_closed_hours_lie_between() -> None:
    assert [step.share for step in clock_of(row(), START).steps] == [50, None, None]
    over_night = row(due_at=DUE + timedelta(hours=11))
    assert [step.share for step in clock_of(over_night, START).steps] == [None, None, None]


def test_what_comes_next_is_the_next_line_or_the_last_one_again() -> None:
    first = clock_of(row(), START).next_step
    assert first is not None
    assert (first.at, first.again, first.step.to) == (START + timedelta(minutes=10), False, ("holder",))
    said = row(step=2, next_at=DUE + timedelta(minutes=5), breached_at=DUE)
    again = clock_of(said, DUE + timedelta(minutes=1)).next_step
    assert again is not None
    assert (again.again, again.step.to) == (True, ("holder", "lead"))
    assert clock_of(row(next_at=None), START).next_step is None


def test_only_what_repeats_and_nobody_has_seen_asks_to_be_acknowledged() -> None:
    said = row(step=2, next_at=DUE + timedelta(minutes=5), breached_at=DUE)
    after = DUE + timedelta(minutes=1)
    assert clock_of(said, after).repeats
    assert not clock_of(row(), after).repeats, "nothing was said yet"
    assert not clock_of(replace(said, acknowledged_at=after), after).repeats
    assert not clock_of(replace(said, state="met", settled_at=after), after).repeats


def test_a_clock_that_was_broken_when_it_was_written_is_told_apart_from_one_that_ran_out() -> None:
    silent = row(breached_at=DUE, next_at=None)
    assert clock_of(silent, DUE, {"first_contact"}).silently
    assert not clock_of(silent, DUE).silently
    assert not clock_of(replace(silent, step=2), DUE, {"first_contact"}).silently


def test_broken_promises_come_first_then_what_is_to_come_then_targets_gone_by_then_what_stands_still() -> None:
    now = DUE + timedelta(minutes=1)
    rows = {
        "cancelled": row(id=1, state="cancelled", settled_at=now),
        "met": row(id=2, state="met", settled_at=START),
        "paused": row(id=3, paused_at=START),
        "gone by": row(id=4, kind="target"),
        "to come": row(id=5, due_at=DUE + timedelta(hours=1)),
        "broken": row(id=6),
    }
    found = in_order((clock_of(each, now) for each in rows.values()), now)
    assert [clock.row.id for clock in found] == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (
            "Calendar 工作日 has no open hour in the two years after 2026-11-22; give it hours.",
            "服务时间「工作日」此后两年内没有开放时段",
        ),
        ("Something else is wrong.", "Something else is wrong."),
    ],
)
def test_a_calendars_fault_is_said_in_the_consoles_own_words(fault: str, words: str) -> None:
    assert fault_in_words(fault) == words
