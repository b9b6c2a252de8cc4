"""Menus, refusals and answers that one colleague alone sees, at a Bot API server of today and at an older one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import update

from bot.telegram.api.client import Client
from bot.telegram.desk import buttons
from bot.topic_sync.topic_groups import every_group
from bot.topic_sync.topics import topics
from bot.wording import telegram_staff as words
from bot.wording.finding import HOW_TO_FIND
from bot.wording.labels import NOBODY
from bot.wording.topic_faults import ALONE_RIGHT, ALONE_VERSION
from tests.bot.scene import Scene
from tests.bot.telegram.desk_scene import GROUP, DeskScene
from tests.fakes.telegram import TOKEN, FakeTelegram, Person

LI, WANG, STRANGER = 77, 78, 79
NAMES = {LI: "李敏", WANG: "王工", STRANGER: "某人"}
CARD = ["认领", "转交", "备注", "更多…"]


class Group:
    """A ticket's topic at a server, with two colleagues in front of its card."""

    def __init__(self, desk: DeskScene, api: FakeTelegram, client: Client) -> None:
        self.desk, self.api, self.client = desk, api, client
        self.li, self.wang, self.stranger = (api.person(account, first_name=NAMES[account]) for account in NAMES)
        self.offset: int | None = None
        self.thread = self.card = 0

    async def open(self) -> Group:
        """The topic with its card stands there."""
        self.api.make_forum(GROUP)
        for each in (self.li, self.wang, self.stranger):
            each.join(GROUP)
        for login, account in (("li", LI), ("wang", WANG)):
            self.desk.staff(login, account)
        self.thread = await self.client.topics.make(GROUP, "#1")
        scene = self.desk.scene
        shown = buttons.card_keyboard(scene.rules.policy, scene.ticket)
        self.card = await self.client.send(GROUP, "卡片", shown, thread=self.thread)
        scene.write(self._place)
        return self

    def _place(self, db: Any) -> None:
        db.execute(update(topics).values(thread=self.thread, card=self.card))

    async def settle(self) -> None:
        """Everything that was done so far is answered."""
        for each in await self.client.feed.updates(self.offset, 0):
            self.offset = each.update_id + 1
            await self.desk.side.handle(each)  # type: ignore[arg-type]
        await asyncio.gather(*self.desk.side._acknowledgements.tasks)

    async def tap(self, who: Person, button: str) -> str:
        """A tap on the card; the tap's id."""
        tap = await who.tap(self.card, button, chat=GROUP)
        await self.settle()
        return tap

    async def choose(self, who: Person, button: str) -> str:
        """A tap in the list that this person alone sees."""
        tap = self.api.tap_menu(who.id, button)
        await self.settle()
        return tap

    def labels(self) -> list[str]:
        """What stands under the card for everybody."""
        rows = self.api.message(GROUP, self.card).markup.get("inline_keyboard", [])
        return [button["text"] for button in chain.from_iterable(rows)]

    def said(self) -> list[str]:
        """What everybody reads below the card."""
        return [text for text in self.api.shown(GROUP, self.thread) if text != "卡片"]

    def trouble(self) -> str | None:
        """What the operator reads of the group."""
        return self.desk.scene.read(every_group, self.desk.scene.rules)[0].trouble


@pytest.fixture
async def group(scene: Scene) -> AsyncIterator[Group]:
    async with FakeTelegram() as api:
        client = Client(TOKEN, api.base)
        desk = DeskScene(scene, client=client)
        yield await Group(desk, api, client).open()
        await desk.side.stop()
        await client.close()


# ── menus ─────────────────────────────────────────────────────────────


async def test_two_who_tap_at_once_each_see_their_own_menu_and_the_card_stays(group: Group) -> None:
    await group.li.tap(group.card, "更多…", chat=GROUP)
    await group.wang.tap(group.card, "转交", chat=GROUP)
    await group.settle()
    assert group.api.sees(LI) == [f"工单 #{group.desk.ticket_id}（仅您可见）\n请选择要进行的操作。"]
    assert group.api.menu_of(LI) == ["知道了", "收起"]
    assert group.api.sees(WANG)[0].endswith("请选择转交的队列或同事，期限不变。")
    assert "队列：技术支持" in group.api.menu_of(WANG)
    assert group.labels() == CARD
    assert group.said() == []


async def test_what_is_chosen_in_ones_own_menu_is_done_and_the_menu_goes(group: Group) -> None:
    await group.tap(group.wang, "转交")
    tap = await group.choose(group.wang, "队列：技术支持")
    assert group.api.taps_answered[tap] == "已转交给「技术支持」，期限不变。"
    assert group.desk.scene.ticket.queue == "技术支持"
    assert group.api.sees(WANG) == []
    await group.tap(group.li, "更多…")
    await group.choose(group.li, "收起")
    assert group.api.sees(LI) == []
    assert group.api.message(GROUP, group.card).past == []


