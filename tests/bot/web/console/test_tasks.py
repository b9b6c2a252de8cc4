"""Whoever is asked for help, a task or an approval answers on the ticket's page or on their own, and reads why not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.auth.passwords import hash_password
from bot.notifications import notice_inbox
from escalation.staff import disable_staff
from escalation.tickets import task_store
from escalation.tickets.task import TicketTask
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import PASSWORD, Console, Seat, alert_of, csrf_of

NOON = "2026-11-23T12:00"  # two hours after the scene begins


@pytest.fixture
async def console(scene: Scene) -> AsyncIterator[Console]:
    made = Console(scene, hash_password(PASSWORD))
    yield made
    for client in made.clients:
        await client.aclose()


@pytest.fixture
async def wang(console: Console, scene: Scene) -> Seat:
    """Holds the only ticket."""
    scene.visitor().say("转人工")
    scene.visitor("bo").say("转人工")
    seat = await console.sits("wang", queues=("通用客服",))
    await seat.do(1, "claim")
    return seat


async def asks(wang: Seat, move: str = "ask", **fields: str) -> httpx.Response:
    """The form of a task for the finance department, with what a test changes."""
    values = {"kind": "task", "of": "财务部", "by": NOON, "text": "核对发票", "matter": "", "amount": ""}
    return await wang.do(1, move, **({**values, **fields} if move == "ask" else fields))


async def settles(seat: Seat, number: int, move: str, **fields: str) -> httpx.Response:
    """A form of the page of one's own requests."""
    page = await seat.look("/console/tasks")
    data = {"csrf": csrf_of(page), **fields}
    return await seat.browser.post(f"/console/tasks/{number}/{move}", data=data)


def newest(console: Console) -> TicketTask:
    return console.scene.read(task_store.tasks_of, 1)[-1]


async def test_whoever_is_asked_opens_the_ticket_and_answers_there_which_meets_the_clock(
    console: Console, wang: Seat
) -> None:
    deng = await console.sits("deng", queues=("技术支持",))
    assert (await deng.look("/console/tickets/1")).status_code == 403
    assert (await asks(wang, "help", support="技术", text="怎么配双机")).status_code == 303
    page = (await deng.look("/console/tickets/1")).text
    assert "您受邀协助这张工单：可以查看、写备注，并在「求援与任务」里答复；客户由经办人回复。" in page
    assert 'action="/console/tickets/1/reply' not in page
    assert 'action="/console/tickets/1/claim"' not in page
    task = newest(console)
    assert (await deng.do(1, "note", text="在看")).status_code == 303
    assert (await deng.do(1, "answer", task=str(task.id), text="先停备机")).status_code == 303
    clock = console.scene.clock_of("internal_support", 1)
    assert (clock.state, clock.settled_at) == ("met", console.scene.now)
    holders = (await wang.look("/console/tickets/1")).text
    assert "先停备机" in holders
    assert "客服deng 10:00 答复" in holders.replace("今天 ", "")
    assert "客服deng 答复（求援，技术）" in holders
    told = console.scene.read(notice_inbox.notices_for, console.scene.vault, wang.who, [])
    assert told[0].text == "【已答复】#1 未识别客户（三级）：客服deng答复了发给技术的求援：先停备机"


@pytest.mark.parametrize(("move", "fields"), [("reply", {"text": "您好", "key": "12345678"}), ("claim", {})])
async def test_whoever_is_asked_neither_replies_nor_takes_it(
    console: Console, wang: Seat, move: str, fields: dict[str, str]
) -> None:
    deng = await console.sits("deng", queues=("技术支持",))
    await asks(wang, "help", to=str(deng.who.id), text="怎么配双机")
    answer = await deng.do(1, move, **fields)
    assert (answer.status_code, alert_of(answer)) == (
        403,
        "这张工单您只能查看，如需处理请联系负责这个队列的同事。",
    )


