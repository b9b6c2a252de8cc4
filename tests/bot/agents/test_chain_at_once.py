"""Two transactions at once on PostgreSQL, about what is sent, waited for and planned: nothing is doubled or lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.agents.actions import MakePlan, SendStep, act
from bot.dialogue import silent_customers, step_taps
from bot.jobs.chores import CHORES
from bot.messages import Incoming
from escalation.tickets import history, sent_steps
from escalation.tickets.plans import PlanStep
from tests.bot.races import Work, both_at_once
from tests.bot.scene import Scene, Visitor
from tests.bot.sending import at_work, kinds, planned, send

REMINDING = next(each for each in CHORES if each.name == "steps of plans")


def taps(visitor: Visitor, choice: str, key: str) -> Work:
    scene, message = visitor.scene, Incoming(visitor.channel, visitor.address, key, "choice", choice=choice)
    return lambda db: step_taps.take_step_answer(db, scene.rules, message, scene.now)


@pytest.mark.parametrize("hours", [25, 49, 73])
def test_of_two_replicas_one_takes_a_step_of_a_wait(postgres_scene: Scene, hours: int) -> None:
    scene = postgres_scene
    _, li = at_work(scene, customer="C1015")
    planned(scene, li)
    send(scene, li, "plan")
    for passed in range(25, hours, 24):
        scene.clock.now = scene.ticket.waits_since + timedelta(hours=passed)
        scene.write(silent_customers.take_some, scene.rules, scene.now)
    scene.clock.now = scene.ticket.waits_since + timedelta(hours=hours)

    def takes(db: Connection) -> Any:
        return silent_customers.take_some(db, scene.rules, scene.now)

    both_at_once(scene, takes, takes)
    told = [row.kind for row in scene.read(history.history_of, scene.ticket.id)]
    counted = [told.count(each) for each in ("customer_reminded", "holder_reminded", "closed")]
    assert counted == [1, int(hours >= 48), int(hours >= 72)]


def test_of_two_replicas_one_reminds_of_a_plans_step(postgres_scene: Scene) -> None:
    scene = postgres_scene
    _, li = at_work(scene)
    planned(scene, li)
    scene.clock.advance(minutes=90)

    def takes(db: Connection) -> Any:
        return REMINDING.run(db, scene.rules, scene.now)

    both_at_once(scene, takes, takes)
    assert kinds(scene).count("step_reminded") == 1


@pytest.mark.parametrize("answered_first", [True, False])
def test_a_plan_revised_while_it_is_answered_keeps_the_order(postgres_scene: Scene, *, answered_first: bool) -> None:
    scene = postgres_scene
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    agrees = taps(anna, anna.buttons()[0], "tap-1")
    plan = MakePlan(li.id, (PlanStep("换机", scene.now + timedelta(hours=3)),))

    def revises(db: Connection) -> Any:
        return act(db, scene.rules, li, 1, plan, scene.now)

    both_at_once(scene, *((agrees, revises) if answered_first else (revises, agrees)))
    told = [each for each in kinds(scene) if each in ("confirmed", "plan_revised")]
    assert told == (["confirmed", "plan_revised"] if answered_first else ["plan_revised"])


def test_two_answers_at_once_are_two_facts_in_their_order(postgres_scene: Scene) -> None:
    scene = postgres_scene
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    yes, no = anna.buttons()
    both_at_once(scene, taps(anna, yes, "tap-1"), taps(anna, no, "tap-2"))
    both_at_once(scene, taps(anna, yes, "tap-3"), taps(anna, yes, "tap-4"))
    told = [each for each in kinds(scene) if each in ("confirmed", "objected")]
    assert told == ["confirmed", "objected", "confirmed"]


def test_the_same_form_sent_twice_at_once_is_one_message(postgres_scene: Scene) -> None:
    scene = postgres_scene
    anna, li = at_work(scene)
    planned(scene, li)

    def sends(db: Connection) -> Any:
        return act(db, scene.rules, li, 1, SendStep("plan", "方案如下。", "the-same-key"), scene.now)

    both_at_once(scene, sends, sends)
    assert anna.read() == ["方案如下。"]
    assert len(scene.read(sent_steps.sent_on, 1)) == 1
