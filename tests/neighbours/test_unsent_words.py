"""What somebody typed on a ticket and did not send is theirs, however they left and whoever came after."""

from __future__ import annotations

import pytest

from bot.agents.actions import Claim, Record, Reply, Resolve, Transfer
from bot.auth import staff_sessions
from bot.transcript import reply_drafts
from escalation.staff import disable_staff, set_password
from tests.bot.scene import UNKNOWN, Scene, Visitor
from tests.bot.web.console.console_scene import Console, Seat, csrf_of

REPLY, NOTE = "账号是 6222", "客户情绪差"


class Desk:
    """Two tickets of one customer, and 李 and 韩 who share a computer."""

    def __init__(self, scene: Scene, customer: Visitor, tickets: tuple[int, int], li: Seat, han: Seat) -> None:
        self.scene, self.customer, self.li, self.han = scene, customer, li, han
        self.ticket, self.other = tickets

    async def types(self, seat: Seat, reply: str = REPLY, note: str = NOTE, ticket: int | None = None) -> None:
        for field, text in (("reply", reply), ("note", note)):
            assert (await seat.do(ticket or self.ticket, "draft", field=field, text=text)).status_code == 204

    async def page(self, seat: Seat, ticket: int | None = None) -> str:
        answer = await seat.look(f"/console/tickets/{ticket or self.ticket}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def sees_nothing(self, seat: Seat, ticket: int | None = None) -> None:
        page = await self.page(seat, ticket)
        assert REPLY not in page
        assert NOTE not in page

    async def is_back(self, seat: Seat) -> None:
        page = await self.page(seat)
        assert f'autocomplete="off">\n{REPLY}</textarea>' in page
        assert f'autocomplete="off">\n{NOTE}</textarea>' in page

    def sent(self) -> list[str]:
        return [line.text for line in self.customer.lines() if line.author == "agent"]


@pytest.fixture
async def desk(console: Console, scene: Scene) -> Desk:
    li, han = await console.sits("lina"), await console.sits("hanmei")
    customer = scene.visitor("jia", customer="C1001")
    customer.say(UNKNOWN)
    customer.say("转人工")
    first = scene.ticket.id
    scene.act(li.who, Claim())
    scene.act(li.who, Record("called"))
    scene.act(li.who, Resolve(why="当场解决"))
    scene.pass_time(days=8)  # the first matter is over
    customer.say("怎么开发票")
    customer.say("转人工")
    second = scene.ticket.id
    assert first != second
    await li.sign_in()
    await han.sign_in()
    scene.act(li.who, Claim())
    return Desk(scene, customer, (second, first), li, han)


async def at_the_same_computer(desk: Desk) -> Seat:
    """韩 signs in with the browser that 李 has used."""
    seat = Seat(desk.li.browser, desk.han.who)
    assert (await seat.sign_in(next=f"/console/tickets/{desk.ticket}")).status_code == 303
    return seat


async def test_a_sign_in_that_runs_out_leaves_nothing_for_the_next_person(desk: Desk) -> None:
    await desk.types(desk.li)
    desk.scene.clock.advance(days=2)
    gone = await desk.li.look(f"/console/tickets/{desk.ticket}")
    assert gone.headers["location"].startswith("/console/sign-in")
    han = await at_the_same_computer(desk)
    await desk.sees_nothing(han)
    await desk.li.sign_in()
    await desk.is_back(desk.li)


async def test_a_page_left_open_sends_nothing_under_the_next_persons_name(desk: Desk) -> None:
    await desk.types(desk.li)
    left_open = csrf_of(await desk.li.look(f"/console/tickets/{desk.ticket}"))
    await desk.li.browser.post("/console/sign-out", data={"csrf": left_open})
    han = await at_the_same_computer(desk)
    stale = {"csrf": left_open, "text": REPLY, "key": "0123456789abcdef"}
    answer = await han.browser.post(f"/console/tickets/{desk.ticket}/reply", data=stale)
    assert answer.status_code == 403
    assert "页面已过期，请刷新后再试。" in answer.text
    kept = await han.browser.post(f"/console/tickets/{desk.ticket}/draft", data=stale | {"field": "reply"})
    assert kept.status_code == 403
    assert desk.sent() == []
    await desk.sees_nothing(han)


async def test_signed_out_the_address_of_the_ticket_shows_the_sign_in_and_nothing_may_be_kept(desk: Desk) -> None:
    await desk.types(desk.li)
    page = await desk.li.look(f"/console/tickets/{desk.ticket}")
    assert page.headers["cache-control"] == "no-store"
    await desk.li.browser.post("/console/sign-out", data={"csrf": csrf_of(page)})
    answer = await desk.li.look(f"/console/tickets/{desk.ticket}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in")


async def test_a_closed_tab_or_browser_loses_neither_reply_nor_note(desk: Desk, console: Console) -> None:
    await desk.types(desk.li, reply=REPLY + "长" * 300)
    again = Seat(console.browser(), desk.li.who)
    await again.sign_in()
    page = await desk.page(again)
    assert f'autocomplete="off">\n{REPLY}{"长" * 300}</textarea>' in page
    assert f'autocomplete="off">\n{NOTE}</textarea>' in page


async def test_once_sent_from_one_tab_the_draft_is_gone_from_every_other(desk: Desk) -> None:
    await desk.types(desk.li, reply="第一个标签页里写的")
    await desk.types(desk.li, reply="第一个标签页里写的，又在第二个里接着写")
    await desk.li.do(desk.ticket, "reply", text="第一个标签页里写的", key="0123456789abcdef")
    assert desk.sent() == ["第一个标签页里写的"]
    for _tab in range(2):
        assert "接着写" not in await desk.page(desk.li)
    assert NOTE in await desk.page(desk.li)


async def test_a_draft_follows_neither_customer_nor_tab_to_another_ticket(desk: Desk) -> None:
    await desk.types(desk.li)
    await desk.sees_nothing(desk.li, desk.other)
    for way in ("/console", f"/console?q=%23{desk.other}", f"/console/tickets/{desk.other}"):
        await desk.li.look(way)
        await desk.is_back(desk.li)


async def test_a_draft_stays_its_writers_when_the_ticket_is_handed_over(desk: Desk) -> None:
    await desk.types(desk.li)
    desk.scene.act(desk.li.who, Transfer(desk.scene.ticket.queue, desk.han.who.id), desk.ticket)
    await desk.sees_nothing(desk.han)
    await desk.han.do(desk.ticket, "reply", text="我来处理", key="0123456789abcdef")
    assert desk.sent() == ["我来处理"]
    page = await desk.page(desk.li)
    assert f"{NOTE}</textarea>" in page
    assert 'name="key"' not in page  # there is no field to reply from
    kept = desk.scene.read(reply_drafts.drafts_of, desk.scene.vault, desk.ticket, desk.li.who.id, desk.scene.now)
    assert kept["reply"] == REPLY


async def test_a_colleague_of_the_same_name_sees_nothing_of_it(desk: Desk, console: Console) -> None:
    namesake = await console.sits("liwei")
    desk.scene.write(lambda db: db.exec_driver_sql("UPDATE staff SET name = '李' WHERE login IN ('lina', 'liwei')"))
    await desk.types(desk.li)
    await desk.sees_nothing(Seat(namesake.browser, namesake.who))


async def test_a_lock_of_the_account_refuses_what_its_open_page_sends_and_keeps_the_draft(
    desk: Desk, console: Console
) -> None:
    await desk.types(desk.li)
    open_page = csrf_of(await desk.li.look(f"/console/tickets/{desk.ticket}"))
    desk.scene.write(disable_staff, "lina", desk.scene.now)
    late = {"csrf": open_page, "text": REPLY, "key": "0123456789abcdef"}
    answer = await desk.li.browser.post(f"/console/tickets/{desk.ticket}/reply", data=late, headers={"X-Part": "1"})
    assert answer.status_code == 401
    assert desk.sent() == []
    han = await at_the_same_computer(desk)
    await desk.sees_nothing(han)
    desk.scene.write(set_password, "lina", console.hashed)
    await desk.li.sign_in()
    await desk.is_back(desk.li)


async def test_a_sign_in_ended_from_elsewhere_sends_nothing_either(desk: Desk) -> None:
    await desk.types(desk.li)
    open_page = csrf_of(await desk.li.look(f"/console/tickets/{desk.ticket}"))
    desk.scene.write(staff_sessions.close_session, desk.li.browser.cookies["jiedai_staff"])
    late = {"csrf": open_page, "text": REPLY, "key": "0123456789abcdef"}
    answer = await desk.li.browser.post(f"/console/tickets/{desk.ticket}/reply", data=late)
    assert answer.status_code == 401
    assert desk.sent() == []


async def test_a_draft_that_the_talk_has_overtaken_is_never_sent_by_itself_and_says_its_age(
    desk: Desk, console: Console
) -> None:
    await desk.types(desk.li)
    lead = await console.sits("zhu", "lead")
    desk.scene.clock.advance(minutes=30)
    desk.scene.act(lead.who, Transfer(desk.scene.ticket.queue, lead.who.id), desk.ticket)
    desk.scene.act(lead.who, Reply("已经处理好了", "1"), desk.ticket)
    desk.scene.act(lead.who, Resolve(why="当场解决"), desk.ticket)
    await desk.page(desk.li)
    assert desk.sent() == ["已经处理好了"]
    desk.scene.pass_time(days=2)
    desk.customer.say("没解决")
    assert desk.scene.ticket.is_open
    await desk.li.sign_in()
    before = desk.scene.ticket
    await desk.page(desk.li)
    assert desk.scene.ticket == before
    desk.scene.act(desk.li.who, Claim(), desk.ticket)
    page = await desk.page(desk.li)
    assert f"{REPLY}</textarea>" in page
    assert "这是 12月1日（周二）10:00 写的草稿，此后对话有更新，发送前请核对。" in page
    assert desk.sent() == ["已经处理好了"]
