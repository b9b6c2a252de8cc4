"""Where nothing may be sent in an owner's name, whoever must know reads why, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.agents.reply_corrections import CorrectReply, TakeBack
from bot.notifications import notice_inbox
from bot.transcript import business_connections
from bot.transcript.business_connections import BusinessAccount, obstacle
from bot.wording.refusals import REFUSALS
from escalation.tickets import history
from escalation.tickets.lifecycle import Refused
from tests.bot.telegram.business_scene import NO_RIGHT, OWNER_OFF, WINDOW_OVER, Account
from tests.bot.telegram.world import STAFF, World
from tests.fakes.telegram import FakeTelegram, Owner, Person

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
async def account(api: FakeTelegram, world: World, wang: Owner, anna: Person) -> Account:
    await world.open_door()
    wang.connect(can_reply=True)
    return Account(api, world, wang, anna)


def undelivered(account: Account) -> list[Any]:
    """What the ticket's history says of replies that did not arrive."""
    rows = account.world.read(history.history_of, account.ticket.id)
    return [row.data.get("obstacle") for row in rows if row.kind == "undelivered"]


async def pages(account: Account, count: int) -> list[str]:
    """What the staff's chat was told, once it is so much."""
    return [message.text for message in await account.api.until_sent(count, STAFF)]


@pytest.mark.parametrize(
    ("known", "heard", "why"),
    [
        ({}, AT, None),
        ({"rights": None}, AT, None),
        ({"enabled": False}, AT, "business_off"),
        ({"rights": frozenset()}, AT, "business_no_right"),
        ({}, AT - timedelta(hours=24), "business_window_over"),
        ({}, AT - timedelta(hours=23, minutes=59), None),
        ({}, None, "business_window_over"),
    ],
)
def test_what_stands_in_the_way(known: dict[str, Any], heard: datetime | None, why: str | None) -> None:
    about: dict[str, Any] = {"enabled": True, "rights": frozenset(["can_reply"])} | known
    account = BusinessAccount("c", 900, "王强", 900, since=AT, **about)
    assert obstacle(account, heard, AT) == why


async def test_an_agent_is_told_at_once_that_the_right_to_reply_is_missing(account: Account) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    await account.quiet()
    account.owner.connect(can_read_messages=True)
    await account.settled()
    with pytest.raises(Refused) as refused:
        await account.replies(li, "您好。")
    assert REFUSALS[refused.value.code] == NO_RIGHT
    assert "您好。" not in [line.text for line in account.lines], "it can be sent once that is mended"
    told = (
        "【缺少权限】账号主人王强没有允许机器人代为回复消息，机器人无法答复其客户。"
        "请账号主人在 Telegram 的「商务」设置中打开。"
    )
    assert told in await pages(account, 2)
    account.owner.connect(can_reply=True)
    await account.settled()
    await account.replies(li, "您好。")
    await account.quiet()
    assert account.sent[-1].text == "您好。"


async def test_after_a_day_of_silence_the_owner_has_to_answer(account: Account, world: World) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    await account.quiet()
    world.later(24 * 3600)
    with pytest.raises(Refused) as refused:
        await account.replies(li, "还在吗？")
    assert REFUSALS[refused.value.code] == WINDOW_OVER
    await account.hears("在的")
    await account.replies(li, "还在吗？")
    await account.quiet()
    assert account.sent[-1].text == "还在吗？"


async def test_a_reply_that_telegram_refuses_after_a_day_is_told_to_its_author(account: Account) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    await account.quiet()
    account.owner.connection.silent.add(77)  # by Telegram's own clock
    await account.replies(li, "还在吗？")
    await account.quiet()
    assert undelivered(account) == ["business_window_over"]
    state, why = account.world.letters()[-1]
    assert (state, "BUSINESS_PEER_INVALID" in why) == ("dead", True)


async def test_the_connection_is_revoked_in_the_middle_of_a_reply(
    api: FakeTelegram, account: Account, world: World
) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    before = await account.quiet()
    await world.close()
    await account.replies(li, "马上为您处理。")
    account.owner.disconnect(told=False)  # no update has come, and none will
    await world.open_door()
    await world.until_stored(lambda: "disconnected" in account.events())
    await account.quiet()
    assert len(account.sent) == before
    assert account.lines[-1].text == "马上为您处理。", "it is kept"
    assert undelivered(account) == ["business_off"]
    known = world.read(business_connections.find_account, account.owner.connection.id)
    assert (known.enabled, known.owner_name) == (False, "王强")
    with pytest.raises(Refused) as refused:
        await account.replies(li, "还在吗？", "r2")
    assert REFUSALS[refused.value.code] == OWNER_OFF
    account.owner.connect(can_reply=True)
    await account.settled()
    await account.replies(li, "马上为您处理，久等了。", "r3")
    await account.quiet()
    assert account.sent[-1].text == "马上为您处理，久等了。"
    assert account.events()[-2:] == ["connected", "replied"]


