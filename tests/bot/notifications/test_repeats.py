"""What is late is told again at doubling intervals in the tier's hours; 特级 and 特急 keep theirs until 知道了."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.agents.actions import Acknowledge
from tests.bot.scene import Scene

FRIDAY = datetime(2026, 11, 13, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai; Saturday is no working day
MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    scene.clock.now = FRIDAY
    return scene


def overdue(scene: Scene, until: datetime) -> list[datetime]:
    """When leads were told that the first contact is overdue."""
    scene.pass_time(seconds=(until - scene.now).total_seconds())
    entries = scene.history("overdue", "first_contact")
    return [at for at in entries if at <= until]


def test_intervals_double_and_a_weekend_is_silent(scene: Scene) -> None:
    scene.visitor().say("人工")
    began = FRIDAY + timedelta(hours=2, minutes=30)  # half an hour after the first contact was due
    told = overdue(scene, MONDAY + timedelta(hours=1))
    assert told == [*(began + timedelta(hours=hours) for hours in (0, 1, 3, 7)), MONDAY]


def test_the_highest_tier_is_told_every_quarter_of_an_hour_until_somebody_acknowledges(scene: Scene) -> None:
    scene.visitor(customer="C1001").say("人工")
    due = FRIDAY + timedelta(minutes=15)
    told = [at for at in overdue(scene, due + timedelta(hours=20)) if at >= due + timedelta(minutes=15)]
    assert told == [due + timedelta(minutes=15) * number for number in range(1, 81)]
    scene.act(scene.staff("zhao", "lead"), Acknowledge())
    assert len(overdue(scene, due + timedelta(hours=40))) == len(told) + 2  # and at 5 and 10 minutes


def test_a_critical_ticket_of_any_tier_is_told_at_the_policys_interval(scene: Scene) -> None:
    scene.visitor().say("机器冒烟了")
    told = overdue(scene, FRIDAY + timedelta(hours=20))
    assert len(told) >= 19
    assert max(b - a for a, b in pairwise(told)) <= timedelta(hours=1)
