"""When something may be used again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.auth.budgets.rate import AHEAD, full_after, usable_at
from escalation.policy.budgets import Budget

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FIVE = Budget(5, 60)  # and then one a minute


def used(times: int, full_at: datetime = NOON, now: datetime = NOON, budget: Budget = FIVE) -> datetime:
    for _ in range(times):
        full_at = full_after(full_at, budget, 1, now)
    return full_at


@pytest.mark.parametrize("times", range(5))
def test_as_much_as_fits_may_be_used_at_once(times: int) -> None:
    assert usable_at(used(times), FIVE, 1, NOON) == NOON


def test_then_one_more_may_be_used_when_it_has_been_gained() -> None:
    assert usable_at(used(5), FIVE, 1, NOON) == NOON + timedelta(minutes=1)
    later = NOON + timedelta(seconds=59)
    assert usable_at(used(5), FIVE, 1, later) == NOON + timedelta(minutes=1)
    assert usable_at(used(5), FIVE, 1, NOON + timedelta(minutes=1)) == NOON + timedelta(minutes=1)


def test_after_a_rest_it_is_whole_and_no_more_than_whole() -> None:
    days = NOON + timedelta(days=3)
    assert usable_at(used(5, used(5), days), FIVE, 1, days) == days + timedelta(minutes=1)


def test_no_minute_of_a_flood_gets_more_than_its_share() -> None:
    full_at, taken = NOON, 0
    for second in range(3600):
        now = NOON + timedelta(seconds=second)
        while usable_at(full_at, FIVE, 1, now) == now:
            full_at, taken = full_after(full_at, FIVE, 1, now), taken + 1
    assert taken == 5 + 59


def test_more_than_fits_waits_for_a_whole_budget() -> None:
    assert usable_at(NOON, FIVE, 7, NOON) == NOON
    assert usable_at(used(1), FIVE, 7, NOON) == NOON + timedelta(minutes=1)
    assert usable_at(full_after(NOON, FIVE, 7, NOON), FIVE, 1, NOON) == NOON + timedelta(minutes=3)


def test_parts_of_a_unit_count() -> None:
    full_at = full_after(NOON, FIVE, 4.5, NOON)
    assert usable_at(full_at, FIVE, 0.5, NOON) == NOON
    assert usable_at(full_at, FIVE, 1, NOON) == NOON + timedelta(seconds=30)


def test_a_clock_set_back_makes_nobody_wait_for_days() -> None:
    full_at = used(5, NOON + timedelta(days=2), NOON + timedelta(days=2))
    assert usable_at(full_at, FIVE, 1, NOON) <= NOON + AHEAD + timedelta(minutes=1)
