"""Canned replies: everybody keeps their own, leads the team's; files come in whole or not at all."""

from __future__ import annotations

from io import BytesIO

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from bot.transcript.canned_reply_store import CannedReply, list_replies
from escalation.journal.journal_store import journal_lines
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, alert_of, csrf_of

WORDS = {"code": "抱歉", "title": "致歉", "text": "给您添麻烦了，非常抱歉。"}


async def send(seat: Seat, way: str, **fields: str) -> httpx.Response:
    csrf = csrf_of(await seat.look("/console"))
    return await seat.browser.post(f"/console/replies/{way}", data={"csrf": csrf, **fields})


async def send_file(seat: Seat, content: bytes) -> httpx.Response:
    csrf = csrf_of(await seat.look("/console"))
    files = {"file": ("replies.csv", content)}
    return await seat.browser.post("/console/replies/import", data={"csrf": csrf}, files=files)


def kept(scene: Scene, seat: Seat) -> list[CannedReply]:
    return scene.read(list_replies, seat.who.id)


async def test_ones_own_reply_is_nobody_elses(console: Console, scene: Scene) -> None:
    li, wang = await console.sits("li"), await console.sits("wang")
    assert (await send(li, "add", **WORDS)).headers["location"] == "/console/replies?done=add"
    page = await li.look("/console/replies?done=add")
    assert "快捷回复已保存。" in page.text
    assert "给您添麻烦了" in page.text
    assert "给您添麻烦了" not in (await wang.look("/console/replies")).text
    (mine,) = kept(scene, li)
    refused = await send(wang, f"{mine.id}/change", **WORDS)
    assert (refused.status_code, alert_of(refused)) == (404, "这条快捷回复已经停用或不存在，列表已更新。")
    assert (await send(li, f"{mine.id}/retire")).headers["location"] == "/console/replies?done=retire"
    assert kept(scene, li) == []


async def test_the_teams_replies_are_kept_by_leads_and_read_by_all(console: Console, scene: Scene, lead: Seat) -> None:
    li = await console.sits("li")
    await send(lead, "add", **WORDS, scope="team", topic="发票")
    page = (await li.look("/console/replies")).text
    assert "给您添麻烦了" in page
    (team,) = kept(scene, li)
    assert f"/console/replies/{team.id}/change" not in page
    refused = await send(li, f"{team.id}/retire")
    assert refused.status_code == 403
    assert alert_of(refused) == "团队的快捷回复由组长和主管维护，需要修改请联系他们。"
    assert (await send(li, "add", **WORDS, scope="team")).status_code == 403
    changed = await send(lead, f"{team.id}/change", **{**WORDS, "text": "非常抱歉。"})
    assert changed.headers["location"] == "/console/replies?done=change"
    (team,) = kept(scene, li)
    assert (team.words.text, team.words.topic, team.changed_by) == ("非常抱歉。", None, "han")
    lines = scene.read(lambda db: db.execute(journal_lines.select().where(journal_lines.c.subject == "replies")).all())
    assert [line.what for line in lines] == ["canned reply added", "canned reply changed"]
    assert lines[1].before["text"] == "给您添麻烦了，非常抱歉。"


