"""Months, quarters and weeks begin at midnight of the company's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation.supervision.periods import last_week, month_of, parse_period, week_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*given: int) -> datetime:
    return datetime(*given, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026-11", at(2026, 10, 31, 16), at(2026, 11, 30, 16)),
        ("2026-12", at(2026, 11, 30, 16), at(2026, 12, 31, 16)),
        ("2026-Q1", at(2025, 12, 31, 16), at(2026, 3, 31, 16)),
        ("2026-Q4", at(2026, 9, 30, 16), at(2026, 12, 31, 16)),
    ],
)
def test_a_period_begins_and_ends_at_midnight(text: str, begins: datetime, ends: datetime) -> None:
    assert parse_period(text, SHANGHAI) == (begins, ends)


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-Q5", "2026-1", "26-11", "２０２６-11", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text + "$"):
        parse_period(text, SHANGHAI)


def test_the_week_before_ends_on_monday_whatever_day_it_is() -> None:
    week = (at(2026, 11, 15, 16), at(2026, 11, 22, 16))
    for now in (at(2026, 11, 22, 16), at(2026, 11, 25, 3), at(2026, 11, 29, 15, 59)):
        assert last_week(now, SHANGHAI) == week
        assert week_of(now, SHANGHAI) == "2026-W48"
    assert month_of(at(2026, 10, 31, 16), SHANGHAI) == "2026-11"
