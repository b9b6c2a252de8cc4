"""What a notice would move is shown as it then comes about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

import pytest

from bot.jobs.recompute import recompute_some
from bot.tickets.calendar_change import CalendarPreview, preview, save_plan
from escalation.calendars import calendar_editions, calendar_plans
from escalation.calendars.changes import given_by
from escalation.calendars.days import applied
from escalation.calendars.notice_text import read_notice
from escalation.tickets.deadline_store import deadlines_of
from escalation.working_hours.instants import parse_instant
from tests.bot.notice_of_2027 import NOTICE_2027
from tests.bot.scene import Scene

EVE = parse_instant("2026-12-31T10:00+08:00")  # a working day, before the notice that makes it a day off is taken in


@pytest.fixture
def looked_at(scene: Scene) -> CalendarPreview:
    """The notice, looked at while a ticket waits and one is done."""
    scene.clock.now = EVE
    for name in ("anna", "bert"):
        scene.visitor(name).say("转人工")
    planning = partial(calendar_plans.plan_days, policy=scene.policy, given=given_by(read_notice(NOTICE_2027)))
    return scene.read(preview, scene.policy, planning, EVE)


def open_dues(scene: Scene) -> dict[tuple[int, str], datetime]:
    rows = [row for number in (1, 2) for row in scene.read(deadlines_of, number) if row.state == "open"]
    return {(row.ticket_id, row.milestone): row.due_at for row in rows}


def test_the_deadlines_that_would_move_are_those_that_do(scene: Scene, looked_at: CalendarPreview) -> None:
    expected = {(one.row.ticket_id, one.row.milestone): one.due_at for one in looked_at.moved}
    before = {
        (row.ticket_id, row.milestone): row.due_at for number in (1, 2) for row in scene.read(deadlines_of, number)
    }
    assert {number for number, _ in expected} == {1, 2}
    scene.write(save_plan, scene.policy, looked_at.plan, "li", "", EVE)
    held = applied(scene.policy, scene.read(calendar_editions.in_force))
    scene.write(recompute_some, replace(scene.rules, policy=held), EVE)
    assert {key: due for key, due in open_dues(scene).items() if before[key] != due} == expected


def test_looking_writes_nothing(scene: Scene, looked_at: CalendarPreview) -> None:
    assert looked_at.moved
    assert scene.read(calendar_editions.edition) == 0
