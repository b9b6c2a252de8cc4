"""Staff work in a topic as in the console: notes, replies, taps, refusals; nothing goes to a customer by mistake."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.agents.actions import Claim
from bot.auth import messenger_accounts, one_time_codes
from bot.auth.passwords import hash_password
from bot.delivery import outbox
from bot.delivery.undeliverable import mark_unreachable
from bot.messages import Delivery, Never
from bot.notifications import notice_inbox
from bot.topic_sync.topics import groups, topics
from bot.transcript import attachments, channel_message_ids
from bot.transcript.conversations import get_conversation
from bot.wording import telegram_staff as words
from escalation import staff as people
from escalation.tickets import history
from tests.bot.complaints import settle_complaint
from tests.bot.scene import Scene
from tests.bot.telegram.desk_scene import (
    AT,
    BOT,
    CARD,
    CUSTOMER,
    GROUP,
    QUESTION,
    SECRET,
    THREAD,
    DeskScene,
    answering,
    message_in,
    person,
    standing,
    tap_on,
    update_of,
)
from tests.bot.web.console.console_scene import PASSWORD, Console
from tests.fakes.telegram.contents import content_with, paragraph

LI, WANG, HAN = 77, 78, 79  # accounts
PHOTO = [{"file_id": "p1", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 5}]


@pytest.fixture
def desk(scene: Scene) -> DeskScene:
    return DeskScene(scene)


@pytest.fixture
def held(desk: DeskScene) -> DeskScene:
    """Li holds the ticket, and the customer's line stands in the topic as message 400."""
    desk.scene.claimed_by(desk.staff("li", LI))
    desk.mirror(400)
    return desk


@pytest.fixture
def desk_anywhere(scene_anywhere: Scene) -> DeskScene:
    return DeskScene(scene_anywhere)


# ── words ─────────────────────────────────────────────────────────────


async def test_plain_talk_is_a_note_that_no_customer_sees(desk_anywhere: DeskScene) -> None:
    desk = desk_anywhere
    desk.staff("li", LI)
    number = await desk.write(LI, "客户上周也来过")
    assert desk.notes() == ["客户上周也来过"]
    assert (desk.said(), desk.sent()) == ([], [])
    assert desk.client.reactions == [(number, "✍")]
    known = desk.scene.read(channel_message_ids.find_id, GROUP, number)
    assert known.note_id is not None


async def test_a_note_that_tells_of_a_danger_alarms_and_its_author_reads_so(desk_anywhere: DeskScene) -> None:
    desk = desk_anywhere
    desk.staff("li", LI)
    await desk.write(LI, "客户说没有冒烟")
    assert desk.answers() == []
    number = await desk.write(LI, "客户来电：机器冒烟了")
    told = "因为所写的内容提到危险，这张工单已定为「特急」，并已通知值班人员。"
    assert desk.answers() == [(f"{GROUP}/{THREAD}", number, told)]
    assert (desk.scene.ticket.urgency, desk.scene.ticket.queue) == ("critical", "特级专席")
    assert desk.notes() == ["客户说没有冒烟", "客户来电：机器冒烟了"]


async def test_a_note_of_a_doubtful_danger_asks_and_one_tap_alarms(desk_anywhere: DeskScene) -> None:
    desk = desk_anywhere
    desk.staff("li", LI)
    number = await desk.write(LI, "客户问是不是冒烟？")
    told = (
        "所写的内容可能提到危险，但不能确定，紧急程度没有改动，也没有通知值班人员。现在确有危险的，请立即定为「特急」。"
    )
    assert desk.answers() == [(f"{GROUP}/{THREAD}", number, told)]
    (asked,) = [row for row in desk.scene.posted("staff") if row.reply_to == number]
    data = f"t:{desk.ticket_id}:danger"
    assert asked.buttons == [{"choice": data, "label": "现在有危险，定为「特急」", "style": "danger"}]
    tapped = await desk.tap(data, LI, number=QUESTION)
    assert tapped == ("已按现有危险处理：紧急程度已调到最高，并已通知值班人员。", False)
    assert desk.client.keyboards[-1].inline_keyboard == []
    assert (desk.scene.ticket.urgency, desk.scene.ticket.queue) == ("critical", "特级专席")


async def test_the_holders_reply_to_a_customers_message_reaches_the_customer(desk_anywhere: DeskScene) -> None:
    desk = desk_anywhere
    desk.scene.claimed_by(desk.staff("li", LI))
    line = desk.mirror(400)
    desk.scene.write(channel_message_ids.remember_id, CUSTOMER, 31, message_id=line)
    number = await desk.write(LI, "您好，我来处理。", **answering(400))
    assert desk.said() == ["您好，我来处理。"]
    (row,) = desk.sent()
    assert (row.text, row.reply_to, row.address) == ("您好，我来处理。", 31, str(CUSTOMER))
    assert desk.client.reactions == [(number, "👌")]
    assert desk.notes() == []
    mine = desk.scene.read(channel_message_ids.find_id, GROUP, number)
    assert desk.customer.lines()[-1].id == mine.message_id  # so that it is not shown in its own topic again
    assert desk.customer.lines()[-1].meta["reply_to"] == line
    assert desk.scene.clock_of("first_contact").state == "met"


