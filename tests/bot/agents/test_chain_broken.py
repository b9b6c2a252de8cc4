"""What is sent and answered, where something came between: merges, colleagues, revisions, plans of before."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from bot.agents.actions import Claim, MakePlan, Release, SendStep, TickStep
from bot.tickets.merging import merge_tickets
from bot.wording import sent_steps
from escalation.tickets import history, plans
from escalation.tickets.plan_steps import plan_steps
from escalation.tickets.plans import PlanStep
from tests.bot.scene import Scene
from tests.bot.sending import COLLEAGUE, at_work, kinds, planned, send, tap, tap_choice


def test_after_a_new_version_was_sent_words_no_longer_explain_the_old_objection(scene: Scene) -> None:
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    tap(anna, "有异议")
    planned(scene, li, "换机")
    send(scene, li, "plan", key="second-plan")
    anna.read()
    assert anna.say("师傅几点到") == []
    assert "objection_said" not in kinds(scene)


def test_a_colleague_of_a_merged_ticket_does_not_approve_in_words(scene: Scene) -> None:
    anna, li = at_work(scene)
    first = scene.ticket.id
    colleague = scene.visitor("78", customer=COLLEAGUE)
    colleague.say("打印机卡纸，修不好，转人工")
    second = scene.ticket.id
    scene.act(li, Claim(), second)
    scene.write(lambda db: merge_tickets(db, scene.rules, li, second, first, scene.now))
    plan = MakePlan(li.id, (PlanStep("上门", scene.now + timedelta(hours=2)),))
    scene.act(li, plan, first)
    scene.act(li, SendStep("plan", "方案如下。", "plan-key-1"), first)
    colleague.say("同意这个方案")
    told = [row.kind for row in scene.read(history.history_of, first)]
    assert "confirmed" not in told
    anna.say("同意这个方案")
    assert [row.kind for row in scene.read(history.history_of, first)].count("confirmed") == 1


def test_an_answer_after_a_merge_counts_on_the_ticket_that_goes_on(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    first, choice = scene.ticket.id, anna.buttons()[0]
    scene.clock.advance(hours=1)
    colleague = scene.visitor("78", customer=COLLEAGUE)
    colleague.say("打印机卡纸，修不好，转人工")
    second = scene.ticket.id
    scene.act(li, Claim(), second)
    scene.write(lambda db: merge_tickets(db, scene.rules, li, first, second, scene.now))
    assert tap_choice(anna, choice) == [sent_steps.REPLIES["agreed"]]
    assert "confirmed" in [row.kind for row in scene.read(history.history_of, second)]


def test_an_answer_while_nobody_holds_the_ticket_counts(scene: Scene) -> None:
    anna, li = at_work(scene)
    planned(scene, li)
    send(scene, li, "plan")
    scene.act(li, Release())
    anna.read()
    anna.say("同意")
    assert "confirmed" in kinds(scene)


def test_a_step_of_a_plan_from_before_there_were_rows_is_ticked(scene: Scene) -> None:
    _, li = at_work(scene)
    planned(scene, li)
    scene.write(lambda db: db.execute(delete(plan_steps)))
    scene.act(li, TickStep(1))
    [plan] = scene.read(plans.plans_of, scene.ticket.id)
    assert plan.steps[0].done_at == scene.now
