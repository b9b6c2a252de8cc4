"""Calendar years: which edition holds, what the company's own days do, and when a missing year is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config.settings import EXAMPLE_POLICY
from bot.storage.database import Database
from escalation.calendars import calendar_editions
from escalation.calendars.changes import Given, changed_year
from escalation.calendars.days import (
    YearEdition,
    alarm,
    applied,
    calendar_warnings,
    days_of,
    is_published,
    next_unpublished,
    unpublished,
)
from escalation.calendars.faults import CalendarRefused
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.working_hours.instants import iso, parse_instant
from escalation.working_hours.working_time import Calendar, CalendarDay
from tests.conftest import MONDAY_MORNING

NEW_YEAR = CalendarDay(date(2027, 1, 1), "off", "元旦")
MAKE_UP = CalendarDay(date(2027, 2, 20), "on", "春节")
OUTING = CalendarDay(date(2026, 12, 18), "off", "年会", "每日")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return parse_instant(text + "+08:00")


def edition_of(number: int, year: int, *days: CalendarDay, whole: bool = True) -> YearEdition:
    return YearEdition(number, year, 1, days, MONDAY_MORNING, "li", "", whole)


def merged(present: list[CalendarDay], given: list[CalendarDay]) -> tuple[CalendarDay, ...]:
    return changed_year(Given({2027: tuple(given)}), 2027, present, known=False, whole=False).after


def opens(policy: Policy, calendar: str, day: date) -> bool:
    return policy.calendars[calendar].opens_on(day)


# What holds


def test_without_editions_the_policy_file_holds(policy: Policy) -> None:
    assert applied(policy, {}) is policy
    assert policy.calendars_version == 0


def test_an_edition_makes_its_year_known_to_calendars_of_working_days(policy: Policy) -> None:
    held = applied(policy, {2027: edition_of(4, 2027, NEW_YEAR, MAKE_UP)})
    assert (held.calendars_version, held.rules_version) == (4, f"{policy.version}.4")
    assert not opens(held, "工作日", NEW_YEAR.day)
    assert opens(held, "工作日", MAKE_UP.day)
    assert opens(held, "每日", NEW_YEAR.day)
    assert is_published(held, 2027)
    assert held.calendars["每日"].years == frozenset()


def test_an_edition_stands_in_place_of_what_the_file_says_of_its_year(policy: Policy) -> None:
    only = CalendarDay(date(2026, 10, 1), "off", "国庆节")
    held = applied(policy, {2026: edition_of(1, 2026, only)})
    assert days_of(held, 2026) == (only,)
    assert opens(held, "工作日", date(2026, 10, 5))
    assert days_of(held, 2025) == days_of(policy, 2025)


def test_applying_again_changes_nothing(policy: Policy) -> None:
    years = {
        2026: edition_of(1, 2026, OUTING, CalendarDay(date(2026, 10, 1), "off")),
        2027: edition_of(2, 2027, NEW_YEAR),
    }
    once = applied(policy, years)
    assert applied(once, years) == once


def test_the_company_s_own_day_holds_for_one_calendar_even_one_that_opens_every_day(policy: Policy) -> None:
    held = applied(policy, {2026: edition_of(1, 2026, *days_of(policy, 2026), OUTING)})
    assert not opens(held, "每日", OUTING.day)
    assert opens(held, "工作日", OUTING.day)
    assert opens(held, "全天", OUTING.day)


def test_the_company_s_own_day_wins_over_the_holiday_of_all_both_ways(policy: Policy) -> None:
    own = (
        CalendarDay(date(2026, 10, 2), "on", "值班", "工作日"),
        CalendarDay(date(2026, 10, 10), "off", "补休", "工作日"),
    )
    for days in ((*days_of(policy, 2026), *own), (*own, *days_of(policy, 2026))):
        held = applied(policy, {2026: edition_of(1, 2026, *days)})
        assert opens(held, "工作日", date(2026, 10, 2))
        assert not opens(held, "工作日", date(2026, 10, 10))
        assert set(days_of(held, 2026)) == {*days_of(policy, 2026), *own}


def test_the_company_s_own_days_alone_do_not_make_a_year_known(policy: Policy) -> None:
    own = CalendarDay(date(2027, 12, 24), "off", "年会", "工作日")
    held = applied(policy, {2027: edition_of(1, 2027, own, whole=False)})
    assert not opens(held, "工作日", date(2027, 12, 24))
    assert not is_published(held, 2027)


def test_a_clock_that_reaches_a_year_is_counted_anew_once_the_year_is_known(policy: Policy) -> None:
    start = at("2026-12-31T20:30")
    before = policy.calendars["工作日"]
    third = edition_of(1, 2027, *(replace(NEW_YEAR, day=date(2027, 1, n)) for n in (1, 4)))
    after = applied(policy, {2027: third}).calendars["工作日"]
    assert iso(before.add(start, HOUR), policy.zone)[:16] == "2027-01-04T08:30"  # 1 January is off by law
    assert iso(after.add(start, HOUR), policy.zone)[:16] == "2027-01-05T08:30"


def test_a_file_replaces_only_the_holidays_it_speaks_of() -> None:
    own = CalendarDay(date(2027, 12, 24), "off", "年会", "工作日")
    labour = CalendarDay(date(2027, 5, 1), "off", "劳动节")
    before = CalendarDay(date(2027, 1, 4), "off", "元旦")
    assert merged([own, labour, before], [NEW_YEAR]) == (NEW_YEAR, labour, own)
    sooner = replace(own, day=date(2027, 12, 23))
    assert merged([own, labour], [sooner]) == (labour, sooner)


def test_the_december_of_the_next_year_s_holiday_is_another_holiday() -> None:
    next_year = CalendarDay(date(2027, 12, 31), "off", "元旦")
    assert merged([NEW_YEAR], [next_year]) == (NEW_YEAR, next_year)
    assert merged([NEW_YEAR, next_year], [replace(NEW_YEAR, day=date(2027, 1, 2))])[-1] == next_year


OWN = """\
    - {name: 年会, calendar: 每日, from: 2026-12-18, to: 2026-12-18}
    - {name: 盘点, calendar: 工作日, work: [2026-12-19, 2026-10-02]}
