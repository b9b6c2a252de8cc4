"""The list of tickets at the desk: its rows, its pages, what is unread in it, its views, and what is done to many."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.auth.preferences import MOST_VIEWS, Preferences, preferences_of
from bot.web.console import bulk, desk_list
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

NUMBER = re.compile(r'data-ticket="(\d+)"')
ROW = re.compile(r'<li class="row.*?</li>', re.DOTALL)


@pytest.fixture
async def wang(console: Console) -> Seat:
    return await console.sits("wang")


def open_tickets(scene: Scene, count: int) -> list[int]:
    for number in range(count):
        scene.visitor(f"v{number}").say("人工")
        scene.pass_time(seconds=1)
    return sorted(ticket.id for ticket in scene.tickets)


def numbers(page: httpx.Response) -> list[int]:
    return [int(each) for each in NUMBER.findall(page.text)]


async def send(seat: Seat, path: str, **fields: str | list[str]) -> httpx.Response:
    token = csrf_of(await seat.look("/console"))
    return await seat.browser.post(path, data={**fields, "csrf": token}, headers={"Accept": "text/html"})


# Pages and rows


async def test_a_long_list_comes_page_by_page_and_none_is_missed(
    console: Console, wang: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_list, "PAGE", 2)
    all_of_them = open_tickets(console.scene, 5)
    first = await wang.look("/console")
    assert 'id="rows" class="rows" data-view="" data-more="1"' in first.text
    assert "start=2" in first.text, "without a script a link leads on"
    found, start = numbers(first), 2
    while start < 5:
        part = await wang.look(f"/console/rows?start={start}")
        found += numbers(part)
        start += 2
    assert 'data-more=""' in part.text
    assert found == all_of_them


async def test_rows_are_drawn_anew_by_number_as_far_as_the_view_has_them(console: Console, wang: Seat) -> None:
    one, two = open_tickets(console.scene, 2)
    await wang.do(one, "claim")
    assert set(numbers(await wang.look(f"/console/rows?ids={one},{two},999"))) == {one, two}
    assert numbers(await wang.look(f"/console/rows?show=waiting&ids={one},{two}")) == [two]


async def test_a_colleague_of_other_queues_gets_no_row(console: Console, wang: Seat) -> None:
    (one,) = open_tickets(console.scene, 1)
    other = await console.sits("li", queues=("特级专席",))
    assert numbers(await other.look(f"/console/rows?ids={one}")) == []
    assert numbers(await wang.look(f"/console/rows?ids={one}")) == [one]


async def test_a_row_shows_what_was_said_last_with_secrets_starred(console: Console, wang: Seat) -> None:
    anna = console.scene.visitor("anna")
    anna.say("人工")
    anna.say("我的密码是 hunter2024，请帮我看看")
    (row,) = ROW.findall((await wang.look("/console")).text)
    assert "<b>机器人：</b>" in row or "<b>客户：</b>" in row
    await wang.do(console.scene.ticket.id, "claim")
    await wang.do(console.scene.ticket.id, "reply", text="您好，正在看", key="0123456789abcdef")
    anna.say("密码是 hunter2024")
    (row,) = ROW.findall((await wang.look("/console")).text)
    assert "<b>客户：</b>" in row
    assert "hunter2024" not in row


async def test_a_page_that_keeps_itself_up_to_date_is_sent_no_rows(console: Console, wang: Seat) -> None:
    open_tickets(console.scene, 2)
    part = await wang.browser.get("/console", headers={"X-Part": "1", "Accept": "text/html"})
    assert numbers(part) == []
    assert "全部 <span>2</span>" in part.text


@pytest.mark.parametrize("sort", ["clock", "newest", "oldest"])
async def test_rows_stand_in_the_order_of_what_they_are_sorted_by(console: Console, wang: Seat, sort: str) -> None:
    open_tickets(console.scene, 3)
    console.scene.pass_time(hours=1)
    console.scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    console.scene.visitor("v1").say("还有一件事")
    keys = re.findall(r'data-sort="(\d+)"', (await wang.look(f"/console?sort={sort}")).text)
    assert len(keys) == 4
    assert keys == sorted(keys)


async def test_the_list_is_narrowed_by_queue_and_tier(console: Console, wang: Seat) -> None:
    (plain,) = open_tickets(console.scene, 1)
    console.scene.visitor("bank", customer="C1001").say("总行机房的设备要迁移")
    bank = max(ticket.id for ticket in console.scene.tickets)
    of = {ticket.id: ticket for ticket in console.scene.tickets}
    assert numbers(await wang.look(f"/console?level={of[bank].tier}")) == [bank]
    assert numbers(await wang.look(f"/console?of={of[plain].queue}")) == [plain]
    assert "全部 <span>1</span>" in (await wang.look(f"/console?of={of[plain].queue}")).text


# What is unread


async def test_a_customers_message_on_my_ticket_is_unread_until_i_open_it(console: Console, wang: Seat) -> None:
    anna = console.scene.visitor("anna")
    anna.say("人工")
    mine = console.scene.ticket.id
    await wang.do(mine, "claim")
    await wang.look(f"/console/tickets/{mine}")
    assert numbers(await wang.look("/console?show=unread")) == []
    anna.say("有人在吗")
    anna.say("急")
    page = await wang.look("/console?show=unread")
    assert numbers(page) == [mine]
    assert '<span class="badge row-unread" data-key="unread">2<span class="sr"> 条新消息</span></span>' in page.text
    await wang.browser.get(f"/console/tickets/{mine}", headers={"X-Part": "1"})
    assert numbers(await wang.look("/console?show=unread")) == [mine], "a page left open reads nothing"
    await wang.look(f"/console/tickets/{mine}")
    assert numbers(await wang.look("/console?show=unread")) == []


async def test_whoever_is_active_in_the_ticket_has_read_what_came(console: Console, wang: Seat) -> None:
    anna = console.scene.visitor("anna")
    anna.say("人工")
    mine = console.scene.ticket.id
    await wang.do(mine, "claim")
    anna.say("有人在吗")
    await wang.do(mine, "active")
    assert numbers(await wang.look("/console?show=unread")) == [mine]
    await wang.do(mine, "active", read="1")
    assert numbers(await wang.look("/console?show=unread")) == []


async def test_a_colleagues_ticket_is_never_unread_to_me(console: Console, wang: Seat) -> None:
    anna = console.scene.visitor("anna")
    anna.say("人工")
    li = await console.sits("li")
    await li.do(console.scene.ticket.id, "claim")
    anna.say("有人在吗")
    assert numbers(await wang.look("/console?show=unread")) == []


# Views


async def test_a_view_is_saved_under_a_name_and_dropped(console: Console, wang: Seat) -> None:
    saved = await send(wang, "/console/views", name="盯紧", query="show=late&sort=oldest")
    assert saved.headers["location"] == "/console?show=late&sort=oldest"
    page = await wang.look("/console?show=late&sort=oldest")
    assert '<a href="/console?show=late&amp;sort=oldest" aria-current="true">盯紧</a>' in page.text
    other = await console.sits("li")
    assert "盯紧" not in (await other.look("/console")).text
    (number,) = re.findall(r"/console/views/(\d+)/drop", page.text)
    await send(other, f"/console/views/{number}/drop")
    assert "盯紧" in (await wang.look("/console")).text, "another's view is not theirs to drop"
    await send(wang, f"/console/views/{number}/drop")
    assert "盯紧" not in (await wang.look("/console")).text


@pytest.mark.parametrize("name", ["", "   ", "名" * 33])
async def test_a_view_needs_a_name(console: Console, wang: Seat, name: str) -> None:
    saved = await send(wang, "/console/views", name=name, query="show=late")
    page = await wang.look(saved.headers["location"])
    assert "请给视图起个名字，最多 32 个字。" in page.text


async def test_there_is_an_end_to_the_views_of_one_person(console: Console, wang: Seat) -> None:
    for number in range(MOST_VIEWS):
        await send(wang, "/console/views", name=f"视图{number}", query="show=late")
    saved = await send(wang, "/console/views", name="再来一个", query="show=late")
    assert "最多保存 20 个视图，请先删掉不用的。" in (await wang.look(saved.headers["location"])).text
    again = await send(wang, "/console/views", name="视图3", query="show=mine")
    assert again.headers["location"] == "/console?show=mine", "one that is there is changed"


# Many at once


async def test_many_are_claimed_at_once_and_what_was_taken_meanwhile_is_told(console: Console, wang: Seat) -> None:
    one, two, three = open_tickets(console.scene, 3)
    li = await console.sits("li")
    await li.do(two, "claim")
    done = await send(wang, "/console/bulk", ids=[str(one), str(two), str(three)], move="take", back="show=waiting")
    page = await wang.look(done.headers["location"])
    assert "已处理 2 张工单。有 1 张没有处理：这张工单已由其他同事认领。" in page.text
    assert {ticket.id for ticket in console.scene.tickets if ticket.holder_id == wang.who.id} == {one, three}


async def test_many_are_given_to_a_colleague_and_to_a_queue(console: Console) -> None:
    one, two = open_tickets(console.scene, 2)
    lead, li = await console.sits("chen", "lead"), await console.sits("li")
    done = await send(lead, "/console/bulk", ids=[str(one), str(two)], move="assign", to=str(li.who.id))
    assert "已处理 2 张工单。" in (await lead.look(done.headers["location"])).text
    assert {ticket.holder_id for ticket in console.scene.tickets} == {li.who.id}
    await send(lead, "/console/bulk", ids=str(one), move="transfer", queue="技术支持")
    assert next(each.queue for each in console.scene.tickets if each.id == one) == "技术支持"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"move": "take"}, "请先勾选工单。"),
        ({"move": "assign", "ids": "1"}, "请选择要派给的同事。"),
        ({"move": "transfer", "ids": "1"}, "请选择要转到的队列。"),
        ({"move": "take", "ids": [str(n) for n in range(1, bulk.MOST + 2)]}, "一次最多处理 100 张工单，请分几次。"),
    ],
)
async def test_a_form_that_leaves_something_out_says_what(
    console: Console, wang: Seat, fields: dict[str, str | list[str]], sentence: str
) -> None:
    open_tickets(console.scene, 1)
    done = await send(wang, "/console/bulk", **fields)
    assert sentence in (await wang.look(done.headers["location"])).text
    assert console.scene.ticket.holder_id is None


async def test_an_address_that_somebody_made_up_says_nothing_of_its_own(console: Console, wang: Seat) -> None:
    page = await wang.look("/console?bulk=1|1|请把密码发给我")
    assert "请把密码发给我" not in page.text


# Solved, and on to the next


async def test_solved_from_the_menu_the_next_of_mine_by_its_clock_opens(console: Console, wang: Seat) -> None:
    one, two, three = open_tickets(console.scene, 3)
    for each in (one, two, three):
        await wang.do(each, "claim")
        await wang.do(each, "reply", text="您好，已经处理好了", key=f"0123456789abcde{each}")
    done = await wang.do(two, "resolve", then="next")
    assert done.headers["location"] == f"/console/tickets/{one}?done=resolve&after={two}"
    page = await wang.look(done.headers["location"])
    assert f'<a href="/console/tickets/{two}">#{two}</a> 已标记为解决，并询问客户是否还有其他需要。' in page.text


async def test_a_reply_that_solves_it_is_sent_and_the_list_comes_when_none_is_left(
    console: Console, wang: Seat
) -> None:
    (one,) = open_tickets(console.scene, 1)
    await wang.do(one, "claim")
    done = await wang.do(one, "reply", text="已经换好了，请您试试", key="0123456789abcdef", then="resolve")
    assert done.headers["location"] == f"/console?done=resolve&ticket={one}"
    assert console.scene.ticket.state == "resolved"


async def test_a_reply_that_may_not_solve_it_is_not_sent_either(console: Console, wang: Seat) -> None:
    anna = console.scene.visitor("anna")
    anna.say("我要投诉你们，安装师傅迟到了两个小时还骂人")
    one = console.scene.ticket.id
    await wang.do(one, "claim")
    before = len(anna.lines())
    done = await wang.do(one, "reply", text="非常抱歉，已处理", key="0123456789abcdef", then="resolve")
    assert done.status_code in (409, 422)
    assert "非常抱歉，已处理" in done.text, "what was typed is still there"
    assert (len(anna.lines()), console.scene.ticket.is_open) == (before, True)


# How one wants to be alerted


async def test_alerts_and_keys_are_chosen_by_each_for_themselves(console: Console, wang: Seat) -> None:
    saved = await send(wang, "/console/me/desk", alerts="urgent", with_words="1")
    assert "工作台设置已保存。" in (await wang.look(saved.headers["location"])).text
    assert console.scene.read(preferences_of, wang.who.id) == Preferences("urgent", with_words=True, single_keys=False)
    li = await console.sits("li")
    assert console.scene.read(preferences_of, li.who.id) == Preferences()


async def test_an_unknown_way_of_alerting_is_refused(console: Console, wang: Seat) -> None:
    refused = await send(wang, "/console/me/desk", alerts="loud")
    assert refused.status_code == 422
    assert "没有这样的提醒方式，请重新选择。" in refused.text
