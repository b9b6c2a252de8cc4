"""Two customers at one browser: nothing of the one is read, moved, rated or sent by the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.agents.actions import Claim, Reply, Resolve
from escalation.staff import Staff
from escalation.tickets import history
from tests.bot.scene import UNKNOWN
from tests.bot.web.doors import Doors
from tests.neighbours.people import Who, answer, know, page, prove, proven, tap, upload

JIA, YI, GENG, XIN = "C8001", "C8002", "C8301", "C8401"
ANOTHERS = "这个会话属于另一位客户，请重新打开您的专属链接。"


@pytest.fixture
def lintao(doors: Doors) -> Staff:
    return know(doors.scene)


@pytest.fixture
async def jia(doors: Doors, lintao: Staff) -> Who:
    """甲's session, with a talk and an open ticket."""
    session = await proven(doors, JIA)
    await doors.say(session, UNKNOWN)
    await doors.say(session, "转人工")
    return session


@pytest.mark.parametrize("other", [YI, GENG, XIN])
async def test_nobody_else_takes_the_seat_of_a_proven_session(doors: Doors, jia: Who, other: str) -> None:
    before, lines = doors.scene.ticket, await page(doors, jia)
    events = doors.scene.read(history.history_of, before.id)
    refused = await prove(doors, jia, other)
    assert refused.status_code == 409
    assert refused.json()["error"]
    assert doors.scene.ticket == before
    assert doors.scene.read(history.history_of, before.id) == events
    assert await page(doors, jia) == lines
    theirs = await proven(doors, other)
    assert (await page(doors, theirs))["messages"] == []


async def test_the_same_person_may_prove_themselves_again_and_a_bad_token_ends_nothing(doors: Doors, jia: Who) -> None:
    before, lines, clock = doors.scene.ticket, await page(doors, jia), doors.scene.clock_of("first_contact")
    for minutes in range(3):
        doors.scene.clock.advance(minutes=minutes)
        assert (await prove(doors, jia, JIA)).status_code == 200
    expired = int((doors.scene.now - timedelta(hours=1)).timestamp())
    assert (await prove(doors, jia, JIA, exp=expired)).status_code == 401
    forged = {"token": doors.token(JIA, secret="f" * 40)}
    assert (await doors.http.post("/api/chat/identify", json=forged, headers=jia)).status_code == 401
    assert (doors.scene.ticket, doors.scene.clock_of("first_contact")) == (before, clock)
    assert await page(doors, jia) == lines
    await doors.say(jia, "还在的")
    assert "还在的" in await doors.texts(jia)


async def test_each_session_writes_into_its_own_persons_talk(doors: Doors, jia: Who, lintao: Staff) -> None:
    geng = await proven(doors, GENG)
    await doors.say(geng, "B 的问题")
    await doors.say(geng, "转人工")
    await doors.say(jia, "A 的补充：卡号尾号 8812")
    hospital = doors.scene.ticket
    firm = next(each for each in doors.scene.tickets if each.contact_id == JIA)
    answer(doors, lintao, "给甲", firm.id)
    answer(doors, lintao, "给庚", hospital.id)
    first, second = await doors.texts(jia), await doors.texts(geng)
    assert {"A 的补充：卡号尾号 8812", "给甲"} <= set(first)
    assert {"B 的问题", "给庚"} <= set(second)
    assert not {"B 的问题", "给庚"} & set(first)
    assert not {"A 的补充：卡号尾号 8812", "给甲"} & set(second)


async def test_a_reply_half_written_reaches_whom_it_was_for(doors: Doors, jia: Who, lintao: Staff) -> None:
    doors.scene.act(lintao, Claim())
    doors.scene.pass_time(minutes=5)
    assert (await prove(doors, jia, XIN)).status_code == 409
    xin = await proven(doors, XIN)
    doors.scene.pass_time(minutes=2)
    doors.scene.act(lintao, Reply("给甲的回复", "1"))
    ticket = doors.scene.ticket
    assert (ticket.contact_id, ticket.tier, ticket.holder_id) == (JIA, "特级", lintao.id)
    assert doors.scene.clock_of("first_contact").state == "met"
    again = await proven(doors, JIA)
    assert "给甲的回复" in await doors.texts(again)
    assert "给甲的回复" not in await doors.texts(xin)


