"""Steps of a plan remind whose they are, before their end and at it, and are ticked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import MakePlan, TickStep
from bot.jobs.chores import CHORES
from bot.wording import refusals
from escalation.staff import disable_staff
from escalation.tickets.lifecycle import Refused
from escalation.tickets.plans import PlanStep, plans_of
from tests.bot.scene import Scene
from tests.bot.sending import at_work

REMINDING = next(each for each in CHORES if each.name == "steps of plans")


def pass_hours(scene: Scene, hours: float) -> None:
    scene.clock.advance(hours=hours)
    if scene.read(REMINDING.is_due, scene.rules, scene.now):
        scene.write(REMINDING.run, scene.rules, scene.now)


def told(scene: Scene) -> list[str]:
    return [name for kind, _, name in scene.notices() if kind == "step_due"]


def sentence(action: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refusals.refusal(refused.value.code, "客服wang")


def test_a_step_reminds_its_person_then_the_holder_too_and_a_tick_ends_that(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    _, li = at_work(scene)
    wang = scene.staff("wang")
    steps = (
        PlanStep("检修", scene.now + timedelta(hours=4), wang.id),
        PlanStep("试印", scene.now + timedelta(hours=9)),
    )
    scene.act(li, MakePlan(li.id, steps))
    pass_hours(scene, 2.9)
    assert told(scene) == []
    pass_hours(scene, 0.1)
    assert told(scene) == [str(wang.id)]
    pass_hours(scene, 1)
    assert told(scene) == [str(wang.id), str(wang.id), str(li.id)]
    scene.act(wang, TickStep(1))
    assert sentence(lambda: scene.act(li, TickStep(1))) == "这一步已经由客服wang勾选完成。"
    assert sentence(lambda: scene.act(li, TickStep(3))) == "最新一版方案里没有这一步，请刷新页面后再勾选。"
    scene.act(li, TickStep(2))
    pass_hours(scene, 20)
    assert len(told(scene)) == 3
    [plan] = scene.read(plans_of, scene.ticket.id)
    assert [step.done_at is not None for step in plan.steps] == [True, True]


def test_a_revised_plan_reminds_of_its_own_steps_alone(scene: Scene) -> None:
    _, li = at_work(scene)
    for hours in (4, 6):
        scene.act(li, MakePlan(li.id, (PlanStep("检修", scene.now + timedelta(hours=hours)),)))
    pass_hours(scene, 4.5)
    assert told(scene) == []
    pass_hours(scene, 0.6)
    assert told(scene) == [str(li.id)]


def test_a_step_for_somebody_who_left_is_refused_and_later_told_to_the_holder(scene: Scene) -> None:
    _, li = at_work(scene)
    wang = scene.staff("wang")
    step = PlanStep("检修", scene.now + timedelta(hours=4), wang.id)
    scene.act(li, MakePlan(li.id, (step,)))
    scene.write(disable_staff, "wang", scene.now)
    assert sentence(lambda: scene.act(li, MakePlan(li.id, (step,)))) == "没有这位同事，或其账号已停用。"
    pass_hours(scene, 3)
    assert told(scene) == [str(li.id)]
