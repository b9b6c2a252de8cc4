"""Who is on duty at an instant: over midnight, at the edges of a shift, on the days when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.staffing.roster import (
    NoSuchTimeError,
    Shift,
    clashes,
    day_of,
    instants,
    next_change,
    on_call,
    on_duty,
    works_since,
    works_until,
)

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)
LI, WANG = 1, 2
HOUR = timedelta(hours=1)


def shift(staff_id: int, start: int, end: int, kind: str = "duty", number: int = 0) -> Shift:
    """From one hour of Monday to another."""
    begins, ends = instants(SHANGHAI, MONDAY, start * 60, end * 60)
    return Shift(number, staff_id, kind, begins, ends)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0) -> datetime:
    return instants(SHANGHAI, MONDAY, hour * 60 + minute, 0)[0]


def test_a_shift_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    shifts = [shift(LI, 8, 16), shift(WANG, 16, 24)]
    assert on_duty(shifts, at(8)) == {LI}
    assert on_duty(shifts, at(8) - timedelta(microseconds=1)) == frozenset()
    assert on_duty(shifts, at(16)) == {WANG}


def test_a_shift_over_midnight_holds_until_the_next_morning() -> None:
    night = shift(LI, 21, 8)
    assert on_duty([night], at(21) + 10 * HOUR) == {LI}
    assert on_duty([night], at(21) + 11 * HOUR) == frozenset()
    assert day_of(night, SHANGHAI) == MONDAY


def test_a_shift_that_ends_when_it_began_lasts_a_day() -> None:
    assert shift(LI, 9, 9).ends_at - shift(LI, 9, 9).starts_at == 24 * HOUR


def test_who_is_on_call_is_not_on_duty() -> None:
    shifts = [shift(LI, 8, 16), shift(WANG, 8, 16, "on_call")]
    assert (on_duty(shifts, at(9)), on_call(shifts, at(9))) == ({LI}, {WANG})


def test_the_next_change_is_the_next_beginning_or_end() -> None:
    shifts = [shift(LI, 8, 16), shift(WANG, 12, 20)]
    assert [next_change(shifts, at(hour)) for hour in (7, 8, 12, 16, 20)] == [at(8), at(12), at(16), at(20), None]


def test_a_shift_that_follows_at_once_is_the_same_day_at_work() -> None:
    shifts = [shift(LI, 8, 12), shift(LI, 12, 16), shift(LI, 18, 20), shift(WANG, 16, 18)]
    assert works_until(shifts, LI, at(9)) == at(16)
    assert works_since(shifts, LI, at(13)) == at(12)
    assert works_until(shifts, LI, at(17)) is None
    assert works_since(shifts, LI, at(17)) is None


def test_nobody_can_be_in_two_shifts_at_once_but_in_one_after_the_other() -> None:
    long, inside, after = shift(LI, 8, 20, number=1), shift(LI, 9, 10, number=2), shift(LI, 11, 12, number=3)
    assert clashes([after, long, inside]) == [(long, inside), (long, after)]
    assert clashes([shift(LI, 8, 12), shift(LI, 12, 16), shift(WANG, 8, 16)]) == []


def test_the_night_the_clocks_are_set_back_is_an_hour_longer() -> None:
    begins, ends = instants(NEW_YORK, date(2026, 10, 31), 22 * 60, 6 * 60)
    assert (begins, ends) == (datetime(2026, 11, 1, 2, tzinfo=UTC), datetime(2026, 11, 1, 11, tzinfo=UTC))


def test_the_night_the_clocks_are_set_forward_is_an_hour_shorter() -> None:
    begins, ends = instants(NEW_YORK, date(2026, 3, 7), 22 * 60, 6 * 60)
    assert ends - begins == 7 * HOUR


def test_of_a_wall_time_that_comes_twice_the_first_is_meant() -> None:
    assert instants(NEW_YORK, date(2026, 11, 1), 90, 120)[0] == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_wall_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(NoSuchTimeError) as refused:
        instants(NEW_YORK, date(2026, 3, 8), 150, 600)
    assert str(refused.value) == "02:30 does not exist on 2026-03-08: the clocks skip it."
