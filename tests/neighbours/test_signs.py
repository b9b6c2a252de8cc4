"""Signs that people write in place of words arrive as they were written, on every channel and at every moment."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from bot.agents.actions import Note, Reply, Resolve
from bot.messages import File
from bot.transcript import message_store
from escalation.staff import Staff
from escalation.tickets import ticket_store
from tests.bot.scene import INVOICE, UNKNOWN
from tests.bot.web.console.console_scene import Console
from tests.bot.web.doors import Doors
from tests.neighbours.people import Who, answer, know, page, proven, tap, upload

PUNCTUATION = ["……", "。。。", "!", "！！", "?", "~", "、", "—", "^_^", ":)", "<3", "&", ">", "+1"]
EMOJI = ["👍🏻", "❤️", "👨‍👩‍👧", "🇨🇳", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☺", "㊗️", "👍" * 10]
CHOICES = ["②", "√", "№", "℃", "→", "￥"]
EMPTY = ["", "   ", "\n\n", "\u3000", "\u200b", "\ufeff", "\u200e", "\u00ad", "\u200d", "\ufe0f", "\u0007"]
NOTHING_TO_READ = "没有看到文字内容。请用一句话说说您遇到的问题。"


@pytest.fixture
def lintao(doors: Doors) -> Staff:
    return know(doors.scene)


@pytest.fixture
async def jia(doors: Doors, lintao: Staff) -> Who:
    """甲's session, whose ticket is in an agent's hands."""
    session = await proven(doors, "C8001")
    await doors.say(session, "转人工")
    answer(doors, lintao, "方便接电话吗？")
    return session


def written(doors: Doors) -> list[str]:
    """What the customer wrote, as it stands under the ticket for its agent."""
    ticket = doors.scene.ticket
    lines = doors.scene.read(message_store.transcript, ticket.conversation_id)
    return [line.text for line in lines if line.author == "customer" and line.ticket_id == ticket.id][1:]


@pytest.mark.parametrize("signs", [PUNCTUATION, EMOJI, CHOICES], ids=["punctuation", "emoji", "choices"])
async def test_signs_reach_the_agent_as_they_were_written_and_the_bot_adds_nothing(
    doors: Doors, jia: Who, signs: list[str]
) -> None:
    before = (await page(doors, jia))["messages"]
    for sign in signs:
        said = await doors.say(jia, sign)
        assert said.status_code == 200, (sign, said.text)
        doors.scene.pass_time(seconds=3)
    assert written(doors) == signs
    after = (await page(doors, jia))["messages"][len(before) :]
    assert [(line["author"], line["text"]) for line in after] == [("customer", sign) for sign in signs]


async def test_markup_characters_are_drawn_as_characters(doors: Doors, console: Console, jia: Who) -> None:
    for sign in ("<3", "&", ">"):
        await doors.say(jia, sign)
    lead = await console.sits("han", "lead")
    text = (await lead.look(f"/console/tickets/{doors.scene.ticket.id}")).text
    for drawn in ("&lt;3", "&amp;", "&gt;"):
        assert f'<div class="words">{drawn}</div>' in text


@pytest.mark.parametrize("nothing", EMPTY, ids=ascii)
async def test_what_nobody_can_see_is_refused_in_a_sentence_and_reaches_nobody(
    doors: Doors, jia: Who, nothing: str
) -> None:
    before, notices, ticket = await page(doors, jia), doors.scene.notices(), doors.scene.ticket
    refused = await doors.say(jia, nothing)
    assert (refused.status_code, refused.json()) == (422, {"error": NOTHING_TO_READ})
    assert (await page(doors, jia), doors.scene.notices(), doors.scene.ticket) == (before, notices, ticket)


async def test_a_question_mark_in_the_queue_repeats_the_promise_and_nothing_else(doors: Doors, lintao: Staff) -> None:
    session = await proven(doors, "C8001")
    await doors.say(session, "转人工")
    due = doors.scene.clock_of("first_contact").due_at
    replies = []
    for sign, minutes in (("？", 6), ("？？？", 1), ("?", 9)):
        doors.scene.pass_time(minutes=minutes)
        before = len((await page(doors, session))["messages"])
        assert (await doors.say(session, sign)).status_code == 200
        doors.scene.pass_time(seconds=3)
        fresh = (await page(doors, session))["messages"][before:]
        assert fresh[0]["text"] == sign
        assert not any(line["buttons"] for line in fresh[1:])
        replies.append(" ".join(line["text"] for line in fresh[1:]))
    assert written(doors) == ["？", "？？？", "?"]
    assert len(doors.scene.tickets) == 1
    assert doors.scene.clock_of("first_contact").due_at == due
    for said in replies[:2]:
        assert not said or "10:15" in said, replies
    assert "10:15" not in replies[2], replies


async def test_a_stranger_who_begins_with_a_sign_is_asked_what_it_is_about(doors: Doors, lintao: Staff) -> None:
    stranger = await doors.session()
    for sign in ("？", "👋"):
        assert (await doors.say(stranger, sign)).status_code == 200
        doors.scene.pass_time(seconds=5)
        last = (await page(doors, stranger))["messages"][-1]
        assert (last["author"], bool(last["text"])) == ("bot", True)
    assert doors.scene.tickets == []
    await doors.say(stranger, "怎么开发票")
    doors.scene.pass_time(seconds=5)
    texts = await doors.texts(stranger)
    assert texts[-1] == INVOICE.answer
    assert [text for text in texts if text in ("？", "👋", "怎么开发票")] == ["？", "👋", "怎么开发票"]
    assert doors.scene.tickets == []


@pytest.mark.parametrize("sign", ["👍", "👎", "❤️", "？"])
async def test_a_sign_after_the_solution_is_kept_and_the_question_still_stands(
    doors: Doors, jia: Who, lintao: Staff, sign: str
) -> None:
    doors.scene.act(lintao, Resolve(why="当场解决"))
    number = doors.scene.ticket.id
    doors.scene.pass_time(hours=1)
    before = len((await page(doors, jia))["messages"])
    assert (await doors.say(jia, sign)).status_code == 200
    doors.scene.pass_time(seconds=5)
    fresh = (await page(doors, jia))["messages"][before:]
    assert fresh[0]["text"] == sign
    ticket = doors.scene.read(ticket_store.get_ticket, number)
    assert ticket.rating is None
    if sign in ("👍", "❤️"):
        assert ticket.reopened == 0
    if not ticket.is_open:
        assert (await tap(doors, jia, rating=5)).status_code == 200
        assert doors.scene.read(ticket_store.get_ticket, number).rating == 5


async def test_a_picture_without_words_and_one_with_a_sign_arrive_in_order(doors: Doors, jia: Who) -> None:
    assert (await upload(doors, jia, "机器.jpg", b"\xff\xd8one", "image/jpeg")).status_code == 200
    assert (await upload(doors, jia, "铭牌.jpg", b"\xff\xd8two more", "image/jpeg")).status_code == 200
    await doors.say(jia, "👇")
    lines = [line for line in (await page(doors, jia))["messages"] if line["author"] == "customer"][1:]
    assert [line.get("file", {}).get("file") or line["text"] for line in lines] == ["机器.jpg", "铭牌.jpg", "👇"]
    chat = doors.scene.visitor("77", "telegram")
    chat.say("转人工")
    chat.send("file", file=File("机器.jpg", "image/jpeg", 4, b"\xff\xd8ab"), text="👇")
    assert [(line.kind, line.text) for line in chat.lines() if line.author == "customer"][-1] == ("file", "👇")


async def test_the_agent_may_write_signs_and_a_search_for_signs_finds_who_wrote_them(
    doors: Doors, console: Console, jia: Who, lintao: Staff
) -> None:
    other = doors.scene.visitor("bert")
    other.say(UNKNOWN)
    other.say("转人工")
    plain = doors.scene.ticket.id
    number = next(each.id for each in doors.scene.tickets if each.id != plain)
    for sign in ("？？？", "👍"):
        await doors.say(jia, sign)
    for sign in ("👍", "？"):
        doors.scene.act(lintao, Reply(sign, sign), number)
    doors.scene.act(lintao, Note("!!"), number)
    assert (await doors.texts(jia))[-2:] == ["👍", "？"]
    lead = await console.sits("han", "lead")
    assert "!!" in (await lead.look(f"/console/tickets/{number}")).text
    for sign in ("？？？", "👍", "!!"):
        found = (await lead.look(f"/console?q={quote(sign)}")).text
        assert f'data-ticket="{number}"' in found, sign
        assert f'data-ticket="{plain}"' not in found, sign
