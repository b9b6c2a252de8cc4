"""An objection to a tier in the console: entered on the customer's file, decided on the ticket's page."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.agents.actions import Claim
from escalation.customers.organisation_lookup import organisation_of
from escalation.customers.tier_history import history_of
from escalation.customers.tier_proposals import waiting_proposals
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of

SHOP = "C1020"
FILE = f"/console/customers/{SHOP}"
UPHELD = {"decision": "upheld", "tier": "二级", "expires": "2027-12-31", "why": "采购额漏计了两张合同"}


async def send(seat: Seat, path: str, **form: str) -> httpx.Response:
    page = await seat.look("/console")
    return await seat.browser.post(path, data={"csrf": csrf_of(page), **form})


async def entered(seat: Seat, **form: str) -> httpx.Response:
    return await send(seat, f"{FILE}/objection", **{"key": "k" * 12, "channel": "phone", "details": "", **form})


def kinds(console: Console) -> list[str]:
    house = console.scene.read(organisation_of, SHOP)
    return [step.kind for step in console.scene.read(history_of, house)]


@pytest.fixture
async def lead(console: Console) -> Seat:
    console.scene.know(SHOP)
    return await console.sits("zhao", "lead")


async def test_staff_enter_an_objection_on_the_file_once(lead: Seat, console: Console) -> None:
    assert "登记等级异议" in (await lead.look(FILE)).text
    answer = await entered(lead, details="采购额算少了")
    assert answer.headers["location"] == f"{FILE}?done=objection"
    assert "异议已登记为工单，由专人核实后答复。" in (await lead.look(answer.headers["location"])).text
    await entered(lead, details="采购额算少了")
    [ticket] = console.scene.tickets
    assert (ticket.reason, ticket.subject, ticket.opened_by) == ("tier_objection", "客户对服务评定有异议", lead.who.id)
    assert kinds(console) == ["objected"]
    page = (await lead.look(f"/console/tickets/{ticket.id}")).text
    assert "采购额算少了" in page
    assert "客户对服务评定提出异议" in page


async def test_a_form_that_lacks_something_is_refused_in_words(lead: Seat, console: Console) -> None:
    assert alert_of(await entered(lead, channel="fax")) == "请选择渠道：电话、邮件或来访。"
    assert "页面已过期" in (await entered(lead, key="k")).text
    assert console.scene.tickets == []
    ghost = await send(lead, "/console/customers/nobody/objection", key="k" * 12, channel="phone")
    assert ghost.status_code == 404


async def test_an_upheld_objection_wishes_for_a_tier_that_a_second_person_agrees_to(
    lead: Seat, console: Console
) -> None:
    await entered(lead)
    number = console.scene.ticket.id
    answer = await send(lead, f"/console/tickets/{number}/objection", **UPHELD)
    assert answer.headers["location"] == f"/console/tickets/{number}?done=objection"
    page = (await lead.look(answer.headers["location"])).text
    assert "结果已记录。维持原评定的，请答复客户；提议了新等级的，等批准后再答复。" in page
    assert "保存结果" not in page
    assert kinds(console) == ["proposed", "upheld", "objected"]
    [proposal] = console.scene.read(waiting_proposals)
    assert (proposal.tier, proposal.proposed_by, proposal.reason) == ("二级", "zhao", "采购额漏计了两张合同")
    tiers = (await lead.look(f"/console/customers/tiers?customer={SHOP}")).text
    assert re.findall(r"<li><b>([^<]+)</b>", tiers) == ["提议", "认定异议成立", "客户提出异议"]


async def test_the_page_says_whose_wish_an_upheld_objection_replaces(lead: Seat, console: Console) -> None:
    await entered(lead)
    number = console.scene.ticket.id
    path = f"/console/tickets/{number}"
    assert "等待批准：" not in (await lead.look(path)).text
    other = await console.sits("wang", "manager")
    await send(other, "/console/customers/tiers", customer=SHOP, tier="一级", expires="2027-06-30", reason="战略合作")
    assert (
        "这家客户已有一项提议在等待批准：改为一级，有效期至 2027-06-30，客服wang提出。"
        "如认定异议成立，您的提议会取代它。"
    ) in (await lead.look(path)).text
    answer = await send(lead, f"{path}/objection", **UPHELD)
    page = (await lead.look(answer.headers["location"])).text
    assert (
        "结果已记录。维持原评定的，请答复客户；提议了新等级的，等批准后再答复。"
        "原来等待批准的提议（改为一级，有效期至 2027-06-30，客服wang提出）已被取代，不再审批。"
    ) in page
    assert "（二级，取代了原来等待批准的提议）" in page
    assert kinds(console) == ["proposed", "replaced", "upheld", "proposed", "objected"]


async def test_an_agent_reads_nothing_of_wishes_for_tiers(lead: Seat, console: Console) -> None:
    await entered(lead)
    agent = await console.sits("sun")
    console.scene.act(agent.who, Claim())
    await send(lead, "/console/customers/tiers", customer=SHOP, tier="一级", expires="2027-06-30", reason="战略合作")
    assert "等待批准：" not in (await agent.look(f"/console/tickets/{console.scene.ticket.id}")).text


async def test_an_agent_keeps_the_tier_in_words_and_no_more(lead: Seat, console: Console) -> None:
    await entered(lead)
    agent = await console.sits("sun")
    console.scene.act(agent.who, Claim())
    path = f"/console/tickets/{console.scene.ticket.id}/objection"
    assert alert_of(await send(agent, path)) == "请选择维持原评定，或异议成立。"
    assert alert_of(await send(agent, path, decision="explained", why=" ")) == "请写明理由。"
    assert alert_of(await send(agent, path, **UPHELD)) == "异议成立要提议新的等级，请组长或主管来认定。"
    assert alert_of(await send(agent, path, **{**UPHELD, "expires": "31.12."})) == "请填写有效期，例如 2027-03-31。"
    await send(agent, path, decision="explained", why="采购额按自然年计，未达标准")
    page = (await lead.look(f"/console/customers/tiers?customer={SHOP}")).text
    assert "<b>维持原评定</b>" in page
    assert "采购额按自然年计，未达标准" in page
    again = await send(agent, path, decision="explained", why="再解释一次")
    assert (again.status_code, alert_of(again)) == (409, "这张工单没有待处理的等级异议，可能已经处理过了。")


async def test_nobody_else_decides_and_no_wish_that_changes_nothing_counts(lead: Seat, console: Console) -> None:
    await entered(lead)
    agent = await console.sits("sun")
    console.scene.act(agent.who, Claim())
    path = f"/console/tickets/{console.scene.ticket.id}/objection"
    other = await console.sits("qian")
    answer = await send(other, path, decision="explained", why="不达标")
    assert alert_of(answer) == "这张工单由客服sun负责，只有经办人能这样操作。"
    await send(lead, "/console/customers/tiers", customer=SHOP, reason=UPHELD["why"], tier="二级", expires="2027-12-31")
    same = await send(lead, path, **UPHELD)
    assert alert_of(same) == "提议的等级与现行的、等待批准的或刚被否决的相同，等级不会变动；请核对后再提交。"
    assert kinds(console) == ["proposed", "objected"]
