"""A proven customer goes on where they stopped, on whichever device, and nobody else goes on in their place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from bot.auth import visitor_sessions
from bot.messages import File
from bot.transcript import message_store
from bot.transcript.attachments import add_attachment
from bot.transcript.conversations import lock_conversation_by_id
from escalation.staff import Staff
from tests.bot.scene import JAM, UNKNOWN, WIFI
from tests.bot.web.console.console_scene import Console
from tests.bot.web.doors import Doors
from tests.neighbours.people import Who, answer, know, page, prove, proven, tap, upload

JIA, YI, XIN = "C8001", "C8002", "C8401"  # 特级, and a tier whose customers the bot answers first


@pytest.fixture
def lintao(doors: Doors) -> Staff:
    return know(doors.scene)


def said(doors: Doors, ticket: int) -> list[str]:
    """What stands under a ticket for its agent."""
    found = next(each for each in doors.scene.tickets if each.id == ticket)
    lines = doors.scene.read(message_store.transcript, found.conversation_id)
    return [line.text for line in lines if line.ticket_id == ticket]


async def buttons(doors: Doors, who: Who) -> list[str]:
    """The choices under the latest line that has any."""
    lines = (await page(doors, who))["messages"]
    return next(([each["choice"] for each in line["buttons"]] for line in reversed(lines) if line["buttons"]), [])


async def test_telephone_and_desktop_show_one_conversation_with_every_line_once(doors: Doors, lintao: Staff) -> None:
    desktop, phone = await proven(doors, JIA), await proven(doors, JIA)
    await doors.say(desktop, "发票抬头错了")
    doors.scene.pass_time(seconds=5)
    await doors.say(phone, "转人工")
    answer(doors, lintao, "请把正确抬头发我")
    await doors.say(phone, "望岳重工有限公司")
    lines = await page(doors, desktop)
    assert lines == await page(doors, phone)
    texts = [line["text"] for line in lines["messages"]]
    wanted = ["发票抬头错了", "转人工", "请把正确抬头发我", "望岳重工有限公司"]
    assert [text for text in texts if text in wanted] == wanted
    assert len(doors.scene.tickets) == 1
    assert {"发票抬头错了", "望岳重工有限公司"} <= set(said(doors, doors.scene.ticket.id))


async def test_an_answer_written_when_no_session_lived_waits_for_the_next_one(doors: Doors, lintao: Staff) -> None:
    first = await proven(doors, JIA)
    await doors.say(first, "转人工")
    doors.scene.pass_time(days=1)
    doors.scene.write(visitor_sessions.close_session, first["Authorization"].removeprefix("Bearer "))
    assert (await doors.http.get("/api/chat/messages", headers=first)).status_code == 401
    doors.scene.pass_time(hours=5)
    answer(doors, lintao, "已经查到，明天寄出")
    doors.scene.pass_time(hours=18)
    second = await proven(doors, JIA)
    lines = (await page(doors, second))["messages"]
    assert [line["text"] for line in lines if line["text"] in ("转人工", "已经查到，明天寄出")] == [
        "转人工",
        "已经查到，明天寄出",
    ]
    assert next(line["at"] for line in lines if line["text"] == "已经查到，明天寄出").startswith("2026-12-03")
    await doors.say(second, "收到，谢谢，还有一个问题")
    assert len(doors.scene.tickets) == 1
    assert said(doors, doors.scene.ticket.id)[-1] == "收到，谢谢，还有一个问题"


async def test_what_a_stranger_wrote_reaches_the_open_ticket_once_they_prove_who_they_are(
    doors: Doors, console: Console, lintao: Staff
) -> None:
    before = await proven(doors, JIA)
    await doors.say(before, "转人工")
    number = doors.scene.ticket.id
    answer(doors, lintao, "序列号是多少？")
    doors.scene.clock.advance(days=7)
    stranger = await doors.session()
    await doors.say(stranger, "你好")
    await doors.say(stranger, "我补充一下：序列号是 WY-7731")
    doors.scene.pass_time(seconds=5)
    assert (await prove(doors, stranger, JIA)).status_code == 200
    texts = await doors.texts(stranger)
    wanted = ["转人工", "序列号是多少？", "你好", "我补充一下：序列号是 WY-7731"]
    assert [text for text in texts if text in wanted] == wanted
    open_ones = [each.id for each in doors.scene.tickets if each.is_open]
    assert open_ones == [number]
    lead = await console.sits("han", "lead")
    assert "我补充一下：序列号是 WY-7731" in (await lead.look(f"/console/tickets/{number}")).text


@pytest.mark.parametrize(
    ("contact", "at", "later"),
    [
        (JIA, timedelta(), timedelta(minutes=8)),
        (XIN, timedelta(hours=10, minutes=30), timedelta(hours=11, minutes=35)),
    ],
)
async def test_asking_again_from_another_session_repeats_the_same_promise(
    doors: Doors, lintao: Staff, contact: str, at: timedelta, later: timedelta
) -> None:
    doors.scene.clock.now += at
    first = await proven(doors, contact)
    await doors.say(first, "转人工")
    promised = doors.scene.clock_of("first_contact").due_at
    doors.scene.pass_time(seconds=later.total_seconds())
    second = await proven(doors, contact)
    await doors.say(second, "转人工")
    assert len(doors.scene.tickets) == 1
    assert doors.scene.clock_of("first_contact").due_at == promised
    there = promised.astimezone(doors.scene.policy.zone)
    replies = [line["text"] for line in (await page(doors, second))["messages"] if line["author"] == "bot"]
    assert f"{there:%H:%M}" in replies[-1], replies


@pytest.mark.parametrize("way", ["没解决", "5", "five tapped"])
async def test_the_question_after_a_solution_is_asked_in_the_next_session(
    doors: Doors, lintao: Staff, way: str
) -> None:
    first = await proven(doors, JIA)
    await doors.say(first, "转人工")
    answer(doors, lintao, "已重新开票")
    doors.scene.act(lintao, Resolve(why="当场解决"))
    number = doors.scene.ticket.id
    doors.scene.pass_time(hours=2)
    second = await proven(doors, JIA)
    texts = await doors.texts(second)
    assert "已重新开票" in texts
    assert doors.scene.policy.wording["anything_else"] in texts
    assert await buttons(doors, second) == [f"rate:{score}:{number}:1" for score in range(1, 6)]
    if way == "没解决":
        await doors.say(second, "没解决")
    elif way == "5":
        await doors.say(second, "5")
    else:
        assert (await tap(doors, second, rating=5)).status_code == 200
    assert [each.id for each in doors.scene.tickets] == [number]
    if way == "没解决":
        assert doors.scene.ticket.is_open
    else:
        assert doors.scene.ticket.rating == 5


@pytest.mark.parametrize("way", ["tapped", "typed"])
async def test_an_offer_of_the_bot_still_stands_in_the_next_session(doors: Doors, lintao: Staff, way: str) -> None:
    first = await proven(doors, XIN)
    await doors.say(first, "打印机有点问题")
    doors.scene.pass_time(minutes=5)
    second = await proven(doors, XIN)
    choices = await buttons(doors, second)
    assert len(choices) >= 3, await doors.texts(second)
    if way == "tapped":
        assert (await tap(doors, second, choice=choices[1])).status_code == 200
    else:
        await doors.say(second, "2")
    doors.scene.pass_time(seconds=5)
    assert JAM.answer in await doors.texts(second)
    assert WIFI.answer not in await doors.texts(second)
    await doors.say(second, "没帮助")
    doors.scene.pass_time(seconds=5)
    await doors.say(second, "转人工")
    assert len(doors.scene.tickets) == 1
    assert "打印机有点问题" in doors.scene.ticket.subject


async def test_files_of_both_sides_open_in_a_later_session(doors: Doors, lintao: Staff) -> None:
    first = await proven(doors, JIA)
    contract, correction = b"%PDF-1 contract", b"%PDF-1 correction"
    assert (await upload(doors, first, "合同.pdf", contract)).status_code == 200
    await doors.say(first, "转人工")
    number = doors.scene.ticket.id
    doors.scene.act(lintao, Claim())
    sends_file(doors, lintao, File("更正.pdf", "application/pdf", len(correction), correction))
    second = await proven(doors, JIA)
    lines = [line for line in (await page(doors, second))["messages"] if line["kind"] == "file"]
    got = [(await doors.http.get(f"/api/chat/files/{line['id']}", headers=second)).content for line in lines]
    assert got == [contract, correction]
    assert (await upload(doors, second, "补充.jpg", b"\xff\xd8more", "image/jpeg")).status_code == 200
    found = doors.scene.read(message_store.transcript, doors.scene.ticket.conversation_id)
    assert [(line.ticket_id, line.meta["file"]) for line in found if line.kind == "file"][-1] == (number, "补充.jpg")


def sends_file(doors: Doors, agent: Staff, file: File) -> None:
    """A file of the agent's, as it stands in the transcript."""

    def write(db: Any) -> None:
        conversation = lock_conversation_by_id(db, doors.scene.ticket.conversation_id)
        known: Any = {"file": file.name, "mime": file.mime, "size": file.size, "name": agent.name}
        line = message_store.add_message(
            db, conversation, "agent", "", doors.scene.now, kind="file", staff_id=agent.id, **known
        )
        add_attachment(db, line, file)

    doors.scene.write(write)