"""


def test_a_policy_file_names_the_company_s_own_days_too(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(
        EXAMPLE_POLICY.read_text(encoding="utf-8").replace("  2026:\n", f"  2026:\n{OWN}"), encoding="utf-8"
    )
    found = read_policy(path)
    assert not opens(found, "每日", date(2026, 12, 18))
    assert opens(found, "工作日", date(2026, 12, 18))
    assert opens(found, "工作日", date(2026, 12, 19))
    assert opens(found, "工作日", date(2026, 10, 2))
    assert {day for day in days_of(found, 2026) if day.calendar} == {
        CalendarDay(date(2026, 12, 18), "off", "年会", "每日"),
        CalendarDay(date(2026, 12, 19), "on", "盘点", "工作日"),
        CalendarDay(date(2026, 10, 2), "on", "盘点", "工作日"),
    }


# Rows


def test_each_edition_is_kept_and_the_newest_of_each_year_holds(database: Database, policy: Policy) -> None:
    assert database.read_now(calendar_editions.edition) == 0
    assert database.read_now(calendar_editions.in_force) == {}
    for year, days in (
        (2027, [NEW_YEAR]),
        (2028, [replace(NEW_YEAR, day=date(2028, 1, 1))]),
        (2027, [MAKE_UP, NEW_YEAR]),
    ):
        database.write_now(calendar_editions.save, policy, year, days, "李雷", f"{len(days)}", MONDAY_MORNING)
    held = database.read_now(calendar_editions.in_force)
    assert {year: (one.version, one.days) for year, one in held.items()} == {
        2027: (2, (NEW_YEAR, MAKE_UP)),
        2028: (1, (replace(NEW_YEAR, day=date(2028, 1, 1)),)),
    }
    assert database.read_now(calendar_editions.edition) == held[2027].id
    kept = database.read_now(calendar_editions.history, 2027)
    assert [(one.version, one.by, one.note, one.at) for one in kept] == [
        (2, "李雷", "2", MONDAY_MORNING),
        (1, "李雷", "1", MONDAY_MORNING),
    ]
    assert all(older.id < newer.id for newer, older in pairwise(kept))


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (
            replace(NEW_YEAR, day=date(2028, 1, 1)),
            "2028-01-01 does not lie in 2027, under which it stands; move it to its own year.",
        ),
        (replace(NEW_YEAR, name="新年"), "2027-01-01 stands twice; keep one."),
        (
            replace(MAKE_UP, day=date(2027, 2, 19)),
            "2027-02-19 is a Friday, which is worked anyway; a make-up day is a Saturday or Sunday.",
        ),
        (
            replace(MAKE_UP, day=date(2027, 10, 2)),
            "2027-10-02 is off by law (国庆节); a single calendar can be opened on it by its name.",
        ),
        (replace(MAKE_UP, name="a\nb"), '"name" must have at most 64 visible characters; found 3.'),
        (
            replace(MAKE_UP, calendar="每曰"),
            '"calendar" must be one of 全天, 每日, 工作日, 夜间; found "每曰" (did you mean "每日"?).',
        ),
    ],
)
def test_a_faulty_day_is_refused_in_a_sentence(
    sqlite: Database, policy: Policy, day: CalendarDay, sentence: str
) -> None:
    with pytest.raises(CalendarRefused) as refused:
        sqlite.write_now(calendar_editions.save, policy, 2027, [NEW_YEAR, day], "", "", MONDAY_MORNING)
    assert str(refused.value) == sentence
    assert sqlite.read_now(calendar_editions.edition) == 0


def test_setting_a_day_begins_from_what_the_file_says(database: Database, policy: Policy) -> None:
    database.write_now(calendar_editions.set_day, policy, OUTING, "li", "", MONDAY_MORNING)
    days = database.read_now(calendar_editions.present_days, policy, 2026)
    assert set(days) == {*days_of(policy, 2026), OUTING}


def test_a_day_set_twice_is_kept_once_as_it_was_set_last(sqlite: Database, policy: Policy) -> None:
    for name in ("年会", "团建"):
        sqlite.write_now(calendar_editions.set_day, policy, replace(OUTING, name=name), "li", "", MONDAY_MORNING)
    days = sqlite.read_now(calendar_editions.present_days, policy, 2026)
    assert [day.name for day in days if day.day == OUTING.day] == ["团建"]


def test_days_of_a_calendar_that_is_gone_are_left_behind(sqlite: Database, policy: Policy) -> None:
    sqlite.write_now(calendar_editions.set_day, policy, OUTING, "li", "", MONDAY_MORNING)
    smaller = replace(policy, calendars={name: c for name, c in policy.calendars.items() if name != "每日"})
    assert OUTING not in sqlite.read_now(calendar_editions.present_days, smaller, 2026)
    sqlite.write_now(calendar_editions.set_day, smaller, replace(OUTING, calendar="工作日"), "li", "", MONDAY_MORNING)


# The alarm


@pytest.mark.parametrize(
    ("now", "year"),
    [
        ("2026-10-31T23:59", None),
        ("2026-11-01T00:00", 2027),
        ("2026-12-31T23:59", 2027),
        ("2027-01-01T00:00", 2027),
        ("2028-06-01T00:00", 2028),
    ],
)
def test_a_missing_year_is_told_from_the_first_of_november_before_it(
    policy: Policy, now: str, year: int | None
) -> None:
    assert unpublished(policy, at(now)) == year


def test_the_alarm_is_a_sentence_that_ends_when_the_year_arrives(policy: Policy) -> None:
    assert alarm(policy, MONDAY_MORNING) == (
        "2027 年的节假日安排还没有录入，涉及该年的期限暂按法定节假日和周一至周五推算。"
        "请主管或管理员在「日历」中导入国务院办公厅公布的放假安排。"
    )
    held = applied(policy, {2027: edition_of(1, 2027, NEW_YEAR)})
    assert alarm(held, MONDAY_MORNING) is None
    assert (next_unpublished(policy, MONDAY_MORNING), next_unpublished(held, MONDAY_MORNING)) == (2027, 2028)


def test_a_policy_whose_calendars_all_open_every_day_misses_no_year(policy: Policy) -> None:
    daily = replace(policy, calendars={"每日": policy.calendars["每日"]})
    assert alarm(daily, MONDAY_MORNING) is None
    assert next_unpublished(daily, MONDAY_MORNING) is None
    assert calendar_warnings(daily, MONDAY_MORNING) == []


def test_a_calendar_that_never_opens_is_a_trouble_in_a_sentence(policy: Policy) -> None:
    shut = Calendar("从不", policy.zone, ())
    held = replace(policy, calendars={"每日": policy.calendars["每日"], "从不": shut})
    assert calendar_warnings(held, MONDAY_MORNING) == [
        "Calendar 从不 has no open hour in the two years after 2026-11-23; give it hours, or correct its days off."
    ]
