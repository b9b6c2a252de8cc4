"""The page on which staff open tickets: found customers are chosen, refusals keep what was typed."""

from __future__ import annotations

from typing import Any

import httpx

from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

CALL = {"channel": "phone", "who": "王女士 13900001111", "what": "打印机卡纸", "key": "12345678"}


async def send(seat: Seat, **fields: Any) -> httpx.Response:
    page = await seat.look("/console/tickets/new")
    return await seat.browser.post("/console/tickets/new", data={"csrf": csrf_of(page), **CALL, **fields})


async def test_a_call_becomes_a_ticket_and_its_page_opens(console: Console) -> None:
    li = await console.sits("li")
    answer = await send(li, hold="1", answered="1", raised="2026-11-23T09:30")
    assert answer.headers["location"] == f"/console/tickets/{console.scene.ticket.id}?done=open"
    page = await li.look(answer.headers["location"])
    assert "工单已登记。" in page.text
    assert "登记了工单（电话，通用客服）" in page.text
    assert "<dt>渠道</dt><dd>电话 <small>客服li 登记</small>" in page.text
    assert "电话：13900001111" in page.text  # for whoever holds it; in the line it is starred
    assert "139****1111" in page.text
    assert '<dt>标题</dt><dd class="words">打印机卡纸</dd>' in page.text


async def test_after_entering_an_answered_call_the_page_says_what_can_be_undone(console: Console) -> None:
    li = await console.sits("li")
    page = (await li.look((await send(li, hold="1", answered="1")).headers["location"])).text
    assert "刚才的操作「已电话联系客户」现在还可以撤销。" in page


async def test_what_can_be_undone_is_called_as_its_button(console: Console) -> None:
    li = await console.sits("li")
    await send(li, hold="1", answered="1")
    number = console.scene.ticket.id
    page = (await li.look((await li.do(number, "record", fact="waiting_for_customer")).headers["location"])).text
    assert "刚才的操作「等待客户」现在还可以撤销。" in page


async def test_back_on_the_board_it_says_what_can_be_undone(console: Console) -> None:
    li = await console.sits("li")
    await send(li)
    number = console.scene.ticket.id
    assert "刚才的操作「转交工单」现在还可以撤销。" in (await li.look(f"/console?done=transfer&ticket={number}")).text
    assert "刚才的操作「退回队列」现在还可以撤销。" in (await li.look(f"/console?done=release&ticket={number}")).text
    assert "撤销" not in (await li.look(f"/console?done=open&ticket={number}")).text


async def test_solved_on_the_way_to_the_next_ticket_it_says_so_too(console: Console) -> None:
    li = await console.sits("li")
    await send(li, hold="1", answered="1")
    number = console.scene.ticket.id
    page = (await li.look((await li.do(number, "resolve", why="当场解决", then="next")).headers["location"])).text
    assert f"#{number} 已标记为解决。系统无法通知这位客户，请打电话告知处理结果。" in page
    assert "询问客户是否还有其他需要" not in page


async def test_solving_what_a_stranger_rang_about_says_that_nobody_tells_them(console: Console) -> None:
    li = await console.sits("li")
    await send(li, hold="1", answered="1")
    number = console.scene.ticket.id
    page = (await li.look(f"/console/tickets/{number}")).text
    assert "确认问题已经解决？系统无法通知这位客户，请打电话告知处理结果。" in page
    assert "客户会收到" not in page
    page = (await li.look((await li.do(number, "resolve", why="当场解决")).headers["location"])).text
    assert "已标记为解决。系统无法通知这位客户，请打电话告知处理结果。" in page
    assert "询问客户是否还有其他需要" not in page
    assert "这位客户没有可以收到消息的渠道，请打电话联系并登记「已电话联系」，或写内部备注。" in page
    assert "工单已解决。客户若来电说没解决，请点「重新打开」。" in page
    assert "客户会收到" not in page


