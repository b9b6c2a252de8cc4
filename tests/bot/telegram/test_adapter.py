from __future__ import annotations

import pytest

from bot.telegram.api.client import FileGone
from bot.transcript import attachments, conversations
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Ticket
from tests.bot.telegram.world import INVOICE, STAFF, WIFI, World
from tests.fakes.telegram_api import (
    FakeTelegram,
    contact_update,
    group_update,
    message_update,
    photo_update,
    tap_update,
    text_update,
)

ANSWER_ROWS = [["helpful:{0}", "unhelpful:{0}"], ["person"]]


def rows(article: str) -> list[list[str]]:
    return [[choice.format(article) for choice in row] for row in ANSWER_ROWS]


def ticket_of(world: World, chat: int) -> Ticket:
    conversation = world.read(conversations.find_conversation, "telegram", str(chat))
    ticket: Ticket = world.read(ticket_store.get_ticket, conversation.ticket_id)
    return ticket


async def test_a_question_is_answered_with_buttons_and_html_arrives_as_written(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"), text_update(78, "连不上wifi了"))
    first, second = (await api.until_sent(1, 77))[0], (await api.until_sent(1, 78))[0]
    assert (first.text, first.rows) == (INVOICE, rows("invoice-how"))
    assert (second.text, second.rows) == (WIFI, rows("wifi"))


async def test_a_customer_who_is_not_helped_twice_reaches_a_person(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    await world.take(tap_update(77, "unhelpful:invoice-how", "tap-1"))
    await world.take(text_update(77, "连不上wifi了"))
    await world.take(tap_update(77, "unhelpful:wifi", "tap-2"))
    sent = [message.text for message in await api.until_sent(4, 77)]
    assert sent[0] == INVOICE
    assert "抱歉，没能帮到您" in sent[1]
    assert sent[2] == WIFI
    assert "最晚今天 12:00 前" in sent[3]
    card = (await api.until_sent(1, STAFF))[0]
    assert card.text.startswith("【新工单】#1 未识别客户（三级）已进入")
    await api.until(lambda: set(api.taps_answered) == {"tap-1", "tap-2"}, "both taps to be acknowledged")
    assert set(api.taps_answered.values()) == {""}


async def test_the_same_button_tapped_twice_counts_once(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    await world.take(*[tap_update(77, "unhelpful:invoice-how", f"tap-{n}") for n in range(2)])
    assert world.count("tickets") == 0


async def test_a_forged_button_changes_nothing_and_is_said_to_be_stale(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(tap_update(77, "rate:99", "forged"))
    await api.until(lambda: "forged" in api.taps_answered, "the tap to be acknowledged")
    assert api.taps_answered["forged"] == "这个选项已失效，请直接输入您的问题。"
    assert world.count("conversations") == 0


async def test_start_welcomes_and_offers_to_share_the_number_once(api: FakeTelegram, world: World) -> None:
    api.forgetful = 2
    await world.open_door()
    await world.take(text_update(77, "/start"))
    await world.take(text_update(77, "怎么开发票"))
    welcome, answer = await api.until_sent(2, 77)
    assert welcome.text.startswith("您好")
    assert welcome.asks_for_contact
    assert answer.text == INVOICE


async def test_ones_own_number_proves_who_one_is_and_moves_the_open_ticket(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(text_update(77, "转人工"))
    assert ticket_of(world, 77).tier == "三级"
    await world.take(contact_update(77, "8613800000001", 77))
    assert (ticket_of(world, 77).tier, ticket_of(world, 77).contact_id) == ("特级", "C1001")
    await api.until(lambda: "已核实您的客户身份，谢谢。" in [m.text for m in api.sent_to(77)], "the thanks")


async def test_an_unknown_number_is_said_to_be_unknown(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    await world.take(contact_update(77, "8613900000099", 77))
    assert (await api.until_sent(1, 77))[0].text.startswith("手机号已收到，谢谢。客户资料里暂时没有这个号码")


@pytest.mark.parametrize(
    ("owner", "forwarded"), [(78, False), (None, False), (77, True)], ids=["somebody else's", "nobody's", "forwarded"]
)
async def test_any_other_number_proves_nothing_but_the_agent_sees_it(
    api: FakeTelegram, world: World, owner: int | None, forwarded: bool
) -> None:
    await world.open_door()
    await world.take(text_update(77, "转人工"), contact_update(77, "8613800000001", owner, forwarded=forwarded))
    assert (ticket_of(world, 77).tier, ticket_of(world, 77).contact_id) == ("三级", None)
    assert world.said(77)[-1] == "名片：张三 +8613800000001"


async def test_too_long_empty_and_unsupported_messages_are_answered_in_words(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    dice = {"emoji": "🎲", "value": 3}
    await world.take(text_update(77, "字" * 2001), text_update(77, "\u200b"), message_update(77, dice=dice))
    assert [message.text for message in await api.until_sent(3, 77)] == [
        "这条消息太长了，我没能读完。请挑要点再发一次，或分几条发送。",
        "没有看到文字内容。请用一句话说说您遇到的问题。",
        "暂不支持这种消息，请发送文字、图片、语音、文件或位置。",
    ]
    said = ["字" * 2000, "[空消息]", "[骰子] 🎲 3"]
    assert world.said(77) == said, "of the first its beginning, for a person who reads along"


async def test_a_picture_goes_to_a_person_who_can_look_at_it(api: FakeTelegram, world: World) -> None:
    api.files["p-1280"] = b"\xff\xd8 a picture"
    door = await world.open_door()
    await world.take(photo_update(77, "p", "屏幕花了"))
    line = world.lines(77, "customer")[0]
    found = world.read(attachments.get_attachment, line.id)
    assert (line.text, found[1].reference, found[1].content) == ("屏幕花了", "p-1280", None)
    assert await door.fetch_file(found[1].reference) == b"\xff\xd8 a picture"
    assert world.count("tickets") == 1


async def test_a_file_that_telegram_will_not_give_is_explained_to_the_agent(api: FakeTelegram, world: World) -> None:
    door = await world.open_door()
    with pytest.raises(FileGone, match="暂时无法从 Telegram 取得这个文件，请稍后再试，或请客户重新发送。"):
        await door.fetch_file("gone")
    api.fail_next("getFile", 400, "Bad Request: file is too big")
    with pytest.raises(FileGone, match="文件超过 20 MB，Telegram 不提供下载，请客户用其他方式发送。"):
        await door.fetch_file("huge")


async def test_groups_are_left_alone_and_a_strange_group_is_named(
    api: FakeTelegram, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await world.open_door()
    groups = group_update(STAFF, 9, "怎么开发票"), group_update(-5, 9, "转人工")
    await world.take(*groups, text_update(78, "你好"))
    assert (world.count("conversations"), world.count("tickets")) == (1, 0)
    assert "group -5 is ignored" in caplog.text
    assert f"group {STAFF}" not in caplog.text


async def test_a_flood_limit_is_honoured_and_the_order_kept(api: FakeTelegram, world: World) -> None:
    api.limit_rate(1, world.seconds)
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    await world.post(77, "第二条")
    await world.post(77, "第三条")
    await world.until_stored(lambda: "Flood control" in world.letters()[1][1])
    world.later(1)
    await world.until_stored(lambda: "Flood control" in world.letters()[2][1])
    world.later(1)
    assert [message.text for message in await api.until_sent(3, 77)] == [INVOICE, "第二条", "第三条"]
    assert api.impatient == 0


async def test_whoever_blocked_the_bot_holds_up_nobody_else(api: FakeTelegram, world: World) -> None:
    api.blocked.add(77)
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"), text_update(78, "怎么开发票"))
    await api.until_sent(1, 78)
    await world.until_stored(lambda: sorted(state for state, _ in world.letters()) == ["dead", "sent"])
    assert "bot was blocked by the user" in next(why for state, why in world.letters() if state == "dead")


async def test_a_send_cut_off_in_the_middle_is_repeated_and_labelled(api: FakeTelegram, world: World) -> None:
    api.hang_up_next("sendMessage", after=True)
    await world.open_door()
    await world.take(text_update(77, "怎么开发票"))
    await world.until_stored(lambda: "ServerDisconnected" in world.letters()[0][1])
    world.later(5)
    assert [message.text for message in await api.until_sent(2, 77)] == [INVOICE, "（可能重复）" + INVOICE]
