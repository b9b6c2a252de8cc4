"""The console's page of service interruptions: leads act, agents see, the board and the tickets say so."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from bot.tickets import incidents
from bot.web.console import pulse
from escalation.incidents import incident_store
from escalation.roles import Role
from tests.bot.scene import INVOICE, UNKNOWN, Scene, Visitor
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

PAGE = "/console/incidents"
NOTICE = "报修系统中断，正在抢修。"
FIELDS = {"title": "报修系统中断", "topic": "故障", "words": "", "notice": NOTICE}


async def send(seat: Seat, path: str = PAGE, **fields: Any) -> httpx.Response:
    """Send one of the page's forms, as the page has it."""
    return await seat.browser.post(path, data={"csrf": csrf_of(await seat.look(PAGE)), **fields})


def hand_over(scene: Scene, address: str = "anna", text: str = "打印机坏了") -> Visitor:
    visitor = scene.visitor(address)
    visitor.say(text)
    visitor.say("转人工")
    return visitor


def tell_all(scene: Scene) -> None:
    while scene.write(incidents.notify_some, scene.now):
        pass


def status_of(page: httpx.Response) -> str:
    found = re.search(r'role="status">([^<]+)<', page.text)
    return found[1] if found else ""


async def test_nobody_sees_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fincidents")


async def test_a_lead_declares_and_ends_it_and_sees_how_far_it_reached(lead: Seat, scene: Scene) -> None:
    anna = hand_over(scene)
    assert "目前没有服务中断" in (await lead.look(PAGE)).text
    answer = await send(lead, **FIELDS)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=declared&number=1")
    tell_all(scene)
    page = await lead.look(answer.headers["location"])
    assert status_of(page) == "已宣布。相关客户会陆续收到通知，之后来问的客户也会各收到一次。"
    assert "已告知 <b>1</b> 位客户，关联 <b>1</b> 张工单" in page.text
    assert anna.read()[-1] == NOTICE
    answer = await send(lead, f"{PAGE}/1/end", notice="已恢复。")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=ended&number=1")
    tell_all(scene)
    page = await lead.look(answer.headers["location"])
    assert "告知 1 位客户，其中 1 位已收到结束通知；关联 1 张工单" in page.text
    assert "客服han宣布，客服han结束" in page.text
    assert anna.read() == ["已恢复。"]


async def test_the_board_and_the_ticket_say_so(lead: Seat, scene: Scene) -> None:
    hand_over(scene)
    assert "服务中断：报修系统中断" not in (await lead.look("/console")).text
    await send(lead, **FIELDS)
    tell_all(scene)
    assert "服务中断：报修系统中断" in (await lead.look("/console")).text
    ticket = await lead.look(f"/console/tickets/{scene.ticket.id}")
    assert f'<a href="{PAGE}#incident-1">报修系统中断</a>' in ticket.text
    assert "归入服务中断（报修系统中断）" in ticket.text
    await send(lead, f"{PAGE}/1/end", notice="已恢复。")
    assert "服务中断：报修系统中断" not in (await lead.look("/console")).text
    assert "已结束</span></dd>" in (await lead.look(f"/console/tickets/{scene.ticket.id}")).text


@pytest.mark.parametrize("role", ["lead", "manager", "admin"])
async def test_leads_and_above_have_the_forms(console: Console, role: Role) -> None:
    page = await (await console.sits("someone", role)).look(PAGE)
    assert 'action="/console/incidents/preview"' in page.text
    assert f'<a href="{PAGE}" aria-current="page">' in page.text


async def test_agents_see_it_and_cannot_act(console: Console, lead: Seat, scene: Scene) -> None:
    agent = await console.sits("li")
    assert f'href="{PAGE}"' in (await agent.look("/console")).text
    refused = await send(agent, **FIELDS)
    assert (refused.status_code, alert_of(refused)) == (403, "只有组长和主管可以宣布或结束服务中断。")
    await send(lead, **FIELDS)
    page = await agent.look(PAGE)
    assert NOTICE in page.text
    assert "宣布结束" not in page.text
    assert 'action="/console/incidents/preview"' not in page.text
    refused = await send(agent, f"{PAGE}/1/end", notice="已恢复。")
    assert refused.status_code == 403
    assert len(scene.read(incident_store.running_incidents)) == 1


