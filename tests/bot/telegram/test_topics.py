"""Customers who write in a topic of their chat, or in a channel's direct messages, are answered there."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.agents.actions import Claim, Reply, act
from bot.auth import one_time_codes
from bot.transcript import conversations, message_store
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.staff import add_staff, get_staff
from tests.bot.telegram.world import INVOICE, World
from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_api import message_update, tap_update

CHANNEL = -100777
DIRECT: dict[str, Any] = {"id": CHANNEL, "type": "supergroup", "title": "某品牌", "is_direct_messages": True}


@pytest.fixture
def anna(api: FakeTelegram) -> Person:
    return api.person(77, first_name="安娜")


async def settle(api: FakeTelegram) -> None:
    await api.until_confirmed(api.last_number)


async def told(api: FakeTelegram, count: int, chat: int = 77) -> list[tuple[int | None, str]]:
    return [(message.thread, message.text) for message in await api.until_sent(count, chat)]


async def claimed(world: World, address: str) -> tuple[Any, int]:
    """An agent takes the ticket of this customer."""
    number = await world.service.database.unit(add_staff, "li", "李敏", "agent", ["*"], "-", world.now)
    who, talk = world.read(get_staff, number), world.read(conversations.find_conversation, "telegram", address)
    await world.service.database.unit(act, world.service.rules, who, talk.ticket_id, Claim(), world.now)
    return who, talk.ticket_id


async def test_a_question_in_a_topic_of_a_private_chat_is_answered_in_that_topic(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("怎么开发票")
    topic = anna.open_topic("发票")
    await anna.say("怎么开发票", thread=topic)
    await anna.say(dice={"emoji": "🎲", "value": 3}, thread=topic)
    await anna.say("/help", thread=topic)
    await anna.say("字" * 2001)
    await settle(api)
    heard = await told(api, 5)
    inside, outside = [[text for thread, text in heard if thread == where] for where in (topic, None)]
    assert (len(inside), len(outside)) == (3, 2)
    assert (INVOICE in inside[0], INVOICE in outside[0]) == (True, True)
    assert world.count("conversations") == 1, "one customer, wherever in the chat they write"


async def test_an_agents_reply_goes_to_the_topic_the_customer_wrote_in_and_past_it_once_it_is_gone(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    topic = anna.open_topic("维修")
    asked = await anna.say("转人工", thread=topic)
    await settle(api)
    who, ticket = await claimed(world, "77")
    line = world.lines(77, "customer")[0].id
    before = len(await told(api, len(world.lines(77, "bot"))))
    reply = Reply("您好，我来处理。", "r1", answers=line)
    await world.service.database.unit(act, world.service.rules, who, ticket, reply, world.now)
    sent = (await api.until_sent(before + 1, 77))[-1]
    assert (sent.text, sent.thread, sent.reply_to) == ("您好，我来处理。", topic, asked)
    api.remove_topic(api.chats[77], topic)
    await world.service.database.unit(act, world.service.rules, who, ticket, Reply("还在吗？", "r2"), world.now)
    sent = (await api.until_sent(before + 2, 77))[-1]
    assert (sent.text, sent.thread) == ("还在吗？", None)


async def test_who_stops_the_bot_is_not_reachable_in_their_topics_either(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("转人工", thread=anna.open_topic("维修"))
    anna.block()
    await settle(api)
    talk = world.read(conversations.find_conversation, "telegram", "77")
    assert talk.unreachable_at is not None


async def test_nor_in_a_topic_where_they_are_another_contact(api: FakeTelegram, world: World, anna: Person) -> None:
    rules, unit = world.service.rules, world.service.database.unit
    await world.open_door()
    await anna.say("你好")
    topic = anna.open_topic("另一家")
    for thread, contact in ((None, "C1001"), (topic, "C8001")):
        house = CustomerRecord(contact, f"{contact}公司", "甲", 1, 1, 1, 1)
        await unit(customer_store.save_customer, rules.vault, rules.policy, house, world.now)
        code = await unit(one_time_codes.issue, world.service.token_secret, "customer", contact, world.now)
        await anna.say(f"/start c_{code}", thread=thread)
    anna.block()
    await settle(api)
    talks = [world.read(conversations.find_conversation, "telegram", each) for each in ("77", f"77/{topic}")]
    assert [talk.contact_id for talk in talks] == ["C1001", "C8001"]
    assert None not in [talk.unreachable_at for talk in talks]


def direct(topic: int, user: int, **content: Any) -> dict[str, Any]:
    """Somebody writes to the channel."""
    person = {"id": user, "is_bot": False, "first_name": "客户"}
    update = message_update(user, direct_messages_topic={"topic_id": topic, "user": person}, **content)
    update["message"]["chat"] = DIRECT
    return update


async def test_a_channels_customer_is_answered_in_their_topic_of_its_direct_messages(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    large = 2**51 + 5
    await world.open_door()
    await world.take(direct(large, 801, text="怎么开发票"), direct(6, 802, text="打印机起火了"))
    await world.take(direct(large, 801, dice={"emoji": "🎲", "value": 3}), direct(large, 801, text="/start"))
    heard = await told(api, 4, CHANNEL)
    of_first = [text for topic, text in heard if topic == large]
    assert INVOICE in of_first[0]
    assert of_first[1] == "暂不支持这种消息，请发送文字、图片、语音、文件或位置。"
    assert any("请先保证人身安全" in text for topic, text in heard if topic == 6)
    assert world.count("conversations") == 2
    assert world.count("tickets") == 1
    assert "JIEDAI_TELEGRAM_DESK" not in caplog.text


async def test_an_agents_reply_reaches_the_channels_customer_and_its_administrators_are_not_customers(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await world.open_door()
    await world.take(direct(5, 801, text="转人工"))
    who, ticket = await claimed(world, f"{CHANNEL}/5")
    said = [line for line in world.read(_lines_of, f"{CHANNEL}/5") if line.author == "bot"]
    before = len(await told(api, len(said), CHANNEL))
    await world.service.database.unit(act, world.service.rules, who, ticket, Reply("您好。", "r1"), world.now)
    assert (await told(api, before + 1, CHANNEL))[-1] == (5, "您好。")
    owner = direct(5, 801, text="我来答")
    owner["message"] |= {"from": {"id": 900, "is_bot": False, "first_name": "店主"}, "sender_chat": DIRECT}
    await world.take(owner)
    assert "我来答" not in [line.text for line in world.read(_lines_of, f"{CHANNEL}/5")]
    assert "JIEDAI_TELEGRAM_DESK" not in caplog.text
    assert f"chat {CHANNEL} holds a channel's direct messages" in caplog.text


async def test_a_button_counts_in_the_direct_messages_of_who_was_offered_it(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(direct(5, 801, text="打印机怎么连接"))
    under = (await api.until_sent(1, CHANNEL))[-1]
    choice = under.rows[0][0]
    for user in (802, 801):
        tap = tap_update(CHANNEL, choice, f"tap{user}", user=user)
        place = {"chat": DIRECT, "message_id": under.number}
        person = {"id": 801, "is_bot": False, "first_name": "客户"}
        tap["callback_query"]["message"] |= place | {"direct_messages_topic": {"topic_id": 5, "user": person}}
        await world.take(tap)
    taps = [line for line in world.read(_lines_of, f"{CHANNEL}/5") if line.kind == "choice"]
    assert len(taps) == 1


def _lines_of(db: Any, address: str) -> Any:
    talk = conversations.find_conversation(db, "telegram", address)
    return message_store.transcript(db, talk.id) if talk is not None else []
