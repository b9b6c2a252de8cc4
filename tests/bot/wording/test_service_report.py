"""The first draft of a service report: everything known, in the words of whoever reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.agents.actions import MakePlan, Reply, Resolve
from bot.wording.service_report import draft
from escalation.staff import Staff
from escalation.tickets import deadline_store
from escalation.tickets.facts import MAX_NOTE
from escalation.tickets.plans import Plan, PlanStep, plans_of
from tests.bot.scene import Scene

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _solved(scene: Scene) -> Staff:
    """A ticket of a strategic customer, contacted in time, assessed late, solved."""
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    wang = scene.claimed_by(scene.staff("wang"))
    scene.clock.advance(minutes=10)
    scene.act(wang, Reply("您好，迁移由我跟进。", "0123456789abcdef"))
    scene.clock.advance(minutes=70)
    scene.act(wang, MakePlan(wang.id, (PlanStep("勘查现场", scene.now + timedelta(hours=5)),)))
    scene.clock.advance(minutes=5)
    scene.act(wang, Resolve(why="当场解决"))
    return wang


def _draft(scene: Scene, last_reply: str = "您好，迁移由我跟进。") -> str:
    ticket = scene.ticket
    clocks, plans = scene.read(deadline_store.deadlines_of, ticket.id), scene.read(plans_of, ticket.id)
    return draft(ticket, "江海银行 周文博", clocks, plans[-1] if plans else None, "客服wang", last_reply, SHANGHAI)


def test_a_withdrawn_case_is_not_called_unsolved(scene: Scene) -> None:
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    scene.clock.advance(minutes=5)
    scene.withdraw()
    assert "【处理结果】\n11月23日 10:05 客户撤回。" in _draft(scene)
    assert "尚未解决" not in _draft(scene)


def test_a_solved_case_is_told_from_need_to_rating(scene: Scene) -> None:
    _solved(scene)
    assert _draft(scene) == (
        "【客户与需求】\n"
        "客户：江海银行 周文博\n"
        "事由：未分类\n"
        "需求：总行机房的设备要迁移\n"
        "2026年11月23日 10:00 提出，11月23日 10:00 受理。\n"
        "\n"
        "【承诺与完成情况】\n"
        "· 首次联系：11月23日 10:15 前，11月23日 10:10 完成，按时。\n"
        "· 评估并拟定初步方案：11月23日 11:00 前，11月23日 11:20 完成，晚了 20 分钟。\n"
        "\n"
        "【处理方案】\n"
        "第 1 版，负责人：客服wang\n"
        "1. 勘查现场（11月23日 16:20 前）\n"
        "\n"
        "【处理结果】\n"
        "11月23日 11:25 解决。\n"
        "最后答复客户：您好，迁移由我跟进。\n"
        "\n"
        "【客户评价】\n"
        "客户尚未评价。"
    )


def test_what_is_not_there_is_said_to_be_missing(scene: Scene) -> None:
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    text = _draft(scene, "")
    for line in ("尚无已完成的期限。", "没有登记方案。", "尚未解决。", "客户尚未评价。"):
        assert line in text


def test_a_promise_broken_and_still_open_is_not_hidden(scene: Scene) -> None:
    scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    scene.pass_time(minutes=20)
    assert "· 首次联系：11月23日 10:15 前，已超时，尚未完成。" in _draft(scene)


def test_a_complaint_a_reopening_and_a_rating_are_named(scene: Scene) -> None:
    _solved(scene)
    ticket = replace(
        scene.ticket, complaint=True, topic="合同", cause="流程", reopened=1, rating=4, rating_reason="还算及时"
    )
    text = draft(ticket, "江海银行", (), None, "", "", SHANGHAI)
    for line in (
        "事由：合同，客户投诉",
        "投诉原因：流程",
        "其间客户反映未解决，重新打开 1 次。",
        "4 分（满分 5 分）：还算及时",
    ):
        assert line in text


def test_however_long_the_case_the_draft_can_be_submitted(scene: Scene) -> None:
    _solved(scene)
    steps = tuple(PlanStep("长" * 4000, scene.now) for _ in range(20))
    plan = Plan(9, 1, steps, scene.now, 1, None, None)
    clocks = scene.read(deadline_store.deadlines_of, scene.ticket.id) * 40
    text = draft(replace(scene.ticket, subject="长" * 9000), "客户", clocks, plan, "李", "长" * 9000, SHANGHAI)
    assert len(text) <= MAX_NOTE