async def test_a_form_of_another_site_is_refused(lead: Seat, scene: Scene) -> None:
    answer = await lead.browser.post(PAGE, data={**FIELDS, "csrf": "x" * 43})
    assert (answer.status_code, alert_of(answer)) == (403, "页面已过期，请刷新后再试。")
    assert scene.read(incident_store.latest_incidents, 1) == []


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"title": " "}, 422, "请填写名称，几个字说明哪项服务中断了。"),
        ({"title": "中" * 65}, 422, "名称最多 64 个字，请删减后再提交。"),
        ({"notice": ""}, 422, "请填写给客户的通知。"),
        ({"notice": "中" * 501}, 422, "给客户的通知最多 500 个字，请删减后再提交。"),
        ({"notice": "特级客户请稍候"}, 422, "这段话客户会看到，不能提到等级或队列的名称（特级），请改写后再提交。"),
        ({"topic": [], "words": " ，"}, 422, "请至少选择一个事由，或填写一个客户会说的词。"),
        ({"topic": "没有的"}, 422, "没有「没有的」这个事由，请从列表里选择。"),
        ({"words": "网"}, 422, "「网」太短，容易误发给不相关的客户，至少要两个字。"),
        ({"words": "网" * 21}, 422, f"「{'网' * 21}」太长，客户很难一字不差地说出来，一个词最多 20 个字。"),
        (
            {"words": " ".join(f"词{number}" for number in range(31))},
            422,
            "词太多，最多 30 个，请只保留客户常说的。",
        ),
    ],
)
async def test_what_cannot_be_comes_back_with_what_was_typed(
    lead: Seat, scene: Scene, fields: dict[str, Any], status: int, sentence: str
) -> None:
    answer = await send(lead, **FIELDS | fields)
    assert (answer.status_code, html.unescape(alert_of(answer))) == (status, sentence)
    if fields.get("notice") != "":
        assert html.escape((FIELDS | fields)["notice"]) in answer.text
    assert scene.read(incident_store.latest_incidents, 1) == []


async def test_what_is_taken_or_over_is_a_conflict(lead: Seat, scene: Scene) -> None:
    await send(lead, **FIELDS | {"words": "官网"})
    taken = await send(lead, **FIELDS)
    assert (taken.status_code, alert_of(taken)) == (
        409,
        "「报修系统中断」已经涉及事由「故障」，请先结束它，或不选这个事由。",
    )
    taken = await send(lead, **FIELDS | {"topic": [], "words": "官網"})
    assert (taken.status_code, alert_of(taken)) == (
        409,
        "「报修系统中断」已经用了「官网」这个词，请先结束它，或不填这个词。",
    )
    empty = await send(lead, f"{PAGE}/1/end", notice=" ")
    assert (empty.status_code, alert_of(empty)) == (422, "请填写结束通知，它会发给每一位收到过中断通知的客户。")
    await send(lead, f"{PAGE}/1/end", notice="已恢复。")
    over = await send(lead, f"{PAGE}/1/end", notice="已恢复。")
    assert (over.status_code, alert_of(over)) == (409, "「报修系统中断」已经结束，结束通知只发一次。")
    nothing = await send(lead, f"{PAGE}/9/end", notice="已恢复。")
    assert (nothing.status_code, alert_of(nothing)) == (404, "没有这次服务中断。")
    looked_at = await lead.look(f"{PAGE}/9/end")
    assert (looked_at.status_code, looked_at.headers["location"]) == (303, PAGE)