async def test_a_named_colleague_is_told_with_number_and_queue(console: Console, wang: Seat) -> None:
    deng = await console.sits("deng", queues=("技术支持",))
    await asks(wang, "help", to=str(deng.who.id), text="怎么配双机")
    (told,) = console.scene.read(notice_inbox.notices_for, console.scene.vault, deng.who, [])
    assert told.ticket_id == 1
    assert told.text == (
        "【求援】#1 未识别客户（三级，通用客服）需要客服deng支援，请在 今天 10:15 前到工单里答复：怎么配双机"
    )


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"of": ""}, 422, "请选择请谁办理。"),
        ({"of": "公关部"}, 422, "政策里没有这个部门。"),
        ({"of": "@999"}, 409, "没有这位同事，或其账号已停用。"),
        ({"of": "@1"}, 422, "不能请自己办理，请选择其他同事。"),
        ({"of": "技术部"}, 422, "目前没有可以请的同事，请改选其他人。"),
        ({"kind": ""}, 422, "请选择是交办任务还是请求审批。"),
        ({"by": ""}, 422, "请填写最晚什么时候完成，日期和时间都要填。"),
        ({"by": "明天"}, 422, "请填写最晚什么时候完成，日期和时间都要填。"),
        ({"by": "2026-11-23T10:00"}, 422, "完成时间须晚于现在。"),
        ({"text": " "}, 422, "内容不能为空。"),
        ({"text": "长" * 4_001}, 413, "内容太长，请删减后再提交。"),
        ({"kind": "approval", "matter": "价格优惠"}, 422, "请填写金额。"),
        ({"kind": "approval", "amount": "100"}, 422, "填了金额的，请同时选择金额审批的类别。"),
        ({"kind": "approval", "matter": "旅游", "amount": "100"}, 422, "政策里没有这类审批。"),
        *(
            (
                {"kind": "approval", "matter": "价格优惠", "amount": amount},
                422,
                "金额须为大于 0 的数字，最多两位小数，例如 1200 或 99.50。",
            )
            for amount in ("0", "-5", "一百", "1.234", "1e3", "9999999999")
        ),
        (
            {"kind": "approval", "matter": "价格优惠", "amount": "50000.01"},
            422,
            "这笔金额超出对方的审批权限（最高 50,000 元），请改由权限更高的同事审批。",
        ),
    ],
)
async def test_a_request_that_makes_no_sense_comes_back_with_a_sentence(
    console: Console, wang: Seat, fields: dict[str, str], status: int, sentence: str
) -> None:
    console.hire("sun", "manager", ())
    answer = await asks(wang, **fields)
    assert (answer.status_code, alert_of(answer)) == (status, sentence)
    assert 'id="form-ask" open' in answer.text
    assert console.scene.read(task_store.tasks_of, 1) == []


async def test_a_complaint_closed_to_somebody_is_not_opened_by_asking_them(console: Console, scene: Scene) -> None:
    anna, li = scene.visitor(), await console.sits("li", queues=("通用客服", "投诉处理"))
    anna.say("转人工")
    chen = await console.sits("chen", queues=("投诉处理",))
    for move in ("claim", "resolve"):
        await li.do(1, move)
    scene.clock.advance(hours=1)
    anna.say("我要投诉你们的技术员，他向我索要红包")
    number = scene.ticket.id
    await chen.do(number, "claim")
    answer = await chen.do(number, "help", to=str(li.who.id), text="怎么回事")
    assert (answer.status_code, alert_of(answer)) == (409, "这张投诉工单对这位同事保密，请选择其他人。")
    assert (await li.look(f"/console/tickets/{number}")).status_code == 403


async def test_help_of_nobody_and_of_oneself_is_refused(console: Console, wang: Seat) -> None:
    for fields, sentence in (
        ({"support": "技术"}, "目前没有可以请的同事，请改选其他人。"),
        ({"to": str(wang.who.id)}, "不能请自己办理，请选择其他同事。"),
    ):
        answer = await asks(wang, "help", text="怎么配双机", **fields)
        assert (answer.status_code, alert_of(answer)) == (422, sentence)


async def test_help_is_not_recorded_by_hand_while_its_answer_is_waited_for(console: Console, wang: Seat) -> None:
    console.hire("deng", queues=("技术支持",))
    await asks(wang, "help", support="技术", text="怎么配双机")
    answer = await wang.do(1, "record", fact="help_given")
    assert (answer.status_code, alert_of(answer)) == (
        409,
        "这张工单还有未答复的求援，对方答复后会自动登记；如已不需要，请先撤回求援。",
    )


async def _approval(console: Console, wang: Seat, amount: str = "3000") -> tuple[Seat, Seat, int]:
    """A lead and a manager are asked for it."""
    lead = await console.sits("zhao", "lead", ("技术支持",))
    manager = await console.sits("sun", "manager", ())
    await asks(wang, kind="approval", of=f"@{manager.who.id}", matter="价格优惠", amount=amount, text="老客户")
    return lead, manager, newest(console).id


async def test_an_approval_is_given_on_the_page_of_ones_own_requests(console: Console, wang: Seat) -> None:
    lead, manager, number = await _approval(console, wang)
    page = (await manager.look("/console/tasks")).text
    assert "价格优惠 3,000 元的审批" in page
    assert "老客户" in page
    assert "1 项待答复" in page
    undecided = await settles(manager, number, "answer", text="可以")
    assert alert_of(undecided) == "请选择同意或不同意。"
    unexplained = await settles(manager, number, "answer", agreed="no")
    assert alert_of(unexplained) == "不同意时请写明原因。"
    assert (await settles(lead, number, "answer", agreed="yes")).status_code == 409
    answered = await settles(manager, number, "answer", agreed="yes", text="仅此一次")
    assert answered.headers["location"] == "/console/tasks?done=answer"
    assert "已答复，对方会收到通知。" in (await manager.look("/console/tasks?done=answer")).text
    assert "同意：仅此一次" in (await wang.look("/console/tickets/1")).text