async def test_slash_r_reaches_the_customer_without_answering_a_message(held: DeskScene) -> None:
    await held.write(LI, "/r 您好")
    assert (held.said(), held.sent()[0].reply_to) == (["您好"], None)


@pytest.mark.parametrize("name", ["jiedai_bot", "Jiedai_Bot"])
async def test_a_command_for_another_bot_never_reaches_the_customer(held: DeskScene, name: str) -> None:
    held.service.bot_name = "jiedai_bot"
    await held.write(LI, "/r@other_bot 这位客户很难缠")
    assert (held.said(), held.notes()) == ([], ["/r@other_bot 这位客户很难缠"])
    await held.write(LI, f"/r@{name} 马上看")
    assert held.said() == ["马上看"]


async def test_names_and_words_with_markup_stay_what_they_are(held: DeskScene) -> None:
    text = "<b>粗</b> & *星* _下划线_ [链接](tg://user?id=1) `码`"
    await held.write(LI, text)
    await held.write(LI, text, **answering(400))
    assert (held.notes(), held.said(), held.sent()[0].text) == ([text], [text], text)


@pytest.mark.parametrize("author", ["bot", "agent", "nobody"])
async def test_an_answer_to_anything_but_a_customers_message_is_a_note(held: DeskScene, author: str) -> None:
    await held.write(LI, "/r 第一次")
    found = [line.id for line in held.customer.lines() if line.author == author]
    if found:
        held.scene.write(channel_message_ids.remember_id, GROUP, 500, message_id=found[-1])
    await held.write(LI, "这样回答不对吧", **answering(500))
    assert held.notes() == ["这样回答不对吧"]
    assert held.said() == ["第一次"]


async def test_an_answer_to_another_customers_message_is_a_note(held: DeskScene) -> None:
    other = held.scene.visitor("9999", "telegram")
    other.say("人工")
    held.mirror(600, other.lines()[0].id)
    await held.write(LI, "这是另一位客户", **answering(600))
    assert held.notes() == ["这是另一位客户"]
    assert (held.said(), [line for line in other.lines() if line.author == "agent"]) == ([], [])


async def test_who_does_not_hold_the_ticket_cannot_write_to_the_customer(held: DeskScene) -> None:
    held.staff("wang", WANG)
    number = await held.write(WANG, "我来说两句", **answering(400))
    assert held.answers()[-1] == (
        f"{GROUP}/{THREAD}",
        number,
        "这张工单由客服li负责，只有经办人能这样操作。刚才的话没有保存，也没有发给客户。",
    )
    assert (held.said(), held.notes(), held.client.reactions) == ([], [], [])


async def test_nobody_writes_to_the_customer_of_an_unclaimed_ticket(desk: DeskScene) -> None:
    desk.staff("li", LI)
    await desk.write(LI, "/r 您好")
    assert desk.refusal() == "请先认领这张工单。刚才的话没有保存，也没有发给客户。"
    desk.scene.act(desk.scene.read(messenger_accounts.staff_of, LI), Claim())
    await desk.write(LI, "/r 您好")
    assert desk.said() == ["您好"]


async def test_an_agent_of_other_queues_is_refused_as_in_the_console(desk: DeskScene) -> None:
    desk.staff("li", LI, queues=("投诉处理",))
    await desk.write(LI, "看看")
    told = "您无权查看这张工单，如需处理请联系组长。刚才的话没有保存，也没有发给客户。"
    assert (desk.refusal(), desk.notes()) == (told, [])
    assert await desk.tap(f"t:{desk.ticket_id}:claim", LI) == ("您无权查看这张工单，如需处理请联系组长。", True)


async def test_empty_and_overlong_words_are_refused(held: DeskScene) -> None:
    await held.write(LI, "/r")
    assert held.refusal() == "内容不能为空。刚才的话没有保存，也没有发给客户。"
    await held.write(LI, "/r " + "长" * 4001)
    assert held.refusal() == "内容太长，请删减后再提交。刚才的话没有保存，也没有发给客户。"
    await held.write(LI, "长" * 4001)
    assert (held.notes(), held.said(), len(held.answers())) == ([], [], 3)


async def test_the_same_message_twice_counts_once(held: DeskScene) -> None:
    for _ in range(2):
        await held.write(LI, "/r 您好", number=900)
        await held.write(LI, "备注", number=901)
        await held.write(LI, "/r", number=902)
    assert (held.said(), held.notes(), len(held.answers()), len(held.sent())) == (["您好"], ["备注"], 1, 1)


async def test_whoever_is_not_linked_is_told_how_at_most_once_an_hour(desk: DeskScene) -> None:
    number = await desk.write(LI, "我看看")
    assert desk.answers() == [(f"{GROUP}/{THREAD}", number, words.NOT_LINKED)]
    assert desk.refusal() == (
        "您的 Telegram 账号还没有关联客服账号，刚才的操作没有生效。"
        "请登录工作台，在「Telegram」页取得关联码，再私聊发给本机器人。"
    )
    desk.scene.clock.advance(minutes=59)
    await desk.write(LI, "再看看")
    assert len(desk.answers()) == 1
    await desk.write(WANG, "我也看看")
    assert len(desk.answers()) == 2
    desk.scene.clock.advance(minutes=1)
    await desk.write(LI, "又来了")
    assert len(desk.answers()) == 3
    assert (desk.notes(), desk.said()) == ([], [])


