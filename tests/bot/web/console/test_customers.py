"""The customers' pages: found by any part of a name, starred until asked, other people's matters only counted."""

from __future__ import annotations

import html
import re
from datetime import date

import httpx
import pytest
from sqlalchemy import select

from bot.tickets import tier_moves
from bot.tickets.customer_details import put_items
from bot.wording import table_faults
from escalation.customers import crm_values
from escalation.customers.item_file import ITEM_COLUMNS
from escalation.customers.items import CustomerItem
from escalation.customers.model import ManualTier
from escalation.customers.organisation_lookup import organisation_of
from escalation.customers.tier_proposals import waiting_proposals
from escalation.journal.journal_store import journal_lines
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, csrf_of

BANK = "C1001"


@pytest.fixture
async def lead(console: Console) -> Seat:
    console.scene.know(BANK, "C1020")
    return await console.sits("zhao", "lead")


async def send(seat: Seat, path: str, *, file: bytes = b"", **form: str) -> httpx.Response:
    """Send a form as a page has it, with a file where one is given."""
    csrf = csrf_of(await seat.look("/console"))
    files = {"file": ("items.csv", file)} if file else None
    return await seat.browser.post(path, data={"csrf": csrf, **form}, files=files)


async def post(seat: Seat, path: str, **form: str) -> str:
    """What a form is answered with, after following where it leads."""
    answer = await send(seat, path, **form)
    return str((await seat.look(answer.headers["location"])).text if answer.status_code == 303 else answer.text)


def said(answer: httpx.Response) -> list[str]:
    """The faults of a file, as the page names them."""
    return [html.unescape(line) for line in re.findall(r"<p>(第 .*?)</p>", answer.text)]


async def test_customers_are_listed_and_found_by_part_of_a_name(lead: Seat) -> None:
    page = (await lead.look("/console/customers?q=江海 许")).text
    assert "许雅琴" in page
    assert "周文博" not in page
    assert "没有符合条件的客户。" in (await lead.look("/console/customers?q=不存在")).text


async def test_a_file_stars_the_number_until_asked_and_each_look_is_in_the_journal(
    lead: Seat, console: Console
) -> None:
    page = (await lead.look(f"/console/customers/{BANK}")).text
    assert "138****01" in page
    assert "13800000001" not in page
    assert "13800000001" in (await lead.look(f"/console/customers/{BANK}?whole=1")).text
    query = select(journal_lines.c.what).where(journal_lines.c.subject == "look:zhao").order_by(journal_lines.c.id)
    looks = console.scene.read(lambda db: list(db.scalars(query)))
    assert looks == ["customer file seen", "customer contact details seen"]


async def test_matters_out_of_sight_are_counted_and_not_shown(console: Console, lead: Seat) -> None:
    console.scene.visitor(customer=BANK).say("转人工")
    agent = await console.sits("wang", queues=("通用客服",))
    page = (await agent.look(f"/console/customers/{BANK}")).text
    assert "另有 1 张您无权查看" in page
    assert f"#{console.scene.ticket.id}</a>" not in page
    assert f"#{console.scene.ticket.id}</a>" in (await lead.look(f"/console/customers/{BANK}")).text


async def test_a_note_and_details_are_kept_and_shown_as_text(lead: Seat) -> None:
    page = await post(lead, f"/console/customers/{BANK}/note", text=HOSTILE)
    assert "备注已保存。" in page
    assert "<script>alert(1)" not in page
    page = await post(lead, f"/console/customers/{BANK}/details", remark="下午不接电话", channel="email")
    assert "下午不接电话" in page
    assert "<dd>邮件</dd>" in page


