"""The days off by law: where they lie, and which working days make up for them."""

from __future__ import annotations

from datetime import date

import holidays
import pytest
from holidays.calendars.chinese import _ChineseLunisolar

from escalation.working_hours.legal_holidays import legal_days, substitute_days
from escalation.working_hours.lunar_days import festival, may_be_lunar


def test_the_lunar_days_of_a_century_are_those_of_an_independent_table() -> None:
    theirs = _ChineseLunisolar()
    looked_up = {
        "春节": theirs.lunar_new_year_date,
        "清明节": theirs.qingming_date,
        "端午节": theirs.dragon_boat_date,
        "中秋节": theirs.mid_autumn_date,
    }
    found = {
        (name, year): (festival(name, year), look(year)[0])
        for name, look in looked_up.items()
        for year in range(2000, 2100)
    }
    assert {key: both for key, both in found.items() if both[0] != both[1]} == {}
    assert (festival("春节", 1999), festival("春节", 2101)) == (None, None)


@pytest.mark.parametrize("year", range(2025, 2027))
def test_the_days_by_law_are_off_in_an_independent_table_and_so_are_those_that_make_up_for_them(year: int) -> None:
    theirs = holidays.country_holidays("CN", years=year)
    assert len(legal_days(year)) == 13
    assert [day for day in (*legal_days(year), *substitute_days(year)) if theirs.is_working_day(day)] == []


def test_2027_is_known_by_law_before_anybody_publishes_it() -> None:
    assert [f"{day:%m-%d}" for day in sorted(legal_days(2027))] == [
        "01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15",
        "10-01", "10-02", "10-03",
    ]  # fmt: skip
    assert [f"{day:%m-%d}" for day in sorted(substitute_days(2027))] == [
        "02-09", "02-10", "05-03", "05-04", "10-04", "10-05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "day", "is_so"),
    [
        ("农历除夕", date(2025, 1, 28), True),
        ("除夕", date(2025, 1, 29), False),
        ("农历正月初七", date(2026, 2, 23), True),
        ("农历正月初八", date(2026, 2, 23), False),
        ("腊月二十八", date(2026, 2, 15), True),
        ("腊月廿七", date(2026, 2, 15), False),
        ("农历五月初五", date(2027, 6, 9), True),
        ("八月十五", date(2027, 9, 16), False),
        ("立春", date(2027, 2, 4), False),
    ],
)
def test_a_lunar_date_in_words_is_a_check_sum(words: str, day: date, is_so: bool) -> None:
    assert may_be_lunar(words, day) is is_so
