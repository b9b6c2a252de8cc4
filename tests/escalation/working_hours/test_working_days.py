"""Working days as a unit: read, refused, and counted by the days off and make-up days of a calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from escalation.working_hours.working_days import WorkingDays, parse_working_days
from escalation.working_hours.working_time import Calendar, NeverOpenError, Span

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar("工作日", SHANGHAI, (Span(9 * 60, 18 * 60),), working_days_only=True, years=frozenset({2026}))
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def last(count: int, calendar: Calendar = OFFICE, at: datetime = FRIDAY) -> str:
    return f"{WorkingDays(count).after(calendar, at).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def test_a_number_of_working_days_is_read_and_printed() -> None:
    assert parse_working_days(" 15wd ") == WorkingDays(15)
    assert str(WorkingDays(15)) == "15wd"


@pytest.mark.parametrize("text", ["15", "15d", "0wd", "-1wd", "1.5wd", "1000wd", "wd", ""])
def test_what_is_no_number_of_working_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Working days must be written such as 15wd; found ") as refusal:
        parse_working_days(text)
    assert str(refusal.value) == f'Working days must be written such as 15wd; found "{text}".'


def test_the_day_itself_and_the_weekend_are_not_counted() -> None:
    assert last(1) == "2026-11-23 23:59:59"
    assert last(6) == "2026-11-30 23:59:59"


def test_days_off_are_not_counted_and_make_up_days_are() -> None:
    days = {"days_off": frozenset({date(2026, 11, 23)}), "days_on": frozenset({date(2026, 11, 21)})}
    office = Calendar("工作日", SHANGHAI, OFFICE.spans, working_days_only=True, years=OFFICE.years, **days)  # type: ignore[arg-type]
    assert (last(1, office), last(2, office)) == ("2026-11-21 23:59:59", "2026-11-24 23:59:59")


def test_the_day_is_that_of_the_calendars_zone() -> None:
    assert last(1, at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == "2026-11-24 23:59:59"


def test_a_calendar_without_working_days_says_so() -> None:
    years = range(2026, 2030)
    shut = frozenset(date(year, month, day) for year in years for month in range(1, 13) for day in range(1, 29))
    shut |= frozenset(date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2030, 1, 1).toordinal()))
    never = Calendar("停业", SHANGHAI, OFFICE.spans, days_off=shut)
    with pytest.raises(NeverOpenError, match="Calendar 停业 has no working day in the two years before 2028-11-2"):
        WorkingDays(1).after(never, FRIDAY)
