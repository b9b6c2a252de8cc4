"""A promise in a year that is not published says that it may move, and its customer is told when it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.jobs.recompute import recompute_some
from bot.rules import Rules
from bot.wording.provisional import MAY_MOVE
from escalation.calendars.days import YearEdition, applied
from escalation.tickets import deadline_store
from escalation.working_hours.instants import parse_instant
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import Scene, Visitor

NEW_YEARS_EVE = parse_instant("2026-12-31T20:30+08:00")  # a Thursday


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    """Somebody handed over on New Year's Eve, half an hour before everybody goes home."""
    scene.clock.now = NEW_YEARS_EVE
    return scene.visitor()


def published(scene: Scene, *january: int) -> Rules:
    days = tuple(CalendarDay(date(2027, 1, n), "off", "元旦") for n in january)
    edition = YearEdition(1, 2027, 1, days, NEW_YEARS_EVE, "li", "", whole=True)
    return replace(scene.rules, policy=applied(scene.policy, {2027: edition}))


def promised(scene: Scene, anna: Visitor) -> datetime | None:
    assert anna.conversation is not None
    assert anna.conversation.ticket_id is not None
    return scene.read(deadline_store.promised, anna.conversation.ticket_id)


def test_the_customer_reads_that_the_promise_may_move_and_hears_when_it_does(scene: Scene, anna: Visitor) -> None:
    said = anna.say("转人工")
    assert "最晚2027年1月4日（周一）09:30 前与您联系（首次联系）。" in said[0]
    assert said[0].endswith(MAY_MOVE)
    scene.write(recompute_some, published(scene, 1, 2, 3, 4), scene.now)
    assert anna.read() == [
        "节假日安排已经公布，之前告诉您的时间有调整：专人最晚2027年1月5日（周二）09:30 前与您联系（首次联系）。"
    ]
    assert promised(scene, anna) == parse_instant("2027-01-05T09:30+08:00")
    assert MAY_MOVE not in anna.say("到底什么时候有人联系我")[0]


def test_a_promise_that_holds_once_the_year_is_published_is_not_told_again(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    scene.write(recompute_some, published(scene, 1, 2, 3), scene.now)
    assert anna.read() == []


def test_a_promise_that_is_late_already_is_not_put_off(scene: Scene, anna: Visitor) -> None:
    anna.say("转人工")
    late = parse_instant("2027-01-04T10:00+08:00")
    scene.write(recompute_some, published(scene, 1, 2, 3, 4), late)
    assert anna.read() == []
    assert promised(scene, anna) == late - timedelta(minutes=30)


def test_a_promise_within_a_published_year_says_nothing_of_holidays(scene: Scene, anna: Visitor) -> None:
    scene.clock.now = parse_instant("2026-12-30T10:00+08:00")
    assert MAY_MOVE not in "".join(anna.say("转人工"))
