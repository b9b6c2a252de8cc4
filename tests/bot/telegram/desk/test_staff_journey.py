"""Customer and staff through the whole house, over the wire: topic, card, note, reply, pictures, taps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_house
from bot.auth import messenger_accounts, one_time_codes
from bot.config.settings import Settings
from bot.service import Reception
from bot.telegram.adapter import Telegram
from bot.transcript import channel_message_ids
from escalation.staff import add_staff
from escalation.tickets import store
from tests.databases import migrated_folder
from tests.fakes.telegram import PATIENCE, TOKEN, FakeTelegram
from tests.patience import patience

GROUP = -1001000000001
CUSTOMER, LI, STRANGER = 555, 77, 78


class House:
    """One process of ours with its desk, and everybody around it."""

    def __init__(self, api: FakeTelegram, reception: Reception, door: Telegram) -> None:
        self.api, self.reception, self.door = api, reception, door
        self.customer, self.li = api.person(CUSTOMER, first_name="<b>王</b>"), api.person(LI)
        self.group = api.chats[GROUP]

    def read(self, fn: Any, *args: Any) -> Any:
        """A look into the database."""
        return self.reception.database.read_now(fn, *args)

    async def until_shown(self, words: str, thread: int | None = None) -> int:
        """Wait until the group shows these words; the message's number."""
        await self.api.until(lambda: bool(self._showing(words, thread)), f"{words!r} in the group")
        return self._showing(words, thread)[-1]

    async def until_noted(self, number: int) -> None:
        """Wait until the house knows under which number it has shown this, as any person's finger gives it time to."""
        async with asyncio.timeout(patience(PATIENCE)):
            seen = self.reception.wakeups.version
            while self.read(channel_message_ids.numbered, GROUP, number) is None:
                seen = await self.reception.wakeups.wait(seen, patience(PATIENCE))

    def _showing(self, words: str, thread: int | None) -> list[int]:
        said = self.group.standing_messages(thread)
        return [one.number for one in said if words in one.text and not one.service]

    async def until_told(self, words: str) -> None:
        """Wait until the customer reads these words."""
        await self.api.until(lambda: any(words in each for each in self.api.shown(CUSTOMER)), f"{words!r} in private")

    async def link(self) -> None:
        """Li enters a code of the console's."""
        who = self.read(lambda db: db.scalar(store.tickets.metadata.tables["staff"].select()))
        secret, now = self.reception.token_secret, self.reception.clock()
        code = self.reception.database.write_now(one_time_codes.issue, secret, "staff", str(who), now)
        await self.li.say(f"/link {code}")
        await self.api.until(lambda: any("已关联客服账号「李雷」" in each for each in self.api.shown(LI)), "the link")
        assert self.read(messenger_accounts.staff_of, LI) is not None

    async def until_ticket(self, holds: Any) -> None:
        """Wait until the newest ticket is so."""
        await self.api.until(lambda: holds(self.read(store.find_tickets)[0]), "the ticket")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with FakeTelegram() as api:
        api.make_forum(GROUP)
        settings = Settings(
            data=migrated_folder(tmp_path), telegram_token=TOKEN, telegram_api=api.base, telegram_desk=(GROUP,)
        )
        reception = open_house(settings, "none")
        now = reception.clock()
        reception.database.write_now(add_staff, "li", "李雷", "agent", [], "-", now)
        reception.database.on_commit = reception.wakeups.notify
        door = Telegram(reception)
        await door.start()
        made = House(api, reception, door)
        made.li.join(GROUP)
        yield made
        await door.stop()
        reception.database.close()


def labels(house: House, number: int) -> list[str]:
    rows = house.group.messages[number].markup.get("inline_keyboard", [])
    return [button["text"] for button in chain.from_iterable(rows)]