async def test_what_is_refused_in_ones_own_menu_takes_its_place(group: Group) -> None:
    await group.tap(group.wang, "转交")
    await group.tap(group.li, "认领")
    tap = await group.choose(group.wang, "队列：技术支持")
    refused = "这张工单由客服li负责，只有经办人能这样操作。"
    assert (group.api.sees(WANG), group.api.menu_of(WANG)) == ([refused], [])
    assert group.api.taps_answered[tap] == refused
    assert group.desk.scene.ticket.queue != "技术支持"


async def test_who_taps_again_did_not_see_the_menu_and_gets_it_on_the_card(group: Group) -> None:
    await group.tap(group.li, "更多…")
    await group.tap(group.li, "更多…")  # a double tap
    assert group.labels() == CARD
    group.desk.scene.clock.advance(seconds=20)
    await group.tap(group.li, "更多…")
    assert group.labels() == ["知道了", "‹ 返回"]


# ── refusals ──────────────────────────────────────────────────────────


async def test_the_loser_of_a_claim_race_alone_reads_who_has_it(group: Group) -> None:
    await group.li.tap(group.card, "认领", chat=GROUP)
    lost = await group.wang.tap(group.card, "认领", chat=GROUP)
    await group.settle()
    assert group.api.sees(WANG) == ["这张工单已由客服li认领。"]
    # That it arrives is not guaranteed: it is flashed as well.
    assert group.api.taps_answered[lost] == "这张工单已由客服li认领。"
    assert (group.api.sees(LI), group.api.alerts, group.said()) == ([], set(), [])
    assert group.labels()[:2] == ["已认领 客服li", "转交"]


async def test_a_refusal_longer_than_a_flash_is_read_whole_by_who_tapped(group: Group) -> None:
    tap = await group.stranger.forge(f"t:{group.desk.ticket_id}:claim", group.card, chat=GROUP)
    await group.settle()
    assert group.api.sees(STRANGER) == [words.NOT_LINKED]
    assert group.api.taps_answered[tap] == words.NOT_LINKED[:200]


async def test_a_tap_answered_after_fifteen_seconds_is_answered_as_an_administrator(group: Group) -> None:
    await group.li.tap(group.card, "更多…", chat=GROUP)
    group.api.expire_taps()
    await group.settle()
    assert group.api.menu_of(LI) == ["知道了", "收起"]
    assert (group.labels(), group.trouble()) == (CARD, None)


async def test_another_topics_list_does_nothing(group: Group) -> None:
    await group.tap(group.li, "更多…")
    (shown,) = group.api.ephemerals.values()
    shown["message_thread_id"] = group.thread + 1
    await group.choose(group.li, "知道了")
    assert group.api.sees(LI) == [words.STALE_BUTTON]


# ── where it is refused ───────────────────────────────────────────────


@pytest.mark.parametrize("age", ["ignores", "refuses"])
async def test_at_an_older_server_the_desk_works_as_before_and_the_operator_is_told_once(
    group: Group, age: Any, caplog: pytest.LogCaptureFixture
) -> None:
    group.api.older = age
    caplog.set_level(logging.WARNING, "bot.telegram")
    await group.tap(group.li, "更多…")
    assert group.labels() == ["知道了", "‹ 返回"]
    await group.tap(group.li, "‹ 返回")
    await group.tap(group.li, "认领")
    lost = await group.wang.forge(f"t:{group.desk.ticket_id}:claim", group.card, chat=GROUP)
    await group.settle()
    assert (group.api.taps_answered[lost], lost in group.api.alerts) == ("这张工单已由客服li认领。", True)
    # Without the button that does nothing, which such a server refuses.
    assert group.labels()[0] == "转交"
    assert (group.said(), group.trouble()) == ([], ALONE_VERSION)
    told = [record.message for record in caplog.records]
    assert told[0] == (
        f"Telegram group {GROUP}: menus and refusals cannot be shown to one person alone, "
        "for the Bot API server is older than 10.3."
    )
    assert len(told) == 2
    assert "coloured and disabled buttons" in told[1]


async def test_a_bot_that_is_no_administrator_is_tried_again_once_it_is_one(group: Group) -> None:
    group.api.set_rights(GROUP, "member")
    await group.li.tap(group.card, "更多…", chat=GROUP)
    group.api.expire_taps()
    await group.settle()
    assert (group.labels(), group.trouble()) == (["知道了", "‹ 返回"], ALONE_RIGHT)
    group.api.set_rights(GROUP, can_manage_topics=True)
    group.desk.scene.clock.advance(minutes=11)
    await group.tap(group.li, "‹ 返回")
    await group.tap(group.wang, "更多…")
    assert (group.api.menu_of(WANG), group.trouble()) == (["知道了", "收起"], None)


async def test_who_cannot_be_shown_something_tells_nothing_of_the_group(group: Group) -> None:
    group.api.fail_next("sendMessage", 400, "Bad Request: USER_NOT_PARTICIPANT")
    group.api.fail_next("sendMessage", 400, "Bad Request: USER_NOT_PARTICIPANT")
    await group.tap(group.li, "更多…")
    assert (group.labels(), group.trouble()) == (["知道了", "‹ 返回"], None)


