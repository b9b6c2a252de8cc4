"""Instants and durations: what is read, what is refused, what is printed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.working_hours.instants import iso, parse_duration, parse_instant, print_duration, require_utc

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_instant_with_an_offset_becomes_utc() -> None:
    assert parse_instant("2026-10-09T20:30+08:00") == datetime(2026, 10, 9, 12, 30, tzinfo=UTC)
    assert parse_instant("2026-10-09T20:30+08:00").tzinfo is UTC


def test_z_means_utc() -> None:
    assert parse_instant(" 2026-10-09T12:30:15Z ") == datetime(2026, 10, 9, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-10-09T20:30", "2026-10-09", "yesterday", "", "2026-02-30T10:00Z", "0001-01-01T00:00+08:00"]
)
def test_an_instant_that_is_naive_or_unreadable_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="instant") as refusal:
        parse_instant(text)
    said = f'An instant must be ISO 8601 with an offset, such as 2026-10-09T20:30+08:00; found "{text}".'
    assert str(refusal.value) == said


def test_an_instant_is_printed_in_the_zone_with_minutes_and_seconds() -> None:
    assert iso(datetime(2026, 10, 10, 16, 5, tzinfo=UTC), SHANGHAI) == "2026-10-11T00:05:00+08:00"
    assert iso(datetime(2026, 10, 10, 16, 5, 7, 999_999, tzinfo=UTC), SHANGHAI) == "2026-10-11T00:05:07+08:00"


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # made aware below
def test_printing_and_reading_give_the_same_instant_back(naive: datetime) -> None:
    at = naive.replace(microsecond=0, tzinfo=UTC)
    assert parse_instant(iso(at, SHANGHAI)) == at


def test_only_aware_utc_passes_inside() -> None:
    assert require_utc(datetime(2026, 1, 1, tzinfo=timezone.utc)).tzinfo is UTC  # noqa: UP017
    assert require_utc(datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))).tzinfo is UTC
    for wrong in (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=SHANGHAI)):  # noqa: DTZ001  # that is the point
        with pytest.raises(ValueError, match="An instant must be an aware UTC datetime; found 2026-01-01T00:00:00"):
            require_utc(wrong)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("15m", 900), ("2h", 7_200), ("90s", 90), ("1d", 86_400), ("1h30m", 5_400), ("1d2h3m4s", 93_784), ("0m", 0)],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["soon", "", "15", "m", "1.5h", "-5m", "5 m", "30m1h", "１５m", "15min"])
def test_a_duration_that_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="duration") as refusal:
        parse_duration(text)
    assert str(refusal.value) == f'A duration must be written such as 15m, 2h, 1h30m or 1d; found "{text}".'


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(900, "15m"), (5_400, "1h30m"), (86_400, "1d"), (0, "0m"), (90, "1m30s"), (-900, "-15m"), (93_784, "1d2h3m4s")],
)
def test_a_duration_is_printed(seconds: int, text: str) -> None:
    assert print_duration(timedelta(seconds=seconds)) == text


@given(st.integers(min_value=0, max_value=10**8))
def test_a_printed_duration_reads_back_the_same(seconds: int) -> None:
    assert parse_duration(print_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
