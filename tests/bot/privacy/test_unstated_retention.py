"""A policy without periods deletes nothing, and administrators are told so at once, then once a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery.outbox import STAFF_CHAT
from bot.jobs.chores import CHORES
from bot.notifications.staff_chat import posted_text
from escalation.policy.retention import Retention
from tests.bot.scene import Scene

[CHORE] = [each for each in CHORES if each.name == "that nothing ends by itself"]
SAID = (
    "政策里没有 privacy: retention:，对话、文件和记录不会到期删除。请管理员写明保存期限，写法见 docs/policy.md；"
    "请先写在副本里，用 jiedai privacy retention --dry-run --policy 副本 查看会删除什么。写明之前每月提醒一次。"
)


def look(scene: Scene, retention: Retention) -> list[str]:
    """What the staff chat was told after the chore has looked."""
    policy = replace(scene.policy, privacy=replace(scene.policy.privacy, retention=retention))
    rules = replace(scene.rules, policy=policy, staff_chat="-100")
    if scene.read(CHORE.is_due, rules, scene.now):
        scene.write(CHORE.run, rules, scene.now)
    return [posted_text(scene.vault, row.text, row.ref) for row in scene.posted(STAFF_CHAT)]


def test_it_is_told_at_once_and_then_once_a_month(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    unstated = Retention()
    assert look(scene, unstated) == [SAID]
    scene.clock.now += timedelta(days=29)
    assert look(scene, unstated) == [SAID]
    scene.clock.now += timedelta(days=1)
    assert look(scene, unstated) == [SAID] * 2
    assert caplog.text.count("The policy has no `privacy: retention:`, so nothing is deleted by itself.") == 2


def test_where_periods_are_stated_nothing_is_told(scene: Scene) -> None:
    assert look(scene, Retention(is_stated=True)) == []
