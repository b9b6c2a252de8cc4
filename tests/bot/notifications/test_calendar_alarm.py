"""A missing year is told in the staff's chat in the morning, and when it is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.notifications import calendar_alarm
from bot.notifications.once import once
from bot.rules import Rules
from bot.storage.database import Database
from escalation.calendars.days import YearEdition, applied
from escalation.working_hours.instants import parse_instant
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import Scene
from tests.conftest import MONDAY_MORNING
from tests.escalation.tickets.desk_scene import Desk


@pytest.fixture
def told(scene: Scene) -> Rules:
    """Rules of a service whose staff have a chat."""
    return replace(scene.rules, staff_chat="-100")


def ring(database: Database, rules: Rules, now: datetime) -> bool:
    """What the alarm clock does: look, then act."""
    due = database.read_now(calendar_alarm.is_due, rules, now)
    done = database.write_now(calendar_alarm.alarm_if_needed, rules, now)
    assert due == done
    return done


def a_deadline_reaches_2027(database: Database, rules: Rules) -> None:
    Desk(database, rules.policy).open("三级", parse_instant("2026-12-31T20:30+08:00"))


def rings(scene: Scene, rules: Rules, *times: str) -> list[bool]:
    return [ring(scene.database, rules, parse_instant(f"{time}+08:00")) for time in times]


def test_nobody_is_reminded_of_a_year_before_a_deadline_reaches_it(scene: Scene, told: Rules) -> None:
    assert rings(scene, told, "2026-11-01T09:00", "2026-11-23T10:00", "2026-12-14T10:00") == [False, False, False]


def test_once_a_deadline_reaches_it_the_reminder_is_monthly_and_daily_from_the_middle_of_december(
    scene: Scene, told: Rules
) -> None:
    a_deadline_reaches_2027(scene.database, told)
    in_november = ("2026-10-31T12:00", "2026-11-01T08:59", "2026-11-01T09:00", "2026-11-02T09:00", "2026-11-30T09:00")
    assert rings(scene, told, *in_november) == [False, False, True, False, False]
    in_december = ("2026-12-01T09:00", "2026-12-14T09:00", "2026-12-15T09:00", "2026-12-15T12:00", "2026-12-16T09:00")
    assert rings(scene, told, *in_december) == [True, False, True, False, True]
    days = (CalendarDay(date(2027, 1, 1), "off", "元旦"),)
    known = applied(told.policy, {2027: YearEdition(1, 2027, 1, days, MONDAY_MORNING, "", "", whole=True)})
    assert rings(scene, replace(told, policy=known), "2026-12-17T09:00") == [False]
    assert len(scene.posted("staff")) == 4


def test_from_the_middle_of_december_it_is_told_whatever_reaches_it(scene: Scene, told: Rules) -> None:
    assert rings(scene, told, "2026-12-15T09:00", "2027-01-02T09:00") == [True, True]


def test_who_says_that_it_is_not_published_yet_is_left_alone_for_a_while(scene: Scene, told: Rules) -> None:
    a_deadline_reaches_2027(scene.database, told)
    said = parse_instant("2026-11-20T09:00+08:00")
    assert scene.write(calendar_alarm.put_off, told.policy, 2027, said) == said + timedelta(days=14)
    assert scene.read(calendar_alarm.standing, told.policy, said) is None
    assert rings(scene, told, "2026-11-20T10:00", "2026-12-04T08:59", "2026-12-04T09:00") == [False, False, True]
    for day, until in (("2026-12-10", "2026-12-15T00:00"), ("2026-12-16", "2026-12-19T09:00")):
        later = scene.write(calendar_alarm.put_off, told.policy, 2027, parse_instant(f"{day}T09:00+08:00"))
        assert later == parse_instant(f"{until}+08:00")
    assert rings(scene, told, "2026-12-18T09:00", "2026-12-19T09:00") == [False, True]


def test_two_replicas_tell_it_once(scene_anywhere: Scene) -> None:
    rules = replace(scene_anywhere.rules, staff_chat="-100")
    database = scene_anywhere.database
    a_deadline_reaches_2027(database, rules)
    looked = [database.read_now(calendar_alarm.is_due, rules, MONDAY_MORNING) for _ in range(2)]
    acted = [database.write_now(calendar_alarm.alarm_if_needed, rules, MONDAY_MORNING) for _ in range(2)]
    assert (looked, acted) == ([True, True], [True, False])
    assert len(scene_anywhere.posted("staff")) == 1
    assert scene_anywhere.read(lambda db: db.execute(once.select()).one()).what == "calendar-2027-2026-11"


def test_without_a_chat_nothing_is_posted(scene: Scene) -> None:
    a_deadline_reaches_2027(scene.database, scene.rules)
    assert ring(scene.database, scene.rules, MONDAY_MORNING)
    assert scene.posted("staff") == []