async def test_somebody_disabled_since_is_nobody(held: DeskScene) -> None:
    held.scene.write(people.disable_staff, "li", held.scene.now)
    await held.write(LI, "/r 您好")
    assert (held.refusal(), held.said()) == (words.NOT_LINKED, [])
    assert await held.tap(f"t:{held.ticket_id}:release", LI) == (words.NOT_LINKED, True)
    assert held.scene.ticket.state == "claimed"


async def test_anonymous_administrators_are_nobody(held: DeskScene) -> None:
    hidden = {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "客服群"}}
    await held.write(LI, "/r 您好", **hidden)
    assert held.refusal() == "匿名发言无法确认身份，刚才的话没有保存，也没有发给客户。请取消匿名后再发。"
    await held.write(LI, "/r 在吗", **hidden)
    assert (len(held.answers()), held.said(), held.notes()) == (1, [], [])


@pytest.mark.parametrize("thread", [None, 8])
async def test_talk_outside_of_tickets_topics_is_nobodys_business(held: DeskScene, thread: int | None) -> None:
    await held.write(LI, "/r 中午吃什么", thread=thread)
    await held.write(5, "不认识的人", thread=thread)
    assert (held.said(), held.notes(), held.answers()) == ([], [], [])


async def test_the_bots_own_messages_and_other_bots_say_nothing(held: DeskScene) -> None:
    robot = {"from": person(BOT) | {"is_bot": True}}
    await held.write(BOT, "/r 您好", **robot)
    assert (held.said(), held.notes(), held.answers()) == ([], [], [])


async def test_what_cannot_be_sent_on_is_refused_as_a_reply_and_a_note_otherwise(held: DeskScene) -> None:
    told = "这种消息无法发给客户，请改发文字、图片、语音、文件或位置。刚才的话没有保存，也没有发给客户。"
    for field in ("dice", "poll", "checklist", "gift", "giveaway", "invoice", "paid_media", "contact", "hologram"):
        content = content_with(field, "看这个") if field != "hologram" else {field: {"text": "看这个"}}
        await held.write(LI, **content)
        before = len(held.answers())
        await held.write(LI, **content, **answering(400))
        assert (held.refusal(), len(held.answers())) == (told, before + 1), field
    assert held.said() == []
    notes = held.notes()
    assert (notes[0], notes[1], notes[3], notes[-1]) == (
        "[骰子] x 1",
        "[投票] 看这个\n看这个",
        "[礼物] 看这个",
        "[未知类型的消息] 看这个",
    )
    assert len(notes) == 9


async def test_a_rich_reply_reaches_the_customer_as_text_and_what_cannot_be_read_of_it_is_refused(
    held: DeskScene,
) -> None:
    picture = {"type": "photo", "photo": PHOTO}
    blocks = [{"type": "heading", "text": "步骤", "size": 1}, paragraph("请先", {"type": "bold", "text": "断电"}, "。")]
    number = await held.write(LI, rich_message={"blocks": blocks}, **answering(400))
    assert (held.said(), held.client.reactions) == (["步骤\n请先断电。"], [(number, "👌")])
    await held.write(LI, rich_message={"blocks": [paragraph("/r 稍等")]})
    assert held.said()[1:] == ["稍等"]
    told = "这种消息无法发给客户，请改发文字、图片、语音、文件或位置。刚才的话没有保存，也没有发给客户。"
    await held.write(LI, rich_message={"blocks": [{"type": "hologram", "text": "您好"}]}, **answering(400))
    await held.write(LI, rich_message={"blocks": [*blocks, *[picture] * 11]}, **answering(400))
    assert ([text for _, _, text in held.answers()], len(held.said())) == ([told, told], 2)
    for text in ("步骤", "请等一会儿"):
        changed = {"blocks": [paragraph(text), *([picture] if text == "步骤" else [])]}
        edited = message_in(THREAD, LI, number, rich_message=changed, edit_date=AT)
        await held.handle({"edited_message": edited})
    told = "这种消息无法发给客户，请改发文字、图片、语音、文件或位置。客户看到的仍是原来的内容。"
    assert (held.refusal(), held.words()[0]) == (told, "请等一会儿")