async def test_solving_what_a_customer_wrote_about_says_what_they_are_asked(console: Console) -> None:
    li = await console.sits("li")
    console.scene.visitor().say("转人工")
    number = console.scene.ticket.id
    await li.do(number, "claim")
    page = (await li.look(f"/console/tickets/{number}")).text
    assert f"客户会收到：</p>\n        <blockquote>{console.scene.sentence('anything_else')}</blockquote>" in page
    page = (await li.look((await li.do(number, "resolve", why="当场解决")).headers["location"])).text
    assert "已标记为解决，并询问客户是否还有其他需要。" in page


async def test_of_several_contacts_with_one_organisation_one_is_chosen(console: Console) -> None:
    li = await console.sits("li")
    console.scene.know("C1001")
    named = (await console.scene.database.read(_organisation, console.scene)) or ""
    page = await send(li, who=named)
    assert "找到可能的客户，请确认是哪一位再登记。" in page.text
    assert console.scene.tickets == []
    assert "C1001" in (await send(li, who=named[:2])).text  # any part of a name will do
    await send(li, who=named, customer="C1001")
    assert console.scene.ticket.contact_id == "C1001"


def _organisation(db: Any, scene: Any) -> str:
    from escalation.customers.customer_store import find_customer

    found = find_customer(db, scene.vault, scene.policy, "C1001", scene.now)
    assert found is not None
    return str(found.organisation.name)


async def test_a_call_raised_in_the_future_is_refused_with_what_was_typed(console: Console) -> None:
    li = await console.sits("li")
    answer = await send(li, raised="2026-11-23T23:59", what=HOSTILE)
    assert answer.status_code == 422
    assert alert_of(answer) == "提出时间不能晚于现在。"
    assert "&lt;script&gt;alert(1)" in answer.text
    assert HOSTILE not in answer.text


async def test_an_instant_that_is_none_is_refused(console: Console) -> None:
    li = await console.sits("li")
    assert alert_of(await send(li, raised="昨天")) == "请填写提出时间，日期和时间都要填。"


async def test_whoever_may_not_see_the_ticket_comes_back_to_the_board(console: Console) -> None:
    li = await console.sits("li", queues=("特级专席",))
    answer = await send(li)
    number = console.scene.ticket.id
    assert answer.headers["location"] == f"/console?done=open&ticket={number}"
    assert f"#{number} 工单已登记。" in (await li.look(answer.headers["location"])).text


async def test_a_danger_is_critical_at_once_and_the_page_says_why(console: Console) -> None:
    li = await console.sits("li")
    answer = await send(li, what="客户电话：机器冒烟了")
    number = console.scene.ticket.id
    assert answer.headers["location"] == f"/console/tickets/{number}?done=open&danger=raised"
    page = await li.look(answer.headers["location"])
    assert alert_of(page) == "因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"
    assert "客服li 所写的内容提到危险，已通知值班人员（登记工单，特急）" in " ".join(page.text.split())
    assert console.scene.notices("new") == [("new", "queue", "特级专席")]


async def test_a_danger_that_leaves_the_opener_behind_is_told_on_the_board(console: Console) -> None:
    li = await console.sits("li", queues=("通用客服",))
    answer = await send(li, details="机器冒烟了")
    number = console.scene.ticket.id
    assert answer.headers["location"] == f"/console?done=open&ticket={number}&danger=raised"
    told = alert_of(await li.look(answer.headers["location"]))
    assert told == f"#{number} 因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"


async def test_a_danger_beside_a_chosen_urgency_alarms_and_leaves_it(console: Console) -> None:
    li = await console.sits("li")
    page = await li.look((await send(li, what="机器冒烟了", urgency="normal")).headers["location"])
    assert alert_of(page) == (
        "所写的内容提到危险，已通知值班人员。紧急程度由人工认定，没有改动；确有危险的，请调为「特急」。"
    )
    assert "所写的内容提到危险，已通知值班人员；紧急程度已由人工认定，未改动（登记工单）" in page.text
    assert console.scene.ticket.urgency == "normal"
    assert ("critical", "queue", "特级专席") in console.scene.notices("critical")


