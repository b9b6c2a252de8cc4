"""Managers set, adopt and announce targets, staff read them; findings become improvements with progress and effect."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.agents.actions import Claim, Record
from bot.measuring import history_stream
from escalation.improvement import improving, targets
from escalation.improvement.improvement_tables import target_reads
from escalation.staff import disable_staff
from knowledge_base.gaps import gap_store
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

TARGET = {
    "indicator": "response_raised",
    "start": "2 小时",
    "goal": "30 分钟",
    "start_on": "",
    "goal_on": "2027-12-31",
    "impact": "5",
    "difficulty": "3",
}
PLAN = {"cause_kind": "process", "cause": "没有人提醒", "measure": "到期前提醒", "department": "客服部"}


@pytest.fixture
async def wang(console: Console) -> Seat:
    return await console.sits("wang", "manager", ())


@pytest.fixture
async def li(console: Console) -> Seat:
    return await console.sits("li")


async def sends(seat: Seat, path: str, **fields: Any) -> httpx.Response:
    page = await seat.look("/console/notices")
    data = {"csrf": csrf_of(page), **{name: str(value) for name, value in fields.items()}}
    return await seat.browser.post(f"/console/improvement/{path}", data=data)


async def said(seat: Seat, path: str, **fields: Any) -> tuple[int, str]:
    answer = await sends(seat, path, **fields)
    return answer.status_code, alert_of(answer)


async def test_a_manager_sets_and_announces_a_target_and_everybody_is_told_until_they_have_read_it(
    console: Console, wang: Seat, li: Seat
) -> None:
    set_ = await sends(wang, "targets", **TARGET, owner=wang.who.id)
    assert set_.headers["location"] == "/console/improvement?done=add"
    board = (await wang.look("/console/improvement?done=add")).text
    for words in ("目标已设定", "首次响应（自客户提出）（平均）", "没有样本", "目标 30 分钟", "优先级 15", "未公布"):
        assert words in board
    assert "目前没有公布的目标。" in (await li.look("/console/improvement")).text
    assert (await li.look("/console/improvement/targets/1")).status_code == 403
    assert "个新公布的目标" not in (await li.look("/console")).text
    announced = await sends(wang, "targets/1/announce")
    assert announced.headers["location"] == "/console/improvement/targets/1?done=announce"
    assert "有 1 个新公布的目标等您阅读。" in (await li.look("/console")).text
    assert "标为已读" in (await li.look("/console/improvement")).text
    for _ in range(2):
        assert (await sends(li, "targets/1/read")).status_code == 303
    assert console.scene.count(target_reads) == 1
    assert "个新公布的目标" not in (await li.look("/console")).text
    assert "有 1 个新公布的目标等您阅读。" in (await wang.look("/console")).text
    readers = (await wang.look("/console/improvement/targets/1")).text
    assert "已读 <small>1 人</small>" in readers
    assert "未读：客服wang" in readers


async def test_a_sample_target_is_adopted_with_a_tap(console: Console, wang: Seat) -> None:
    offered = (await wang.look("/console/improvement")).text
    assert "3 个月内从 2 小时 到 30 分钟；有现状数字的，从现状起算" in offered
    assert (await sends(wang, "adopt", suggestion="complaint-response")).status_code == 303
    (target,) = console.scene.read(targets.running_targets)
    assert (target.start_value, target.goal_value, target.owner_id) == (7_200, 1_800, wang.who.id)
    assert "从 2 小时 到 30 分钟" not in (await wang.look("/console/improvement")).text
    assert await said(wang, "adopt", suggestion="none") == (404, "没有这个目标。")


async def test_a_target_that_makes_no_sense_comes_back_with_a_sentence(console: Console, wang: Seat) -> None:
    async def refused(**change: Any) -> tuple[int, str]:
        return await said(wang, "targets", **{**TARGET, "owner": wang.who.id, **change})

    today = f"{console.scene.now.astimezone(console.scene.policy.zone):%Y-%m-%d}"
    assert await refused(indicator="speed") == (422, "没有「speed」这个指标，请从列表里选择。")
    assert await refused(goal="2小时") == (422, "目标值与起点相同，都是2 小时，请改其中一个。")
    assert await refused(goal="3h") == (
        422,
        "首次响应（自客户提出）下降才是改善，目标3 小时比起点2 小时还差，请核对。",
    )
    assert await refused(goal="很快") == (
        422,
        "「很快」不是首次响应（自客户提出）的数值，请写成30 分钟、2 小时这样。",
    )
    assert await refused(goal_on="2020-01-31") == (422, "完成日期 2020-01-31 已经过去，请填写今天或以后的日期。")
    assert await refused(goal_on=today) == (422, f"达成日期 {today} 须晚于起算日期 {today}。")
    assert await refused(goal_on="明年") == (422, "请填写完成日期。")
    assert await refused(owner="") == (422, "请选择负责人。")
    assert await refused(impact="6") == (422, "影响和难度须为 1 到 5 的整数。")
    assert await refused(queue="没有") == (422, "政策里没有「没有」这个队列。")
    console.hire("gone")
    gone = console.scene.write(disable_staff, "gone", console.scene.now)
    assert gone is None
    assert await refused(owner=wang.who.id + 1) == (422, "所选的负责人账号已停用，请另选一位。")
    assert console.scene.read(targets.running_targets) == []


async def test_of_two_people_who_change_a_target_at_once_the_second_sees_what_the_first_wrote(wang: Seat) -> None:
    fields = {**TARGET, "owner": wang.who.id}
    await sends(wang, "targets", **fields)
    assert (await sends(wang, "targets/1/change", **{**fields, "goal": "40分钟"}, edits=0)).status_code == 303
    answer = await sends(wang, "targets/1/change", **{**fields, "goal": "50分钟"}, edits=0)
    assert answer.status_code == 409
    assert alert_of(answer) == "您填写期间，其他同事已修改过。请核对下面的最新内容，再改一次。"
    assert 'name="goal" value="40 分钟"' in answer.text
    assert (await sends(wang, "targets/1/end")).status_code == 303
    ended = (409, "这个目标已经结束，不能再修改。")
    assert await said(wang, "targets/1/change", **fields, edits=1) == ended
    assert await said(wang, "targets/1/announce") == ended


async def test_agents_set_nothing_and_a_lead_only_what_is_of_their_queues(console: Console, li: Seat) -> None:
    may_not = "由主管、管理员或负责该队列的组长操作；不分队列的，由主管、管理员或负责全部队列的组长操作。"
    assert (await sends(li, "targets", **TARGET, owner=li.who.id)).status_code == 403
    chen = await console.sits("chen", "lead", ("通用客服",))
    assert await said(chen, "targets", **TARGET, owner=chen.who.id) == (403, may_not)
    ours = await sends(chen, "targets", **TARGET, owner=chen.who.id, queue="通用客服")
    assert ours.status_code == 303


async def test_a_finding_becomes_an_improvement_with_progress_and_effect(
    console: Console, wang: Seat, li: Seat
) -> None:
    scene = console.scene
    scene.visitor("anna").say("转人工")
    scene.clock.advance(minutes=20)
    for action in (Claim(), Record("called")):
        scene.act(li.who, action, scene.ticket.id)
    scene.clock.advance(days=1)
    await wang.sign_in()
    await li.sign_in()
    measure(scene)
    day = f"{scene.now.astimezone(scene.policy.zone) - timedelta(days=1):%Y-%m-%d}"
    due = f"{scene.now + timedelta(days=10):%Y-%m-%d}"
    finding = {"finding": "首次联系慢", "indicator": "response_raised", "period": day}
    assert (await sends(wang, "items", **finding, **PLAN, person=li.who.id, due_on=due)).status_code == 303
    page = (await li.look("/console/improvement/items/1")).text
    assert f"首次响应（自客户提出）（平均），全部，{day}：20 分钟" in page
    assert "流程：没有人提醒" in page
    assert "改进结束后，从第二天起才有数字" in page
    assert (await sends(li, "items/1/progress", text="已加提醒" + HOSTILE)).status_code == 303
    page = (await li.look("/console/improvement/items/1")).text
    assert "已加提醒" in page
    assert "<script>alert" not in page
    assert (await said(li, "items/1/close", text="好"))[0] == 403
    assert (await sends(wang, "items/1/close", text="提醒已上线", edits=0)).status_code == 303
    scene.clock.advance(days=8)
    await wang.sign_in()
    await li.sign_in()
    page = (await wang.look("/console/improvement/items/1")).text
    assert "改进前</dt><dd><b>20 分钟</b>" in page
    assert "改进后</dt><dd><b>没有样本</b>" in page
    closed = f"{scene.now.astimezone(scene.policy.zone) - timedelta(days=8):%Y-%m-%d}"
    assert await said(li, "items/1/progress", text="又做了") == (
        409,
        f"这项改进已于 {closed} 结束，不能再记进展；后续的事请另立一项。",
    )


async def test_an_improvement_that_lacks_something_comes_back_with_a_sentence(console: Console, wang: Seat) -> None:
    whole = {"finding": "回访太晚", **PLAN, "person": wang.who.id, "due_on": "2027-12-31"}

    async def refused(**change: Any) -> tuple[int, str]:
        return await said(wang, "items", **{**whole, **change})

    assert await refused(finding=" ") == (422, "请填写发现了什么问题。")
    assert await refused(measure="") == (422, "请填写改进措施。")
    assert await refused(person="") == (422, "请选择经办人。")
    assert await refused(person=999) == (422, "所选的经办人账号已停用，请另选一位。")
    assert await refused(cause="") == (422, "请写明原因。")
    assert await refused(cause_kind="运气") == (422, "请选择原因类别：流程、人员、资源或沟通。")
    assert await refused(due_on="") == (422, "请填写完成日期。")
    assert await refused(due_on="2020-01-01") == (422, "完成日期 2020-01-01 已经过去，请填写今天或以后的日期。")
    assert await refused(measure="长" * 2_001) == (422, "文字太长，最多 2000 字，请删减后再提交。")
    assert await refused(indicator="fcr_rate", period="上个月") == (
        422,
        "请把时期写成 2026-W48、2026-11、2026-Q4 或 2026-11-01..2026-11-15 这样。",
    )
    assert console.scene.read(improving.find_improvements) == []
    assert 'value="2026-11"' in (await wang.look("/console/improvement?indicator=fcr_rate&period=2026-11")).text


async def test_whoever_is_late_is_told_on_every_page_and_only_who_it_concerns_opens_it(
    console: Console, wang: Seat, li: Seat
) -> None:
    due = f"{console.scene.now + timedelta(days=1):%Y-%m-%d}"
    await sends(wang, "items", finding="回访太晚", **PLAN, person=li.who.id, due_on=due)
    assert "已过完成日期" not in (await li.look("/console")).text
    console.scene.clock.advance(days=3)
    await li.sign_in()
    await wang.sign_in()
    assert "您经办的改进已过完成日期，请更新进展。" in (await li.look("/console")).text
    assert "已过完成日期" not in (await wang.look("/console")).text
    zhao = await console.sits("zhao")
    assert (await zhao.look("/console/improvement/items/1")).status_code == 403
    assert "已过期" in (await wang.look("/console/improvement")).text
    assert (await wang.look("/console/improvement/items/7")).status_code == 404
    assert (await sends(wang, "items/1/burn")).status_code == 404


def measure(scene: Any) -> None:
    """Count what can be counted by now."""
    while scene.read(history_stream.is_due, scene.rules, scene.now):
        scene.write(history_stream.follow_some, scene.rules, scene.now)


async def test_risks_stand_on_the_page_of_who_steers_with_their_rule(console: Console, wang: Seat, li: Seat) -> None:
    for number in range(10):
        console.scene.write(gap_store.add_gap, "unanswered", f"问题{number}", console.scene.now - timedelta(minutes=1))
    board = (await wang.look("/console/improvement")).text
    assert "最近 28 天答不上来的问题 10 个，此前 28 天 0 个。" in board
    assert "规则：比此前 28 天多 20% 以上，且达到 10 个。" in board
    assert "答不上来的问题" not in (await li.look("/console/improvement")).text


async def test_whose_owner_or_person_has_left_says_so(console: Console, wang: Seat) -> None:
    console.hire("gone")
    due = f"{console.scene.now + timedelta(days=9):%Y-%m-%d}"
    await sends(wang, "targets", **TARGET, owner=wang.who.id + 1)
    await sends(wang, "items", finding="回访太晚", **PLAN, person=wang.who.id + 1, due_on=due)
    assert "账号已停用" not in (await wang.look("/console/improvement")).text
    console.scene.write(disable_staff, "gone", console.scene.now)
    for path in ("", "/targets/1", "/items/1"):
        assert "账号已停用，请另选" in (await wang.look(f"/console/improvement{path}")).text
