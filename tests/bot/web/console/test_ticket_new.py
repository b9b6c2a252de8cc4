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
    assert "王女士 13900001111" in page.text
    assert '<dt>标题</dt><dd class="words">打印机卡纸</dd>' in page.text


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
