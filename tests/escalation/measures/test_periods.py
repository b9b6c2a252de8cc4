"""Periods as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.measures.periods import (
    NoSuchPeriod,
    ReportPeriod,
    bounds_of,
    day_of,
    months_of,
    parse_period,
    period_of,
)

FORMS = "; write it as 2026-W48, 2026-11, 2026-Q4, 2026, 2026-11-05, or two days as 2026-11-01..2026-11-15."


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-W48", date(2026, 11, 23), date(2026, 11, 29)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-11-05", date(2026, 11, 5), date(2026, 11, 5)),
        (" 2026-11-05 .. 2026-12-01 ", date(2026, 11, 5), date(2026, 12, 1)),
        ("2028-02-29", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_period_is_read(text: str, first: date, last: date) -> None:
    found = parse_period(text)
    assert (found.first, found.last) == (first, last)
    assert parse_period(found.name) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("last week", '"last week" names no period'),
        ("2026-13", '"2026-13" names no period'),
        ("2026-Q5", '"2026-Q5" names no period'),
        ("2027-W53", '"2027-W53" names no period'),
        ("2026-00", '"2026-00" names no period'),
        ("2026-02-29", "The year 2026 has no 29 February"),
        ("2026-02-01..2026-02-29", "The year 2026 has no 29 February"),
        ("2026-04-31", "There is no day 2026-04-31"),
        ("2026-11-15..2026-11-01", '"2026-11-15..2026-11-01" ends before it begins'),
        ("2026-11-15..", '"2026-11-15.." names no period'),
        ("", '"" names no period'),
        ("9999", '"9999" is no time at which there were tickets'),
        ("0001-01", '"0001-01" is no time at which there were tickets'),
    ],
)
def test_a_text_that_names_none_is_refused_with_what_would(text: str, why: str) -> None:
    with pytest.raises(NoSuchPeriod) as refused:
        parse_period(text)
    assert str(refused.value) == why + FORMS


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-W01", "2025-W52"),
        ("2026-03", "2026-02"),
        ("2026-Q1", "2025-Q4"),
        ("2026", "2025"),
        ("2026-03-01", "2026-02-28"),
        ("2026-03-05..2026-03-08", "2026-03-01..2026-03-04"),
    ],
)
def test_the_one_before_is_of_the_same_kind(text: str, before: str) -> None:
    assert parse_period(text).previous().name == before


def test_a_day_may_have_23_or_25_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    short, long = (bounds_of(day, berlin) for day in (date(2026, 3, 29), date(2026, 10, 25)))
    assert (short[1] - short[0], long[1] - long[0]) == (timedelta(hours=23), timedelta(hours=25))
    assert day_of(short[1] - timedelta(seconds=1), berlin) == date(2026, 3, 29)
    assert day_of(long[1], berlin) == date(2026, 10, 26)
    assert day_of(datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC), berlin) == date(2026, 10, 25)


def test_the_months_in_a_period_are_the_whole_ones() -> None:
    assert [*months_of(parse_period("2026-01-31..2026-04-01"))] == ["2026-02", "2026-03"]
    assert [*months_of(parse_period("2026-Q4"))] == ["2026-10", "2026-11", "2026-12"]
    assert months_of(ReportPeriod(date(2026, 1, 2), date(2026, 1, 31))) == {}
    assert period_of("days", date(2026, 1, 10), 3) == ReportPeriod(date(2026, 1, 8), date(2026, 1, 10))
