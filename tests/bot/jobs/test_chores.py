"""Once an hour what has expired is forgotten, in batches, whichever replica looks first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from bot.auth import staff_sessions, visitor_sessions
from bot.auth.budgets.ledger import budget_uses, spend
from bot.auth.budgets.purses import Charge
from bot.jobs import chores
from bot.jobs.alarm_clock import AlarmClock
from bot.jobs.chores import CHORES, FORGET_AFTER, FORGETTING
from escalation.policy.budgets import Budget
from tests.bot.scene import Scene

[FORGET] = [chore for chore in CHORES if chore.name == FORGETTING]


def counted(scene: Scene, table: Table) -> Any:
    return scene.read(lambda db: db.scalar(select(func.count()).select_from(table)))


def open_visits(scene: Scene, number: int, age: timedelta) -> None:
    for _ in range(number):
        scene.write(visitor_sessions.open_session, scene.now - age)


def test_expired_sessions_of_visitors_and_staff_are_forgotten_once_an_hour(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    open_visits(scene, 2, visitor_sessions.LIFETIME)
    open_visits(scene, 1, timedelta())
    scene.write(staff_sessions.open_session, scene.staff("li"), scene.now - staff_sessions.IDLE)
    assert scene.read(FORGET.is_due, scene.rules, scene.now)
    assert scene.write(FORGET.run, scene.rules, scene.now) == 3
    assert counted(scene, visitor_sessions.visitor_sessions) == 1
    assert counted(scene, staff_sessions.staff_sessions) == 0
    soon = scene.now + FORGET_AFTER - timedelta(seconds=1)
    assert not scene.read(FORGET.is_due, scene.rules, soon)
    assert scene.read(FORGET.is_due, scene.rules, scene.now + FORGET_AFTER)


def test_while_a_batch_leaves_some_behind_it_stays_due(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "FORGET_AT_MOST", 2)
    open_visits(scene, 3, visitor_sessions.LIFETIME)
    assert scene.write(FORGET.run, scene.rules, scene.now) == 2
    assert scene.read(FORGET.is_due, scene.rules, scene.now)
    assert scene.write(FORGET.run, scene.rules, scene.now) == 1
    assert not scene.read(FORGET.is_due, scene.rules, scene.now)


def test_budgets_that_are_whole_again_are_forgotten(scene: Scene) -> None:
    charge = Charge("n:home", "handoffs", Budget(5, 60))
    scene.write(spend, [charge], scene.now)
    assert scene.write(FORGET.run, scene.rules, scene.now) == 0
    scene.clock.advance(minutes=1)
    assert scene.write(FORGET.run, scene.rules, scene.now) == 1
    assert counted(scene, budget_uses) == 0


async def test_the_alarm_clock_sees_to_it(scene: Scene) -> None:
    open_visits(scene, 1, visitor_sessions.LIFETIME)
    await AlarmClock(scene.database, lambda: scene.rules, scene.clock).run_due()
    assert counted(scene, visitor_sessions.visitor_sessions) == 0