@pytest.mark.parametrize("words", ["5分", "5", "没解决"])
async def test_a_question_for_one_customer_is_not_answered_by_another(
    doors: Doors, jia: Who, lintao: Staff, words: str
) -> None:
    answer(doors, lintao, "好了")
    doors.scene.act(lintao, Resolve(why="当场解决"))
    asked = doors.scene.ticket
    geng = await proven(doors, GENG)
    assert (await page(doors, geng))["messages"] == []
    await doors.say(geng, words)
    now = next(each for each in doors.scene.tickets if each.id == asked.id)
    assert (now.state, now.rating, now.reopened) == (asked.state, None, 0)


async def test_a_button_of_one_customers_question_is_refused_for_another(doors: Doors, jia: Who, lintao: Staff) -> None:
    answer(doors, lintao, "好了")
    doors.scene.act(lintao, Resolve(why="当场解决"))
    doors.scene.pass_time(hours=2)
    choices = [each["choice"] for line in (await page(doors, jia))["messages"] for each in line["buttons"]]
    geng = await proven(doors, GENG)
    for what in ({"choice": choices[-1]}, {"rating": 5}):
        refused = await tap(doors, geng, **what)
        assert refused.status_code == 422, refused.text
    assert doors.scene.ticket.rating is None
    assert (await page(doors, geng))["messages"] == []


async def test_files_and_lines_of_one_customer_open_for_no_other(doors: Doors, jia: Who, lintao: Staff) -> None:
    assert (await upload(doors, jia, "合同.pdf", b"%PDF-1 contract")).status_code == 200
    line = next(each["id"] for each in (await page(doors, jia))["messages"] if each["kind"] == "file")
    geng = await proven(doors, GENG)
    assert (await doors.http.get(f"/api/chat/files/{line}", headers=geng)).status_code == 404
    assert (await doors.http.get(f"/api/chat/files/{line}")).status_code == 401
    assert (await page(doors, jia))["messages"] != []  # what the old session opens is its own person's alone
    assert (await page(doors, geng))["messages"] == []


@pytest.mark.parametrize("opens_own_link", [False, True])
async def test_an_answer_under_way_goes_to_whoever_asked(doors: Doors, lintao: Staff, opens_own_link: bool) -> None:
    xin = await proven(doors, XIN)
    await doors.say(xin, "打印机有点问题")  # the bot waits whether more is coming
    doors.scene.pass_time(seconds=1)
    geng = await proven(doors, GENG) if opens_own_link else None
    if geng is None:
        assert (await prove(doors, xin, GENG)).status_code == 409
        geng = await proven(doors, GENG)
    doors.scene.pass_time(seconds=8)
    assert len(await doors.texts(xin)) == 2
    assert (await page(doors, geng))["messages"] == []
    assert [each for each in doors.scene.tickets if each.contact_id == GENG] == []


async def test_the_first_proof_claims_a_strangers_ticket_and_only_the_first(doors: Doors, lintao: Staff) -> None:
    stranger = await doors.session()
    await doors.say(stranger, UNKNOWN)
    await doors.say(stranger, "转人工")
    number, due = doors.scene.ticket.id, doors.scene.clock_of("first_contact").due_at
    assert (await prove(doors, stranger, JIA)).status_code == 200
    assert (doors.scene.ticket.id, doors.scene.ticket.contact_id, doors.scene.ticket.tier) == (number, JIA, "特级")
    assert doors.scene.clock_of("first_contact").due_at <= due
    assert (await prove(doors, stranger, GENG)).status_code == 409
    assert (doors.scene.ticket.id, doors.scene.ticket.contact_id, doors.scene.ticket.tier) == (number, JIA, "特级")