async def test_a_colleague_of_the_same_house_gets_a_talk_and_a_ticket_of_their_own(doors: Doors, lintao: Staff) -> None:
    jia = await proven(doors, JIA)
    await doors.say(jia, UNKNOWN)
    await doors.say(jia, "转人工")
    first = doors.scene.ticket
    yi = await proven(doors, YI)
    assert (await page(doors, yi))["messages"] == []
    await doors.say(yi, "转人工")
    second = doors.scene.ticket
    assert (second.id != first.id, second.contact_id, second.tier) == (True, YI, "特级")
    answer(doors, lintao, "给甲的回复", first.id)
    assert "给甲的回复" in await doors.texts(jia)
    assert "给甲的回复" not in await doors.texts(yi)
    assert UNKNOWN not in await doors.texts(yi)


async def test_a_talk_ended_on_one_device_goes_on_on_the_other(doors: Doors, lintao: Staff) -> None:
    first, second = await proven(doors, JIA), await proven(doors, JIA)
    await doors.say(first, "转人工")
    answer(doors, lintao, "我在处理")
    assert (await doors.http.post("/api/chat/end", headers=first)).status_code == 204
    assert (await doors.say(second, "还在吗")).status_code == 200
    assert said(doors, doors.scene.ticket.id)[-1] == "还在吗"
    assert doors.scene.ticket.is_open
    third = await proven(doors, JIA)
    assert await doors.texts(third) == await doors.texts(second)
    assert "还在吗" in await doors.texts(third)


