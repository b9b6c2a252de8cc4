"""A complaint is closed to whoever held its customer's matters, on every way from the conversation to its content."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from bot.notifications.notice_inbox import notices_for
from bot.telegram.desk.overview import read_lines
from escalation.staff import Staff
from tests.bot.scene import UNKNOWN, Scene, Visitor
from tests.bot.web.console.console_scene import Console, Seat, alert_of

EVERY = ("通用客服", "投诉处理", "技术支持")
ACCUSED = "我要投诉你们的技术员，他向我索要红包，请保密"
ANSWER = "我们会查清楚的"


@pytest.fixture
async def story(console: Console) -> tuple[Visitor, Seat, Seat, int, int]:
    """The visitor, who held their first matter, who handles their complaint of it, and both tickets."""
    scene = console.scene
    tech, handler = await console.sits("tech", queues=EVERY), await console.sits("handler", queues=EVERY)
    anna = scene.visitor("anna")
    anna.say(UNKNOWN)
    anna.say("转人工")
    first = scene.ticket.id
    scene.act(tech.who, Claim(), first)
    scene.act(tech.who, Reply("好了", "12345678"), first)
    scene.act(tech.who, Resolve(why="当场解决"), first)
    scene.clock.now += timedelta(hours=1)
    anna.say(ACCUSED)
    second = scene.ticket.id
    assert second != first
    scene.act(handler.who, Claim(), second)
    scene.act(handler.who, Reply(ANSWER, "23456789"), second)
    anna.send_file("红包.jpg")
    return anna, tech, handler, first, second


async def test_who_held_the_matter_before_sees_nothing_of_the_complaint(
    console: Console, story: tuple[Visitor, Seat, Seat, int, int]
) -> None:
    anna, tech, _handler, first, second = story
    refused = await tech.look(f"/console/tickets/{second}")
    assert refused.status_code == 403
    page = (await tech.look(f"/console/tickets/{first}")).text
    for said in (ACCUSED, ANSWER, "红包"):
        assert said not in page
    assert "另有 1 张工单您无权查看" in page
    assert f"#{second}" not in page
    hidden = re.findall(r"此处有 (\d+) 条消息属于您无权查看的工单", page)
    complaint = [line for line in anna.lines() if line.ticket_id == second]
    assert hidden == [str(len(complaint))]
    picture = next(line.id for line in anna.lines() if line.kind == "file")
    assert (await tech.look(f"/console/tickets/{first}/files/{picture}")).status_code == 404
    for wanted in ("索要红包", ANSWER):
        assert f"#{first}" not in (await tech.look(f"/console?q={wanted}")).text
    board = (await tech.look("/console")).text
    assert f"#{second}" not in board
    notices = console.scene.read(notices_for, console.scene.vault, tech.who, list(EVERY))
    assert second not in {one.ticket_id for one in notices}


async def test_its_handler_sees_both(console: Console, story: tuple[Visitor, Seat, Seat, int, int]) -> None:
    anna, _tech, handler, first, second = story
    page = (await handler.look(f"/console/tickets/{second}")).text
    assert ACCUSED in page
    assert "您无权查看" not in page
    assert "不对客服tech开放" in page
    picture = next(line.id for line in anna.lines() if line.kind == "file")
    assert (await handler.look(f"/console/tickets/{second}/files/{picture}")).status_code == 200
    assert f"/console/tickets/{second}" in (await handler.look("/console?q=索要红包")).text
    assert f"/console/tickets/{first}" not in (await handler.look("/console?q=索要红包")).text


async def test_once_it_is_said_whom_it_is_about_it_is_closed_to_those_alone(
    console: Console, story: tuple[Visitor, Seat, Seat, int, int]
) -> None:
    _anna, tech, handler, _first, second = story
    nothing = await handler.do(second, "subjects")
    assert nothing.status_code == 422
    assert alert_of(nothing) == "请选择投诉涉及的同事；如果不涉及任何同事，请选「不涉及同事」。"
    other = await console.sits("other", queues=EVERY)
    both = await handler.do(second, "subjects", about=["none", str(other.who.id)])
    assert alert_of(both) == "「不涉及同事」不能和同事的名字一起选，请只选一样。"
    named = await handler.do(second, "subjects", about=str(other.who.id))
    assert named.status_code == 303
    page = (await handler.look(f"/console/tickets/{second}?done=subjects")).text
    assert "投诉对象已登记。这张工单从现在起只对涉及的同事保密；不涉及同事的，不再保密。" in page
    assert "不对客服other开放" in page
    assert (await other.look(f"/console/tickets/{second}")).status_code == 403
    assert (await tech.look(f"/console/tickets/{second}")).status_code == 200
    assert (await handler.do(second, "subjects", about="none")).status_code == 303
    assert (await other.look(f"/console/tickets/{second}")).status_code == 200


async def test_a_holder_it_is_about_loses_it(
    console: Console, story: tuple[Visitor, Seat, Seat, int, int], lead: Seat
) -> None:
    _anna, _tech, handler, _first, second = story
    assert (await lead.do(second, "subjects", about=str(handler.who.id))).status_code == 303
    assert console.scene.ticket.holder_id is None
    assert (await handler.look(f"/console/tickets/{second}")).status_code == 403


async def test_it_cannot_be_passed_to_whom_it_is_closed(
    console: Console, story: tuple[Visitor, Seat, Seat, int, int]
) -> None:
    _anna, tech, handler, _first, second = story
    refused = await handler.do(second, "transfer", queue="投诉处理", to=str(tech.who.id))
    assert alert_of(refused) == "这张投诉工单对这位同事保密，请选择其他人。"
    assert console.scene.ticket.holder_id == handler.who.id


async def test_only_of_complaints_it_is_said_whom_they_are_about(
    console: Console, story: tuple[Visitor, Seat, Seat, int, int], lead: Seat
) -> None:
    _anna, _tech, _handler, first, _second = story
    refused = await lead.do(first, "subjects", about="none")
    assert alert_of(refused) == "这张工单不是投诉，不用登记投诉对象。"


async def test_a_complaint_about_the_only_lead_is_the_managers_to_hear_of(console: Console) -> None:
    scene = console.scene
    chief = await console.sits("chief", "lead", EVERY)
    boss = await console.sits("boss", "manager", ())
    await console.sits("handler", queues=EVERY)
    anna = scene.visitor("anna")
    anna.say("转人工")
    scene.act(chief.who, Claim())
    scene.act(chief.who, Reply("好了", "12345678"))
    scene.act(chief.who, Resolve(why="当场解决"))
    anna.say(ACCUSED)
    ticket = scene.ticket.id

    def hears(who: Staff) -> set[int]:
        return {one.ticket_id for one in scene.read(notices_for, scene.vault, who, [])}

    assert ticket in hears(boss.who)
    assert ticket not in hears(chief.who)
    assert (await boss.look(f"/console/tickets/{ticket}")).status_code == 200


async def test_where_everybody_held_the_matter_those_who_lead_still_see_it(console: Console) -> None:
    scene = console.scene
    only = await console.sits("only", "admin")
    anna = scene.visitor("anna")
    anna.say("转人工")
    scene.act(only.who, Claim())
    scene.act(only.who, Reply("好了", "12345678"))
    scene.act(only.who, Resolve(why="当场解决"))
    anna.say(ACCUSED)
    assert (await only.look(f"/console/tickets/{scene.ticket.id}")).status_code == 200


async def test_long_ago_is_no_reason(console: Console) -> None:
    scene = console.scene
    tech, _other = await console.sits("tech", queues=EVERY), await console.sits("other", queues=EVERY)
    anna = scene.visitor("anna")
    anna.say("转人工")
    scene.act(tech.who, Claim())
    scene.act(tech.who, Reply("好了", "12345678"))
    scene.act(tech.who, Resolve(why="当场解决"))
    scene.clock.now += timedelta(days=31)
    scene.run_due()
    anna.say(ACCUSED)
    assert scene.ticket.closed_to == ""
    await tech.sign_in()
    assert (await tech.look(f"/console/tickets/{scene.ticket.id}")).status_code == 200


async def test_lists_that_many_read_name_neither_its_customer_nor_its_words(
    story: tuple[Visitor, Seat, Seat, int, int], scene: Scene
) -> None:
    *_people, second = story
    [line] = [line for line in scene.read(read_lines, scene.rules, scene.now) if line.ticket.id == second]
    assert line.customer == "保密投诉（请在工作台查看）"