async def test_the_files_of_a_rich_reply_follow_its_words_one_by_one(held: DeskScene) -> None:
    plan = {"file_id": "d1", "file_unique_id": "d", "file_name": "方案.pdf", "mime_type": "application/pdf"}
    files = [{"type": "photo", "photo": PHOTO}, {"type": "document", "document": plan}]
    number = await held.write(LI, rich_message={"blocks": [paragraph("请看"), *files]}, **answering(400))
    assert (held.said(), held.client.reactions) == (["请看", "", ""], [(number, "👌")])
    sent = [(row.text, row.content) for row in held.sent()]
    assert sent == [
        ("请看", None),
        ("", {"file": {"id": "p1", "name": "照片.jpg", "mime": "image/jpeg"}, "caption": ""}),
        ("", {"file": {"id": "d1", "name": "方案.pdf", "mime": "application/pdf"}, "caption": ""}),
    ]
    await held.write(LI, rich_message={"blocks": files}, **answering(400))
    assert [row.content["file"]["id"] for row in held.sent()[3:]] == ["p1", "d1"]
    await held.write(LI, rich_message={"blocks": [paragraph("/r 再看"), files[0]]})
    assert [row.text for row in held.sent()[5:]] == ["再看", ""]
    assert held.notes() == []
    await held.write(LI, rich_message={"blocks": [paragraph("内部"), *files]})
    assert held.notes() == ["[照片.jpg，见 Telegram 话题] [方案.pdf，见 Telegram 话题] 内部"]


async def test_whoever_edits_what_they_sent_corrects_it_and_a_note_stays(held: DeskScene) -> None:
    await held.write(LI, "/r 明天到货", number=910)
    await held.write(LI, "内部备注", number=911)
    for number, text in ((910, "/r 后天到货"), (910, "/r 大后天"), (911, "改了"), (912, "没说过的")):
        await held.handle({"edited_message": message_in(THREAD, LI, number, text=text, edit_date=AT)})
    assert held.answers() == [(f"{GROUP}/{THREAD}", 911, "备注保存后不能修改，如需更正请再写一条。")]
    assert (held.words(), held.notes()) == (["大后天"], ["内部备注"])


async def test_an_edit_by_somebody_who_may_not_correct_it_is_refused_once(held: DeskScene) -> None:
    await held.write(LI, "/r 明天到货", number=910)
    for text in ("/r ", "/r \n"):
        await held.handle({"edited_message": message_in(THREAD, LI, 910, text=text, edit_date=AT)})
    assert held.answers() == [(f"{GROUP}/{THREAD}", 910, "内容不能为空。客户看到的仍是原来的内容。")]
    assert held.words() == ["明天到货"]


async def test_an_edit_that_changes_no_words_is_not_spoken_of(held: DeskScene) -> None:
    await held.write(LI, "/r 见 https://example.com", number=910)
    same = message_in(THREAD, LI, 910, text="/r 见 https://example.com", edit_date=AT)
    await held.handle({"edited_message": same})
    assert held.answers() == []


async def test_a_place_that_moves_on_is_not_spoken_of(held: DeskScene) -> None:
    at = {"location": {"latitude": 31.2, "longitude": 121.4, "live_period": 900}}
    number = await held.write(LI, **at, **answering(400))
    await held.handle({"edited_message": message_in(THREAD, LI, number, edit_date=AT + 9, **at)})
    assert (len(held.sent()), held.answers()) == (1, [])


async def test_a_code_shown_in_the_group_is_good_for_nobody(desk: DeskScene) -> None:
    who = desk.scene.staff("li")
    code = desk.scene.write(one_time_codes.issue, SECRET, "staff", str(who.id), desk.scene.now)
    await desk.write(LI, f"/link {code}")
    assert (
        desk.refusal() == "关联码不能发在群里，这个码已经作废。请在工作台「Telegram」页重新取一个，私聊发给本机器人。"
    )
    assert desk.scene.write(one_time_codes.redeem, SECRET, "staff", code, desk.scene.now) is None
    assert (desk.notes(), desk.scene.read(messenger_accounts.staff_of, LI)) == ([], None)


@pytest.mark.parametrize("shown", ["/link s_{}", "https://t.me/jiedai_bot?start=s_{}", "关联码：{}，谁来用？", "{}"])
@pytest.mark.parametrize("thread", [THREAD, None])
async def test_a_code_shown_there_in_any_form_is_good_for_nobody(
    desk: DeskScene, shown: str, thread: int | None
) -> None:
    desk.staff("li", LI)
    lead = desk.scene.staff("han", "lead")
    code = desk.scene.write(one_time_codes.issue, SECRET, "staff", str(lead.id), desk.scene.now)
    await desk.write(LI, shown.format(code), thread=thread)
    assert desk.scene.write(one_time_codes.redeem, SECRET, "staff", code, desk.scene.now) is None
    assert desk.notes() == []
    ((_, _, told),) = desk.answers(anywhere=True)
    assert told == words.CODE_IN_GROUP


async def test_what_only_looks_like_a_code_is_a_note(desk: DeskScene) -> None:
    desk.staff("li", LI)
    await desk.write(LI, "序列号 " + "A" * 38)
    assert desk.notes() == ["序列号 " + "A" * 38]


