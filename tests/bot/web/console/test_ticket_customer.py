"""The ticket's page says who a stranger could be and what a customer has; an agent binds after a call back."""

from __future__ import annotations

import httpx
import pytest

from bot.tickets.customer_details import put_items
from escalation.customers.items import CustomerItem
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

BANK = "C1001"


@pytest.fixture
async def lead(console: Console) -> Seat:
    console.scene.know(BANK)
    console.scene.visitor().say("转人工")
    return await console.sits("zhao", "lead")


async def send(seat: Seat, path: str, **form: str) -> httpx.Response:
    return await seat.browser.post(path, data={"csrf": csrf_of(await seat.look("/console")), **form})


async def test_whose_number_a_stranger_wrote_stands_on_the_card(console: Console, lead: Seat) -> None:
    console.scene.visitor().say("我的电话 13800000001")
    page = (await lead.look(f"/console/tickets/{console.scene.ticket.id}")).text
    assert "客户给的号码属于：" in page
    assert "周文博" in page
    assert "核实后确认客户身份" in page


async def test_an_agent_finds_the_contact_and_binds(console: Console, lead: Seat) -> None:
    number = console.scene.ticket.id
    assert "尾号 0001" in (await lead.look(f"/console/bind/{number}?q=文博")).text
    answer = await send(lead, f"/console/bind/{number}", contact=BANK, way="callback")
    page = (await lead.look(answer.headers["location"])).text
    assert "已确认客户身份，等级和期限随之更新。" in page
    assert "身份依据：回拨登记电话核对" in page
    assert "核实并确认了客户身份" in page
    answer = await send(lead, f"/console/bind/{number}/undo")
    assert "已解除绑定，等级和期限随之更新。" in (await lead.look(answer.headers["location"])).text
    assert console.scene.ticket.contact_id is None


async def test_a_refusal_is_shown_on_the_page(console: Console, lead: Seat) -> None:
    answer = await send(lead, f"/console/bind/{console.scene.ticket.id}", contact=BANK, way="guess")
    assert (answer.status_code, "请选择您是怎样核实身份的。" in answer.text) == (409, True)
    agent = await console.sits("wang")
    answer = await send(agent, f"/console/bind/{console.scene.ticket.id}/undo")
    assert (answer.status_code, "解除绑定由组长操作，请联系组长。" in answer.text) == (403, True)


async def test_the_card_shows_at_most_five_of_each_kind(console: Console, lead: Seat) -> None:
    orders = [CustomerItem("order", f"A{number}", f"墨粉 {number} 号") for number in range(7)]
    console.scene.write(put_items, console.scene.rules, BANK, orders, "cli", console.scene.now)
    number = console.scene.ticket.id
    await send(lead, f"/console/bind/{number}", contact=BANK, way="contract")
    page = (await lead.look(f"/console/tickets/{number}")).text
    assert page.count("墨粉 ") == 5
    assert "另有 2 项" in page
