"""The console's page of tiers set by hand: one proposes, a second manager agrees."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from escalation.customers import customer_store
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

PAGE = "/console/customers/tiers"
WISH = {"customer": "C1020", "tier": "特级", "reason": "战略合作", "expires": "2027-12-31"}


@pytest.fixture
async def manager(console: Console) -> Seat:
    return await console.sits("wang", "manager")


async def send(seat: Seat, path: str = PAGE, **fields: Any) -> httpx.Response:
    return await seat.browser.post(path, data={"csrf": csrf_of(await seat.look(PAGE)), **fields})


def tier(scene: Scene) -> str:
    found = scene.read(customer_store.find_customer, scene.vault, scene.policy, "C1020", scene.now)
    assert found is not None
    return found.tier


def status_of(page: httpx.Response) -> str:
    found = re.search(r'role="status">([^<]+)</p>', page.text)
    return found[1] if found else ""


async def test_a_lead_proposes_and_a_manager_agrees(lead: Seat, manager: Seat, scene: Scene) -> None:
    scene.visitor(customer="C1020").say("人工")
    answer = await send(lead, **WISH)
    assert answer.headers["location"] == f"{PAGE}?customer=C1020&done=waiting"
    page = await lead.look(answer.headers["location"])
    assert status_of(page) == "已提交，由另一位主管批准后生效。"
    assert "小满图文店" in page.text
    assert tier(scene) == "三级"
    answer = await send(manager, f"{PAGE}/1/approve")
    assert status_of(await manager.look(answer.headers["location"])) == "已批准并生效，未结束的工单随之调整。"
    assert (tier(scene), scene.ticket.tier) == ("特级", "特级")
    history = (await manager.look(f"{PAGE}?customer=C1020")).text
    assert "<b>批准生效</b> 三级 → 特级" in history
    assert "客服han 提出，客服wang 决定" in history


async def test_the_page_says_that_a_wish_replaces_one_that_waits(lead: Seat, manager: Seat, scene: Scene) -> None:
    scene.know("C1020")
    await send(manager, **WISH)
    assert (
        "提议改为特级，有效期至 2027-12-31，等待另一位主管批准。再提交一项，就会取代它。"
        in (await lead.look(f"{PAGE}?customer=C1020")).text
    )
    answer = await send(lead, **{**WISH, "tier": "一级"})
    assert status_of(await lead.look(answer.headers["location"])) == (
        "已提交，由另一位主管批准后生效。原来等待批准的提议已被取代，不再审批。"
    )


async def test_nobody_agrees_to_what_they_proposed(manager: Seat, scene: Scene) -> None:
    scene.know("C1020")
    await send(manager, **WISH)
    answer = await send(manager, f"{PAGE}/1/approve")
    assert (answer.status_code, alert_of(answer)) == (
        422,
        "这是您提出的，不能由您自己批准，请另一位主管批准。",
    )
    assert tier(scene) == "三级"
    answer = await send(manager, f"{PAGE}/1/withdraw")
    assert status_of(await manager.look(answer.headers["location"])) == "已撤回，等级不变。"


async def test_a_manager_rejects_with_a_reason(lead: Seat, manager: Seat, scene: Scene) -> None:
    scene.know("C1020")
    await send(lead, **WISH)
    assert alert_of(await send(manager, f"{PAGE}/1/reject", why=" ")) == "请写明理由。"
    await send(manager, f"{PAGE}/1/reject", why="合同尚未签订")
    assert "合同尚未签订" in (await lead.look(f"{PAGE}?customer=C1020")).text
    answer = await send(lead, **WISH)
    assert status_of(await lead.look(answer.headers["location"])) == (
        "没有变化：与现行的、等待批准的或刚被否决的提议相同。如要再次提议，请写明新的理由。"
    )
    assert alert_of(await send(manager, f"{PAGE}/1/approve")) == "编号为 1 的提议已经处理过了。"
    assert alert_of(await send(manager, f"{PAGE}/9/approve")) == "没有编号为 9 的提议。"


async def test_a_lead_takes_back_only_their_own(console: Console, lead: Seat, scene: Scene) -> None:
    scene.know("C1020")
    await send(lead, **WISH)
    other = await console.sits("zhou", "lead")
    assert alert_of(await send(other, f"{PAGE}/1/withdraw")) == "没有编号为 1 的提议。"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"customer": "C9"}, "没有这家客户，请核对客户编号。"),
        ({"expires": ""}, "请填写有效期，例如 2027-03-31。"),
        ({"expires": "2020-01-31"}, "有效期至 2020-01-31，已经过去了，请填写今天或以后的日期。"),
        ({"reason": ""}, "请写明理由。"),
        ({"reason": "长" * 501}, "理由最多 500 个字，不能有控制字符，请修改后再提交。"),
        ({"tier": "零级"}, "政策里没有「零级」这个等级，请从列表里选择。"),
        ({"end": "1"}, "这家客户没有人工指定的等级，不用结束。"),
    ],
)
async def test_what_cannot_be_wished_is_refused_in_a_sentence(
    lead: Seat, scene: Scene, fields: dict[str, str], sentence: str
) -> None:
    scene.know("C1020")
    answer = await send(lead, **{**WISH, **fields})
    assert (answer.status_code, alert_of(answer)) == (422, sentence)


async def test_an_agent_has_no_part_in_it_and_a_lead_does_not_agree(console: Console, lead: Seat, scene: Scene) -> None:
    scene.know("C1020")
    agent = await console.sits("li", "agent")
    page = await agent.look(PAGE)
    assert page.status_code == 403
    assert "只有组长和主管可以查看和提议人工指定的等级。" in page.text
    await send(lead, **WISH)
    answer = await send(lead, f"{PAGE}/1/approve")
    assert answer.status_code == 403
    assert "只有主管可以批准或否决人工指定的等级。" in answer.text


async def test_what_is_typed_never_becomes_markup(lead: Seat, scene: Scene) -> None:
    scene.know("C1020")
    await send(lead, **{**WISH, "reason": HOSTILE})
    assert HOSTILE not in (await lead.look(f"{PAGE}?customer=C1020")).text