async def test_every_topic_may_be_chosen_at_once(lead: Seat, scene: Scene) -> None:
    answer = await send(lead, **FIELDS | {"topic": list(scene.policy.topics)})
    assert answer.status_code == 303
    assert scene.read(incident_store.running_incidents)[0].topics == tuple(scene.policy.topics)


async def test_what_was_written_stays_text(lead: Seat, scene: Scene) -> None:
    await send(lead, **FIELDS | {"title": HOSTILE[:64], "notice": HOSTILE, "words": HOSTILE[:12]})
    for path in (PAGE, "/console"):
        assert "<script>alert" not in (await lead.look(path)).text


# The answer that stands ready


async def test_the_ticket_offers_the_answer_to_what_the_customer_wrote_last(lead: Seat, scene: Scene) -> None:
    anna = hand_over(scene, text=UNKNOWN)
    lead_page = f"/console/tickets/{scene.ticket.id}"
    assert "参考答案" not in (await lead.look(lead_page)).text
    await lead.do(scene.ticket.id, "claim")
    anna.say(INVOICE.question)
    page = await lead.look(lead_page)
    assert f'data-text="{INVOICE.answer}">采纳' in page.text
    assert f"针对客户最近说的「{INVOICE.question}」，把握 100%" in page.text


async def test_a_board_that_is_open_hears_of_a_declaration_that_touches_no_ticket_yet(lead: Seat, scene: Scene) -> None:
    around = (pulse.look, scene.policy, lead.who, [], None, scene.now)
    before = scene.read(*around)
    await send(lead, **FIELDS)
    on = scene.read(*around)
    await send(lead, f"{PAGE}/1/end", notice="已恢复。")
    assert len({str(each) for each in (before, on, scene.read(*around))}) == 3


async def test_before_it_is_declared_it_is_shown_whom_it_tells_and_what_they_read(lead: Seat, scene: Scene) -> None:
    anna = hand_over(scene)
    bert = scene.visitor("bert")
    bert.say("打印機壞了")
    bert.say("轉人工")
    hand_over(scene, "carl", "我要开发票")
    anna.read()
    page = await send(lead, f"{PAGE}/preview", **FIELDS)
    assert page.status_code == 200
    said = html.unescape(re.sub(r"<[^>]+>", "", page.text))
    assert "宣布后立即告知 2 位客户，涉及 2 张未结工单。之后问到的客户也会各收到一次。" in said
    assert re.search(r"<th scope=\"row\">三级</th><td>2 位</td><td>2 张</td>", page.text)
    assert f"<blockquote >{NOTICE}</blockquote>" in page.text
    assert "報修系統中斷，正在搶修。" in page.text
    assert scene.count(incident_store.incidents) == 0
    assert anna.read() == []
    hidden = dict(re.findall(r'<input type="hidden" name="(title|words|notice|topic)" value="([^"]*)">', page.text))
    assert hidden == FIELDS
    answer = await send(lead, **hidden)
    assert answer.headers["location"] == f"{PAGE}?done=declared&number=1"
    assert (await lead.look(f"{PAGE}/preview")).headers["location"] == PAGE


async def test_a_preview_that_reaches_nobody_says_so_and_is_refused_as_the_declaration_is(
    console: Console, lead: Seat, scene: Scene
) -> None:
    page = await send(lead, f"{PAGE}/preview", **FIELDS)
    assert "目前没有相关的未结工单，宣布后不会立即通知任何人。" in page.text
    refused = await send(lead, f"{PAGE}/preview", **{**FIELDS, "notice": ""})
    declared = await send(lead, **{**FIELDS, "notice": ""})
    assert (refused.status_code, alert_of(refused)) == (declared.status_code, alert_of(declared))
    agent = await console.sits("wang")
    answer = await send(agent, f"{PAGE}/preview", **FIELDS)
    assert (answer.status_code, alert_of(answer)) == (403, alert_of(await send(agent, **FIELDS)))
    assert scene.count(incident_store.incidents) == 0