async def test_a_reply_on_its_way_when_the_update_says_so_is_not_even_tried(account: Account, world: World) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    await account.quiet()
    gate = account.api.hold_next("sendMessage")
    await account.replies(li, "第一句")
    await account.api.until(lambda: account.sent[-1].text == "第一句", "the first reply")
    await account.replies(li, "第二句", "r2")
    account.owner.disconnect()
    await account.settled()
    gate.set()
    await account.quiet()
    assert account.sent[-1].text == "第一句"
    assert undelivered(account) == ["business_off"]
    assert account.world.letters()[-1] == ("dead", "not tried: business_off")


async def test_the_holder_and_the_staffs_chat_are_told_that_the_account_is_gone(account: Account) -> None:
    await account.hears("转人工")
    li = await account.claimed()
    await account.quiet()
    account.owner.disconnect()
    await account.settled()
    told = "【账号断开】机器人已与账号主人王强的 Telegram 账号断开，不再收发其客户的消息；受影响的未结工单 1 张。"
    assert told in await pages(account, 2)
    found = account.world.read(notice_inbox.notices_for, account.world.service.rules.vault, li, ["*"])
    assert [each.text for each in found if each.kind == "disconnected"] == [
        f"【账号断开】工单 #{account.ticket.id} 的客户写到账号主人王强的账号，机器人已与该账号断开，消息无法送达。"
    ]
    assert account.talk is not None
    assert account.talk.unreachable_at is not None
    account.owner.connect(can_reply=True)
    await account.settled()
    assert account.talk.unreachable_at is None


async def test_what_the_bot_itself_cannot_say_is_told_to_staff_once(account: Account) -> None:
    account.owner.connect()
    await account.hears("怎么开发票")
    await account.hears("怎么开发票呢")
    told = "【未能送达】账号主人王强没有允许机器人代为回复消息，发给其客户的消息没有送达。"
    await account.quiet()
    assert (await pages(account, 2)).count(told) == 1
    assert [state for state, _ in account.world.letters()] == ["dead", "dead"]


async def test_a_connection_known_by_a_message_alone_is_asked_about(api: FakeTelegram, account: Account) -> None:
    chen = api.owner(901, first_name="陈静")
    api.connections[chen.connection.id] = chen.connection
    chen.connection.rights = {"can_reply": True}
    other = Account(api, account.world, chen, account.customer)
    await other.hears("怎么开发票")
    known = account.world.read(business_connections.find_account, chen.connection.id)
    assert (known.owner, known.owner_name, known.enabled, known.rights) == (901, "陈静", True, {"can_reply"})
    assert api.calls["getBusinessConnection"] == 1


async def test_one_that_cannot_be_asked_about_is_assumed(api: FakeTelegram, account: Account) -> None:
    chen = api.owner(901, first_name="陈静")
    other = Account(api, account.world, chen, account.customer)
    await other.hears("怎么开发票")
    known = account.world.read(business_connections.find_account, chen.connection.id)
    assert (known.owner, known.enabled, known.rights) == (None, True, None)
    assert [line.author for line in other.lines] == ["customer", "bot"]


async def test_what_an_agent_has_answered_is_marked_as_read(account: Account) -> None:
    account.owner.connect(can_reply=True, can_read_messages=True)
    await account.hears("转人工")
    li = await account.claimed()
    latest = await account.hears("在吗")
    await account.quiet()
    assert account.owner.connection.read == {}
    await account.replies(li, "在的。")
    await account.api.until(lambda: account.owner.connection.read == {77: latest}, "the message to be read")


async def test_a_reply_is_corrected_and_taken_back_in_the_account(account: Account) -> None:
    account.owner.connect(can_reply=True, can_delete_sent_messages=True)
    await account.hears("转人工")
    li = await account.claimed()
    await account.replies(li, "周一到。")
    await account.quiet()
    sent = account.sent[-1]
    line = account.lines[-1].id
    chat = account.owner.connection.chats[77]
    await account.does(li, CorrectReply(line, "周二到。"))
    await account.api.until(lambda: chat.messages[sent.number].text == "周二到。", "the correction")
    await account.does(li, TakeBack(line))
    await account.api.until(lambda: chat.messages[sent.number].deleted, "the reply to be taken back")
