"""Forms of the ticket's page that set right, take back, open again and write on: what is done, and whole refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Resolve, Transfer
from escalation.policy.model import Policy
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of


@pytest.fixture
def policy(policy: Policy) -> Policy:
    """As shipped: what was done can be taken back for a minute."""
    return replace(policy, dialogue=replace(policy.dialogue, undo_within=timedelta(minutes=1)))


@pytest.fixture
async def li(console: Console, scene: Scene) -> Seat:
    """Holds the ticket of a customer who wanted a person."""
    scene.visitor().say("转人工")
    seat = await console.sits("li")
    await seat.do(1, "claim")
    return seat


async def refused(seat: Seat, move: str, **fields: Any) -> tuple[int, str]:
    answer = await seat.do(1, move, **fields)
    return answer.status_code, alert_of(answer)


async def done(seat: Seat, move: str, **fields: Any) -> str:
    """The page that one is led to."""
    answer = await seat.do(1, move, **fields)
    assert answer.status_code == 303, alert_of(answer)
    return (await seat.look(answer.headers["location"])).text


async def test_what_is_changed_in_the_form_is_set_and_the_rest_stays(scene: Scene, li: Seat) -> None:
    was = {"was_subject": "客户要求人工", "was_topic": "", "was_complaint": "no", "was_gravity": "", "was_incident": ""}
    page = await done(
        li, "correct", **was, subject="主板坏了", topic="故障", complaint="no", gravity="complex", incident=""
    )
    ticket = scene.ticket
    assert (ticket.subject, ticket.topic, ticket.gravity, ticket.complaint) == ("主板坏了", "故障", "complex", False)
    assert ticket.set_by_hand == "|gravity|subject|topic|"
    assert "主板坏了" in page


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({}, (422, "请填写要修改的内容。")),
        ({"subject": " ", "was_subject": "旧"}, (422, "内容不能为空。")),
        ({"subject": "长" * 601}, (413, "内容太长，请删减后再提交。")),
        ({"topic": "火星"}, (422, "政策里没有这个事由。")),
        ({"gravity": "huge"}, (422, "只能标记为重大或复杂，或取消标记。")),
        ({"incident": "404"}, (422, "没有这次服务中断。")),
        ({"complaint": "yes", "was_complaint": "no"}, (303, "")),
        ({"complaint": "no", "was_complaint": "yes"}, (303, "")),  # it is none already
    ],
)
async def test_what_cannot_be_set_is_said_on_the_form(
    scene: Scene, li: Seat, fields: dict[str, str], answer: tuple[int, str]
) -> None:
    assert await refused(li, "correct", **fields) == answer


async def test_to_lessen_takes_a_reason_and_to_set_takes_the_holder(console: Console, scene: Scene, li: Seat) -> None:
    no_reason = (422, "调低紧急程度或取消投诉，请写明理由。")
    assert await refused(li, "grade", urgency="low") == no_reason
    assert await refused(li, "grade", urgency="火急") == (422, "政策里没有这个紧急程度。")
    await done(li, "correct", complaint="yes", was_complaint="no")
    assert await refused(li, "correct", complaint="no", was_complaint="yes") == no_reason
    wang, deng = await console.sits("wang"), await console.sits("deng", queues=("技术支持",))
    assert await refused(wang, "correct", topic="故障") == (409, "这张工单由客服li负责，只有经办人能这样操作。")
    assert (await deng.do(1, "correct", topic="故障")).status_code == 403
    assert scene.ticket.topic == "投诉"


async def test_what_was_typed_is_still_there_after_a_refusal(scene: Scene, li: Seat) -> None:
    answer = await li.do(1, "correct", subject="主板坏了", topic="火星", was_subject="x")
    assert alert_of(answer) == "政策里没有这个事由。"
    assert "主板坏了</textarea>" in answer.text


async def test_a_moment_ago_is_taken_back_and_offered_only_then(scene: Scene, li: Seat) -> None:
    assert 'data-move="undo"' not in (await li.look("/console/tickets/1")).text
    assert 'data-move="undo"' in await done(li, "resolve", why="当场解决")
    page = await done(li, "undo")
    assert scene.ticket.state == "claimed"
    assert 'data-move="undo"' not in page
    assert await refused(li, "undo") == (409, "没有可以撤销的操作。")


async def test_what_cannot_be_taken_back_is_said(console: Console, scene: Scene, li: Seat) -> None:
    wang = await console.sits("wang")
    scene.act(li.who, Resolve(why="当场解决"))
    assert await refused(wang, "undo") == (409, "这是客服li的操作，只有本人或组长能撤销。")
    scene.clock.advance(seconds=61)
    assert await refused(li, "undo") == (409, "已过了可以撤销的时间，不能再撤销。")


async def test_who_has_passed_it_out_of_sight_takes_it_back(console: Console, scene: Scene, li: Seat) -> None:
    deng = await console.sits("deng", queues=("通用客服",))
    scene.act(li.who, Transfer("通用客服", deng.who.id))
    assert (await deng.do(1, "transfer", queue="技术支持", to="")).status_code == 303
    assert (await deng.look("/console/tickets/1")).status_code == 403
    answer = await deng.do(1, "undo")
    assert answer.headers["location"] == "/console/tickets/1?done=undo"
    assert scene.ticket.holder_id == deng.who.id


async def test_an_ended_ticket_is_opened_again_and_an_open_one_is_not(scene: Scene, li: Seat) -> None:
    assert await refused(li, "reopen") == (409, "这张工单还在处理中，不能这样操作。")
    scene.act(li.who, Resolve(why="当场解决"))
    scene.pass_time(days=40)
    await li.sign_in()
    assert 'data-move="reopen"' in (await li.look("/console/tickets/1")).text
    await done(li, "reopen")
    assert (scene.ticket.state, scene.ticket.reopened) == ("waiting", 1)


async def test_a_finished_ticket_is_written_on_by_its_holder(console: Console, scene: Scene, li: Seat) -> None:
    anna = scene.visitor()
    scene.act(li.who, Resolve(why="当场解决"))
    scene.pass_time(minutes=2)
    anna.read()
    await done(li, "reply", text="发票明天寄出。", key="12345678")
    assert (anna.read(), scene.ticket.state) == (["发票明天寄出。"], "resolved")
    await done(li, "note", text="已告知发票")
    wang = await console.sits("wang")
    of_others = (409, "这张工单由客服li负责，只有经办人能这样操作。")
    assert await refused(wang, "reply", text="您好", key="22345678") == of_others
    assert await refused(li, "correct", gravity="major") == (409, "这张工单已经结束，不能再操作。")
    await done(li, "reply", text="我再看一下。", key="32345678", reopens="yes")
    assert (scene.ticket.state, scene.ticket.holder_id) == ("claimed", li.who.id)
