"""What a person sets on a ticket: queue and clocks follow, no promise becomes later, and the bot leaves it alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.agents.actions import Claim, Consult, Correct, Release, SetUrgency
from bot.tickets import incidents
from bot.wording import refusals
from escalation.incidents.model import IncidentDraft
from escalation.tickets import history, rerouting
from escalation.tickets.correcting import Correction
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene


def waiting(scene: Scene, text: str = "打印机有点问题，转人工", customer: str | None = None) -> Any:
    anna = scene.visitor(customer=customer)
    anna.say(text)
    return anna


def put(scene: Scene, who: Any, incident: int | None = None, **fields: Any) -> None:
    scene.act(who, Correct(Correction(**fields), incident))


def lines(scene: Scene, kind: str) -> list[Any]:
    return [row.data for row in scene.read(history.history_of, scene.ticket.id) if row.kind == kind]


def recomputed(scene: Scene) -> list[tuple[str, str, Any]]:
    scene.write(rerouting.recompute, scene.policy, scene.ticket.id, scene.now)
    rows = (row for name in _MILESTONES for row in scene.clocks(name) if row.state == "open")
    return [(row.milestone, row.state, row.due_at) for row in rows]


_MILESTONES = ("first_contact", "assessed", "executive", "complaint_settled", "answer_fixed")


def test_another_topic_moves_a_waiting_ticket_and_is_told_before_and_after(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    lead = scene.staff(role="lead")
    waiting(scene, "人工")
    put(scene, lead, topic="故障", subject="主板坏了")
    assert (scene.ticket.topic, scene.ticket.queue, scene.ticket.subject) == ("故障", "技术支持", "主板坏了")
    told = lines(scene, "corrected")[0]
    assert (told["before"]["topic"], told["after"]["topic"], told["changed"]) == (None, "故障", ["subject", "topic"])
    assert "主板坏了" not in str(told)


def test_what_a_person_has_set_the_bot_never_changes_again(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    anna = waiting(scene, "人工")
    put(scene, lead, topic="合同", subject="续约", urgency="low", reason="客户说不急")
    anna.say("纸卡在里面出不来")
    anna.say("急死了，今天必须修好")
    ticket = scene.ticket
    assert (ticket.topic, ticket.subject, ticket.urgency) == ("合同", "续约", "low")


def test_a_danger_alarms_people_and_leaves_the_grade_that_a_person_gave(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    anna = waiting(scene, "人工")
    put(scene, lead, urgency="low", reason="客户说不急")
    anna.say("打印机冒烟了")
    assert scene.ticket.urgency == "low"
    assert ("critical", "queue", "特级专席") in scene.notices("critical")
    assert len(lines(scene, "danger_heard")) == 1
    before = len(scene.notices("critical"))
    anna.say("打印机还在冒烟")
    assert len(scene.notices("critical")) == before
    scene.pass_time(minutes=6)
    anna.say("打印机冒烟了")
    assert len(scene.notices("critical")) > before


def test_less_urgent_needs_a_reason_and_makes_no_promise_later(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    waiting(scene, "急死了，转人工")
    due = scene.clock_of("first_contact").due_at
    with pytest.raises(Refused) as refused:
        put(scene, lead, urgency="low")
    assert refusals.refusal(refused.value.code, None) == "调低紧急程度或取消投诉，请写明理由。"
    put(scene, lead, urgency="low", reason="客户说不急")
    assert [row[2] for row in recomputed(scene) if row[0] == "first_contact"] == [due]
    assert lines(scene, "graded")[-1]["reason"] == "客户说不急"


def test_marked_as_a_complaint_it_is_owed_what_complaints_are_owed(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    waiting(scene, "人工")
    scene.act(li, Claim())
    put(scene, li, complaint=True)
    assert (scene.ticket.complaint, scene.ticket.topic) == (True, "投诉")
    assert scene.clock_of("complaint_settled").state == "open"
    assert scene.notices("complaint")
    assert "complaint_settled" in {row[0] for row in recomputed(scene)}


def test_a_complaint_whose_topic_a_person_sets_is_still_owed_as_one(scene: Scene) -> None:
    li = scene.staff()
    waiting(scene, "我要投诉你们打印机老卡纸")
    scene.act(li, Claim())
    put(scene, li, topic="故障")
    assert (scene.ticket.complaint, scene.ticket.topic) == (True, "故障")
    assert scene.clock_of("complaint_settled").state == "open"
    assert "complaint_settled" in {row[0] for row in recomputed(scene)}


def test_that_it_is_no_complaint_ends_the_clocks_of_complaints(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    lead = scene.staff(role="lead")
    anna = waiting(scene, "我要投诉你们打印机老卡纸")
    with pytest.raises(Refused, match="reason_needed"):
        put(scene, lead, complaint=False)
    put(scene, lead, complaint=False, reason="客户只是催修")
    assert (scene.ticket.complaint, scene.ticket.queue) == (False, "通用客服")
    assert scene.clock_of("complaint_settled").state == "cancelled"
    assert "complaint_settled" not in {row[0] for row in recomputed(scene)}
    told = len(scene.notices("complaint"))
    anna.say("我要投诉你们")
    assert scene.ticket.complaint is False
    assert len(scene.notices("complaint")) > told
    assert lines(scene, "complaint_heard")


@pytest.mark.parametrize(
    ("customer", "milestone", "fact"),
    [("C1001", "executive", "executive_joined")],
)
def test_grave_matters_are_owed_what_the_policy_says(scene: Scene, customer: str, milestone: str, fact: str) -> None:

    li = scene.staff()
    waiting(scene, "人工", customer)
    assert scene.ticket.tier == "特级"
    scene.act(li, Claim())
    put(scene, li, gravity="major")
    assert scene.ticket.gravity == "major"
    assert scene.clock_of(milestone).state == "open"
    assert milestone in {row[0] for row in recomputed(scene)}
    scene.act(li, Consult(fact, "总经理", scene.now, "同意"))
    assert scene.clock_of(milestone).state == "met"
    put(scene, li, gravity="complex")
    put(scene, li, gravity="")
    assert scene.clock_of(milestone).state == "cancelled"


def test_a_ticket_joins_an_interruption_and_leaves_it_for_good(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    anna = waiting(scene, "人工")
    draft = IncidentDraft("机房停电", ("故障",), (), "我们正在抢修。")
    declared = scene.write(incidents.declare, scene.rules, lead, draft, scene.now)
    put(scene, lead, declared.id)
    assert scene.ticket.incident_id == declared.id
    put(scene, lead, 0)
    assert scene.ticket.incident_id is None
    anna.say("打印机卡纸怎么办")
    while scene.write(incidents.notify_some, scene.now):
        pass
    assert scene.ticket.incident_id is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "请填写要修改的内容。"),
        ({"subject": " "}, "内容不能为空。"),
        ({"subject": "长" * 601}, "内容太长，请删减后再提交。"),
        ({"topic": "火星"}, "政策里没有这个事由。"),
        ({"urgency": "火急"}, "政策里没有这个紧急程度。"),
        ({"gravity": "huge"}, "只能标记为重大或复杂，或取消标记。"),
        ({"incident": 404}, "没有这次服务中断。"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_sentence(scene: Scene, fields: Any, sentence: str) -> None:
    lead = scene.staff(role="lead")
    waiting(scene, "人工")
    before = scene.ticket
    with pytest.raises(Refused) as refused:
        put(scene, lead, **fields)
    assert refusals.refusal(refused.value.code, None) == sentence
    assert scene.ticket == before


def test_only_the_holder_or_a_lead_sets_anything(scene: Scene) -> None:
    li, wang = scene.staff("li"), scene.staff("wang")
    waiting(scene, "人工")
    with pytest.raises(Refused, match="unclaimed"):
        put(scene, li, topic="故障")
    scene.act(li, Claim())
    with pytest.raises(Refused, match="not_holder"):
        put(scene, wang, topic="故障")
    scene.act(li, Release())
    with pytest.raises(Refused, match="unclaimed"):
        scene.act(wang, SetUrgency("urgent"))
