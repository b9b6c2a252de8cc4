"""Customers in their own chats with the bot, from what they do to what they and staff see of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.agents.actions import Claim, MakePlan, Reply, SendStep, act
from bot.auth import one_time_codes
from bot.auth.messenger_accounts import staff_of
from bot.telegram import customers
from bot.telegram.parsing.customers import ChatBlocked
from bot.transcript import conversations
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from escalation.staff import add_staff, get_staff
from escalation.tickets import history, ticket_store
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import PlanStep
from tests.bot.telegram.world import INVOICE, World
from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram_api import text_update

BANK = "江海银行股份有限公司总行"  # of C1001, 周文博
STALE_TAP = "这个选项已失效，请直接输入您的问题。"
STALE_LINK = "这个绑定链接已失效。请回到我们的官网重新获取，10 分钟内打开即可。"


async def settle(api: FakeTelegram) -> None:
    """Everything done so far is taken in."""
    await api.until_confirmed(api.last_number)


def conversation(world: World, chat: int = 77) -> Conversation:
    found: Conversation | None = world.read(conversations.find_conversation, "telegram", str(chat))
    assert found is not None
    return found


def ticket(world: World, chat: int = 77) -> Ticket:
    number = conversation(world, chat).ticket_id
    found: Ticket = world.read(ticket_store.get_ticket, number)
    return found


def customer_lines(world: World, chat: int = 77) -> list[Message]:
    return world.lines(chat, "customer")


async def texts(api: FakeTelegram, count: int, chat: int = 77) -> list[str]:
    return [message.text for message in await api.until_sent(count, chat)]


async def claimed(world: World) -> Any:
    """An agent takes the ticket of chat 77."""
    write = world.service.database.unit
    number = await write(add_staff, "li", "李敏", "agent", ["*"], "-", world.now)
    who = world.read(get_staff, number)
    await write(act, world.service.rules, who, ticket(world).id, Claim(), world.now)
    return who


async def issued(world: World, contact: str = "C1001") -> str:
    code: str = await world.service.database.unit(
        one_time_codes.issue, world.service.token_secret, "customer", contact, world.now
    )
    return code


def told(api: FakeTelegram, tap: str) -> str:
    return str(api.taps_answered[tap])


@pytest.fixture
def anna(api: FakeTelegram) -> Person:
    return api.person(77, first_name="<b>安娜</b> _x_")


# Kinds of messages.


async def test_a_place_goes_to_a_person_with_its_point_on_the_map(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.venue("云州店", "南京西路 1 号")
    assert "您发来的内容已收到，将由专人查看" in (await texts(api, 1))[0]
    (line,) = customer_lines(world)
    assert (line.kind, line.text) == ("location", "位置：云州店 南京西路 1 号（31.230400, 121.473700）")
    assert line.meta["place"] == [31.2304, 121.4737]
    assert (ticket(world).reason, ticket(world).subject) == ("file", f"客户发来{line.text}，未附文字")
    await anna.location()
    await settle(api)
    assert (world.count("tickets"), len(customer_lines(world))) == (1, 2)


async def test_an_album_is_one_hand_off_and_one_acknowledgement(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.album(4, "屏幕花了")
    await settle(api)
    assert [(line.kind, line.text) for line in customer_lines(world)] == [
        ("file", "屏幕花了"),
        ("file", ""),
        ("file", ""),
        ("file", ""),
    ]
    assert len({line.meta["album"] for line in customer_lines(world)}) == 1
    assert {line.ticket_id for line in customer_lines(world)} == {ticket(world).id}
    said = [line.text for line in world.lines(77, "bot")]
    assert [text[:13] for text in said] == ["您发来的内容已收到，将由专", "方便留个手机号或邮箱吗？您"]
    await anna.say("就是这台")
    await settle(api)
    assert world.lines(77, "bot")[-1].text == "收到，已补充到您的问题里，专人会一并看到。"


async def test_danger_below_a_picture_is_danger(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.photo("机器冒烟了")
    await settle(api)
    assert (ticket(world).reason, ticket(world).urgency, ticket(world).subject) == (
        "critical",
        "critical",
        "机器冒烟了",
    )
    assert world.lines(77, "bot")[0].text.startswith("如有冒烟、起火或漏电，请先保证人身安全")


async def test_a_giant_file_is_refused_in_words_and_staff_see_what_it_was(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.document("录像.mp4", size=21 * 1024 * 1024, caption="请看", mime_type="video/mp4")
    assert await texts(api, 1) == ["文件太大了，请发送 20 MB 以内的文件。"]
    assert world.count("tickets") == 0
    assert world.said(77)[0].startswith("[未接收的文件：录像.mp4，21.0 MB，")


async def test_files_of_other_kinds_are_refused_as_on_the_web(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    about = {"file_id": "f", "file_unique_id": "u", "file_size": 5, "file_name": "x.exe"}
    for _ in range(2):
        await anna.say(document=about | {"mime_type": "application/x-msdownload"}, media_group_id="g1")
    await settle(api)
    assert [line.text for line in world.lines(77, "bot")] == ["暂不支持这种文件，请发送图片、语音或常见文档。"]
    assert (world.count("tickets"), len(customer_lines(world))) == (0, 2)


async def test_a_sticker_alone_opens_no_ticket(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.sticker("👍")
    await anna.sticker("🤷")
    await anna.say("😀")
    await settle(api)
    assert world.said(77) == ["👍", "🤷", "😀"]
    assert await texts(api, 3) == [
        "不客气，有需要随时告诉我。",
        "没有看到文字内容。请用一句话说说您遇到的问题。",
        "没有看到文字内容。请用一句话说说您遇到的问题。",
    ]
    assert world.count("tickets") == 0


async def test_a_sticker_to_somebody_who_reads_along_is_passed_on_in_silence(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("转人工")
    await settle(api)
    await claimed(world)
    before = len(world.lines(77, "bot"))
    await anna.sticker("👍")
    await anna.say("🙏")
    await settle(api)
    assert [(line.kind, line.text, line.ticket_id) for line in customer_lines(world)[1:]] == [
        ("file", "👍", 1),
        ("text", "🙏", 1),
    ]
    assert len(world.lines(77, "bot")) == before


async def test_unsupported_and_too_long_messages_are_answered_in_words(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say(dice={"emoji": "🎲", "value": 3})
    await anna.say("字" * 4097)
    assert await texts(api, 2) == [
        "暂不支持这种消息，请发送文字、图片、语音、文件或位置。",
        "这条消息太长了，我没能读完。请挑要点再发一次，或分几条发送。",
    ]
    assert world.said(77) == ["[骰子] 🎲 3", "字" * 2000], "its beginning, for a person who reads along"


async def test_names_and_texts_with_markup_stay_what_they_are(api: FakeTelegram, world: World, anna: Person) -> None:
    words = "<b>转人工</b> *加粗* [x](http://y) &amp; <script>"
    await world.open_door()
    await anna.say(words)
    await settle(api)
    assert world.said(77) == [words]


# Once, and in order.


async def test_a_message_brought_twice_under_two_updates_counts_once(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    number = await anna.say("怎么开发票")
    await settle(api)
    await world.take({"message": api.chats[77].messages[number].raw})
    assert world.said(77) == ["怎么开发票"]
    assert await texts(api, 1) == [INVOICE]
    assert world.count("numbers") <= 2


async def test_an_edit_that_comes_before_its_message_loses_nothing_and_doubles_nothing(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    base = {"message_id": 9001, "date": 1, "chat": {"id": 77, "type": "private"}, "from": anna.user}
    await world.take({"edited_message": base | {"text": "怎么开发票", "edit_date": 2}})
    assert await texts(api, 1) == [INVOICE]
    await world.take({"message": base | {"text": "怎么开发飘"}})
    (line,) = customer_lines(world)
    assert (line.text, line.words) == ("怎么开发飘", "怎么开发票")
    await world.take({"message": base | {"text": "怎么开发飘"}})
    assert world.count("revisions") == 1
    assert len(world.lines(77, "bot")) == 1


# Edits.


async def test_words_changed_while_they_are_gathered_are_the_ones_considered(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    number = await anna.say("那个")
    await settle(api)
    assert conversation(world).held_until is not None
    await anna.edit(number, "怎么开发票")
    assert await texts(api, 1) == [INVOICE]
    (line,) = customer_lines(world)
    assert (line.text, line.words) == ("那个", "怎么开发票")


async def test_an_edit_of_what_was_answered_is_kept_and_not_answered_again(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    number = await anna.say("怎么开发票")
    await settle(api)
    await anna.edit(number, "怎么开发票？谢谢")
    await anna.edit(number, "怎么开发票？谢谢")
    await settle(api)
    assert customer_lines(world)[0].words == "怎么开发票？谢谢"
    assert (world.count("revisions"), len(world.lines(77, "bot"))) == (1, 1)


async def test_a_caption_changed_is_a_revision(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    number = await anna.photo("屏幕花了")
    await settle(api)
    said = len(world.lines(77, "bot"))
    await anna.edit(number, "屏幕裂了")
    await settle(api)
    (line,) = customer_lines(world)
    assert (line.text, line.words, line.kind) == ("屏幕花了", "屏幕裂了", "file")
    assert (world.count("tickets"), len(world.lines(77, "bot"))) == (1, said)


# Replies to old messages.


async def test_a_reply_finds_what_it_answers_however_old(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    number = await anna.say("怎么开发票")
    answer = (await api.until_sent(1, 77))[0].number
    await world.until_stored(lambda: world.letters() == [("sent", "")])
    world.later(400 * 24 * 3600)
    await anna.say("这条呢", reply_to=number)
    await anna.say("还有这条", reply_to=answer)
    await settle(api)
    question, first, second = customer_lines(world)
    assert first.meta["reply_to"] == question.id
    assert second.meta["reply_to"] == world.lines(77, "bot")[0].id


# Buttons.


async def test_a_button_counts_only_where_it_was_offered(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    number = await anna.say("怎么开发票")
    await settle(api)
    before = world.count("messages"), world.count("inbox"), world.count("conversations")
    other = api.person(78)
    await other.say("你好吗朋友")
    await settle(api)
    lines = world.count("messages") - len(world.lines(78)), world.count("inbox") - 1, world.count("conversations") - 1
    assert lines == before
    rows = world.count("messages"), world.count("inbox")
    taps = [
        await other.forge("helpful:invoice-how", 1),  # offered to somebody else
        await anna.forge("helpful:wifi", number),  # an answer never given
        await anna.forge("rate:5", number),  # nothing to be rated
        await anna.forge("ask:invoice-how", number),  # a suggestion never made
        await anna.forge("self:forget", number),
        await anna.forge("x" * 65, number),
        await anna.forge("字" * 22, number),
        await anna.forge("t:1:claim", number),
    ]
    await settle(api)
    await api.until(lambda: set(taps) <= set(api.taps_answered), "every tap to be answered")
    assert {told(api, tap) for tap in taps} == {STALE_TAP}
    assert (world.count("messages"), world.count("inbox")) == rows


async def test_a_button_of_somebody_elses_chat_means_nothing(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.say("怎么开发票")
    await api.until_sent(1, 77)
    forged = await api.person(78).forge("person", 1)
    query = {"id": "stolen", "from": api.person(78).user, "chat_instance": "1", "data": "person"}
    await world.take({"callback_query": query | {"message": api.chats[77].messages[1].raw}})
    await api.until(lambda: {forged, "stolen"} <= set(api.taps_answered), "both taps to be answered")
    assert (told(api, forged), told(api, "stolen")) == (STALE_TAP, STALE_TAP)
    assert world.count("tickets") == 0


async def test_a_button_taken_in_before_is_not_called_stale_when_its_update_comes_again(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("怎么开发票")
    await api.until_sent(1, 77)
    api.forgetful = 2
    tap = await anna.tap_last("没帮助")
    await settle(api)
    await api.until(lambda: tap in api.taps_answered, "the tap to be answered")
    assert told(api, tap) == ""
    assert len([line for line in customer_lines(world) if line.kind == "choice"]) == 1


# Who they are.


async def test_a_link_from_the_companys_site_binds_the_account_once(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("转人工")
    code = await issued(world)
    await anna.start(f"c_{code}")
    await settle(api)
    assert world.lines(77, "bot")[-1].text == f"周文博，您好。已为您绑定「{BANK}」的客户身份，今后可以直接在这里咨询。"
    assert (conversation(world).contact_id, conversation(world).proof) == ("C1001", "link")
    assert (ticket(world).contact_id, ticket(world).tier) == ("C1001", "特级")
    other = api.person(78)
    await other.start(f"c_{code}")
    assert await texts(api, 1, 78) == [STALE_LINK]
    assert conversation(world, 78).contact_id is None
    assert code not in str([world.said(77), world.letters(), [line.text for line in world.lines(77)]])


async def test_a_link_brought_twice_is_answered_once(api: FakeTelegram, world: World, anna: Person) -> None:
    api.forgetful = 2
    await world.open_door()
    await anna.start(f"c_{await issued(world)}")
    await settle(api)
    assert len(world.lines(77, "bot")) == 1
    assert conversation(world).contact_id == "C1001"


@pytest.mark.parametrize("how", ["late", "forged", "of staff", "of nobody", "nonsense"])
async def test_a_link_that_is_stale_or_forged_changes_nothing(
    api: FakeTelegram, world: World, anna: Person, how: str
) -> None:
    unit, secret = world.service.database.unit, world.service.token_secret
    code = await issued(world, "C9999" if how == "of nobody" else "C1001")
    if how == "late":
        world.later(600)
    if how == "forged":
        code = code[:-2] + ("AA" if not code.endswith("AA") else "BB")
    if how == "of staff":
        code = await unit(one_time_codes.issue, secret, "staff", "1", world.now)
    if how == "nonsense":
        code = "<b>'; DROP TABLE--"
    await world.open_door()
    await anna.start(f"c_{code}")
    assert await texts(api, 1) == [STALE_LINK]
    assert (conversation(world).contact_id, conversation(world).proof) == (None, None)


async def test_the_wish_for_the_number_goes_away_once_it_is_shared(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.start()
    assert (await api.until_sent(1, 77))[0].asks_for_contact
    await anna.contact("+8613800000001")
    thanks = (await api.until_sent(2, 77))[1]
    assert thanks.text == "已核实您的客户身份，谢谢。"
    assert thanks.markup == {"remove_keyboard": True}
    await anna.start()
    assert not (await api.until_sent(3, 77))[2].asks_for_contact


@pytest.mark.parametrize(("owner", "forwarded"), [(78, False), (None, False), ("me", True)])
async def test_a_card_that_is_not_ones_own_at_first_hand_is_only_words(
    api: FakeTelegram, world: World, anna: Person, owner: Any, forwarded: bool
) -> None:
    await world.open_door()
    await anna.contact("+8613800000001", owner=owner, forwarded=forwarded)
    await settle(api)
    assert world.said(77) == ["名片：<b>安娜</b> _x_ +8613800000001"]
    assert conversation(world).contact_id is None


async def test_help_says_what_can_be_done_here(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.say("/help")
    (told_them,) = await texts(api, 1)
    assert told_them == (
        "您好，这里是云印办公设备在线服务。请问有什么可以帮您？\n"
        "您可以直接用文字提问，也可以发送图片、语音、文件或位置。\n"
        "/me 查看您的客户信息与服务\n/export 申请导出个人信息\n/forget 申请删除个人信息\n"
        "/privacy 个人信息处理说明\n/consent 查看、撤回我的同意\n"
        "点下方按钮共享手机号，方便我们核对您的客户身份；不共享也可以直接提问。"
    )


async def test_me_is_answered_with_what_is_known(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.say("/me")
    first = (await api.until_sent(1, 77))[0]
    assert first.text.startswith("我们还没有核实您的客户身份")
    assert first.asks_for_contact
    await anna.start(f"c_{await issued(world)}")
    await anna.say("/me")
    second = (await api.until_sent(3, 77))[2]
    assert second.text.startswith(f"周文博，您好。我们记录的信息如下：\n单位：{BANK}\n身份核实方式：官网绑定链接\n")
    assert not second.asks_for_contact


async def test_a_wish_to_be_forgotten_is_confirmed_by_a_tap_and_becomes_a_ticket(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("/forget")
    asked = (await api.until_sent(1, 77))[0]
    assert asked.rows == [["self:forget"], ["self:leave"]]
    assert world.count("tickets") == 0
    await anna.tap_last("申请删除个人信息")
    await settle(api)
    assert (ticket(world).reason, ticket(world).subject) == ("forget", "申请删除个人信息")
    assert world.lines(77, "bot")[-1].text.startswith("您的删除申请已登记，专人最晚今天 12:00 前与您联系（首次联系）。")


async def test_a_known_customer_objects_below_me_where_the_criteria_are_public(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.start(f"c_{await issued(world)}")
    await anna.say("/me")
    assert (await api.until_sent(2, 77))[1].rows == []
    rules = world.service.rules
    public = replace(rules.policy, tier_rules=replace(rules.policy.tier_rules, criteria_page=True))
    world.service.rules = replace(rules, policy=public)
    await anna.say("/me")
    assert (await api.until_sent(3, 77))[2].rows == [["objection"]]
    await anna.tap_last("对服务评定有异议")
    await settle(api)
    assert (ticket(world).reason, ticket(world).subject) == ("tier_objection", "客户对服务评定有异议")
    assert world.lines(77, "bot")[-1].text.startswith("您对服务评定的异议已登记，专人最晚")


# Blocked.


async def test_a_customer_who_stops_the_bot_is_marked_and_unmarked_when_back(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("转人工")
    await settle(api)
    # A promise on its way while she stops the bot is refused, and marks her once more after she is back.
    await world.until_stored(lambda: {state for state, _ in world.letters()} == {"sent"})
    anna.block()
    await settle(api)
    assert conversation(world).unreachable_at == world.now
    anna.unblock()
    await settle(api)
    assert conversation(world).unreachable_at is None
    kinds = [row.kind for row in world.read(history.history_of, ticket(world).id)]
    assert (kinds.count("unreachable"), kinds.count("reachable")) == (1, 1)


async def test_whoever_writes_can_be_reached_again(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.say("转人工")
    await settle(api)

    def away(db: Connection) -> None:
        db.execute(update(conversations.conversations).values(unreachable_at=world.now))

    await world.service.database.unit(away)
    await anna.say("还在吗")
    await settle(api)
    assert conversation(world).unreachable_at is None


async def test_a_person_has_the_floor_and_the_bot_is_silent(api: FakeTelegram, world: World, anna: Person) -> None:
    await world.open_door()
    await anna.say("转人工")
    await settle(api)
    who, number = await claimed(world), ticket(world).id
    await world.service.database.unit(
        act, world.service.rules, who, number, Reply("您好，<b>请讲</b>", "k" * 8), world.now
    )
    await api.until(lambda: "您好，<b>请讲</b>" in [m.text for m in api.sent_to(77)], "the agent's words")
    before = world.count("outbox")
    for each in ("怎么开发票", "？", "谢谢"):
        await anna.say(each)
    await anna.album(2)
    await anna.location()
    await settle(api)
    assert world.count("outbox") == before
    assert {line.ticket_id for line in customer_lines(world)[1:]} == {number}


async def test_being_blocked_posted_again_after_the_customer_came_back_changes_nothing(world: World) -> None:
    standing = ChatBlocked("77", "tg:1:5", reachable=False)
    world.service.database.write_now(conversations.lock_conversation, "telegram", "77", world.now)
    for again in (standing, ChatBlocked("77", "tg:1:6", reachable=True), standing):
        world.service.database.write_now(customers.record_block, again, world.now)
    found = world.read(conversations.find_conversation, "telegram", "77")
    assert found.unreachable_at is None


async def test_a_bare_code_of_staffs_becomes_no_question(api: FakeTelegram, world: World) -> None:
    await world.open_door()
    service = world.service
    staff_id = service.database.write_now(add_staff, "li", "李雷", "agent", ["*"], "-", world.now)
    code = service.database.write_now(one_time_codes.issue, service.token_secret, "staff", str(staff_id), world.now)
    await world.take(text_update(77, code))
    await api.until_sent(1, 77)
    assert world.lines(77) == []
    assert world.read(staff_of, 77).id == staff_id


async def test_a_plan_comes_with_its_buttons_and_a_tap_is_the_customers_approval(
    api: FakeTelegram, world: World, anna: Person
) -> None:
    await world.open_door()
    await anna.say("打印机卡纸修不好，转人工")
    await settle(api)
    li = await claimed(world)
    number, service = ticket(world).id, world.service
    steps = (PlanStep("上门检修", world.now + timedelta(hours=2)),)
    for action in (MakePlan(li.id, steps), SendStep("plan", "方案：今天上门检修。", "12345678")):
        await service.database.unit(act, service.rules, li, number, action, world.now)
    await api.until(lambda: "方案：今天上门检修。" in api.shown(77), "the plan")
    [row] = api.chats[77].standing_messages()[-1].markup["inline_keyboard"]
    assert [button["text"] for button in row] == ["同意", "有异议"]
    tap = await anna.tap_last("同意")
    await settle(api)
    await api.until(lambda: tap in api.taps_answered, "the tap to be answered")
    assert told(api, tap) == ""
    [confirmed] = [row for row in world.read(history.history_of, number) if row.kind == "confirmed"]
    assert (confirmed.staff_id, confirmed.data["channel"], confirmed.data["version"]) == (None, "telegram", 1)
    await api.until(lambda: any("您已同意这份方案" in each for each in api.shown(77)), "the answer")
    forged = await api.person(78).forge(str(row[0]["callback_data"]), 1)
    await api.until(lambda: forged in api.taps_answered, "the tap to be answered")
    assert told(api, forged) == STALE_TAP
