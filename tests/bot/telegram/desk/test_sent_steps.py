"""In a ticket's topic: a draft is shown, what follows the command is sent, and 关闭 asks why something is left out."""

from __future__ import annotations

from datetime import timedelta

from bot.agents.actions import MakePlan
from escalation.tickets import history
from escalation.tickets.plans import PlanStep
from tests.bot.scene import Scene
from tests.bot.telegram.desk_scene import DeskScene

LI = 501


async def test_a_draft_is_shown_and_what_follows_the_command_is_sent(scene: Scene) -> None:
    desk = DeskScene(scene)
    li = scene.claimed_by(desk.staff("li", LI))
    await desk.write(LI, "/plan")
    assert desk.refusal() == "还没有可以发给客户的方案，请先拟定方案。"
    scene.act(li, MakePlan(li.id, (PlanStep("上门检修", scene.now + timedelta(hours=2)),)))
    await desk.write(LI, "/plan")
    assert desk.refusal().startswith("草稿如下，核对修改后，以同一命令开头发出，客户收到的就是命令后面的文字：")
    assert "1. 上门检修（" in desk.refusal()
    await desk.write(LI, "/plan 今天上门检修。")
    row = desk.sent()[-1]
    assert (row.text, [each["label"] for each in row.buttons]) == ("今天上门检修。", ["同意", "有异议"])
    assert scene.read(history.history_of, desk.ticket_id)[-1].kind == "plan_explained"


async def test_a_tick_says_how_to_send_it(scene: Scene) -> None:
    desk = DeskScene(scene)
    scene.claimed_by(desk.staff("li", LI))
    text, alert = await desk.tap(f"t:{desk.ticket_id}:fact:progress_reported", LI)
    assert (text, alert) == (
        (
            "进展要发给客户：在本话题发送 /progress 加正文；只发 /progress 可以先看草稿。"
            "已在电话里说明的，请先点「已电话联系」。"
        ),
        True,
    )


async def test_what_is_owed_is_left_out_for_a_reason_that_is_chosen(scene: Scene) -> None:
    desk = DeskScene(scene)
    scene.claimed_by(desk.staff("li", LI))
    scene.know("C1015")
    desk.customer.identify("C1015")
    assert scene.ticket.tier == "二级"
    text, alert = await desk.tap(f"t:{desk.ticket_id}:resolve", LI)
    assert (text, alert) == (
        "还欠：评估并拟定方案、向客户沟通方案、客户验收、服务报告。确实不用做的，请选择理由；其他理由请到工作台填写。",
        True,
    )
    await desk.press("客户表示不需要", LI)
    line = scene.read(history.history_of, desk.ticket_id)[-1]
    assert (line.kind, line.data["reason"]) == ("resolved", "客户表示不需要")