@pytest.mark.parametrize("outcome", [Never("Bad Request: message to copy not found"), Never("Forbidden", True)])
async def test_whose_reply_can_never_arrive_is_told_in_answer_to_it(
    desk_anywhere: DeskScene, outcome: Delivery
) -> None:
    desk = desk_anywhere
    desk.scene.claimed_by(desk.staff("li", LI))
    for row in desk.scene.write(outbox.claim, "telegram", desk.scene.now):
        desk.scene.write(outbox.conclude, [(row, outcome)], desk.scene.now)
    assert desk.answers() == []  # the bot's own words are nobody's to mend
    number = await desk.write(LI, "/r 请看附件")
    while rows := desk.scene.write(outbox.claim, "telegram", desk.scene.now):
        desk.scene.write(outbox.conclude, [(row, outcome) for row in rows], desk.scene.now)
    assert desk.answers() == [
        (
            f"{GROUP}/{THREAD}",
            number,
            "这条回复没有送达客户：Telegram 没有接受，或客户已停用机器人。请换个形式重发，或改用其他方式联系客户。",
        )
    ]
    kinds = [row.kind for row in desk.scene.read(history.history_of, desk.ticket_id)]
    assert kinds.count("undelivered") == 1


# ── files and places ──────────────────────────────────────────────────


async def test_a_picture_sent_in_reply_goes_to_the_customer_as_it_is(held: DeskScene) -> None:
    line = held.mirror(401)
    held.scene.write(channel_message_ids.remember_id, CUSTOMER, 31, message_id=line)
    number = await held.write(LI, photo=PHOTO, caption="请看这里", **answering(400))
    (row,) = held.sent()
    assert (row.text, row.content, row.reply_to) == ("", {"copy": [GROUP, number], "bare": False}, 31)
    said = held.customer.lines()[-1]
    assert (said.kind, said.text, said.meta["file"]) == ("file", "请看这里", "照片.jpg")
    _, kept = held.scene.read(attachments.get_attachment, said.id)
    assert (kept.reference, kept.content) == ("p1", None)


async def test_behind_slash_r_the_words_follow_the_picture_without_the_command(held: DeskScene) -> None:
    number = await held.write(LI, photo=PHOTO, caption="/r 请看这里")
    (row,) = held.sent()
    assert (row.text, row.content) == ("请看这里", {"copy": [GROUP, number], "bare": True})


async def test_pictures_sent_together_reach_the_customer_together(held: DeskScene) -> None:
    album = {"media_group_id": "a1"}
    first = await held.write(LI, photo=PHOTO, caption="/r 三张图", **album)
    others = [await held.write(LI, photo=PHOTO, **album) for _ in range(2)]
    (row,) = held.sent()
    assert row.content == {"copy": [GROUP, first, *others], "bare": True}
    assert row.next_at == held.scene.now + timedelta(seconds=1)
    assert [line.kind for line in held.customer.lines() if line.author == "agent"] == ["file"] * 3
    assert held.notes() == []


async def test_a_piece_that_comes_after_its_album_went_out_goes_by_itself(held: DeskScene) -> None:
    album = {"media_group_id": "a1"}
    await held.write(LI, photo=PHOTO, **album, **answering(400))
    held.scene.write(_all_sent)
    late = await held.write(LI, photo=PHOTO, **album)
    assert [row.content["copy"][1:] for row in held.sent()][-1] == [late]
    assert len(held.sent()) == 2


def _all_sent(db: Any) -> None:
    from bot.delivery.outbox import outbox

    db.execute(update(outbox).values(state="sent", attempts=1))


async def test_a_place_goes_to_the_customer(held: DeskScene) -> None:
    number = await held.write(LI, location={"latitude": 31.2, "longitude": 121.5}, **answering(400))
    (row,) = held.sent()
    assert row.content == {"copy": [GROUP, number], "bare": False}
    said = held.customer.lines()[-1]
    assert (said.kind, said.text, said.meta["place"]) == ("location", "位置：31.2, 121.5", [31.2, 121.5])


async def test_a_picture_among_colleagues_is_a_note_that_says_where_it_is(held: DeskScene) -> None:
    await held.write(LI, photo=PHOTO, caption="现场")
    assert (held.notes(), held.sent()) == (["[照片.jpg，见 Telegram 话题] 现场"], [])


async def test_a_file_of_four_gigabytes_with_a_hostile_name_and_kind_is_passed_on(desk_anywhere: DeskScene) -> None:
    desk = desk_anywhere
    desk.scene.claimed_by(desk.staff("li", LI))
    hostile = {"file_name": "甲\x00\u202egpj.exe" + "长" * 300, "mime_type": "text/html\x00", "file_size": 2**32}
    number = await desk.write(LI, document={"file_id": "d1", "file_unique_id": "u", **hostile}, caption="/r 看\x00这里")
    (row,) = desk.sent()
    assert (row.text, row.content) == ("看这里", {"copy": [GROUP, number], "bare": True})
    _, kept = desk.scene.read(attachments.get_attachment, desk.customer.lines()[-1].id)
    assert (kept.name[:9], kept.mime, kept.size) == ("甲gpj.exe长", "text/html", 2**31 - 1)


async def test_files_for_customers_of_the_web_chat_are_refused_words_are_not(scene: Scene) -> None:
    desk = DeskScene(scene, "web")
    scene.claimed_by(desk.staff("li", LI))
    desk.mirror(400)
    told = (
        "客户用的是网页对话，无法发送群里的文件，请用文字回复，或在工作台的工单页发送文件。"
        "刚才的话没有保存，也没有发给客户。"
    )
    blocks = [paragraph("请看"), {"type": "photo", "photo": PHOTO}]
    for content in ({"photo": PHOTO}, {"rich_message": {"blocks": blocks}}):
        await desk.write(LI, **content, **answering(400))
        assert (desk.refusal(), desk.said()) == (told, [])
    await desk.write(LI, "您好", **answering(400))
    assert desk.said() == ["您好"]