async def test_every_answer_that_is_not_to_be_given_is_refused_in_a_sentence(console: Console, wang: Seat) -> None:
    lead, manager, number = await _approval(console, wang)

    async def told(seat: Seat, **fields: str) -> str:
        return alert_of(await settles(seat, number, "answer", **fields))

    assert await told(wang, agreed="yes") == "不能审批自己提出的申请，请由其他人审批。"
    assert await told(lead, agreed="yes") == "这项请求不是请您办理的，不能答复。"
    await settles(manager, number, "answer", agreed="yes")
    assert await told(manager, agreed="no", text="还是算了") == "这项请求已由客服sun答复，不能再次答复。"
    assert alert_of(await settles(manager, 999, "answer", text="好")) == "没有这项请求。"


async def test_an_amount_above_what_one_may_approve_is_refused(console: Console, wang: Seat) -> None:
    zhao = await console.sits("zhao", "lead", ("通用客服",))
    console.hire("sun", "manager", ())
    policy_people = {"of": f"@{zhao.who.id}", "kind": "approval", "matter": "价格优惠"}
    answer = await asks(wang, **policy_people, amount="2000.01")
    assert alert_of(answer) == "这笔金额超出对方的审批权限（最高 2,000 元），请改由权限更高的同事审批。"
    await asks(wang, **policy_people, amount="2000")
    number = newest(console).id
    console.scene.write(_raise_amount, number)
    beyond = await settles(zhao, number, "answer", agreed="yes")
    assert alert_of(beyond) == "这笔金额超出您的审批权限（最高 2,000 元），请由权限更高的同事审批。"


async def test_who_may_approve_no_amount_is_called_so(console: Console, wang: Seat) -> None:
    deng = await console.sits("deng", queues=("通用客服",))
    answer = await asks(wang, of=f"@{deng.who.id}", kind="approval", matter="价格优惠", amount="1")
    assert alert_of(answer) == "对方没有这类金额的审批权限，请改由有权限的同事审批。"


def _raise_amount(db: Any, number: int) -> None:
    db.execute(task_store.ticket_tasks.update().where(task_store.ticket_tasks.c.id == number).values(amount=200_001))


async def test_whoever_was_disabled_answers_nothing(console: Console, wang: Seat) -> None:
    _, manager, number = await _approval(console, wang)
    console.scene.write(disable_staff, "sun", console.scene.now)
    assert (await manager.look("/console/tasks")).status_code == 303  # to the sign-in
    assert console.scene.read(task_store.get_task, number).state == "open"


async def test_a_request_can_be_withdrawn_and_is_then_gone_for_whoever_was_asked(console: Console, wang: Seat) -> None:
    deng = await console.sits("deng", queues=("技术支持",))
    await asks(wang, of=f"@{deng.who.id}")
    number = newest(console).id
    refused = await settles(deng, number, "withdraw")
    assert alert_of(refused) == "只有提出请求的同事、经办人或组长可以撤回。"
    assert (await wang.do(1, "withdraw", task=str(number))).status_code == 303
    assert "没有请您办理的事项。" in (await deng.look("/console/tasks")).text
    assert (await deng.look("/console/tickets/1")).status_code == 403
    assert alert_of(await settles(deng, number, "answer", text="好")) == "这项请求已经撤回，不用再答复。"
    late = await deng.do(1, "answer", task=str(number), text="好")
    assert (late.status_code, "这项请求已经撤回，不用再答复。" in late.text) == (409, True)


async def test_after_the_ticket_has_ended_nothing_is_answered(console: Console, wang: Seat) -> None:
    deng = await console.sits("deng", queues=("技术支持",))
    await asks(wang, of=f"@{deng.who.id}")
    number = newest(console).id
    await wang.do(1, "resolve", why="当场解决")
    assert alert_of(await settles(deng, number, "answer", text="好")) == "工单已经结束，这项请求不用再答复。"
    assert (await deng.look("/console/tickets/1")).status_code == 403


async def test_a_request_of_another_ticket_is_not_answered_through_this_one(console: Console, wang: Seat) -> None:
    await wang.do(2, "claim")
    deng = await console.sits("deng", queues=("技术支持", "通用客服"))
    await asks(wang, of=f"@{deng.who.id}")
    answer = await deng.do(2, "answer", task=str(newest(console).id), text="好")
    assert (answer.status_code, alert_of(answer)) == (404, "没有这项请求。")
