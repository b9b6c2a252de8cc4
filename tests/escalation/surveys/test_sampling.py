"""The quarter, its hours and its sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.policy.model import Policy
from escalation.policy.surveys import ChannelSample, Quarterly
from escalation.surveys.sampling import drawn, may_send, quarter_begins, quarter_ends, quarter_of, sample_size

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAN = Quarterly("全天", {"web": ChannelSample(0.1, 2, 5)}, (), timedelta(days=14))


def test_a_quarter_is_the_calendars_in_the_companys_time_zone() -> None:
    eve = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert quarter_of(eve, SHANGHAI) == "2026-Q4"
    assert quarter_of(eve + timedelta(minutes=1), SHANGHAI) == "2027-Q1"
    assert quarter_ends("2026-Q4", SHANGHAI) == quarter_begins("2027-Q1", SHANGHAI) == eve + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2026-12-20 07:59", False),
        ("2026-12-20 08:00", True),
        ("2026-12-20 20:59", True),
        ("2026-12-20 21:00", False),  # whatever the calendar says
        ("2026-12-10 12:00", False),  # too early in the quarter
        ("2026-12-29 12:00", False),  # too late to be answered
    ],
)
def test_it_is_sent_late_in_the_quarter_and_never_at_night(policy: Policy, at: str, may: bool) -> None:
    assert may_send(policy, PLAN, datetime.fromisoformat(at).replace(tzinfo=SHANGHAI).astimezone(UTC)) is may


def test_the_policys_hours_may_be_narrower(policy: Policy) -> None:
    saturday = datetime(2026, 12, 19, 4, tzinfo=UTC)
    assert not may_send(policy, replace(PLAN, hours="工作日"), saturday)


@pytest.mark.parametrize(("customers", "size"), [(0, 0), (1, 1), (10, 2), (31, 4), (1000, 5)])
def test_the_sample_is_a_share_within_limits(customers: int, size: int) -> None:
    assert sample_size(customers, PLAN.channels["web"]) == size


def test_the_order_is_random_but_the_same_for_all_and_late_comers_change_it_not() -> None:
    some = [f"C{number}" for number in range(100)]
    order = drawn(some, "2026-Q4:web")
    assert order == drawn(some[::-1], "2026-Q4:web")
    assert order not in (some, drawn(some, "2027-Q1:web"))
    assert [each for each in drawn([*some, "D1", "D2"], "2026-Q4:web") if each[0] == "C"] == order
