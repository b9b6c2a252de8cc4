"""A missing year is told in the staff's chat once a morning."""

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


def test_it_is_told_once_a_day_until_the_year_is_there(scene: Scene, told: Rules) -> None:
    assert [ring(scene.database, told, MONDAY_MORNING + timedelta(hours=n)) for n in (0, 1, 24, 25)] == [
        True,
        False,
        True,
        False,
    ]
    assert len(scene.posted("staff")) == 2
    days = (CalendarDay(date(2027, 1, 1), "off", "元旦"),)
    known = applied(told.policy, {2027: YearEdition(1, 2027, 1, days, MONDAY_MORNING, "", "", whole=True)})
    assert not ring(scene.database, replace(told, policy=known), MONDAY_MORNING + timedelta(days=2))


def test_two_replicas_tell_it_once(scene_anywhere: Scene) -> None:
    rules = replace(scene_anywhere.rules, staff_chat="-100")
    database = scene_anywhere.database
    looked = [database.read_now(calendar_alarm.is_due, rules, MONDAY_MORNING) for _ in range(2)]
    acted = [database.write_now(calendar_alarm.alarm_if_needed, rules, MONDAY_MORNING) for _ in range(2)]
    assert (looked, acted) == ([True, True], [True, False])
    assert len(scene_anywhere.posted("staff")) == 1
    assert scene_anywhere.read(lambda db: db.execute(once.select()).one()).what == "calendar-2027-2026-11-23"


@pytest.mark.parametrize(
    ("now", "rings"),
    [
        ("2026-10-31T12:00+08:00", False),
        ("2026-11-01T00:30+08:00", False),
        ("2026-11-01T08:59+08:00", False),
        ("2026-11-01T09:00+08:00", True),
    ],
)
def test_it_begins_on_the_first_of_november_and_wakes_nobody(scene: Scene, told: Rules, now: str, rings: bool) -> None:
    assert ring(scene.database, told, parse_instant(now)) is rings


def test_without_a_chat_nothing_is_posted(scene: Scene) -> None:
    assert ring(scene.database, scene.rules, MONDAY_MORNING)
    assert scene.posted("staff") == []
