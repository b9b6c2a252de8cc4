"""The console's import of customers: shown first, confirmed, then applied behind the page."""

from __future__ import annotations

import html
import re

import httpx

from bot.tickets import crm_steps
from bot.wording import table_faults
from escalation.customers import crm_values, customer_store, staged_imports
from escalation.customers.crm_tables import COLUMNS
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

PAGE = "/console/customers/import"
FILE = "编号,单位,联系人,手机,年采购额,专属客服\nN1,新单位,甲,13800009999,3.2万,nobody\nN2,新单位,乙,13800009999,,\n"


async def look_at(seat: Seat, text: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await seat.look(PAGE))
    files = {"file": ("crm.csv", text.encode(), "text/csv")}
    return await seat.browser.post(PAGE, data={"csrf": csrf, **fields}, files=files)


async def decide(seat: Seat, page: str, move: str) -> httpx.Response:
    return await seat.browser.post(f"{page}/{move}", data={"csrf": csrf_of(await seat.look(PAGE))})


def ids(scene: Scene) -> tuple[str, ...]:
    found: tuple[str, ...] = scene.read(customer_store.list_contact_ids)
    return found


async def test_a_file_is_shown_confirmed_and_applied_in_the_background(console: Console) -> None:
    seat, scene = await console.sits("li", "manager"), console.scene
    answer = await look_at(seat, FILE, name="九月")
    assert answer.status_code == 303
    page = answer.headers["location"]
    shown = html.unescape((await seat.look(page)).text)
    assert "联系人 2 位，其中新增 2 位" in shown
    assert "N2 与 N1 的电话相同，只凭这一项无法确定是哪一位" in shown
    assert "没有这些登录名的同事：nobody；账号建好之前，由当班同事服务。" in shown
    assert ids(scene) == ()
    assert (await decide(seat, page, "confirm")).status_code == 303
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass
    assert ids(scene) == ("N1", "N2")
    done = (await seat.look(page)).text
    assert "已完成" in done
    assert "<span>客服li</span>" in done, "by the name that people know"
    again = await decide(seat, page, "drop")
    assert (again.status_code, "这次导入已经确认或放弃过了，请查看最近的导入。" in again.text) == (409, True)


async def test_the_page_says_whose_values_would_be_replaced(console: Console) -> None:
    seat, scene = await console.sits("li", "manager"), console.scene
    scene.know("C1001")
    known = scene.read(customer_store.find_customer, scene.vault, scene.policy, "C1001", scene.now)
    assert known is not None
    page = (await look_at(seat, "编号,手机,首选联系方式\nC1001,13800009999,电话\n")).headers["location"]
    shown = html.unescape((await seat.look(page)).text)
    assert "<h3>会改动谁的资料</h3>" in shown
    name, of = known.contact.name, known.organisation.name
    assert f'<a href="/console/customers/C1001">{name}</a>（C1001，{of}）：改动电话、首选联系方式</li>' in shown
    assert name not in str(scene.read(staged_imports.latest_imports)), "names stay sealed"
    await decide(seat, page, "confirm")
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass
    assert "<h3>改动了谁的资料</h3>" in (await seat.look(page)).text


async def test_the_page_names_whose_tier_would_change(console: Console) -> None:
    seat, scene = await console.sits("li", "manager"), console.scene
    scene.know("C1001")
    page = (await look_at(seat, "编号,年采购额,影响力,复杂度\nC1001,100,3,3\n", overwrite="1")).headers["location"]
    shown = html.unescape((await seat.look(page)).text)
    assert "<h3>谁的等级会变</h3>" in shown
    assert re.search(
        r'<li><a href="/console/customers/C1001">周文博</a>（C1001，江海银行[^）]*）：特级 → 三级</li>', shown
    )


async def test_an_administrator_who_works_no_queue_reads_ids_only(console: Console) -> None:
    seat, scene = await console.sits("li", "admin", queues=()), console.scene
    scene.know("C1001")
    page = (await look_at(seat, "编号,手机\nC1001,13800009999\n")).headers["location"]
    assert "<li>C1001：改动电话</li>" in (await seat.look(page)).text


async def test_of_many_the_first_are_named_and_the_others_counted(console: Console) -> None:
    seat, scene = await console.sits("li", "manager"), console.scene
    rows = [f"N{number},新单位{number},联系人{number},1380000{number:04},100" for number in range(1, 24)]
    page = (await look_at(seat, "\n".join(["编号,单位,联系人,手机,年采购额", *rows]))).headers["location"]
    assert "会改动谁的资料" not in (await seat.look(page)).text
    await decide(seat, page, "confirm")
    while scene.write(crm_steps.take_step, scene.rules, scene.now):
        pass
    cleared = "\n".join(["编号,手机", *(f"N{number}," for number in range(1, 24))])
    page = (await look_at(seat, cleared, clear_blank="1")).headers["location"]
    shown = (await seat.look(page)).text
    assert len(re.findall("）：清空电话</li>", shown)) == 20
    assert "另有 3 位联系人的资料有改动" in shown


async def test_an_import_without_a_name_is_called_by_its_file(console: Console) -> None:
    seat = await console.sits("li", "manager")
    page = (await look_at(seat, FILE)).headers["location"]
    assert "<h2>crm.csv：等待确认</h2>" in (await seat.look(page)).text