async def test_items_are_imported_shown_and_every_fault_named(lead: Seat) -> None:
    rows = "客户,类别,编号,名称\nC1001,设备,SN-1,数码印刷机 C7\n"
    answer = await send(lead, "/console/customers", file=rows.encode())
    assert answer.headers["location"] == "/console/customers?done=items"
    assert "数码印刷机 C7" in (await lead.look(f"/console/customers/{BANK}")).text
    answer = await send(lead, "/console/customers", file=f"{rows}C99,设备,1,x\n".encode())
    assert said(answer) == ["第 3 行：没有编号或单位名称为「C99」的客户，请核对后再填。"]
    assert "文件里有 1 处错误，没有导入：" in answer.text
    rows = (
        "C1001,车,1,a,,\nC1001,设备,2,b,2027-01-02,2026-01-01\nC1001,订单,3,c,,\nC1001,order,3,d,,\n,产品,4,,,3/4/27\n"
    )
    answer = await send(lead, "/console/customers", file=f"客户,类别,编号,名称,开始,到期\n{rows}".encode())
    assert said(answer) == [
        '第 2 行：类别须为 订单、设备、合同、产品 之一，这里是 "车"。',
        "第 3 行：到期不能早于开始（2027-01-02），这里是 2026-01-01。",
        "第 5 行：「C1001」的订单 3 重复，第 4 行已经用过。",
        "第 6 行：请填写客户。",
        "第 6 行：请填写名称。",
        '第 6 行：到期有两种读法，请把年份写在前面，例如 2027-03-31，这里是 "3/4/27"。',
    ]
    assert said(await send(lead, "/console/customers", file="客户,类别,编号,颜色\n".encode())) == [
        "第 1 行：没有「颜色」这一列，可用的列名见下方说明。",
        "第 1 行：第一行缺少「名称」列。",
    ]


def test_whatever_can_be_wrong_with_an_item_has_its_words_on_the_page() -> None:
    assert crm_values.SENTENCES.keys() <= table_faults.ITEMS.keys()
    assert set(table_faults.ITEM_COLUMNS) == set(ITEM_COLUMNS)


async def test_contacts_are_merged_by_a_lead_and_refusals_are_sentences(lead: Seat, console: Console) -> None:
    path = f"/console/customers/{BANK}/merge"
    assert "没有编号为「C9」的联系人，请核对后再填。" in await post(lead, path, other="C9")
    assert "不能与自己合并，请填写另一位联系人的编号。" in await post(lead, path, other=BANK)
    assert "这两位联系人已经属于同一单位。" in await post(lead, path, other="C1002", what="organisations")
    assert "已合并，工单和对话都归入这位联系人。" in await post(lead, path, other="C1002")
    agent = await console.sits("wang")
    assert "合并、移除和导入由组长和主管操作，如需调整请联系组长。" in await post(agent, path, other="C1020")


async def test_a_hand_set_tier_is_not_spread_by_a_merge_and_the_page_says_so_before(
    lead: Seat, console: Console
) -> None:
    scene = console.scene
    house = scene.read(organisation_of, "C1020")
    assert house is not None
    framework = ManualTier("特级", "框架协议", date(2027, 3, 31))
    scene.write(tier_moves.wish_tier, scene.rules, house, framework, "wang", scene.now)
    (waiting,) = scene.read(waiting_proposals)
    scene.write(tier_moves.approve, scene.rules, waiting.id, "li", scene.now)
    rule = "两个单位的人工指定等级和截止日须相同，不同时请先在「等级」页提议，经第二人同意后再合并。"
    assert rule in (await lead.look(f"/console/customers/{BANK}")).text
    page = await post(lead, f"/console/customers/{BANK}/merge", other="C1020", what="organisations")
    assert (
        "两个单位的人工指定等级不同（「C1020」：特级 2027-03-31；「C1001」：—），合并会由一人改变它的适用范围。"
        "请先在「等级」页提议改为相同的等级和截止日，或提前结束，经第二人同意后再合并。"
    ) in page


async def test_a_contact_with_open_tickets_is_not_removed(lead: Seat, console: Console) -> None:
    console.scene.visitor(customer=BANK).say("转人工")
    page = await post(lead, f"/console/customers/{BANK}/remove")
    assert f"这位联系人还有未结束的工单（#{console.scene.ticket.id}），结束后才能移除。" in page
    page = await post(lead, "/console/customers/C1002/remove")
    assert "已移除：这位联系人的电话不再作为身份依据，资料保留。" in page
    assert "这位联系人已经移除。" in await post(lead, "/console/customers/C1002/remove")


@pytest.mark.parametrize("role", ["inspector", "auditor"])
async def test_whoever_does_not_work_on_tickets_sees_no_file(console: Console, role: str) -> None:
    seat = await console.sits("qian", role)  # type: ignore[arg-type]
    answer = await seat.look("/console/customers")
    assert answer.status_code == 403
    assert "客户资料供处理工单的同事查看，如需查询请联系组长。" in answer.text


def test_items_stay_with_the_organisation(scene: Scene) -> None:
    scene.know(BANK)
    paper = CustomerItem("order", "A1", "纸")
    assert scene.write(put_items, scene.rules, "C1002", [paper], "key crm", scene.now) == [paper]
