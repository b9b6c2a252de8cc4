"""Customer and staff through the whole service, over the wire: topic, card, note, reply, pictures, taps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_service
from bot.auth import messenger_accounts, one_time_codes
from bot.config.settings import Settings
from bot.service import Service
from bot.telegram.adapter import Telegram
from bot.transcript import channel_message_ids
from escalation.staff import add_staff
from escalation.tickets import ticket_store
from tests.databases import migrated_folder
from tests.fakes.telegram import PATIENCE, TOKEN, FakeTelegram
from tests.patience import patience

GROUP = -1001000000001
CUSTOMER, LI, STRANGER = 555, 77, 78


class Stage:
    """One process of ours with its desk, and everybody around it."""

    def __init__(self, api: FakeTelegram, service: Service, door: Telegram) -> None:
        self.api, self.service, self.door = api, service, door
        self.customer, self.li = api.person(CUSTOMER, first_name="<b>王</b>"), api.person(LI)
        self.group = api.chats[GROUP]

    def read(self, fn: Any, *args: Any) -> Any:
        """A look into the database."""
        return self.service.database.read_now(fn, *args)

    async def until_shown(self, words: str, thread: int | None = None) -> int:
        """Wait until the group shows these words; the message's number."""
        await self.api.until(lambda: bool(self._showing(words, thread)), f"{words!r} in the group")
        return self._showing(words, thread)[-1]

    async def until_noted(self, number: int) -> None:
        """Wait until the service knows under which number it has shown this, as a person's finger gives it time to."""
        async with asyncio.timeout(patience(PATIENCE)):
            seen = self.service.change_feed.version
            while self.read(channel_message_ids.find_id, GROUP, number) is None:
                seen = await self.service.change_feed.wait(seen, patience(PATIENCE))

    def _showing(self, words: str, thread: int | None) -> list[int]:
        said = self.group.standing_messages(thread)
        return [one.number for one in said if words in one.text and not one.service]

    async def until_told(self, words: str) -> None:
        """Wait until the customer reads these words."""
        await self.api.until(lambda: any(words in each for each in self.api.shown(CUSTOMER)), f"{words!r} in private")

    async def link(self) -> None:
        """Li enters a code of the console's."""
        who = self.read(lambda db: db.scalar(ticket_store.tickets.metadata.tables["staff"].select()))
        secret, now = self.service.token_secret, self.service.clock()
        code = self.service.database.write_now(one_time_codes.issue, secret, "staff", str(who), now)
        await self.li.say(f"/link {code}")
        await self.api.until(lambda: any("已关联客服账号「李雷」" in each for each in self.api.shown(LI)), "the link")
        assert self.read(messenger_accounts.staff_of, LI) is not None

    async def until_ticket(self, holds: Any) -> None:
        """Wait until the newest ticket is so."""
        await self.api.until(lambda: holds(self.read(ticket_store.find_tickets)[0]), "the ticket")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with FakeTelegram() as api:
        api.make_forum(GROUP)
        settings = Settings(
            data=migrated_folder(tmp_path), telegram_token=TOKEN, telegram_api=api.base, telegram_desk=(GROUP,)
        )
        service = open_service(settings, "none")
        now = service.clock()
        service.database.write_now(add_staff, "li", "李雷", "agent", ["*"], "-", now)
        service.database.on_commit = service.change_feed.notify
        door = Telegram(service)
        await door.start()
        made = Stage(api, service, door)
        made.li.join(GROUP)
        yield made
        await door.stop()
        service.database.close()


def labels(stage: Stage, number: int) -> list[str]:
    rows = stage.group.messages[number].markup.get("inline_keyboard", [])
    return [button["text"] for button in chain.from_iterable(rows)]