async def test_a_doubtful_danger_is_asked_about_on_the_page(console: Console) -> None:
    li = await console.sits("li")
    page = await li.look((await send(li, what="客户问是不是冒烟？")).headers["location"])
    assert alert_of(page) == (
        "所写的内容可能提到危险，但不能确定，紧急程度没有改动，也没有通知值班人员。现在确有危险的，请立即定为「特急」。"
    )
    assert "<button>现在有危险，定为「特急」</button>" in page.text
    assert "客服li 所写的内容可能提到危险，已请填写人确认（登记工单）" in " ".join(page.text.split())


async def test_a_note_that_tells_of_a_danger_raises_the_ticket_and_the_page_says_so(console: Console) -> None:
    li = await console.sits("li")
    await send(li)
    number = console.scene.ticket.id
    answer = await li.do(number, "note", text="客户来电：没有冒烟")
    assert answer.headers["location"] == f"/console/tickets/{number}?done=note"
    answer = await li.do(number, "note", text="客户来电：机器冒烟了")
    assert answer.headers["location"] == f"/console/tickets/{number}?done=note&danger=raised"
    page = await li.look(answer.headers["location"])
    assert alert_of(page) == "因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"
    assert "所写的内容提到危险，已通知值班人员（内部备注，特急）" in page.text


async def test_a_note_on_a_finished_ticket_asks_and_one_tap_reopens_it(console: Console) -> None:
    li = await console.sits("li")
    await send(li, hold="1", answered="1")
    number = console.scene.ticket.id
    await li.do(number, "resolve", why="当场解决")
    page = await li.look((await li.do(number, "note", text="客户来电：机器冒烟了")).headers["location"])
    assert alert_of(page) == (
        "所写的内容可能提到危险。这张工单已结束，没有重新打开，也没有通知值班人员。现在确有危险的，"
        "请立即重新打开并定为「特急」。"
    )
    assert "<button>现在有危险，重新打开并定为「特急」</button>" in page.text
    assert console.scene.ticket.state == "resolved"
    page = await li.look((await li.do(number, "danger")).headers["location"])
    assert "已按现有危险处理：紧急程度已调到最高，并已通知值班人员。" in page.text
    assert "现在有危险" not in page.text
    assert (console.scene.ticket.state, console.scene.ticket.urgency) == ("waiting", "critical")
    assert ("critical", "queue", "特级专席") in console.scene.notices("critical")


async def test_an_alarm_that_nobody_knows_is_not_shown(console: Console) -> None:
    li = await console.sits("li")
    await send(li)
    page = await li.look(f"/console/tickets/{console.scene.ticket.id}?danger=<b>")
    assert (page.status_code, alert_of(page)) == (200, "")


async def test_an_objection_that_tells_of_a_danger_alarms(console: Console) -> None:
    li = await console.sits("li")
    console.scene.know("C1001")
    page = await li.look("/console/customers/C1001")
    form = {"csrf": csrf_of(page), "key": "87654321", "channel": "phone", "details": "等级太低，而且机器冒烟了"}
    answer = await li.browser.post("/console/customers/C1001/objection", data=form)
    assert answer.headers["location"] == "/console/customers/C1001?done=objection&danger=raised"
    told = alert_of(await li.look(answer.headers["location"]))
    assert told == "因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"


async def test_an_answer_to_a_colleague_that_tells_of_a_danger_alarms(console: Console) -> None:
    li, han = await console.sits("li"), await console.sits("han")
    await send(li, hold="1")
    number = console.scene.ticket.id
    await li.do(number, "help", to=str(han.who.id), text="请上门看看")
    page = await han.look("/console/tasks")
    answer = await han.browser.post(
        "/console/tasks/1/answer", data={"csrf": csrf_of(page), "text": "到现场看了，机壳漏电"}
    )
    assert answer.headers["location"] == "/console/tasks?done=answer&danger=raised"
    told = alert_of(await han.look(answer.headers["location"]))
    assert told == "因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"
