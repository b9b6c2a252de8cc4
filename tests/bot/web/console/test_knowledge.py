"""The console's page of knowledge gaps: who may see it, what it shows, and what its forms publish."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.knowledge import gap_closing
from bot.knowledge.publishing import NotPublished
from bot.web.console import knowledge
from escalation.roles import Role
from knowledge_base.adjusting import adjustment_store
from knowledge_base.adjusting.decision import compare
from knowledge_base.gaps import gap_store
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.revisions import regression_store, revision_store
from knowledge_base.revisions.regressions import Regression
from tests.bot.scene import ARTICLES, INVOICE, JAM, ORDER, WIFI, Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of
from tests.fakes.encoders import PaperEncoder

ASKED = "你们卖3D打印机吗"
PAGE = "/console/knowledge"


@pytest.fixture
def console(console: Console, scene: Scene) -> Console:
    """With a first revision published."""
    scene.write(revision_store.save_revision, ARTICLES, scene.now, "first", author="韩梅")
    return console


@pytest.fixture
async def lead(console: Console) -> Seat:
    return await console.sits("li", "lead")


def gap(scene: Scene, text: str = ASKED, reason: Any = "unanswered", **more: Any) -> int:
    number: int = scene.write(gap_store.add_gap, reason, text, scene.now, **more)
    return number


async def send(seat: Seat, number: int, move: str, **fields: str) -> httpx.Response:
    """Send one of the page's forms, as the page has it."""
    page = await seat.look(PAGE)
    until = re.search(r'name="until" value="([0-9]+)"', page.text)
    sent = {"csrf": csrf_of(page), "until": until[1] if until else "", **fields}
    return await seat.browser.post(f"{PAGE}/{number}/{move}", data=sent)


def articles(scene: Scene) -> dict[str, Any]:
    return {article.id: article for article in scene.read(revision_store.load_published)[1]}


def shown(page: httpx.Response) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"<h2>(.*?)</h2>", page.text, re.DOTALL)]


def status_of(page: httpx.Response) -> str:
    found = re.search(r'role="status">([^<]+)<', page.text)
    return found[1] if found else ""


# Who


async def test_nobody_sees_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fknowledge")


@pytest.mark.parametrize("role", ["lead", "manager", "admin"])
async def test_leads_and_above_find_it_in_the_navigation(console: Console, role: Role) -> None:
    seat = await console.sits("someone", role)
    assert f'href="{PAGE}"' in (await seat.look("/console")).text
    page = await seat.look(PAGE)
    assert page.status_code == 200
    assert f'<a href="{PAGE}" aria-current="page">' in page.text


async def test_agents_neither_see_nor_change_anything(console: Console, scene: Scene) -> None:
    seat = await console.sits("wang")
    number = gap(scene)
    board = await seat.look("/console")
    assert PAGE not in board.text
    refused = await seat.look(PAGE)
    assert (refused.status_code, alert_of(refused)) == (
        403,
        "这个页面供组长和主管使用，如需调整知识库请联系组长。",
    )
    for move in ("add", "new", "dismiss"):
        answer = await seat.browser.post(f"{PAGE}/{number}/{move}", data={"csrf": csrf_of(board), "article": ORDER.id})
        assert answer.status_code == 403
    assert len(scene.read(gap_store.open_gaps)) == 1
    assert scene.read(revision_store.current_revision) == 1