# ── taps ──────────────────────────────────────────────────────────────


async def test_a_ticket_goes_through_its_whole_life_by_taps(desk_anywhere: DeskScene) -> None:
    desk, number = desk_anywhere, desk_anywhere.ticket_id
    li = desk.staff("li", LI)
    assert await desk.tap(f"t:{number}:claim", LI) == ("已认领，请尽快联系客户。认领不算首次联系。", False)
    assert desk.scene.ticket.holder_id == li.id
    await desk.tap(f"t:{number}:more", LI)
    assert await desk.press("已电话联系", LI) == ("已登记：已电话联系。", False)
    assert desk.scene.clock_of("first_contact").state == "met"
    for fact, label in (
        ("answer_fixed", "已给出明确答复时间"),
        ("work_done", "处理完成"),
    ):
        assert await desk.tap(f"t:{number}:fact:{fact}", LI) == (f"已登记：{label}。", False)
    foreign = await desk.tap(f"t:{number}:fact:plan_explained", LI)
    assert foreign == ("按政策，这张工单没有这一项进展，不用登记。", True)
    assert await desk.tap(f"t:{number}:resolve", LI) == (words.CONFIRM_RESOLVE, False)
    assert desk.scene.ticket.state == "claimed"
    assert await desk.press("确认已解决，通知客户", LI) == ("已标记为解决，并询问客户是否还有其他需要。", False)
    assert desk.scene.ticket.state == "resolved"
    kinds = [row.kind for row in desk.scene.read(history.history_of, number)]
    assert kinds[-4:] == ["called", "answer_fixed", "work_done", "resolved"]


async def test_solving_it_for_somebody_who_blocked_the_bot_says_that_nobody_tells_them(desk: DeskScene) -> None:
    number = desk.ticket_id
    desk.staff("li", LI)
    await desk.tap(f"t:{number}:claim", LI)
    talk = desk.scene.read(get_conversation, desk.scene.ticket.conversation_id)
    desk.scene.write(mark_unreachable, talk.channel, talk.address, desk.scene.now)
    assert await desk.tap(f"t:{number}:resolve", LI) == (
        "确认问题已解决？系统无法通知这位客户，请打电话告知处理结果。",
        False,
    )
    told = await desk.press("确认已解决", LI)
    assert told == ("已标记为解决。系统无法通知这位客户，请打电话告知处理结果。", False)


async def test_notes_are_explained(desk: DeskScene) -> None:
    desk.staff("li", LI)
    text, alert = await desk.tap(f"t:{desk.ticket_id}:note", LI)
    told = (
        "直接在本话题里发言即为内部备注，客户看不到。要回复客户，请「回复」客户的那条消息，或以 /r 开头；"
        "方案、进展、验收、结果用 /plan、/progress、/invite、/result 发送。"
    )
    assert (text, alert) == (told, True)


async def test_a_ticket_is_passed_on_to_a_queue_or_to_a_colleague(held: DeskScene) -> None:
    wang = held.staff("wang", WANG)
    assert await held.tap(f"t:{held.ticket_id}:transfer", LI) == (words.CHOOSE_TRANSFER, False)
    assert await held.press("同事：客服wang", LI) == ("已转交给客服wang，期限不变。", False)
    assert held.scene.ticket.holder_id == wang.id
    await held.tap(f"t:{held.ticket_id}:transfer", WANG)
    assert await held.press("队列：技术支持", WANG) == ("已转交给「技术支持」，期限不变。", False)
    assert (held.scene.ticket.queue, held.scene.ticket.holder_id) == ("技术支持", None)
    # Passed on, it is shown as what it is now.
    assert held.client.keyboards[-1].inline_keyboard[0][0].text == "认领"


async def test_back_leads_back_to_the_card(held: DeskScene) -> None:
    await held.tap(f"t:{held.ticket_id}:more", LI)
    await held.press("‹ 返回", LI)
    labels = [button.text for row in held.client.keyboards[-1].inline_keyboard for button in row]
    assert labels[:2] == ["已认领 客服li", "转交"]


async def test_a_complaint_is_closed_with_its_cause(scene: Scene) -> None:
    desk = DeskScene(scene)
    desk.customer.say("我要投诉你们")
    assert scene.ticket.complaint
    li = scene.claimed_by(desk.staff("li", LI))
    assert await desk.tap(f"t:{desk.ticket_id}:resolve", LI) == ("这是投诉工单，请先选择投诉原因。", False)
    assert await desk.press("沟通", LI) == ("投诉办结前，请先登记调查结论。", True)
    settle_complaint(scene, li, "沟通")
    await desk.tap(f"t:{desk.ticket_id}:resolve:yes", LI)
    assert (scene.ticket.state, scene.ticket.cause) == ("resolved", "沟通")


