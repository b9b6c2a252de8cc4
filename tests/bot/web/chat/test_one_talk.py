"""A proven customer's talk goes on in every session they open; a stranger's stays their own until they are proven."""

from __future__ import annotations

from typing import Any

from bot.agents.actions import Claim, Reply
from bot.delivery.read_marks import unread_of
from bot.delivery.undeliverable import mark_unreachable
from bot.dialogue.identity import identify
from bot.tickets.customer_changes import merge_contacts
from bot.transcript.conversations import conversations
from bot.transcript.message_store import transcript
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors

BANK, FIRM = "C1001", "C1015"


async def shown(doors: Doors, who: dict[str, str], **query: Any) -> dict[str, Any]:
    answer = await doors.http.get("/api/chat/messages", params=query, headers=who)
    found: dict[str, Any] = answer.json()
    return found


async def test_a_second_visit_shows_the_talk_its_open_ticket_and_the_agents_reply(doors: Doors) -> None:
    doors.scene.know(BANK)
    first = await doors.session(token=doors.token(BANK))
    await doors.say(first, "人工")
    second = await doors.session(token=doors.token(BANK))
    assert await shown(doors, second) == await shown(doors, first)
    lin = doors.scene.staff()
    doors.scene.act(lin, Claim())
    doors.scene.act(lin, Reply("您好，我来处理。", "1"))
    assert (await doors.texts(second))[-1] == (await doors.texts(first))[-1] == "您好，我来处理。"
    await doors.say(second, "好的，等您")
    assert (await doors.texts(first))[-1] == "好的，等您"
    assert doors.scene.count(tickets) == doors.scene.count(conversations) == 1


async def test_what_a_stranger_wrote_becomes_part_of_their_talk_once_they_are_proven(doors: Doors) -> None:
    doors.scene.know(BANK)
    known = await doors.session(token=doors.token(BANK))
    await doors.say(known, "怎么查订单")
    stranger = await doors.session()
    await doors.say(stranger, "怎么开发票")
    before = (await shown(doors, stranger))["talk"]
    answer = await doors.http.post("/api/chat/identify", json={"token": doors.token(BANK)}, headers=stranger)
    assert answer.json() == {"identified": True}
    lines = await doors.texts(known)
    assert [line for line in lines if line in ("怎么查订单", "怎么开发票")] == ["怎么查订单", "怎么开发票"]
    now = await shown(doors, stranger, after=10**6, talk=before)
    assert (now["talk"] != before, [line["text"] for line in now["messages"]]) == (True, lines)


async def test_an_unproven_session_keeps_a_talk_of_its_own(doors: Doors) -> None:
    doors.scene.know(BANK)
    known = await doors.session(token=doors.token(BANK))
    await doors.say(known, "人工")
    stranger = await doors.session()
    assert await doors.texts(stranger) == []
    await doors.say(stranger, "怎么查订单")
    assert "怎么查订单" not in await doors.texts(known)


async def test_two_open_tickets_of_one_customer_stay_open_and_keep_their_lines(doors: Doors) -> None:
    doors.scene.know(BANK)
    known = await doors.session(token=doors.token(BANK))
    await doors.say(known, "人工")
    old = doors.scene.ticket
    stranger = await doors.session()
    await doors.say(stranger, "人工")
    await doors.http.post("/api/chat/identify", json={"token": doors.token(BANK)}, headers=stranger)
    new = doors.scene.ticket
    assert (old.id != new.id, old.is_open, new.is_open, new.contact_id) == (True, True, True, BANK)
    li = doors.scene.staff()
    doors.scene.act(li, Claim(), old.id)
    doors.scene.act(li, Reply("关于第一件事", "1"), old.id)
    await doors.say(known, "第一件事再补充一句")
    filed = {line.text: line.ticket_id for line in doors.scene.read(transcript, doors.scene.ticket.conversation_id)}
    assert filed["第一件事再补充一句"] == filed["关于第一件事"] == old.id
    said = [line.ticket_id for line in doors.scene.read(transcript, new.conversation_id) if line.text == "人工"]
    assert said == [old.id, new.id]


async def test_an_agents_reply_reaches_the_messenger_of_a_customer_who_wrote_on_the_web(doors: Doors) -> None:
    doors.scene.know(BANK)
    doors.scene.write(identify, doors.scene.rules, "telegram", "77", BANK, "link", doors.scene.now)
    who = await doors.session(token=doors.token(BANK))
    await doors.say(who, "人工")
    assert doors.scene.posted("telegram") == []
    li = doors.scene.staff()
    doors.scene.act(li, Claim())
    doors.scene.act(li, Reply("您好，我来处理。", "1"))
    assert [(row.address, row.text) for row in doors.scene.posted("telegram")] == [("77", "您好，我来处理。")]
    doors.scene.write(mark_unreachable, "telegram", "77", doors.scene.now)
    doors.scene.act(li, Reply("请稍等。", "2"))
    assert len(doors.scene.posted("telegram")) == 1


async def test_an_agents_reply_that_no_page_has_fetched_is_marked_unread(doors: Doors) -> None:
    who = await doors.session()
    await doors.say(who, "人工")
    li = doors.scene.staff()
    doors.scene.act(li, Claim())
    doors.scene.act(li, Reply("您好，我来处理。", "1"))
    talk = doors.scene.ticket.conversation_id
    lines = doors.scene.read(transcript, talk)
    assert doors.scene.read(unread_of, talk, lines) == {lines[-1].id}
    await doors.texts(who)
    assert doors.scene.read(unread_of, talk, lines) == frozenset()


def test_what_was_given_to_a_messenger_or_answered_since_is_not_unread(scene: Scene) -> None:
    anna = scene.visitor("77", channel="telegram")
    anna.say("人工")
    li = scene.staff()
    scene.act(li, Claim())
    scene.act(li, Reply("您好，我来处理。", "1"))
    talk = scene.ticket.conversation_id
    assert scene.read(unread_of, talk, scene.read(transcript, talk)) == frozenset()
    bob = scene.visitor("bob")
    bob.say("人工")
    scene.act(li, Claim())
    scene.act(li, Reply("您好，我来处理。", "2"))
    bob.say("好的")
    talk = scene.ticket.conversation_id
    assert scene.read(unread_of, talk, scene.read(transcript, talk)) == frozenset()


async def test_a_host_site_that_still_knows_a_merged_contact_by_the_old_id_is_understood_again_and_again(
    doors: Doors,
) -> None:
    doors.scene.know(BANK, FIRM)
    doors.scene.write(merge_contacts, doors.scene.rules, FIRM, BANK, "li", doors.scene.now)
    who = await doors.session(token=doors.token(FIRM))
    await doors.say(who, "怎么查订单")
    for _ in range(2):
        answer = await doors.http.post("/api/chat/identify", json={"token": doors.token(FIRM)}, headers=who)
        assert (answer.status_code, answer.json()) == (200, {"identified": True})
