"""Reminders of what colleagues are asked for: told by the alarm clock's sweep, each once, whatever dies meanwhile."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.agents.helping import AskTask
from bot.jobs import alarm_clock
from bot.notifications import notice_inbox
from bot.storage.database import Database
from escalation.staff import Staff
from escalation.tickets import history, sweep
from tests.bot.scene import Scene
from tests.mortal import die_at_commits


def asked(scene: Scene) -> Staff:
    """Somebody is asked for something until two hours from now."""
    scene.visitor().say("转人工")
    li = scene.claimed_by(scene.staff("li", queues=("通用客服",)))
    deng = scene.staff("deng", queues=("技术支持",))
    scene.act(li, AskTask("task", deng.id, "核对备件", scene.now + timedelta(hours=2)))
    return deng


def told(scene: Scene) -> list[tuple[str, str]]:
    """The reminders in the inbox, oldest first."""
    rows = scene.read(lambda db: db.execute(select(notice_inbox.notices).order_by(notice_inbox.notices.c.id)).all())
    return [(row.kind, row.name) for row in rows if row.kind in ("task_due", "task_late")]


def test_who_was_asked_is_reminded_and_both_are_told_at_the_end(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    deng = asked(scene)
    assert scene.read(sweep.next_due) <= scene.now + timedelta(hours=1)
    scene.pass_time(hours=3)
    asker = str(scene.ticket.holder_id)
    assert told(scene) == [("task_due", str(deng.id)), ("task_late", str(deng.id)), ("task_late", asker)]
    kinds = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    assert (kinds.count("task_due"), kinds.count("task_late")) == (1, 1)


@pytest.mark.parametrize("side", ["before", "after"])
def test_killed_on_either_side_of_a_commit_no_reminder_is_lost_or_told_twice(scene_anywhere: Scene, side: Any) -> None:
    scene = scene_anywhere
    deng = asked(scene)
    scene.clock.advance(hours=2)
    child = multiprocessing.get_context("fork").Process(target=_dies, args=(scene, side))
    child.start()
    child.join()
    assert child.exitcode == -9
    scene.run_due()
    asker = str(scene.ticket.holder_id)
    assert told(scene) == [("task_late", str(deng.id)), ("task_late", asker)]  # the reminder was overtaken


def _dies(scene: Scene, side: Any) -> None:
    """Sweeps on connections of its own until its first commit."""
    database = Database(scene.database.url, journal_key=b"k" * 32)
    die_at_commits(database.engine, lambda: side)
    database.write_now(alarm_clock.sweep_some, scene.rules, scene.now)