async def test_a_file_that_is_dropped_has_done_nothing(console: Console) -> None:
    seat = await console.sits("li", "manager")
    page = (await look_at(seat, FILE)).headers["location"]
    await decide(seat, page, "drop")
    assert console.scene.count(staged_imports.crm_imports) == 0
    assert ids(console.scene) == ()


BAD = """编号,单位,联系人,电话,年采购额,年采购次数,影响力,等级,原因,有效期
N1,新单位,甲,120,1.200.000,许多,9,超级,,03/04/2027
N1,旧单位,乙,,,,,三级,,明年
N3,旧单位,,a@b,便宜,,,,因故,
"""
SAID = [
    '第 2 行：电话须为可以拨打的号码，例如 13800000001 或 010-88880001，这里是 "120"。',
    '第 2 行：年采购额里不要用点分隔千位，请写成 1200000 或 1,200,000，这里是 "1.200.000"。',
    '第 2 行：年采购次数须为整数，例如 48，这里是 "许多"。',
    '第 2 行：影响力须为 1 到 5 的整数，这里是 "9"。',
    '第 2 行：等级须为 特级、一级、二级、三级 之一，这里是 "超级"。',
    '第 2 行：有效期有两种读法，请把年份写在前面，例如 2027-03-31，这里是 "03/04/2027"。',
    '第 3 行：有效期须为日期，例如 2027-03-31，这里是 "明年"。',
    "第 3 行：编号 N1 重复，第 2 行已经用过。",
    '第 4 行：电话须为可以拨打的号码，例如 13800000001 或 010-88880001，这里是 "a@b"。',
    '第 4 行：年采购额须为每年的金额（元），例如 6200000 或 620万，这里是 "便宜"。',
]


def said(answer: httpx.Response) -> list[str]:
    return [html.unescape(line) for line in re.findall(r"<p>(第 .*?)</p>", answer.text)]


async def test_every_fault_is_shown_with_its_line_in_plain_chinese(console: Console) -> None:
    seat = await console.sits("li", "manager")
    answer = await look_at(seat, BAD)
    assert (answer.status_code, said(answer)) == (422, SAID)
    table = "id,organisation,annual_amount,等级,原因\nN1,甲,5,三级,\nN2,甲,6,,\n,乙,7,,旧\n"
    assert said(await look_at(seat, table)) == [
        "第 2 行：指定等级时须填写原因。",
        "第 2 行：指定等级时须填写有效期。",
        "第 3 行：「甲」的年采购额与第 2 行不一致：那里是 5，这里是 6；请改为一致或留空。",
        "第 4 行：请填写编号。",
        "第 4 行：没有指定等级，原因须留空。",
    ]


async def test_what_new_customers_lack_is_shown_in_plain_chinese(console: Console) -> None:
    seat = await console.sits("li", "manager")
    assert said(await look_at(seat, "编号,单位\nN1,新单位\nN2,\n")) == [
        "第 2 行：这是新客户，请填写联系人。",
        "第 2 行：「新单位」是新单位，请填写年采购额，例如 6200000。",
        "第 3 行：这是新客户，请填写联系人。",
        "第 3 行：请填写年采购额，例如 6200000。",
    ]


async def test_a_table_that_cannot_be_read_is_refused_in_plain_chinese(console: Console) -> None:
    seat = await console.sits("li", "manager")
    assert said(await look_at(seat, "单位,手提\n甲,1\n")) == [
        "第 1 行：没有「手提」这一列，可用的列名见下方说明。",
        "第 1 行：第一行缺少「编号」列。",
    ]
    assert said(await look_at(seat, "编号\n")) == ["第 1 行：只有列名，没有客户。"]
    assert said(await look_at(seat, "")) == ["第 1 行：没有内容。"]
    assert said(await look_at(seat, "PK\x03\x04")) == ["第 1 行：无法读取这个 Excel 文件，请另存为不带密码的 .xlsx。"]


def test_whatever_can_be_wrong_with_a_cell_has_its_words_on_the_page() -> None:
    assert crm_values.SENTENCES.keys() <= table_faults.CRM.keys()
    assert set(table_faults.CRM_COLUMNS) == set(COLUMNS)


async def test_a_file_too_large_for_the_page_is_refused_in_words(console: Console) -> None:
    seat = await console.sits("li", "manager")
    assert (await look_at(seat, "编号\n" + "甲" * 200_000)).status_code == 422
    answer = await look_at(seat, "编号\n" + "甲" * 340_000)
    assert (answer.status_code, "文件超过 1 MB，请分成几个文件，或请管理员用命令导入。" in answer.text) == (413, True)


async def test_who_may_import_finds_the_way_from_the_customers(console: Console) -> None:
    link = 'href="/console/customers/import"'
    assert link in (await (await console.sits("li", "manager")).look("/console/customers")).text
    assert link not in (await (await console.sits("wu", "agent")).look("/console/customers")).text


async def test_agents_do_not_import(console: Console) -> None:
    seat = await console.sits("wu", "agent")
    answer = await seat.browser.get(PAGE)
    assert (answer.status_code, "客户资料由主管和管理员导入，如需更新请联系主管。" in answer.text) == (403, True)