# ── what is written to the bot alone ──────────────────────────────────


async def test_words_to_the_bot_alone_are_neither_a_note_nor_sent(group: Group) -> None:
    await group.tap(group.li, "认领")
    for text in ("/r 您好，我来处理", "客户在催"):
        group.api.say_to_bot(GROUP, LI, text, group.thread)
    await group.settle()
    assert group.api.sees(LI) == [words.TO_THE_BOT_ALONE] * 2
    assert (group.desk.notes(), group.desk.said(), group.said(), group.desk.answers()) == ([], [], [], [])


async def test_a_command_that_shows_something_shows_it_to_its_author_alone(group: Group) -> None:
    await group.tap(group.li, "认领")
    group.api.say_to_bot(GROUP, LI, "/progress", group.thread)
    group.api.say_to_bot(GROUP, STRANGER, "/progress", group.thread)
    await group.settle()
    assert group.api.sees(LI)[0].startswith("草稿如下")
    assert group.api.sees(STRANGER) == [words.NOT_LINKED]
    assert group.desk.answers() == []


async def test_what_cannot_be_answered_alone_is_answered_in_the_topic(group: Group) -> None:
    group.api.say_to_bot(GROUP, LI, "客户在催", group.thread)
    for _ in range(2):
        group.api.fail_next("sendMessage", 400, "Bad Request: USER_NOT_PARTICIPANT")
    await group.settle()
    assert group.desk.answers() == [(f"{GROUP}/{group.thread}", None, words.TO_THE_BOT_ALONE)]


# ── lists of one's own ────────────────────────────────────────────────


@pytest.mark.parametrize("alone", [True, False])
async def test_whoever_asks_for_their_own_or_late_tickets_alone_reads_them(group: Group, alone: bool) -> None:
    async def ask(who: Person, text: str) -> str:
        if alone:
            group.api.say_to_bot(GROUP, who.id, text)
        else:
            await who.say(text, chat=GROUP)
        await group.settle()
        return group.api.sees(who.id)[-1]

    assert await ask(group.li, "/mine") == "您名下没有未结工单。"
    await group.tap(group.li, "认领")
    assert f"#{group.desk.ticket_id} " in await ask(group.li, "/mine@jiedai_test_bot")
    assert await ask(group.wang, "/mine") == "您名下没有未结工单。"
    assert await ask(group.wang, "/late") == "没有超时的工单。"
    group.desk.scene.clock.advance(hours=30)
    assert f"❗ #{group.desk.ticket_id} " in await ask(group.wang, "/late")
    assert not [text for text in group.api.shown(GROUP) if "工单" in text]
    assert group.desk.notes() == []


@pytest.mark.parametrize("alone", [True, False])
async def test_whoever_seeks_tickets_alone_reads_what_was_found(group: Group, alone: bool) -> None:
    ticket = group.desk.scene.ticket
    for words_, told in (
        (f" #{ticket.id}", f"找到 1 张工单\n⚪ #{ticket.id} {NOBODY} · {ticket.subject} · 待认领"),
        (" 长颈鹿", "没有找到与「长颈鹿」有关的工单。可以换个说法，或在工作台查找。"),
        ("", HOW_TO_FIND),
    ):
        if alone:
            group.api.say_to_bot(GROUP, LI, f"/find{words_}", group.thread)
        else:
            await group.li.say(f"/find{words_}", chat=GROUP, thread=group.thread)
        await group.settle()
        assert group.api.sees(LI)[-1] == told
    assert (group.desk.notes(), group.desk.answers()) == ([], [])


async def test_a_list_that_cannot_be_shown_alone_is_a_reply_where_it_was_asked_for(group: Group) -> None:
    group.api.older = "ignores"
    number = await group.li.say("/late", chat=GROUP, thread=group.thread)
    await group.settle()
    assert group.desk.answers() == [(f"{GROUP}/{group.thread}", number, "没有超时的工单。")]


async def test_whose_account_is_not_linked_gets_no_list(group: Group) -> None:
    group.api.say_to_bot(GROUP, STRANGER, "/late")
    await group.stranger.say("/late", chat=GROUP)
    await group.settle()
    assert group.api.sees(STRANGER) == [words.NOT_LINKED]


async def test_a_danger_written_to_the_bot_alone_is_asked_about_where_all_read_it(group: Group) -> None:
    group.api.say_to_bot(GROUP, LI, "客户说机器冒烟了", group.thread)
    await group.settle()
    (asked,) = [row for row in group.desk.scene.posted("staff") if row.address == f"{GROUP}/{group.thread}"]
    assert asked.buttons[0]["choice"] == f"t:{group.desk.ticket_id}:danger"
    ((_, answered, told),) = group.desk.answers()
    assert answered is None
    assert told.startswith("所写的内容可能提到危险，但不能确定，紧急程度没有改动")
    assert group.api.sees(LI) == [words.TO_THE_BOT_ALONE]
    assert (group.desk.notes(), group.desk.scene.ticket.urgency) == ([], "normal")
