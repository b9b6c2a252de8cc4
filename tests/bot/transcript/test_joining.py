"""Several conversations of one contact become one, with everything that was in them, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from bot.agents.actions import Claim, Reply
from bot.dialogue.identity import identify, join_scattered
from bot.storage import seal_begin
from bot.storage.seal_check import verify_seals
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from bot.transcript.conversations import conversations as table
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import Scene, Visitor

BANK, FIRM = "C1001", "C1015"


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    scene_anywhere.know(BANK, FIRM)
    return scene_anywhere


def proven(scene: Scene, visitor: Visitor, contact: str = BANK) -> Conversation:
    scene.clock.advance(seconds=1)
    found: Conversation = scene.write(
        identify, scene.rules, visitor.channel, visitor.address, contact, "token", scene.now
    )
    return found


def texts(visitor: Visitor) -> list[str]:
    return [line.text for line in visitor.lines() if line.author == "customer"]


def test_what_was_said_at_both_stands_in_one_talk(scene: Scene) -> None:
    web, chat = scene.visitor("anna"), scene.visitor("77", channel="telegram")
    web.say("怎么查订单")
    chat.say("怎么开发票")
    one, other = proven(scene, web), proven(scene, chat)
    assert one.id == other.id
    assert texts(web) == texts(chat) == ["怎么查订单", "怎么开发票"]
    assert (other.channel, other.address, other.joins) == ("telegram", "77", 1)


def test_whoever_waited_for_what_has_been_joined_gets_what_it_became(scene: Scene) -> None:
    web, chat = scene.visitor("anna"), scene.visitor("77", channel="telegram")
    web.say("怎么查订单")
    chat.say("怎么开发票")
    former = chat.conversation
    assert former is not None
    kept = proven(scene, web)
    proven(scene, chat)
    assert scene.write(conversations.lock_conversation_by_id, former.id).id == kept.id
    assert scene.read(conversations.get_conversation, former.id).id == kept.id
    assert scene.write(conversations.lock_conversation_of_contact, BANK, scene.now).id == kept.id


def test_the_open_ticket_and_what_was_held_go_on(scene: Scene) -> None:
    web, chat = scene.visitor("anna"), scene.visitor("77", channel="telegram")
    web.say("人工")
    ticket = scene.ticket
    proven(scene, web)
    chat.send("text", text="打印机有点问题")
    held = chat.conversation
    assert held is not None
    assert held.held_until is not None
    joined = proven(scene, chat)
    assert (joined.ticket_id, joined.held_until) == (ticket.id, held.held_until)
    scene.pass_time(seconds=5)
    assert scene.read(message_store.pending, joined.id) == []


def test_an_address_that_turns_out_to_be_another_contacts_leaves_with_nothing(scene: Scene) -> None:
    web, chat = scene.visitor("anna"), scene.visitor("77", channel="telegram")
    proven(scene, web)
    web.say("怎么查订单")
    proven(scene, chat)
    chat.say("怎么开发票")
    own = proven(scene, chat, FIRM)
    assert (own.contact_id, texts(chat)) == (FIRM, [])
    assert texts(web) == ["怎么查订单", "怎么开发票"]
    stays = web.conversation
    assert stays is not None
    assert (stays.contact_id, stays.channel, stays.address) == (BANK, "web", "anna")
    li = scene.staff()
    web.say("人工")
    scene.act(li, Claim())
    scene.act(li, Reply("您好", "1"))
    assert [row.address for row in scene.posted("telegram") if row.text == "您好"] == []


def test_conversations_from_before_are_joined_by_and_by(scene: Scene) -> None:
    for address in ("anna", "ben", "cora"):
        visitor = scene.visitor(address)
        visitor.say("人工")
    scene.write(lambda db: db.execute(update(table).values(contact_id=BANK)))
    scene.write(lambda db: db.execute(update(tickets).values(contact_id=BANK)))
    assert scene.write(join_scattered, scene.rules, scene.now)
    assert not scene.write(join_scattered, scene.rules, scene.now)
    assert len({scene.visitor(address).conversation.id for address in ("anna", "ben", "cora")}) == 1  # type: ignore[union-attr]
    assert [each.is_open for each in scene.tickets] == [True, True, True]


def test_the_seals_fit_after_a_join(scene: Scene) -> None:
    scene.write(seal_begin.begin, scene.now)
    web, chat = scene.visitor("anna"), scene.visitor("77", channel="telegram")
    web.say("人工")
    chat.say("人工")
    proven(scene, web)
    proven(scene, chat)
    faults: Any = scene.read(lambda db: list(verify_seals(db)))
    assert faults == []