async def test_another_queues_replies_are_kept_by_its_own_lead(console: Console, scene: Scene) -> None:
    lead = await console.sits("han", "lead", ("技术支持",))
    refused = await send(lead, "add", **WORDS, scope="team", queue="通用客服")
    assert (refused.status_code, alert_of(refused)) == (403, "这个队列的快捷回复由该队列的组长维护。")
    await send(lead, "add", **WORDS, scope="team", queue="技术支持")
    assert [each.words.queue for each in kept(scene, lead)] == ["技术支持"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": ""}, "请填写缩写，回复客户时输入 / 加缩写就能找到它。"),
        ({"code": "a b"}, "缩写只能用汉字、字母和数字，最多 16 个字，这里是「a b」。"),
        ({"title": ""}, "请填写标题。"),
        ({"title": "长" * 61}, "标题最多 60 个字，这里有 61 个。"),
        ({"text": ""}, "请填写内容。"),
        ({"text": "长" * 2_001}, "内容最多 2000 个字，这里有 2001 个。"),
        ({"topic": "天气"}, "政策里没有「天气」这个事由。"),
        ({"tier": "九级"}, "政策里没有「九级」这个等级。"),
        ({"queue": "九队"}, "政策里没有「九队」这个队列。"),
        ({"queue": "通用客服"}, "个人的快捷回复只有您自己能用，不用选队列。"),
        (
            {"text": "您好，{姓名}"},
            "没有「{姓名}」这个占位符，可以用：客户姓名、单位、工单号、事由、编号、承诺时间、客服姓名、公司、服务热线。",
        ),
        ({"code": "您好"}, "「您好」这个缩写已经用在「问候」上，请换一个。"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_what_was_typed(
    console: Console, fields: dict[str, str], sentence: str
) -> None:
    li = await console.sits("li")
    await send(li, "add", code="您好", title="问候", text="您好")
    refused = await send(li, "add", **{**WORDS, **fields})
    assert (refused.status_code, alert_of(refused)) == (422, sentence)
    if "text" not in fields:
        assert "给您添麻烦了，非常抱歉。</textarea>" in refused.text


async def test_who_serves_no_customers_has_no_canned_replies(console: Console) -> None:
    auditor = await console.sits("shen", "auditor")
    refused = await auditor.look("/console/replies")
    assert refused.status_code == 403
    assert "快捷回复供接待客户的同事使用。" in refused.text


async def test_a_file_is_imported_exported_and_imported_again(console: Console, scene: Scene, lead: Seat) -> None:
    book = Workbook()
    for row in (
        ["归属", "缩写", "标题", "内容", "队列", "事由"],
        ["团队", "fp", "发票", "请核对抬头。", "通用客服", "发票"],
    ):
        book.active.append(row)
    book.active.append([None, "hi", "问候", "您好，{客户姓名}，\n我是{客服姓名}。", None, None])
    content = BytesIO()
    book.save(content)
    assert (await send_file(lead, content.getvalue())).headers["location"] == "/console/replies?done=import&count=2"
    assert "已导入 2 条。" in (await lead.look("/console/replies?done=import&count=2")).text
    was = kept(scene, lead)
    assert [(each.words.code, each.owner_id) for each in was] == [("fp", None), ("hi", lead.who.id)]
    exported = await lead.look("/console/replies/export?format=xlsx")
    rows = list(load_workbook(BytesIO(exported.content)).active.iter_rows(values_only=True))
    assert rows[1][:6] == ("团队", "fp", "发票", "请核对抬头。", "通用客服", "发票")
    again = await send_file(lead, (await lead.look("/console/replies/export?format=csv")).content)
    assert again.headers["location"] == "/console/replies?done=import&count=2"
    assert [each.words for each in kept(scene, lead)] == [each.words for each in was]


async def test_every_fault_of_a_file_is_named_by_its_line_and_nothing_is_kept(console: Console, scene: Scene) -> None:
    li = await console.sits("li")
    table = "缩写,标题,内容,归属,等级\nhi,问候,您好,,\nhi,再问候,您好啊,,\nfp,,内容,,\n"
    table += "td,团队的,内容,团队,\nzz,等级,内容,大家,\n"
    page = await send_file(li, table.encode())
    assert page.status_code == 422
    assert "第 6 行：归属须为个人或团队，这里是「大家」。" in page.text
    page = await send_file(li, table.replace("大家", "个人").replace("等级,内容,个人,", "等级,内容,个人,九级").encode())
    for sentence in (
        "第 3 行：「hi」这个缩写在第 2 行已经用过，请换一个。",
        "第 4 行：请填写标题。",
        "第 5 行：团队的快捷回复由组长和主管维护，需要修改请联系他们。",
        "第 6 行：政策里没有「九级」这个等级。",
    ):
        assert sentence in page.text
    page = await send_file(li, "缩写,内容,天气\nhi,您好,晴\n".encode())
    assert "第 1 行：没有「天气」这一列。" in page.text
    assert "第 1 行：第一行缺少列 标题，须有 缩写、标题、内容。" in page.text
    assert kept(scene, li) == []