async def test_the_cause_of_a_complaint_is_asked_for_when_it_was_investigated(scene: Scene) -> None:
    desk = DeskScene(scene)
    desk.customer.say("我要投诉你们")
    scene.claimed_by(desk.staff("li", LI))
    how = "调查结论要写明：在本话题发送「/conclusion 投诉原因 内容」。"
    assert await desk.tap(f"t:{desk.ticket_id}:fact:investigated", LI) == (how, True)
    await desk.write(LI, "/conclusion 流程 仓库漏发")
    assert scene.ticket.cause == "流程"
    assert await desk.tap(f"t:{desk.ticket_id}:resolve", LI) == (words.CONFIRM_RESOLVE, False)
    assert await desk.tap(f"t:{desk.ticket_id}:resolve:nothing", LI) == ("政策里没有这类投诉原因。", True)


async def test_the_same_tap_twice_counts_once(held: DeskScene) -> None:
    for _ in range(2):
        await held.tap(f"t:{held.ticket_id}:fact:call_missed", LI, tap="one")
    kinds = [row.kind for row in held.scene.read(history.history_of, held.ticket_id)]
    assert kinds.count("call_missed") == 1
    await held.tap(f"t:{held.ticket_id}:fact:call_missed", LI, tap="two")
    assert [row.kind for row in held.scene.read(history.history_of, held.ticket_id)].count("call_missed") == 2


