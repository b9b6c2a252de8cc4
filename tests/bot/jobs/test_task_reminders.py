"""Reminders of what colleagues are asked for: told by the alarm clock's sweep, each once, whatever dies meanwhile."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.agents.actions import Resolve
from bot.agents.helping import AskTask
from bot.auth import accounts
from bot.jobs import alarm_clock
from bot.notifications import notice_tables
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
    """The reminders and what lapsed in the inbox, oldest first."""
    rows = scene.read(lambda db: db.execute(select(notice_tables.notices).order_by(notice_tables.notices.c.id)).all())
    return [(row.kind, row.name) for row in rows if row.kind in ("task_due", "task_late", "task_lapsed")]


def test_who_was_asked_is_reminded_and_both_are_told_at_the_end(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    deng = asked(scene)
    assert scene.read(sweep.next_due) <= scene.now + timedelta(hours=1)
    scene.pass_time(hours=3)
    asker = str(scene.ticket.holder_id)
    assert told(scene) == [("task_due", str(deng.id)), ("task_late", str(deng.id)), ("task_late", asker)]
    kinds = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    assert (kinds.count("task_due"), kinds.count("task_late")) == (1, 1)


def test_who_asked_somebody_disabled_meanwhile_is_told_to_ask_somebody_else_and_nobody_is_reminded(
    scene_anywhere: Scene,
) -> None:
    scene = scene_anywhere
    asked(scene)
    scene.write(accounts.disable, scene.policy, "deng", "admin", scene.now)
    scene.run_due()
    scene.pass_time(hours=3)
    assert told(scene) == [("task_lapsed", str(scene.ticket.holder_id))]
    kinds = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    assert kinds.count("task_lapsed") == 1


def test_a_task_of_whom_a_complaint_voiced_later_is_closed_to_reminds_nobody(scene: Scene) -> None:
    """Deng held an earlier matter of the same customer."""
    anna, deng, _handler = scene.visitor(), scene.staff("deng"), scene.staff("han")
    anna.say("转人工")
    scene.claimed_by(deng)
    scene.act(deng, Resolve(why="当场解决"))
    anna.say("新问题，转人工")
    li = scene.claimed_by(scene.staff("li"))
    scene.act(li, AskTask("task", deng.id, "核对备件", scene.now + timedelta(hours=2)))
    anna.say("我要投诉你们的技术员，他向我索要红包")
    assert deng.id in scene.ticket.closed
    scene.run_due()
    scene.pass_time(hours=3)
    assert {kind for kind, _ in told(scene)} == {"task_lapsed"}
    assert str(li.id) in {name for _, name in told(scene)}


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
