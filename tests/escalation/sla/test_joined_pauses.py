"""A matter of two tickets waits for its customer only while both do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalation.sla.counted_time import CountedTime, Pause
from escalation.sla.joined_pauses import Waited, joined_pauses

START = datetime(2026, 11, 23, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def pauses(draw: st.DrawFn, begin: int, end: int) -> tuple[Pause, ...]:
    marks = sorted(draw(st.sets(st.integers(begin, end), max_size=6)))
    return tuple((at(one), at(other)) for one, other in zip(marks[::2], marks[1::2], strict=False))


@st.composite
def merges(draw: st.DrawFn) -> tuple[Waited, Waited, int]:
    merged = draw(st.integers(20, 60))
    opened, opened_too = draw(st.integers(0, 19)), draw(st.integers(0, 19))
    goes_on = Waited(at(opened), pauses(draw, opened, 100))
    return goes_on, Waited(at(opened_too), pauses(draw, opened_too, merged)), merged


def stood(waited: Waited, minute: int) -> bool:
    return any(began <= at(minute) < ended for began, ended in waited.pauses)


@given(merges())
def test_each_minute_counts_that_either_ticket_counted(merge: tuple[Waited, Waited, int]) -> None:
    one, gone, merged = merge
    matter = joined_pauses(one, gone, at(merged))
    for minute in range(100):
        there = [one] if minute >= merged else [each for each in (one, gone) if each.opened <= at(minute)]
        assert stood(matter, minute) == (there != [] and all(stood(each, minute) for each in there))


@given(merges(), st.integers(1, 60))
def test_no_clock_ends_later_than_by_either_ticket_alone(merge: tuple[Waited, Waited, int], minutes: int) -> None:
    one, gone, merged = merge
    matter = joined_pauses(one, gone, at(merged))
    gone_on = (*gone.pauses, *((max(began, at(merged)), end) for began, end in one.pauses if end > at(merged)))
    for alone in (one, Waited(gone.opened, gone_on)):
        assert end_of(matter, minutes) <= end_of(alone, minutes)


def end_of(waited: Waited, minutes: int) -> datetime:
    return CountedTime((), waited.opened, waited.pauses, provisional=False, fault=None).reach(
        timedelta(minutes=minutes)
    )
