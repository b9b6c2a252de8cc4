"""Questions come from files of every kind and go into them; every fault is named, and nothing is half taken."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from knowledge_base.articles import Article
from knowledge_base.revisions import revision_store
from tests.bot.scene import ARTICLES, INVOICE, ORDER, Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of

PAGE = "/console/knowledge/files"
NUMBER = "答案只是数字「{}」。如果表格里显示的是百分数、金额或日期，读到的是原始数值，请核对，最好改成完整的一句话。"
LIST = "问法「{}」里有顿号：是一句话，还是几种问法写在了一起？写在一起的，请勾选「顿号也分开」，或在文件里分行。"
FROM, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, 8, 30, 5, tzinfo=UTC)
ODD = Article(
    "odd", "订单", "=1+1 怎么算", ("'=引号", "甲|乙", "-减号"), "@ 第一行\n第二行", ("一级",), FROM, UNTIL, "明早"
)


@pytest.fixture
def console(console: Console, scene: Scene) -> Console:
    """With a first revision published."""
    scene.write(revision_store.save_revision, (*ARTICLES, ODD), scene.now, "first", author="韩梅")
    return console


@pytest.fixture
async def keeper(console: Console) -> Seat:
    return await console.sits("li", "lead")


def workbook(*rows: tuple[Any, ...], percent: str = "", merged: str = "") -> bytes:
    made = Workbook()
    sheet: Any = made.active
    sheet.title = "问答"
    for row in rows:
        sheet.append(row)
    if percent:
        sheet[percent].number_format = "0%"
    if merged:
        sheet.merge_cells(merged)
    found = BytesIO()
    made.save(found)
    return found.getvalue()


async def upload(seat: Seat, content: bytes, name: str = "问答.xlsx") -> httpx.Response:
    sent = {"csrf": csrf_of(await seat.look(PAGE))}
    return await seat.browser.post(PAGE, data=sent, files={"file": (name, content, "application/octet-stream")})


async def looked(seat: Seat, content: bytes, name: str = "问答.xlsx") -> tuple[str, httpx.Response]:
    answer = await upload(seat, content, name)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    return address, await seat.look(address)


async def take(seat: Seat, address: str, **more: str) -> httpx.Response:
    page = await seat.look(address)
    draft = re.search(r'name="draft" value="([^"]*)"', page.text)
    sent = {"csrf": csrf_of(page), "draft": draft[1] if draft else "", **more}
    return await seat.browser.post(f"{address}/take", data=sent)


def listed(page: httpx.Response) -> list[str]:
    return [html.unescape(each) for each in re.findall(r"<li>([^<]+)</li>", page.text)]


def draft_of(scene: Scene) -> dict[str, Article]:
    found = scene.read(revision_store.find_draft)
    assert found is not None
    return {one.id: one for one in scene.read(revision_store.load_revision, found.id)}


async def test_a_column_that_nobody_recognised_is_pointed_out_before_it_is_left_out(keeper: Seat, scene: Scene) -> None:
    content = workbook(("序号", "分类", "问题", "答案", "谁能看"), (1, "订单", "几天发货", "当天。", "一级"))
    address, page = await looked(keeper, content)
    assert "「谁能看」这一列没有认出来，不会导入。需要的话，请在上面选择它是哪一项。" in html.unescape(page.text)
    assert "「序号」这一列" not in page.text, "it only counts the rows"
    refused = await take(keeper, address)
    assert "请先核对上面的提示，并勾选「我已核对」。" in refused.text
    assert scene.read(revision_store.find_draft) is None


async def test_a_sheet_with_a_title_and_chinese_headings_is_read_as_it_is_meant(keeper: Seat, scene: Scene) -> None:
    content = workbook(
        ("云印办公 常见问题", None, None, None, None),
        ("2026 年 11 月整理",),
        ("序号", "分类*", "问题（必填）", "相似问法", "答案", "可见等级"),
        (1, "发票", "怎么开发票", "发票怎么开\n开票流程", "在订单页点「开票」。", None),
        (2, "订单", "几天发货", "多久发货|什么时候发", "当天。", "一级、二级"),
        merged="A1:E1",
    )
    address, page = await looked(keeper, content)
    assert "列名之上的 2 行已略过：第 1 行「云印办公 常见问题」第 2 行「2026 年 11 月整理」" in page.text
    assert "读到 2 个问题；与草稿相比：新增 1、修改 1、下线 0。" in page.text
    assert scene.read(revision_store.find_draft) is None
    assert f'<a href="{address}">问答.xlsx</a>' in (await keeper.look(PAGE)).text
    done = await take(keeper, address)
    assert f'href="{address}"' not in (await keeper.look(PAGE)).text
    assert done.headers["location"] == "/console/knowledge/draft?done=taken"
    found = draft_of(scene)
    assert found[INVOICE.id] == replace(INVOICE, similar=("发票怎么开", "开票流程"), answer="在订单页点「开票」。")
    new = next(one for one in found.values() if one.question == "几天发货")
    assert (new.similar, new.answer, new.category) == (("多久发货", "什么时候发"), "当天。", "订单")
    assert new.tiers == ("一级", "二级")
    assert len(found) == len(ARTICLES) + 2
    assert scene.read(revision_store.load_published)[1] == (*ARTICLES, ODD)
    sent = {"csrf": csrf_of(await keeper.look(PAGE))}
    again = await keeper.browser.post(f"{address}/take", data=sent)
    assert (again.status_code, "这个文件已经处理过了。" in again.text) == (409, True)


async def test_every_fault_is_named_with_its_sheet_and_row_and_nothing_is_taken(keeper: Seat, scene: Scene) -> None:
    content = workbook(
        ("问题", "答案", "分类", "相似问法"),
        ("怎么退款", "", "订单", ""),
        ("什么时候到货", "明天。", "没有的分类", ""),
        ("多久到货", "后天。", "订单", "什么时候到货"),
        ("订单在哪", "=1+1", "订单", "查订单"),
        ("？？", "好。", "订单", ""),
    )
    address, page = await looked(keeper, content)
    known = "、".join(scene.policy.topics)
    assert listed(page) == [
        "工作表「问答」第 2 行：「答案」是空的，请填写。",
        f"工作表「问答」第 3 行：政策里没有「没有的分类」这个分类，现有：{known}。",
        "工作表「问答」第 4 行：「什么时候到货」与第 3 行的「什么时候到货」相同，同一句话只能归在一个问题下。",
        "工作表「问答」第 5 行：单元格 B5 是公式，请改为文字。",
        "工作表「问答」第 5 行：「查订单」与问题「怎么查订单」的问法「查订单」相同，同一句话只能归在一个问题下。",
        "工作表「问答」第 6 行：「？？」里没有文字，请像客户那样问。",
    ]
    refused = await take(keeper, address)
    assert (refused.status_code, alert_of(refused)) == (422, "文件里还有错误，没有放进草稿。")
    assert scene.read(revision_store.find_draft) is None


async def test_what_a_format_may_have_hidden_must_be_confirmed(keeper: Seat, scene: Scene) -> None:
    content = workbook(
        ("问题", "答案", "分类", "相似问法"),
        ("合格率是多少", 0.95, "订单", "良品率、合格的比例"),
        ("质保几天", 365, "订单", None),
        percent="B2",
    )
    address, page = await looked(keeper, content)
    assert listed(page) == [
        f"工作表「问答」第 2 行：{NUMBER.format('0.95')}",
        f"工作表「问答」第 2 行：{LIST.format('良品率、合格的比例')}",
        f"工作表「问答」第 3 行：{NUMBER.format('365')}",
    ]
    refused = await take(keeper, address)
    assert alert_of(refused) == "请先核对上面的提示，并勾选「我已核对」。"
    assert (await take(keeper, address, confirmed="1")).status_code == 303
    assert "365" in {one.answer for one in draft_of(scene).values()}


async def test_the_keeper_says_which_column_is_which(keeper: Seat, scene: Scene) -> None:
    content = "客户会说,我们答,又会说\n几点上班,九点。,几点开门、什么时候上班\n".encode()
    address, page = await looked(keeper, content, "表.csv")
    assert listed(page)[:2] == [
        "第 1 行：还没有指定哪一列是「标准问」，请在上面选择。",
        "第 1 行：还没有指定哪一列是「答案」，请在上面选择。",
    ]
    chosen = {"column:0": "question", "column:1": "answer", "column:2": "similar", "heading": "1"}
    sent = {"csrf": csrf_of(page), **chosen, "topic": "订单", "splits": "1"}
    assert (await keeper.browser.post(f"{address}/read", data=sent)).status_code == 303
    assert (await take(keeper, address)).status_code == 303
    new = next(one for one in draft_of(scene).values() if one.question == "几点上班")
    assert (new.category, new.similar, new.answer) == ("订单", ("几点开门", "什么时候上班"), "九点。")


@pytest.mark.parametrize("name", ["xlsx", "csv", "yaml"])
async def test_an_export_uploaded_again_changes_nothing(keeper: Seat, scene: Scene, name: str) -> None:
    exported = await keeper.look(f"/console/knowledge/export?format={name}")
    assert exported.status_code == 200
    address, page = await looked(keeper, exported.content, f"again.{name}")
    sent = {"csrf": csrf_of(page), "heading": "1", "retires": "1"}
    columns = re.findall(r'name="(column:[0-9]+)".*?<option value="([a-z_]+)" selected>', page.text)
    await keeper.browser.post(f"{address}/read", data={**sent, **dict(columns)})
    page = await keeper.look(address)
    assert listed(page) == []
    assert f"读到 {len(ARTICLES) + 1} 个问题；与草稿相比：新增 0、修改 0、下线 0。" in page.text


async def test_a_file_that_is_everything_retires_the_rest(keeper: Seat, scene: Scene) -> None:
    content = f"id,question,answer,category\n{ORDER.id},怎么查订单,在这里。,订单\n".encode()
    address, page = await looked(keeper, content, "x.csv")
    columns = dict(re.findall(r'name="(column:[0-9]+)".*?<option value="([a-z_]+)" selected>', page.text))
    sent = {"csrf": csrf_of(page), "heading": "1", "retires": "1", **columns}
    await keeper.browser.post(f"{address}/read", data=sent)
    await take(keeper, address)
    assert list(draft_of(scene)) == [ORDER.id]


async def test_what_somebody_changed_meanwhile_is_looked_at_again(keeper: Seat, scene: Scene) -> None:
    content = "问题,答案,分类\n几天发货,当天。,订单\n".encode()
    address, page = await looked(keeper, content, "x.csv")
    shown = re.search(r'name="draft" value="([^"]*)"', page.text)
    assert shown is not None
    scene.write(revision_store.save_revision, ARTICLES, scene.now, "meanwhile")
    sent = {"csrf": csrf_of(page), "draft": shown[1]}
    refused = await keeper.browser.post(f"{address}/take", data=sent)
    assert alert_of(refused) == "刚才有人改了草稿，没有放进去。请再看一遍会改变什么，然后重新确认。"
    assert scene.read(revision_store.find_draft) is None


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "x.csv", "请先选择文件。"),
        (b"x", "x.pdf", "请上传 XLSX、CSV 或 YAML 文件。"),
        (b"PK\x03\x04 broken", "x.xlsx", "这个文件读不出来：无法读取这个 Excel 文件，请另存为不带密码的 .xlsx。"),
    ],
)
async def test_what_is_no_table_is_refused(keeper: Seat, content: bytes, name: str, said: str) -> None:
    refused = await upload(keeper, content, name)
    assert (refused.status_code, alert_of(refused)) == (422, said)


async def test_a_faulty_yaml_file_names_its_lines(keeper: Seat) -> None:
    content = "- question: 几天发货\n  answer: 当天\n  category: 订单\n  colour: red\n- 5\n".encode()
    _, page = await looked(keeper, content, "x.yaml")
    assert listed(page) == [
        "第 4 行：没有「colour」这个字段，请核对拼写。",
        "第 5 行：文件须为问题的列表，每个问题以「- id:」开头。",
    ]