async def test_a_customer_and_an_agent_meet_through_a_topic(house: House) -> None:
    await house.link()
    await house.customer.say("转人工")
    await house.api.until(lambda: any("#1" in topic.name for topic in house.group.topics.values()), "the topic")
    thread = house.api.topic_named(GROUP, "#1")
    asked = await house.until_shown("客户：转人工", thread)
    await house.until_noted(asked)
    await house.api.until(lambda: any(one.pinned for one in house.group.standing_messages(thread)), "the card")
    card = next(one.number for one in house.group.standing_messages(thread) if one.pinned)
    assert labels(house, card) == ["认领", "转交", "备注", "更多…"]

    early = await house.li.say("我先说一句", chat=GROUP, thread=thread, reply_to=asked)
    await house.until_shown("请先认领这张工单。刚才的话没有保存，也没有发给客户。", thread)
    assert house.group.messages[early].reactions == []
    await house.li.tap(card, "认领", chat=GROUP)
    await house.until_ticket(lambda ticket: ticket.state == "claimed")
    await house.api.until(lambda: "关闭" in labels(house, card), "the card of a held ticket")

    noted = await house.li.say("内部：老客户", chat=GROUP, thread=thread)
    sent = await house.li.say("您好，<b>我</b>来处理", chat=GROUP, thread=thread, reply_to=asked)
    await house.until_told("您好，<b>我</b>来处理")
    await house.api.until(lambda: house.group.messages[sent].reactions == ["👌"], "the sign of a reply")
    await house.api.until(lambda: house.group.messages[noted].reactions == ["✍"], "the sign of a note")
    reply = next(one for one in house.api.chats[CUSTOMER].standing_messages() if "我</b>来处理" in one.text)
    assert reply.raw["reply_to_message"]["text"] == "转人工"

    await house.li.album(2, "/r 请看这两张图", chat=GROUP, thread=thread)
    await house.until_told("请看这两张图")
    pictures = [one for one in house.api.chats[CUSTOMER].standing_messages() if "photo" in one.raw]
    assert [one.text for one in pictures] == ["", ""]
    await house.li.location(chat=GROUP, thread=thread, reply_to=asked)
    await house.api.until(
        lambda: any("location" in one.raw for one in house.api.chats[CUSTOMER].standing_messages()), "the place"
    )

    await house.customer.say("好的，谢谢")
    await house.until_shown("好的，谢谢", thread)
    assert not [text for text in house.api.shown(CUSTOMER) if "内部" in text]
    mine = {noted, sent, early}
    doubled = [m for m in house.group.standing_messages(thread) if m.number not in mine and "来处理" in m.text]
    assert doubled == []  # what was written in the topic is not shown there again

    await house.li.tap(card, "关闭", chat=GROUP)
    await house.api.until(lambda: "确认已解决，通知客户" in labels(house, card), "the question")
    await house.li.tap(card, "确认已解决，通知客户", chat=GROUP)
    await house.until_ticket(lambda ticket: ticket.state == "resolved")


async def test_strangers_in_the_group_reach_no_customer(house: House) -> None:
    await house.customer.say("转人工")
    asked = await house.until_shown("客户：转人工")
    thread = house.api.topic_named(GROUP, "#1")
    stranger = house.api.person(STRANGER)
    stranger.join(GROUP)
    await stranger.say("/r 我是客服", chat=GROUP, thread=thread)
    await house.until_shown("您的 Telegram 账号还没有关联客服账号", thread)
    await house.api.until(lambda: any(one.pinned for one in house.group.standing_messages(thread)), "the card")
    card = next(one.number for one in house.group.standing_messages(thread) if one.pinned)
    tap = await stranger.tap(card, "认领", chat=GROUP)
    await house.api.until(lambda: tap in house.api.taps_answered, "the answer to the tap")
    assert house.api.taps_answered[tap].startswith("您的 Telegram 账号还没有关联客服账号")
    forged = await stranger.forge("t:1:claim;DROP TABLE tickets", card, chat=GROUP)
    await house.api.until(lambda: forged in house.api.taps_answered, "the answer to the forged tap")
    assert house.api.taps_answered[forged] == "这个按钮已失效，请使用本话题里最新的工单卡片。"
    assert asked in house.group.messages
    assert not [text for text in house.api.shown(CUSTOMER) if "我是客服" in text]
    assert house.read(store.find_tickets)[0].state == "waiting"
