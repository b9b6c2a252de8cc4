"""Who is late with an improvement is reminded in the staff chat once, and three days later the lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.jobs import improvements
from escalation.improvement import improving
from escalation.improvement.improvement_rules import Finding, ImprovementWish
from escalation.staff import Staff
from tests.bot.scene import Scene


@pytest.fixture
def wang(scene: Scene) -> Staff:
    scene.rules = replace(scene.rules, staff_chat="desk")
    return scene.staff("wang", "manager")


def begun(scene: Scene, wang: Staff) -> None:
    today = scene.now.astimezone(scene.policy.zone).date()
    wish = ImprovementWish(Finding("回访太晚"), "process", "无提醒", "加提醒", wang.id, "", today)
    scene.write(improving.begin, scene.policy, wang, wish, today, scene.now)


def told(scene: Scene) -> list[str]:
    while scene.read(improvements.is_due, scene.rules, scene.now):
        scene.write(improvements.remind_some, scene.rules, scene.now)
    return [row.text for row in scene.posted("staff") if "改进" in row.text]


def test_the_person_is_reminded_once_and_the_lead_three_days_later(scene: Scene, wang: Staff) -> None:
    begun(scene, wang)
    day = f"{scene.now.astimezone(scene.policy.zone):%Y-%m-%d}"
    assert told(scene) == []
    scene.clock.advance(days=1)
    first = f"【改进】第 1 项应于 {day} 完成，现已过期，请客服wang更新进展。"
    assert told(scene) == told(scene) == [first]
    scene.clock.advance(days=3)
    lead = f"【改进】第 1 项（经办人客服wang）应于 {day} 完成，至今没有结束，请组长跟进。"
    assert told(scene) == [first, lead]


def test_nobody_is_reminded_of_what_is_closed_or_at_night(scene: Scene, wang: Staff) -> None:
    begun(scene, wang)
    scene.clock.advance(days=1)
    night = scene.now.astimezone(scene.policy.zone).replace(hour=3)
    assert not scene.read(improvements.is_due, scene.rules, night)
    today = (scene.now + timedelta(days=0)).date()
    scene.write(improving.close, wang, 1, "好了", 0, today, scene.now)
    assert told(scene) == []