async def test_a_form_of_another_site_is_refused(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    for csrf in ("", "x" * 43):
        answer = await lead.browser.post(f"{PAGE}/{number}/dismiss", data={"csrf": csrf})
        assert (answer.status_code, alert_of(answer)) == (403, "页面已过期，请刷新后再试。")
    assert len(scene.read(gap_store.open_gaps)) == 1


# What it shows


async def test_customers_of_each_tier_are_counted_once_and_what_came_back_says_so(lead: Seat, scene: Scene) -> None:
    bank, anna = scene.visitor("bank", customer="C1001"), scene.visitor("anna")
    for visitor in (bank, anna, anna):
        visitor.say(ASKED)
        scene.pass_time(minutes=5)
    page = await lead.look(PAGE)
    for said in (
        "<b>2</b> 位客户",
        '<span class="tag">特级 1</span>',
        '<span class="tag">三级 1</span>',
        "共 3 条消息",
    ):
        assert said in page.text
    assert "已采纳" not in page.text
    first = min(one.id for one in scene.read(gap_store.open_gaps))
    await send(lead, first, "add", article=ORDER.id, wordings="3D打印机有吗")
    assert shown(await lead.look(PAGE)) == []
    scene.pass_time(minutes=5)
    scene.visitor("bert").say(ASKED)
    page = await lead.look(PAGE)
    assert shown(page) == [ASKED]
    assert f"归在「{ORDER.question}」，之后又有客户问到，没有解决" in page.text


async def test_without_gaps_it_says_so_and_names_the_revision(lead: Seat) -> None:
    page = await lead.look(PAGE)
    assert "没有待处理的知识缺口" in page.text
    assert "知识库第 1 版 · 7 个问题 · 韩梅 今天 10:00 发布" in page.text


async def test_the_most_frequent_gap_comes_first_with_what_is_known_of_it(lead: Seat, scene: Scene) -> None:
    gap(scene, "帮我写一首诗")
    for number in range(3):
        gap(scene, reason="human" if number else "suggested", article_id=None if number else JAM.id, reply="没有。")
    gap(scene, "卖3d打印机吗", "rejected", article_id=WIFI.id)
    page = await lead.look(PAGE)
    assert shown(page) == [ASKED, "帮我写一首诗"]
    for said in (
        "<b>4</b> 位客户",
        "等级未记录 4",
        "由人工答复 2",
        "只给了建议 1",
        "答案不对或没帮助 1",
        "卖3d打印机吗",
        JAM.question,
        WIFI.question,
    ):
        assert said in page.text
    assert "5 条消息，2 个问题" in page.text
    assert f'value="{JAM.id}" checked' in page.text  # what a customer chose is chosen


async def test_what_customers_wrote_stays_text(lead: Seat, scene: Scene) -> None:
    number = gap(scene, f"{HOSTILE} 打印机", "human", reply=HOSTILE, article_id=HOSTILE)
    gap(scene, f"{HOSTILE} 打因机")
    page = await lead.look(PAGE)
    answer = await send(lead, number, "add", article=HOSTILE, other=HOSTILE, wordings=HOSTILE)
    assert answer.status_code == 422
    for text in (page.text, answer.text):
        assert "<script>alert" not in text
        assert "<img" not in text.replace('<img src="/static', "")
        assert "alert(1)" in text


async def test_only_so_many_are_drawn_and_the_rest_is_counted(
    lead: Seat, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge, "SHOWN", 2)
    for text in ("帮我写一首诗", ASKED, "你们招聘吗", "可以以旧换新吗"):
        gap(scene, text)
    page = await lead.look(PAGE)
    assert len(shown(page)) == 2
    assert "还有 2 个问题，处理完上面的会接着显示。" in page.text


async def test_a_draft_in_preparation_is_mentioned(lead: Seat, scene: Scene) -> None:
    scene.write(revision_store.save_draft, ARTICLES[:2], scene.now, "", author="李雷", based_on=1)
    assert "有一份草稿还没有发布（李雷）" in (await lead.look(PAGE)).text


async def test_a_page_that_only_keeps_its_badge_fresh_costs_no_clustering(lead: Seat, scene: Scene) -> None:
    gap(scene)
    part = await lead.browser.get(PAGE, headers={"X-Part": "1"})
    assert (part.status_code, shown(part)) == (200, [])


# What its forms do


async def test_added_to_the_question_that_is_picked(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    gap(scene, "帮我写一首诗")
    answer = await send(lead, number, "add", article=ORDER.id, wordings=f"{ASKED}\r\n\r\n卖不卖3D打印机\r\n")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=add")
    page = await lead.look(answer.headers["location"])
    assert status_of(page) == "已加为相似问法并发布，以后这样问会直接得到答案。"
    assert shown(page) == ["帮我写一首诗"]
    assert "知识库第 2 版 · 7 个问题 · 客服li (li) 今天 10:00 发布" in page.text
    assert articles(scene)[ORDER.id].similar == (*ORDER.similar, ASKED, "卖不卖3D打印机")


async def test_added_to_a_question_found_by_its_words(lead: Seat, scene: Scene) -> None:
    answer = await send(lead, gap(scene), "add", article="", other=INVOICE.question, wordings=ASKED)
    assert answer.status_code == 303
    assert ASKED in articles(scene)[INVOICE.id].similar


async def test_customers_are_answered_at_once(console: Console, lead: Seat, scene: Scene) -> None:
    answer = await send(lead, gap(scene), "new", category="订单", wordings=ASKED, answer="没有。")
    assert answer.headers["location"] == f"{PAGE}?done=new"
    service = console.app.state.service
    assert await service.refresh()
    scene.rules = replace(scene.rules, index=service.rules.index)
    assert scene.visitor().say(ASKED) == ["没有。"]


async def test_a_new_question_gets_the_reply_that_the_form_was_filled_with(lead: Seat, scene: Scene) -> None:
    number = gap(scene, reason="human", reply="没有，抱歉。\n欢迎再来。")
    page = await lead.look(PAGE)
    assert ">没有，抱歉。\n欢迎再来。</textarea>" in page.text
    await send(
        lead, number, "new", category="耗材", wordings=f"{ASKED}\n卖3d打印机不", answer="没有，抱歉。\r\n欢迎再来。"
    )
    article = articles(scene)[f"gap-{number}"]
    assert (article.question, article.similar, article.answer) == (ASKED, ("卖3d打印机不",), "没有，抱歉。\n欢迎再来。")


async def test_the_wording_offered_holds_nothing_masked(lead: Seat, scene: Scene) -> None:
    gap(scene, "我叫***，电话138****0001，机器租满三年送不送")
    page = await lead.look(PAGE)
    assert page.text.count(">机器租满三年送不送</textarea>") == 2


async def test_dismissed_it_is_gone(lead: Seat, scene: Scene) -> None:
    answer = await send(lead, gap(scene), "dismiss")
    page = await lead.look(answer.headers["location"])
    assert (status_of(page), shown(page)) == ("已忽略，可以在「最近处理」里撤销。", [])
    assert scene.read(revision_store.current_revision) == 1


async def test_a_message_that_came_after_the_page_stays(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    page = await lead.look(PAGE)
    gap(scene)
    await lead.browser.post(f"{PAGE}/{number}/dismiss", data={"csrf": csrf_of(page), "until": str(number)})
    assert len(scene.read(gap_store.open_gaps)) == 1


# Refusals


@pytest.mark.parametrize(
    ("move", "fields", "status", "sentence"),
    [
        ("add", {"article": "nope", "wordings": ASKED}, 422, "知识库里没有「nope」，请从列出的问题里选择。"),
        ("add", {"article": ORDER.id, "wordings": " \n"}, 422, "请填写问法，像客户那样问。"),
        ("add", {"article": ORDER.id, "wordings": "？！"}, 422, "请填写问法，像客户那样问。"),
        (
            "add",
            {"article": ORDER.id, "wordings": "发票怎么开"},
            422,
            "「发票怎么开」已经是问题「怎么开发票」的一种问法，同一句话只能归在一个问题下。",
        ),
        (
            "add",
            {"article": INVOICE.id, "wordings": "发票怎么开？"},
            422,
            "「发票怎么开？」已经是这个问题的一种问法，不用再加。",
        ),
        (
            "add",
            {"article": ORDER.id, "wordings": "我叫***卖吗"},
            422,
            "「我叫***卖吗」里有个人信息（星号部分），请改写后再提交。",
        ),
        (
            "new",
            {"category": "天气", "wordings": ASKED, "answer": "没有"},
            422,
            "没有「天气」这个分类，请从列表里选择。",
        ),
        ("new", {"category": "订单", "wordings": ASKED, "answer": " "}, 422, "请填写答案。"),
        (
            "new",
            {"category": "订单", "wordings": ASKED, "answer": "打138****0001"},
            422,
            "答案里有个人信息（138****0001）。答案会发给所有客户，请改写后再提交。",
        ),
        (
            "new",
            {"category": "订单", "wordings": "长" * 201, "answer": "没有"},
            422,
            f"「{'长' * 30}…」太长，一句问法最多 200 个字。",
        ),
        (
            "new",
            {"category": "订单", "wordings": ASKED, "answer": "长" * 4001},
            422,
            "答案最多 4000 个字，请删减后再提交。",
        ),
        (
            "add",
            {"article": ORDER.id, "wordings": "卖3D打印机不"},
            409,
            "没有发布：这样修改会改变「卖3D打印机不」现在的回答，而这些回答必须保持不变。请换一种问法。",
        ),
    ],
)
async def test_what_is_refused_is_said_and_what_was_typed_stays(
    lead: Seat, scene: Scene, move: str, fields: dict[str, str], status: int, sentence: str
) -> None:
    scene.write(regression_store.save_regressions, [Regression("卖3D打印机不", None)], scene.now)
    answer = await send(lead, gap(scene), move, **fields)
    assert (answer.status_code, html.unescape(alert_of(answer))) == (status, sentence)
    assert re.search(rf'<details class="gap-move"[^>]*id="{move}-1" open>', answer.text)
    assert html.escape(fields["wordings"].strip()) in answer.text
    assert scene.read(revision_store.current_revision) == 1
    assert len(scene.read(gap_store.open_gaps)) == 1


async def test_what_a_colleague_has_dealt_with_is_said(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    await send(lead, number, "dismiss")
    answer = await send(lead, number, "add", article=ORDER.id, wordings=ASKED)
    assert (answer.status_code, alert_of(answer)) == (409, "这一条已经处理过了，列表已更新。")


async def test_what_could_not_be_published_for_other_reasons_is_said(
    lead: Seat, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_args: Any, **_kwargs: Any) -> None:
        raise NotPublished("Revision 9 was published meanwhile.")

    number = gap(scene)
    monkeypatch.setattr(gap_closing, "propose", overtaken)
    answer = await send(lead, number, "add", article=ORDER.id, wordings=ASKED)
    assert answer.status_code == 409
    assert alert_of(answer).startswith("没有发布成功，您填写的内容还在")


async def test_strange_addresses_are_refused_and_the_forms_own_leads_back(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    assert (await send(lead, number, "explode")).status_code == 404
    assert (await send(lead, 2**40, "dismiss")).status_code == 422
    assert (await send(lead, number, "dismiss", until="9" * 40)).status_code == 303
    back = await lead.look(f"{PAGE}/{number}/add")
    assert (back.status_code, back.headers["location"]) == (303, PAGE)


async def test_the_latest_comparison_with_use_is_told_in_words(scene: Scene, lead: Seat) -> None:
    assert 'id="adjusted"' not in (await lead.look(PAGE)).text
    found = compare([], 0.86, 0.95, scene.policy.zone)
    scene.write(adjustment_store.add_comparison, found, 0.0, 1, scene.now)
    assert (
        '<p class="quiet" id="adjusted">回答门槛未调整：只有 0 例（来自 0 位客户），满 30 例才作比较。<time '
        in (await lead.look(PAGE)).text
    )


async def test_what_is_confused_is_named_once_the_encoders_have_learned(console: Console, lead: Seat) -> None:
    service = console.app.state.service
    index = service.rules.index
    confused = replace(index, levels=(*index.levels[:-1], replace(index.levels[-1], contradictions=((1, 1),))))
    service.rules = replace(service.rules, index=confused)
    assert "容易混淆的问题" in shown(await lead.look(PAGE))
    service.rules = replace(service.rules, index_builder=IndexBuilder((PaperEncoder(),)))
    assert "容易混淆的问题" not in shown(await lead.look(PAGE))


# Undoing


def undoable(page: httpx.Response) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'action="/console/knowledge/([0-9]+)/undo"', page.text)]


async def test_what_was_put_aside_comes_back(lead: Seat, scene: Scene) -> None:
    first, second = gap(scene), gap(scene)
    await send(lead, first, "dismiss")
    page = await lead.look(PAGE)
    assert shown(page) == []
    assert undoable(page) == [str(first)]
    answer = await send(lead, first, "undo")
    assert answer.headers["location"] == "/console/knowledge?done=undo"
    page = await lead.look("/console/knowledge?done=undo")
    assert status_of(page) == "已撤销，这一条回到待处理；当时加进知识库的内容也已撤下。"
    assert (shown(page), undoable(page)) == ([ASKED], [])
    assert {one.id for one in scene.read(gap_store.open_gaps)} == {first, second}
    again = await send(lead, first, "undo")
    assert (again.status_code, alert_of(again)) == (409, "这一条已经处理过了，列表已更新。")


async def test_a_phrasing_that_was_accepted_goes_again_and_nothing_else(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    await send(lead, number, "add", article=ORDER.id, wordings=ASKED)
    scene.pass_time(minutes=1)
    later = tuple(replace(one, answer="改过。") if one.id == ORDER.id else one for one in articles(scene).values())
    scene.write(revision_store.save_revision, later, scene.now, "later")
    scene.pass_time(minutes=1)
    await send(lead, number, "undo")
    assert articles(scene)[ORDER.id] == replace(ORDER, answer="改过。")
    assert shown(await lead.look(PAGE)) == [ASKED]


async def test_a_question_that_was_made_goes_again_unless_it_was_changed(lead: Seat, scene: Scene) -> None:
    number = gap(scene)
    await send(lead, number, "new", category="订单", wordings=ASKED, answer="不卖。")
    assert f"gap-{number}" in articles(scene)
    scene.pass_time(minutes=1)
    await send(lead, number, "undo")
    assert f"gap-{number}" not in articles(scene)
    scene.pass_time(minutes=1)
    await send(lead, number, "new", category="订单", wordings=ASKED, answer="不卖。")
    scene.pass_time(minutes=1)
    changed = [replace(one, answer="卖。") if one.answer == "不卖。" else one for one in articles(scene).values()]
    scene.write(revision_store.save_revision, changed, scene.now, "later")
    refused = await send(lead, number, "undo")
    assert (refused.status_code, alert_of(refused)) == (
        409,
        f"没有撤销：问题「{ASKED}」之后又改过，请到这个问题的页面修改或下线。",
    )
    assert "卖。" in {one.answer for one in articles(scene).values()}
