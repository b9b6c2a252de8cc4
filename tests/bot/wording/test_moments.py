"""Instants and lengths of time in words: never later than they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.wording.moments import by, late
from escalation.policy.model import Policy

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 23, 6, 35, tzinfo=UTC), "今天 14:35"),
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), "今天 23:59"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), "11月24日（周二）00:00"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "今天 00:00"),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "11月22日（周日）23:59"),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "12月31日（周四）23:00"),
        (datetime(2027, 1, 4, 1, 30, tzinfo=UTC), "2027年1月4日（周一）09:30"),
    ],
)
def test_a_promise_names_date_and_weekday_whenever_it_is_not_today(policy: Policy, at: datetime, words: str) -> None:
    assert by(policy, at, NOW) == words


def test_seconds_are_cut_off_never_rounded_up(policy: Policy) -> None:
    assert by(policy, NOW + timedelta(minutes=14, seconds=59.9), NOW) == "今天 10:14"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ({"seconds": 0}, "1 分钟"),
        ({"seconds": 59}, "1 分钟"),
        ({"minutes": 25}, "25 分钟"),
        ({"minutes": 60}, "1 小时"),
        ({"hours": 3, "minutes": 10}, "3 小时 10 分钟"),
        ({"days": 2, "hours": 4, "minutes": 59}, "2 天 4 小时"),
        ({"days": 1}, "1 天"),
        ({"days": 1, "minutes": 5}, "1 天"),
    ],
)
def test_how_late_something_is(span: dict[str, float], words: str) -> None:
    assert late(timedelta(**span)) == words