async def test_opening_a_link_again_and_again_multiplies_nothing(doors: Doors, lintao: Staff) -> None:
    token = doors.token(JIA)
    first = await doors.session(token=token)
    await doors.say(first, "转人工")
    answer(doors, lintao, "收到")
    before, notices = await page(doors, first), doors.scene.notices()
    sessions = [first, *[await doors.session(token=token) for _each in range(6)]]
    assert [await page(doors, each) for each in sessions] == [before] * 7
    assert doors.scene.notices() == notices
    await doors.say(sessions[-1], "补充：今天要")
    assert (await doors.texts(first)).count("补充：今天要") == 1
    assert len(doors.scene.tickets) == 1
    assert len(doors.scene.notices()) - len(notices) <= 1


async def test_two_strangers_stay_two(doors: Doors, lintao: Staff) -> None:
    one, other = await doors.session(), await doors.session()
    await doors.say(one, UNKNOWN)
    await doors.say(one, "转人工")
    first = doors.scene.ticket.id
    assert await doors.texts(other) == []
    await doors.say(other, "转人工")
    assert doors.scene.ticket.id != first
    assert UNKNOWN in await doors.texts(one)
    assert UNKNOWN not in await doors.texts(other)
    await doors.say(one, "再补充一句")
    assert "再补充一句" in said(doors, first)


async def test_a_matter_begun_in_telegram_is_known_on_the_web(doors: Doors, lintao: Staff) -> None:
    chat = doors.scene.visitor("77", "telegram")
    chat.send("contact", phone="+8613900080001")
    chat.say("转人工")
    doors.scene.act(lintao, Claim())
    number = doors.scene.ticket.id
    web = await proven(doors, JIA)
    assert (await page(doors, web))["state"] == "claimed"
    await doors.say(web, "我在 Telegram 上问过，有结果吗？转人工")
    assert [each.id for each in doors.scene.tickets] == [number]
    assert said(doors, number)[-1].startswith("我在 Telegram")
    doors.scene.act(lintao, Reply("有结果了", "1"))
    assert "有结果了" in await doors.texts(web)
