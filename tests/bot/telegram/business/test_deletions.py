"""What is deleted in an owner's account stays for staff, and is said to be deleted."""

from __future__ import annotations

import pytest

from bot.telegram.business.deletions import MessagesDeleted, keep_deleted
from bot.transcript.business_chats import BusinessChat
from tests.bot.scene import Scene
from tests.bot.telegram.business_scene import Account
from tests.bot.telegram.forum import GROUP, opened
from tests.bot.telegram.world import World
from tests.fakes.telegram import FakeTelegram, Owner, Person


@pytest.fixture
async def account(api: FakeTelegram, world: World, wang: Owner, anna: Person) -> Account:
    await world.open_door()
    wang.connect(can_reply=True)
    return Account(api, world, wang, anna)


async def test_the_words_of_a_deleted_message_stay_with_a_mark(account: Account) -> None:
    number = await account.hears("转人工，我的订单丢了")
    await account.owner.deletes(account.customer, number)
    await account.settled()
    said = account.lines[0]
    assert (said.words, said.meta["mark"]) == ("转人工，我的订单丢了", "已删除")
    assert account.ticket.is_open


async def test_a_danger_that_was_told_stays_one(account: Account) -> None:
    number = await account.hears("打印机起火了")
    before = (account.ticket.urgency, account.world.count("tickets"))
    await account.owner.deletes(account.customer, number)
    await account.settled()
    assert (account.ticket.urgency, account.world.count("tickets")) == before
    assert account.ticket.is_open


async def test_what_nobody_has_heard_of_is_deleted_without_a_trace(account: Account) -> None:
    number = await account.hears("你好")
    message = account.owner.connection.chats[77].messages[number]
    account.owner.connection.chats[77].messages[9_999] = message
    await account.owner.deletes(account.customer, 9_999)
    await account.owner.deletes(account.api.person(88, first_name="别人"))
    await account.settled()
    assert "mark" not in account.lines[0].meta
    assert account.world.count("conversations") == 1


async def test_the_topic_says_so_beside_the_line_and_only_once(scene_anywhere: Scene) -> None:
    chat = BusinessChat(77, "conn")
    async with opened(scene_anywhere) as forum:
        scene = forum.scene
        visitor = scene.visitor(chat.address, "telegram")
        visitor.send("text", text="转人工", number=4)
        await forum.catch_up()
        visitor.send("text", text="我的订单丢了", number=5)
        await forum.catch_up()
        for _ in range(2):
            scene.write(keep_deleted, MessagesDeleted(chat, (5, 6), "k5"), scene.now)
            await forum.catch_up()
        [told] = [said for said in forum.shown() if "删除" in said]
        assert told == "客户的消息已删除：我的订单丢了"
        [shown] = [each for each in forum.api.chats[GROUP].standing_messages() if each.text == told]
        assert shown.raw["reply_to_message"]["text"] == "客户：我的订单丢了"
