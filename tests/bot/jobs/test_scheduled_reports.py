"""The figures of a week or a month are posted to the staff chat at the time of the policy, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.jobs import scheduled_reports
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.policy.report_times import ReportTime, ReportTimes
from tests.bot.scene import Scene

MONDAY = 1


def monday(scene: Scene, hour: int) -> datetime:
    local = scene.now.astimezone(scene.policy.zone)
    day = local.date() + timedelta(days=8 - local.isoweekday())
    return datetime(day.year, day.month, day.day, hour, 5, tzinfo=scene.policy.zone)


@pytest.fixture(autouse=True)
def _weekly(scene: Scene) -> None:
    times = ReportTimes(weekly=ReportTime(MONDAY, 9))
    policy = replace(scene.rules.policy, reports=times)
    scene.rules = replace(scene.rules, staff_chat="desk", policy=policy, console="https://desk.example")


def counted(scene: Scene, *facts: tuple[str, int], before: timedelta) -> None:
    at = monday(scene, 9) - before
    made = [Fact(at, measure, value, 0, "三级", "通用客服", "订单", "web") for measure, value in facts]
    scene.write(save_facts, made, scene.policy.zone)


def posted(scene: Scene, now: datetime) -> list[str]:
    if scene.read(scheduled_reports.is_due, scene.rules, now):
        scene.write(scheduled_reports.post_due, scene.rules, now)
    return [row.text for row in scene.posted("staff") if "周报" in row.text]


def test_it_comes_on_its_day_from_its_hour_on_and_once(scene: Scene) -> None:
    counted(scene, ("response_received", 600), ("rated", 75), before=timedelta(days=3))
    counted(scene, ("response_received", 900), before=timedelta(days=10))
    assert posted(scene, monday(scene, 8)) == []
    now = monday(scene, 9)
    [text] = posted(scene, now)
    first = (now - timedelta(days=7)).date()
    assert text.splitlines()[:3] == [
        f"【服务周报】{scene.policy.name} {first:%G-W%V}（{first} 至 {first + timedelta(days=6)}）",
        "首次响应：10分（较上期 -5分，好转）",
        "解决率：没有样本",
    ]
    assert text.splitlines()[-1] == f"明细：https://desk.example/console/reports?period={first:%G-W%V}"
    assert posted(scene, now + timedelta(hours=2)) == [text]


def test_each_queue_that_is_named_has_its_own(scene: Scene) -> None:
    times = ReportTimes(weekly=ReportTime(MONDAY, 9, ("通用客服", "技术支持")))
    scene.rules = replace(scene.rules, policy=replace(scene.rules.policy, reports=times))
    counted(scene, ("rated", 75), before=timedelta(days=3))
    found = posted(scene, monday(scene, 9))
    assert ["· 通用客服 " in each for each in found] == [True, False]
    assert ["满意度：75.0" in each for each in found] == [True, False]


def test_before_there_are_figures_of_the_week_nothing_is_posted(scene: Scene) -> None:
    assert posted(scene, monday(scene, 9)) == []


def test_without_a_staff_chat_nothing_is_due(scene: Scene) -> None:
    counted(scene, ("rated", 75), before=timedelta(days=3))
    without = replace(scene.rules, staff_chat="")
    assert not scene.read(scheduled_reports.is_due, without, monday(scene, 9))