async def test_a_customer_and_an_agent_meet_through_a_topic(stage: Stage) -> None:
    await stage.link()
    await stage.api.until(lambda: "chat" in stage.api.commands, "the commands of the desk")
    assert [(one["command"], one["is_ephemeral"]) for one in stage.api.commands["chat"]] == [
        ("mine", True),
        ("late", True),
        ("find", True),
    ]
    await stage.customer.say("转人工")
    await stage.api.until(lambda: any("#1" in topic.name for topic in stage.group.topics.values()), "the topic")
    thread = stage.api.topic_named(GROUP, "#1")
    asked = await stage.until_shown("客户：转人工", thread)
    await stage.until_noted(asked)
    await stage.api.until(lambda: any(one.pinned for one in stage.group.standing_messages(thread)), "the card")
    card = next(one.number for one in stage.group.standing_messages(thread) if one.pinned)
    assert labels(stage, card) == ["认领", "转交", "备注", "更多…"]

    early = await stage.li.say("我先说一句", chat=GROUP, thread=thread, reply_to=asked)
    await stage.until_shown("请先认领这张工单。刚才的话没有保存，也没有发给客户。", thread)
    assert stage.group.messages[early].reactions == []
    await stage.li.tap(card, "认领", chat=GROUP)
    await stage.until_ticket(lambda ticket: ticket.state == "claimed")
    await stage.api.until(lambda: "关闭" in labels(stage, card), "the card of a held ticket")

    noted = await stage.li.say("内部：老客户", chat=GROUP, thread=thread)
    sent = await stage.li.say("您好，<b>我</b>来处理", chat=GROUP, thread=thread, reply_to=asked)
    await stage.until_told("您好，<b>我</b>来处理")
    await stage.api.until(lambda: stage.group.messages[sent].reactions == ["👌"], "the sign of a reply")
    await stage.api.until(lambda: stage.group.messages[noted].reactions == ["✍"], "the sign of a note")
    reply = next(one for one in stage.api.chats[CUSTOMER].standing_messages() if "我</b>来处理" in one.text)
    assert reply.raw["reply_to_message"]["text"] == "转人工"

    await stage.li.album(2, "/r 请看这两张图", chat=GROUP, thread=thread)
    await stage.until_told("请看这两张图")
    pictures = [one for one in stage.api.chats[CUSTOMER].standing_messages() if "photo" in one.raw]
    assert [one.text for one in pictures] == ["", ""]
    await stage.li.location(chat=GROUP, thread=thread, reply_to=asked)
    await stage.api.until(
        lambda: any("location" in one.raw for one in stage.api.chats[CUSTOMER].standing_messages()), "the place"
    )

    await stage.customer.say("好的，谢谢")
    await stage.until_shown("好的，谢谢", thread)
    assert not [text for text in stage.api.shown(CUSTOMER) if "内部" in text]
    mine = {noted, sent, early}
    doubled = [m for m in stage.group.standing_messages(thread) if m.number not in mine and "来处理" in m.text]
    assert doubled == []  # what was written in the topic is not shown there again

    await stage.li.tap(card, "关闭", chat=GROUP)
    await stage.api.until(lambda: "确认已解决，通知客户" in stage.api.menu_of(LI), "the question")
    assert labels(stage, card)[0] == "已认领 李雷"  # the card stays as it is for everybody
    stage.api.tap_menu(LI, "确认已解决，通知客户")
    await stage.until_ticket(lambda ticket: ticket.state == "resolved")


async def test_strangers_in_the_group_reach_no_customer(stage: Stage) -> None:
    await stage.customer.say("转人工")
    asked = await stage.until_shown("客户：转人工")
    thread = stage.api.topic_named(GROUP, "#1")
    stranger = stage.api.person(STRANGER)
    stranger.join(GROUP)
    await stranger.say("/r 我是客服", chat=GROUP, thread=thread)
    await stage.until_shown("您的 Telegram 账号还没有关联客服账号", thread)
    await stage.api.until(lambda: any(one.pinned for one in stage.group.standing_messages(thread)), "the card")
    card = next(one.number for one in stage.group.standing_messages(thread) if one.pinned)
    tap = await stranger.tap(card, "认领", chat=GROUP)
    await stage.api.until(lambda: tap in stage.api.taps_answered, "the answer to the tap")
    assert stage.api.taps_answered[tap].startswith("您的 Telegram 账号还没有关联客服账号")
    assert len(stage.api.sees(STRANGER)) == 1
    forged = await stranger.forge("t:1:claim;DROP TABLE tickets", card, chat=GROUP)
    await stage.api.until(lambda: forged in stage.api.taps_answered, "the answer to the forged tap")
    assert stage.api.taps_answered[forged] == "这个按钮已失效，请使用本话题里最新的工单卡片。"
    assert asked in stage.group.messages
    assert not [text for text in stage.api.shown(CUSTOMER) if "我是客服" in text]
    assert stage.read(ticket_store.find_tickets)[0].state == "waiting"