async def test_the_second_of_two_who_claim_is_told_who_was_first(desk: DeskScene) -> None:
    desk.staff("li", LI)
    desk.staff("wang", WANG)
    both = (tap_on(f"t:{desk.ticket_id}:claim", account) for account in (LI, WANG))
    await asyncio.gather(*(desk.handle(each) for each in both))
    holder = desk.scene.read(people.staff_names)[desk.scene.ticket.holder_id]
    assert sorted(desk.client.taps, key=str) == sorted(
        [("已认领，请尽快联系客户。认领不算首次联系。", False), (f"这张工单已由{holder}认领。", True)], key=str
    )


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        ("claim", "这张工单已由客服li认领。"),
        ("release", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("resolve", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("resolve:yes", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("transfer", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("give:1", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("give:999", "没有这位同事，或其账号已停用。"),
        ("to:nowhere", "政策里没有这个队列。"),
        ("fact:assessed", "这张工单由客服li负责，只有经办人能这样操作。"),
        ("fact:nothing", "政策里没有这个进展事项。"),
        ("fact", "政策里没有这个进展事项。"),
        ("ack", "这张工单没有需要确认的超时提醒。"),
    ],
)
async def test_what_is_refused_is_refused_in_the_consoles_words(held: DeskScene, verb: str, told: str) -> None:
    held.staff("wang", WANG)
    before = len(held.scene.read(history.history_of, held.ticket_id))
    assert await held.tap(f"t:{held.ticket_id}:{verb}", WANG) == (told, True)
    assert len(held.scene.read(history.history_of, held.ticket_id)) == before


async def test_a_lead_may_take_a_ticket_back_from_its_holder(held: DeskScene) -> None:
    held.staff("han", HAN, "lead")
    assert await held.tap(f"t:{held.ticket_id}:release", HAN) == ("已退回队列。", False)
    assert held.scene.ticket.state == "waiting"


@pytest.mark.parametrize("data", [None, "", "person", "t:1:delete", "t:12:claim:" + "x" * 54, "rate:5", "t:1:claim;--"])
async def test_forged_data_does_nothing(desk: DeskScene, data: str | None) -> None:
    desk.staff("li", LI)
    told = "这个按钮已失效，请使用本话题里最新的工单卡片。"
    assert await desk.tap(data, LI) == (told, True)
    assert desk.scene.ticket.state == "waiting"


async def test_another_tickets_data_under_this_card_does_nothing(desk: DeskScene) -> None:
    desk.staff("li", LI)
    other = desk.scene.visitor("9999", "telegram")
    other.say("人工")
    assert desk.scene.ticket.id != desk.ticket_id
    assert await desk.tap(f"t:{desk.scene.ticket.id}:claim", LI) == (words.STALE_BUTTON, True)
    assert await desk.tap("t:4711:claim", LI) == (words.STALE_BUTTON, True)
    assert await desk.tap(f"t:{desk.ticket_id}:claim", LI, thread=8) == (words.STALE_BUTTON, True)
    assert {ticket.state for ticket in desk.scene.tickets} == {"waiting"}


async def test_an_old_card_that_the_messenger_no_longer_shows_still_works(desk: DeskScene) -> None:
    desk.staff("li", LI)
    gone = {"chat": {"id": GROUP, "type": "supergroup"}, "message_id": CARD, "date": 0}
    tap = tap_on(f"t:{desk.ticket_id}:claim", LI)
    tap["callback_query"]["message"] = gone | {"message_id": 5}
    await desk.handle(tap)
    assert desk.client.taps[-1] == (words.STALE_BUTTON, True)
    tap["callback_query"]["message"] = gone
    await desk.handle(tap)
    assert desk.scene.ticket.state == "claimed"


async def test_strangers_taps_do_nothing(held: DeskScene) -> None:
    assert await held.tap(f"t:{held.ticket_id}:release", 5) == (words.NOT_LINKED, True)
    assert held.scene.ticket.state == "claimed"


async def test_a_card_whose_buttons_cannot_be_changed_costs_nothing(held: DeskScene) -> None:
    async def fails(*_args: Any) -> None:
        raise RuntimeError

    held.client.edit_buttons = fails  # type: ignore[method-assign]
    assert await held.tap(f"t:{held.ticket_id}:more", LI) == (None, False)


# ── who is there ──────────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["left", "kicked", "message"])
async def test_whoever_left_the_group_acts_no_more_and_leads_hear_of_each_ticket(held: DeskScene, how: str) -> None:
    left = {"message": message_in(None, HAN, left_chat_member=person(LI))} if how == "message" else standing(how, LI)
    for _ in range(2):
        await held.handle(left)
    assert held.scene.read(messenger_accounts.staff_of, LI) is None
    assert held.scene.ticket.holder_id is not None
    assert held.scene.notices("left") == [("left", "role", "lead")]
    han = held.scene.staff("han", "lead")
    (notice,) = held.scene.read(notice_inbox.notices_for, held.scene.vault, han, [], 1)
    told = f"【离群】客服li已不在 Telegram 客服群，其账号关联已解除。工单 #{held.ticket_id} 仍在其名下，请视情况转交。"
    assert notice.text == told
    assert await held.tap(f"t:{held.ticket_id}:release", LI) == (words.NOT_LINKED, True)


@pytest.mark.parametrize("how", ["left", "message"])
async def test_somebody_back_in_the_group_does_not_leave_it_again_by_an_old_update(held: DeskScene, how: str) -> None:
    left = {"message": message_in(None, HAN, left_chat_member=person(LI))} if how == "message" else standing(how, LI)
    again = update_of(left)
    await held.side.handle(again)
    who = held.scene.read(people.all_staff)[0]
    held.scene.write(messenger_accounts.link, LI, who.id, held.scene.now)
    await held.side.handle(again)
    assert held.scene.read(messenger_accounts.staff_of, LI) == who


async def test_a_group_that_moved_keeps_its_topics(held: DeskScene) -> None:
    held.scene.write(lambda db: db.execute(groups.insert().values(chat=GROUP, sent=[], top=5)))
    moved = message_in(None, HAN, migrate_to_chat_id=-100999)
    for _ in range(2):
        await held.handle({"message": moved})
    assert held.scene.read(lambda db: db.scalar(select(topics.c.chat))) == -100999
    assert await held.side.is_ours(-100999)
    assert await held.side.is_ours(GROUP)
    assert not await held.side.is_ours(-5)
    assert not await held.side.is_ours(LI)


async def test_the_plain_chat_of_staff_is_ours_too(desk: DeskScene) -> None:
    desk.service.rules = replace(desk.service.rules, staff_chat="-42")
    assert await desk.side.is_ours(-42)


# ── the same ticket in both places ────────────────────────────────────


async def test_half_in_the_group_and_half_by_the_consoles_forms_it_is_one_ticket(desk_anywhere: DeskScene) -> None:
    desk, scene, number = desk_anywhere, desk_anywhere.scene, desk_anywhere.ticket_id
    console = Console(scene, hash_password(PASSWORD))
    seat = await console.sits("li")
    scene.write(messenger_accounts.link, LI, seat.who.id, scene.now)

    async def form(move: str, **fields: str) -> None:
        scene.write(lambda db: db.execute(update(topics).values(wanted_at=None)))
        answer = await seat.do(number, move, **fields)
        assert answer.status_code == 303, answer.text
        # What was done in the console has the topic brought up to date.
        assert scene.read(lambda db: db.scalar(select(topics.c.wanted_at))) == scene.now

    await desk.tap(f"t:{number}:claim", LI)
    await form("reply", text="网页上的回复", key="0123456789")
    desk.mirror(400)
    await desk.write(LI, "群里的回复", **answering(400))
    await form("note", text="网页上的备注")
    await desk.write(LI, "群里的备注")
    await desk.tap(f"t:{number}:fact:answer_fixed", LI)
    await form("record", fact="work_done")
    assert desk.said() == ["网页上的回复", "群里的回复"]
    assert desk.notes() == ["网页上的备注", "群里的备注"]
    assert [row.text for row in desk.sent()] == desk.said()
    page = (await seat.look(f"/console/tickets/{number}")).text
    for words_of_both in ("群里的回复", "群里的备注", "网页上的回复", "网页上的备注", "已给出明确答复时间"):
        assert words_of_both in page
    await desk.tap(f"t:{number}:resolve:yes", LI)
    assert "已解决" in (await seat.look(f"/console/tickets/{number}")).text
    assert await desk.tap(f"t:{number}:claim", LI) == ("这张工单已经结束，不能再操作。", True)
    for browser in console.clients:
        await browser.aclose()


async def test_taking_away_the_last_task_leaves_nothing_running(held: DeskScene) -> None:
    await held.side.stop()
    assert not held.side._acknowledgements.tasks
