"""Whatever a customer sends by Telegram is kept, read for danger, and answered, with a ticket and without one."""

from __future__ import annotations

from typing import Any

import pytest

from bot.telegram.adapter import Telegram
from bot.telegram.api.update_feed import WANTED
from bot.transcript import attachments, conversations
from bot.wording.message_kinds import KINDS
from escalation.tickets import ticket_store
from tests.bot.telegram.world import INVOICE, World
from tests.fakes.telegram.contents import content_with, paragraph, update_with
from tests.fakes.telegram.receiving import ALL_KINDS
from tests.fakes.telegram_api import AT, message_update

UNSUPPORTED = "暂不支持这种消息，请发送文字、图片、语音、文件或位置。"
DANGER = "打印机起火了"
SAFETY = "如有冒烟、起火或漏电，请先保证人身安全"
WRITTEN = sorted(name for name, kind in KINDS.items() if kind.way == "words")
CAPTIONED = ["animation", "audio", "document", "live_photo", "photo", "video", "voice"]
MUTE = sorted(name for name, kind in KINDS.items() if kind.way == "shown")
PHOTO = {"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 5}
SERVICE = sorted(name for name, kind in KINDS.items() if kind.way == "service")


class Chats:
    """Customers, each of whom sends one thing."""

    def __init__(self, world: World, door: Telegram) -> None:
        self.world, self.door, self.next = world, door, 7000
        self.update_id = 0

    async def send(self, chat: int, **content: Any) -> None:
        await self.handle(message_update(chat, **content))

    async def handle(self, update: dict[str, Any]) -> None:
        self.update_id += 1
        await self.door.dispatcher.handle(self.door.client.feed.decode({"update_id": self.update_id} | update))

    async def customer(self, *, waiting: bool) -> int:
        """A fresh chat, with a ticket that waits for staff or without one."""
        self.next += 1
        if waiting:
            await self.send(self.next, text="转人工")
        return self.next

    def seen(self, chat: int, after: int) -> tuple[list[str], list[str], bool]:
        """Lines and answers since then, and whether the ticket is one of danger."""
        lines = self.world.lines(chat)[after:]
        said = [line.text for line in lines if line.author == "customer"]
        answers = [line.text for line in lines if line.author == "bot"]
        found = self.world.read(conversations.find_conversation, "telegram", str(chat))
        ticket = self.world.read(ticket_store.get_ticket, found.ticket_id) if found and found.ticket_id else None
        return said, answers, ticket is not None and ticket.urgency == "critical"

    async def result(self, field: str, words: str, *, waiting: bool) -> tuple[list[str], list[str], bool]:
        chat = await self.customer(waiting=waiting)
        before = len(self.world.lines(chat))
        await self.send(chat, **content_with(field, words))
        return self.seen(chat, before)


@pytest.fixture
def chats(world: World) -> Chats:
    return Chats(world, world.make_door())


async def test_danger_in_the_words_of_any_kind_raises_the_alarm_with_a_ticket_and_without(chats: Chats) -> None:
    for field in ["text", *CAPTIONED, *WRITTEN]:
        for waiting in (False, True):
            said, answers, danger = await chats.result(field, DANGER, waiting=waiting)
            assert danger, (field, waiting, said)
            assert any(DANGER in line for line in said), (field, said)
            assert any(SAFETY in each for each in answers), (field, waiting, answers)


async def test_words_of_any_kind_are_answered_as_text_is(chats: Chats) -> None:
    for field in ["text", *WRITTEN]:
        said, answers, _ = await chats.result(field, "怎么开发票", waiting=False)
        assert any(INVOICE in each for each in answers), (field, said, answers)
        assert len(said) == 1


async def test_kinds_without_words_leave_a_line_and_get_a_sentence_and_service_messages_neither(chats: Chats) -> None:
    for waiting in (False, True):
        for field in MUTE:
            said, answers, _ = await chats.result(field, "甲", waiting=waiting)
            assert (len(said), answers) == (1, [UNSUPPORTED]), (field, said)
            assert said[0].startswith(f"[{KINDS[field].label}]")
        for field in SERVICE:
            assert (await chats.result(field, "甲", waiting=waiting))[:2] == ([], []), field


async def test_a_rich_message_of_500_blocks_is_too_long_and_its_danger_is_seen(chats: Chats) -> None:
    blocks = [paragraph(f"第 {number} 段：打印机还是老样子") for number in range(499)]
    chat = await chats.customer(waiting=False)
    await chats.send(chat, rich_message={"blocks": [*blocks, paragraph("好了")]})
    said, answers, danger = chats.seen(chat, 0)
    assert answers == ["这条消息太长了，我没能读完。请挑要点再发一次，或分几条发送。"]
    assert (len(said[0]), said[0][:8], danger) == (2000, "第 0 段：打印", False)
    await chats.send(chat, rich_message={"blocks": [*blocks, paragraph(DANGER)]})
    said, answers, danger = chats.seen(chat, 2)
    assert danger
    assert said[0].endswith(DANGER)
    assert answers[0].startswith(SAFETY)


async def test_a_rich_message_of_depth_16_is_read_to_its_ground(chats: Chats) -> None:
    block: dict[str, Any] = paragraph(DANGER)
    for _ in range(15):
        block = {"type": "blockquote", "blocks": [block]}
    chat = await chats.customer(waiting=False)
    await chats.send(chat, rich_message={"blocks": [block]})
    said, answers, danger = chats.seen(chat, 0)
    assert (said, danger) == ([DANGER], True)
    assert answers[0].startswith(SAFETY)


async def test_a_rich_message_keeps_its_order_its_tables_and_its_lists(chats: Chats) -> None:
    cell = {"align": "left", "valign": "top"}
    blocks = [
        {"type": "heading", "text": "故障", "size": 1},
        {"type": "list", "items": [{"label": "1.", "blocks": [paragraph("开机")]}, _ticked("2.", "卡纸")]},
        {"type": "table", "cells": [[cell | {"text": "型号"}, cell | {"text": "A1"}]], "caption": "机器"},
        {"type": "map", "location": {"latitude": 31.2, "longitude": 121.4}, "zoom": 9, "width": 9, "height": 9},
        paragraph(
            "看", {"type": "button", "button": {"text": "这里"}}, {"type": "mathematical_expression", "expression": "x"}
        ),
    ]
    chat = await chats.customer(waiting=True)
    await chats.send(chat, rich_message={"blocks": blocks})
    line = chats.world.lines(chat, "customer")[-1]
    assert line.text == "故障\n1. 开机\n2. ☑ 卡纸\n型号 ｜ A1\n机器\n位置：31.2, 121.4\n看这里x"
    assert (line.meta.get("mark"), line.ticket_id) == ("富文本", 1)


async def test_the_pictures_of_a_rich_message_are_kept_and_acknowledged_once(chats: Chats) -> None:
    pictures = [{"type": "photo", "photo": [PHOTO | {"file_id": each}]} for each in ("p1", "p2")]
    chat = await chats.customer(waiting=False)
    await chats.send(chat, rich_message={"blocks": [paragraph("屏幕花了"), *pictures]})
    lines = chats.world.lines(chat, "customer")
    assert [(line.kind, line.text) for line in lines] == [("file", "屏幕花了"), ("file", "")]
    kept = [chats.world.read(attachments.get_attachment, line.id) for line in lines]
    assert [file.reference for _, file in kept] == ["p1", "p2"]
    said = [each for each in chats.seen(chat, 0)[1] if each.startswith("您发来的")]
    assert len(said) == 1
    giant = {"type": "document", "document": PHOTO | {"mime_type": "application/pdf", "file_size": 21 * 1024 * 1024}}
    await chats.send(chat, rich_message={"blocks": [paragraph("还有"), giant, pictures[0]]})
    refused = "还有\n[未接收的文件：文件，21.0 MB，超过 20 MB]"
    assert [line.text for line in chats.world.lines(chat, "customer")][2:] == [refused]


async def test_a_checklist_without_tasks_is_its_title_and_an_unknown_field_its_words(chats: Chats) -> None:
    chat = await chats.customer(waiting=False)
    await chats.send(chat, checklist={"title": "怎么开发票", "tasks": []})
    await chats.send(chat, hologram={"id": "怎么退货", "text": "怎么开发票"})
    await chats.send(chat, hologram={"id": "怎么退货"})
    await chats.send(chat)
    said, answers, _ = chats.seen(chat, 0)
    assert said == ["怎么开发票", "怎么开发票", "[未知类型的消息]", "[空消息]"]
    assert INVOICE in answers[0]
    assert INVOICE in answers[1]
    assert answers[2:] == [UNSUPPORTED, UNSUPPORTED]


async def test_the_addresses_behind_words_are_kept_in_texts_captions_rich_messages_and_lists(chats: Chats) -> None:
    chat, url = await chats.customer(waiting=True), "https://example.com/x"
    link = {"type": "text_link", "offset": 0, "length": 2, "url": url}
    task = {"id": 1, "text": "这个坏了", "text_entities": [link]}
    for content in (
        {"text": "这个坏了", "entities": [link]},
        {"photo": [PHOTO], "caption": "这个坏了", "caption_entities": [link]},
        {"rich_message": {"blocks": [paragraph({"type": "url", "text": ["这", "个"], "url": url}, "坏了")]}},
        {"checklist": {"title": "清单", "tasks": [task]}},
        {"text": "示例坏了", "entities": [link | {"url": "javascript:alert(1)"}]},
    ):
        await chats.send(chat, **content)
    told = f"这个（{url}）坏了"
    said = [line.text for line in chats.world.lines(chat, "customer")][1:]
    assert said == [told, told, told, f"清单\n{told}", "示例坏了"]


async def test_a_sticker_whose_emoji_has_a_nul_is_cleaned(chats: Chats) -> None:
    chat = await chats.customer(waiting=True)
    sticker = content_with("sticker", "")["sticker"] | {"emoji": "\x00👍"}
    await chats.send(chat, sticker=sticker)
    assert chats.world.lines(chat, "customer")[-1].text == "👍"


async def test_a_poll_with_danger_in_an_option_alarms(chats: Chats) -> None:
    chat = await chats.customer(waiting=True)
    before = len(chats.world.lines(chat))
    poll = content_with("poll", "现在是什么情况？")["poll"]
    options = [poll["options"][0] | {"text": text} for text in ("一切正常", "机器冒烟了")]
    await chats.send(chat, poll=poll | {"options": options})
    said, answers, danger = chats.seen(chat, before)
    assert (said, danger) == (["现在是什么情况？\n一切正常\n机器冒烟了"], True)
    assert answers[0].startswith(SAFETY)


async def test_danger_below_a_file_that_is_refused_alarms(chats: Chats) -> None:
    giant = content_with("video", DANGER)
    giant["video"] |= {"file_size": 21 * 1024 * 1024}
    chat = await chats.customer(waiting=False)
    await chats.send(chat, **giant)
    said, answers, danger = chats.seen(chat, 0)
    assert (said, danger) == ([DANGER, f"[未接收的文件：视频.mp4，21.0 MB，超过 20 MB] {DANGER}"], True)
    assert answers[0].startswith(SAFETY)
    assert answers[-1] == "文件太大了，请发送 20 MB 以内的文件。"


async def test_what_is_quoted_and_whose_words_were_passed_on_stands_beside_the_line(chats: Chats) -> None:
    chat, origin = await chats.customer(waiting=True), {"type": "hidden_user", "date": AT, "sender_user_name": "王五"}
    first = message_update(chat, text="第一条：坏了。第二条：发票没开")["message"]
    quote = {"text": "第二条：发票没开", "position": 7}
    await chats.send(chat, text="这个怎么办", reply_to_message=first, quote=quote)
    await chats.send(chat, text="这个怎么办", external_reply={"origin": origin}, quote={"text": DANGER, "position": 0})
    await chats.send(chat, text="请看", forward_origin=origin)
    lines = [(line.text, line.meta.get("mark")) for line in chats.world.lines(chat, "customer")][1:]
    assert lines == [
        ("这个怎么办", "引用「第二条：发票没开」"),
        (f"「{DANGER}」\n这个怎么办", "引用王五在别处的消息"),
        ("请看", "转发自王五"),
    ]
    assert chats.seen(chat, 0)[2], "what is passed on tells of a danger as well"


async def test_a_command_in_a_rich_message_is_a_command(chats: Chats) -> None:
    chat = await chats.customer(waiting=False)
    await chats.send(chat, rich_message={"blocks": [paragraph("/help")]})
    said, answers, _ = chats.seen(chat, 0)
    assert said == []
    assert "您可以直接用文字提问" in answers[0]


async def test_a_rich_edit_of_plain_words_is_a_version_and_its_danger_alarms(chats: Chats) -> None:
    chat = await chats.customer(waiting=False)
    await chats.send(chat, text="怎么开发票", message_id=5)
    edited = message_update(chat, message_id=5, edit_date=AT, rich_message={"blocks": [paragraph(DANGER)]})
    await chats.handle({"edited_message": edited["message"]})
    said, answers, danger = chats.seen(chat, 0)
    assert danger
    assert (said, chats.world.lines(chat, "customer")[0].words) == (["怎么开发票"], DANGER)
    assert any(SAFETY in each for each in answers)


async def test_an_edit_that_adds_pictures_keeps_them_all_and_those_that_were_there_once(chats: Chats) -> None:
    chat = await chats.customer(waiting=True)

    def content(*names: str) -> dict[str, Any]:
        sizes = {name: 5 + place for place, name in enumerate(("p1", "p2", "p3", "p4"))}
        photos = [[PHOTO | {"file_id": name, "file_size": sizes[name]}] for name in names]
        return {"blocks": [paragraph("屏幕花了"), *({"type": "photo", "photo": photo} for photo in photos)]}

    async def edit(number: int, *names: str) -> list[str | None]:
        edited = message_update(chat, message_id=number, edit_date=AT + number, rich_message=content(*names))
        await chats.handle({"edited_message": edited["message"]})
        lines = [line for line in chats.world.lines(chat, "customer") if line.kind == "file"]
        return [chats.world.read(attachments.get_attachment, line.id)[1].reference for line in lines]

    await chats.send(chat, text="屏幕花了", message_id=5)
    assert await edit(5, "p1", "p2", "p3") == ["p1", "p2", "p3"]
    await chats.send(chat, rich_message=content("p1", "p2"), message_id=6)
    assert await edit(6, "p1", "p2", "p4") == ["p1", "p2", "p3", "p1", "p2", "p4"]
    assert await edit(6, "p1", "p3", "p4") == ["p1", "p2", "p3", "p1", "p2", "p4", "p3"]
    assert await edit(7, "p1", "p2") == ["p1", "p2", "p3", "p1", "p2", "p4", "p3", "p1", "p2"], "it came first"


async def test_what_the_library_cannot_read_is_put_aside_and_the_rest_of_the_message_taken_in(chats: Chats) -> None:
    chat = await chats.customer(waiting=False)
    ghost = {"type": "ghost", "date": AT}
    await chats.send(chat, text="怎么开发票", forward_origin=ghost)
    strange = {"blocks": [{"type": "hologram", "text": "怎么开发票"}]}
    await chats.send(chat, rich_message=strange)
    await chats.send(chat, text="怎么开发票", reply_to_message=message_update(chat, rich_message=strange)["message"])
    await chats.send(chat, text="怎么开发票", reply_to_message={"rich_message": strange})
    await chats.send(chat, pinned_message={"rich_message": strange})
    lines = [(line.text, line.meta.get("mark")) for line in chats.world.lines(chat, "customer")]
    assert lines == [
        ("怎么开发票", "转发的消息，有部分内容无法读取"),
        ("怎么开发票", "富文本，有部分内容无法读取"),
        ("怎么开发票", None),
        ("怎么开发票", "有部分内容无法读取"),
    ]
    assert sum(INVOICE in each for each in chats.seen(chat, 0)[1]) == 4
    await chats.send(chat, rich_message={"blocks": [{"type": "hologram", "text": DANGER}]}, forward_origin=ghost)
    assert chats.seen(chat, 0)[2]


async def test_an_edit_that_cannot_be_read_is_said_to_be_so_and_its_danger_alarms(chats: Chats) -> None:
    for kind in ("edited_message", "message"):
        chat = await chats.customer(waiting=False)
        strange = {"chat": {"id": chat, "type": "private"}, "date": {"era": "令和"}, "message_id": 9}
        await chats.handle({kind: strange | {"poll": {"question": "现在怎么办"}}})
        assert chats.seen(chat, 0) == (
            ["现在怎么办"],
            ["抱歉，您刚才的消息没能处理成功。请换个说法再发一次，或点「转人工」。"],
            False,
        )
        await chats.handle({kind: strange | {"caption": DANGER, "message_id": 10}})
        said, answers, danger = chats.seen(chat, 2)
        assert (said, danger) == ([DANGER], True)
        assert answers[0].startswith(SAFETY)
    await chats.handle({"edited_message": {"chat": {"id": chat, "type": "private"}, "date": {}}})
    assert chats.seen(chat, 0)[0][-1] == "[未知类型的消息]"


async def test_every_kind_of_update_is_survived_and_those_unasked_for_are_named_once(
    chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    for kind in sorted(ALL_KINDS) * 2:
        await chats.handle(update_with(kind))
    named = [line.split("kind ")[1].split(" ")[0] for line in caplog.text.splitlines() if "came unasked" in line]
    assert sorted(named) == sorted(ALL_KINDS - set(WANTED))
    assert chats.world.count("set_aside") == 0


async def test_what_comes_from_other_chats_is_never_answered_in_ours(chats: Chats) -> None:
    strange = {"chat": {"id": 77, "type": "private"}, "date": {"era": "令和"}, "text": DANGER}
    for kind in ("business_message", "edited_business_message", "guest_message"):
        await chats.handle({kind: strange})
    assert (chats.world.lines(77), chats.world.count("set_aside")) == ([], 3)


def _ticked(label: str, words: str) -> dict[str, Any]:
    return {"label": label, "blocks": [paragraph(words)], "has_checkbox": True, "is_checked": True}
