"""The Bot API server of ours: what it refuses, what it remembers, and that aiogram understands all it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiogram.methods
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    DisabledButton,
    EphemeralMessageParameters,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    MessageEntity,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from aiohttp import ClientSession, web

from tests.fakes.telegram import TOKEN, FakeTelegram, Person, contact_update, photo_update, tap_update, text_update
from tests.fakes.telegram.drawing import draw
from tests.fakes.telegram.editing import UNCHANGED
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.refusals import Refusal

DESK = -1_001_000_000_500
ANNA = 4711
EVERYTHING = [
    *("message", "edited_message", "callback_query", "my_chat_member", "chat_member"),
]


@pytest.fixture
async def api() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        server.know(ANNA)
        yield server


@pytest.fixture
async def bot(api: FakeTelegram) -> AsyncIterator[Bot]:
    made = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api.base)))
    yield made
    await made.session.close()


@pytest.fixture
def anna(api: FakeTelegram) -> Person:
    return api.person(ANNA, first_name="Anna <b>&</b> *安娜*", language_code="zh-hans")


def button(text: str = "认领", data: str = "t:1:claim") -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data)]])


async def refused(call: Awaitable[Any]) -> str:
    """The words of a refusal, without aiogram's own in front of them."""
    with pytest.raises(TelegramAPIError) as caught:
        await call
    return caught.value.message


async def read(bot: Bot) -> list[Update]:
    """What waits, confirmed as it is read."""
    found = await bot.get_updates(allowed_updates=EVERYTHING)
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1, allowed_updates=EVERYTHING)
    return found


# What it says is what aiogram understands.


async def test_every_method_is_understood_by_aiogram(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    api.make_forum(DESK)
    number = await anna.say("你好")
    album = await anna.album(2, "两张图")
    upload = BufferedInputFile(b"%PDF-", filename="账单.pdf")
    assert (await bot.get_me()).id == 1001
    sent = await bot.send_message(ANNA, "您好", reply_markup=button())
    for sending in (bot.send_photo, bot.send_document, bot.send_voice, bot.send_audio, bot.send_video):
        assert (await sending(ANNA, upload, caption="说明")).caption == "说明"
    for silent in (bot.send_video_note, bot.send_sticker):
        assert (await silent(ANNA, upload)).chat.id == ANNA
    assert (await bot.send_animation(ANNA, upload)).animation
    assert (await bot.send_location(ANNA, 31.2, 121.4)).location
    assert (await bot.send_venue(ANNA, 31.2, 121.4, "店", "路")).venue
    assert (await bot.send_contact(ANNA, "+86138", "张")).contact
    pictures = [InputMediaPhoto(media=BufferedInputFile(b"1", "1.jpg"), caption="一"), InputMediaPhoto(media=upload)]
    assert len({one.media_group_id for one in await bot.send_media_group(ANNA, pictures)}) == 1
    assert await bot.send_chat_action(ANNA, "typing")
    assert (await bot.copy_message(DESK, ANNA, number)).message_id
    assert len(await bot.copy_messages(DESK, ANNA, album)) == 2
    assert (await bot.forward_message(DESK, ANNA, number)).forward_origin
    assert len(await bot.forward_messages(DESK, ANNA, album)) == 2
    assert (await bot.edit_message_text("您好！", chat_id=ANNA, message_id=sent.message_id)).text == "您好！"
    edited = await bot.edit_message_reply_markup(chat_id=ANNA, message_id=sent.message_id, reply_markup=button())
    assert edited.reply_markup.inline_keyboard[0][0].callback_data == "t:1:claim"
    photo = next(one for one in api.sent if one.method == "sendPhoto")
    assert (await bot.edit_message_caption(chat_id=ANNA, message_id=photo.number, caption="新")).caption == "新"
    topic = (await bot.create_forum_topic(DESK, "#1 张三")).message_thread_id
    card = await bot.send_message(DESK, "卡片", message_thread_id=topic)
    assert await bot.pin_chat_message(DESK, card.message_id)
    assert (await bot.get_chat(DESK)).pinned_message
    assert await bot.unpin_chat_message(DESK, message_id=card.message_id)
    assert await bot.unpin_all_chat_messages(DESK)
    assert await bot.unpin_all_forum_topic_messages(DESK, topic)
    assert await bot.set_message_reaction(ANNA, number, [ReactionTypeEmoji(emoji="👌")])
    assert await bot.edit_forum_topic(DESK, topic, name="#1 李四")
    assert await bot.close_forum_topic(DESK, topic)
    assert await bot.reopen_forum_topic(DESK, topic)
    assert await bot.delete_forum_topic(DESK, topic)
    assert await bot.edit_general_forum_topic(DESK, "总览")
    assert await bot.close_general_forum_topic(DESK)
    assert await bot.reopen_general_forum_topic(DESK)
    assert (await bot.get_chat(ANNA)).first_name == anna.user["first_name"]
    assert (await bot.get_chat_member(DESK, 1001)).status == "administrator"
    assert len(await bot.get_chat_administrators(DESK)) == 2
    assert await bot.get_chat_member_count(DESK) == 2
    assert await bot.set_my_commands([BotCommand(command="me", description="我的信息")])
    assert (await bot.get_my_commands())[0].command == "me"
    assert await bot.delete_my_commands()
    found = await bot.get_file(api.make_file("document", b"words"))
    stream = await bot.download_file(found.file_path or "")
    assert stream is not None
    assert stream.read() == b"words"
    tap = await anna.forge("x", sent.message_id)
    assert await bot.answer_callback_query(tap, text="好", show_alert=True)
    assert (api.taps_answered, api.alerts) == ({tap: "好"}, {tap})
    anna.join(DESK)
    whose = EphemeralMessageParameters(receiver_user_id=ANNA)
    only = (await bot.send_message(DESK, "仅您可见", ephemeral_message_parameters=whose)).ephemeral_message_id
    assert await bot.edit_ephemeral_message_text(DESK, ANNA, only, text="仍仅您可见")
    assert await bot.edit_ephemeral_message_reply_markup(DESK, ANNA, only, reply_markup=button())
    assert await bot.delete_ephemeral_message(DESK, ANNA, only)
    wang = api.owner(900, first_name="王强")
    account = wang.connect(can_reply=True, can_read_messages=True, can_delete_sent_messages=True)
    heard = await wang.hears(anna, "您好")
    assert (await bot.get_business_connection(account)).rights.can_reply
    answer = await bot.send_message(ANNA, "您好！", business_connection_id=account)
    assert (answer.from_user.id, answer.sender_business_bot.id, answer.business_connection_id) == (900, 1001, account)
    assert await bot.read_business_message(account, ANNA, heard)
    assert await bot.delete_business_messages(account, [answer.message_id])
    assert await bot.delete_message(ANNA, sent.message_id)
    assert await bot.delete_messages(ANNA, [photo.number])
    assert await bot.set_webhook(api.base + "/nowhere")
    assert (await bot.get_webhook_info()).url == api.base + "/nowhere"
    assert await bot.delete_webhook()
    assert await bot.get_updates(limit=1)
    assert await bot.leave_chat(DESK)
    assert set(api.calls) == set(METHODS), "every method it knows was tried"
    assert not [call for call in api.record if call.refused]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda wang: wang.connect(), "BUSINESS_PEER_INVALID"),
        (lambda wang: wang.connection.silent.add(ANNA), "BUSINESS_PEER_INVALID"),
        (lambda wang: wang.connection.chats.clear(), "BUSINESS_PEER_INVALID"),
        (lambda wang: wang.disconnect(), "BUSINESS_CONNECTION_INVALID"),
    ],
)
async def test_in_an_owners_name_it_takes_what_telegram_would(
    api: FakeTelegram, bot: Bot, spoil: Any, why: str
) -> None:
    anna, wang = api.person(ANNA), api.owner(900, first_name="王强")
    account = wang.connect(can_reply=True)
    await wang.hears(anna, "您好")
    spoil(wang)
    with pytest.raises(TelegramBadRequest, match=why):
        await bot.send_message(ANNA, "您好！", business_connection_id=account)
    with pytest.raises(TelegramBadRequest, match="business connection not found"):
        await bot.send_message(ANNA, "您好！", business_connection_id="another")


async def test_in_an_owners_name_nobody_is_asked_for_their_number(api: FakeTelegram, bot: Bot) -> None:
    wang = api.owner(900, first_name="王强")
    account = wang.connect(can_reply=True)
    await wang.hears(api.person(ANNA), "您好")
    asking = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="号码", request_contact=True)]])
    with pytest.raises(TelegramBadRequest, match="BUTTON_TYPE_INVALID"):
        await bot.send_message(ANNA, "您好！", business_connection_id=account, reply_markup=asking)
    for refused in (bot.read_business_message(account, ANNA, 1), bot.delete_business_messages(account, [1])):
        with pytest.raises(TelegramBadRequest, match="not enough rights"):
            await refused


def test_it_takes_no_parameter_that_aiogram_does_not_know() -> None:
    for method, parameters in METHODS.items():
        known = getattr(aiogram.methods, method[0].upper() + method[1:]).model_fields
        assert parameters <= set(known), method


async def test_whatever_people_do_is_understood_by_aiogram(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    api.make_forum(DESK)
    anna.join(DESK)
    await read(bot)
    told = [
        *(await anna.start("payload"), await anna.photo("图"), await anna.voice(), await anna.document()),
        *(await anna.sticker(), await anna.location(), await anna.venue(), await anna.video("片")),
        *(await anna.contact("+86138"), await anna.contact("+86139", owner=None, forwarded=True)),
        *await anna.album(3, "三张图"),
    ]
    await anna.edit(told[1], "换了说明")
    sent = await bot.send_message(ANNA, "选", reply_markup=button("有帮助", "helpful"))
    await anna.tap(sent.message_id, "有帮助")
    anna.block()
    anna.unblock()
    anna.leave(DESK, thrown_out=True)
    api.set_rights(DESK, can_manage_topics=False)
    topic = (await _with_rights(api, bot)).message_thread_id
    await bot.pin_chat_message(DESK, (await bot.send_message(DESK, "x", message_thread_id=topic)).message_id)
    api.throw_out_bot(DESK)
    api.make_group(-5, kind="group")
    api.migrate(-5)
    found = await read(bot)
    kinds = [update.event_type for update in found]
    assert {kind: kinds.count(kind) for kind in EVERYTHING} == {
        "message": len(told) + 4,
        "edited_message": 1,
        "callback_query": 1,
        "my_chat_member": 5,
        "chat_member": 1,
    }
    own = [update.message for update in found if update.message and update.message.chat.id == ANNA]
    said = {message.message_id: message for message in own}
    assert said[told[0]].text == "/start payload"
    assert said[told[8]].contact.user_id == ANNA
    assert said[told[9]].contact.user_id is None
    assert said[told[9]].forward_origin
    assert len({said[number].media_group_id for number in told[10:]}) == 1
    await bot.get_file(said[told[3]].document.file_id)


async def _with_rights(api: FakeTelegram, bot: Bot) -> Any:
    assert await refused(bot.create_forum_topic(DESK, "#1")) == "Bad Request: not enough rights to create a topic"
    api.set_rights(DESK, can_manage_topics=True, can_pin_messages=True)
    return await bot.create_forum_topic(DESK, "#1")


@pytest.mark.parametrize(
    "update",
    [text_update(7, "x"), tap_update(7, "x"), contact_update(7, "+86", 7, forwarded=True), photo_update(7, "p", "x")],
)
def test_updates_made_by_hand_are_understood_too(update: dict[str, Any]) -> None:
    assert Update.model_validate({"update_id": 1, **update}).event


# What Telegram refuses.

TEXTS: list[tuple[dict[str, Any], str]] = [
    ({"text": "字" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b>无"}, "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ({"text": "a <x>b</x>"}, 'can\'t parse entities: Unsupported start tag "x" at byte offset 2'),
    ({"text": "a</b>"}, "can't parse entities: Unexpected end tag at byte offset 1"),
    (
        {"text": "*a", "parse_mode": "Markdown"},
        "can't parse entities: Can't find end of the entity starting at byte offset 0",
    ),
    (
        {"text": "a.", "parse_mode": "MarkdownV2"},
        "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    ({"text": "a", "parse_mode": "BBCode"}, "unsupported parse_mode"),
]


@pytest.mark.parametrize(("content", "why"), TEXTS)
async def test_texts_it_refuses(bot: Bot, content: dict[str, Any], why: str) -> None:
    given = {"parse_mode": "HTML"} | content
    assert await refused(bot.send_message(ANNA, **given)) == f"Bad Request: {why}"


async def test_entities_count_utf_16_units_and_lie_within_the_text(api: FakeTelegram, bot: Bot) -> None:
    async def bold(text: str, offset: int, length: int) -> list[tuple[int, int]]:
        entity = MessageEntity(type="bold", offset=offset, length=length)
        sent = await bot.send_message(ANNA, text, parse_mode=None, entities=[entity])
        return [(one.offset, one.length) for one in sent.entities or []]

    assert await bold("😀特级", 2, 2) == [(2, 2)]
    assert await bold(" 特级", 1, 2) == [(0, 2)]
    assert await refused(bold("特级", 1, 2)) == "Bad Request: ENTITY_BOUNDS_INVALID"
    assert "in a middle of a UTF-16 symbol" in await refused(bold("😀特级", 1, 2))
    async with ClientSession() as client:
        given = {"chat_id": ANNA, "text": "x", "entities": [{"type": "big", "offset": 0, "length": 1}]}
        answer = await (await client.post(f"{api.base}/bot{TOKEN}/sendMessage", json=given)).json()
    assert answer["description"] == "Bad Request: can't parse MessageEntity: Unsupported type specified"


async def test_buttons_it_refuses(api: FakeTelegram, bot: Bot) -> None:
    api.know(-9)

    async def send(markup: Any, chat: int = ANNA) -> str:
        return await refused(bot.send_message(chat, "选", reply_markup=markup))

    assert await send(button(data="字" * 21 + "ab")) == "Bad Request: BUTTON_DATA_INVALID"
    assert await send(button(data="")) == "Bad Request: BUTTON_DATA_INVALID"
    bare = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="x")]])
    assert await send(bare) == "Bad Request: text buttons are unallowed in the inline keyboard"
    ask = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="手机号", request_contact=True)]])
    assert await send(ask, -9) == "Bad Request: phone number can be requested in private chats only"
    assert (await bot.send_message(ANNA, "选", reply_markup=button(data="字" * 21 + "a"))).reply_markup


async def test_calls_that_make_no_sense(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    number = await anna.say("原话")
    sent = (await bot.send_message(ANNA, "您好", reply_markup=button())).message_id
    where = {"chat_id": ANNA, "message_id": sent}
    calls: list[tuple[Callable[[], Awaitable[Any]], str]] = [
        (lambda: bot.send_message(5, "x"), "chat not found"),
        (lambda: bot.send_message(ANNA, "x", message_thread_id=3), "message thread not found"),
        (
            lambda: bot.send_message(ANNA, "x", reply_parameters=ReplyParameters(message_id=99)),
            "message to be replied not found",
        ),
        (lambda: bot.edit_message_text("x", chat_id=ANNA, message_id=99), "message to edit not found"),
        (lambda: bot.edit_message_text("x", chat_id=ANNA, message_id=number), "message can't be edited"),
        (
            lambda: bot.edit_message_text("您好", **where, reply_markup=button()),
            UNCHANGED,
        ),
        (lambda: bot.delete_message(ANNA, 99), "message to delete not found"),
        (lambda: bot.copy_message(ANNA, ANNA, 99), "message to copy not found"),
        (lambda: bot.copy_messages(ANNA, ANNA, [98, 99]), "there are no messages to copy"),
        (lambda: bot.copy_messages(ANNA, ANNA, [3, 2]), "message identifiers must be in a strictly increasing order"),
        (lambda: bot.set_message_reaction(ANNA, number, [ReactionTypeEmoji(emoji="🐸")]), "REACTION_INVALID"),
        (lambda: bot.set_message_reaction(ANNA, 99, []), "message to react not found"),
        (lambda: bot.send_photo(ANNA, "nobody-sent-this"), "wrong file identifier/HTTP URL specified"),
        (lambda: bot.send_photo(ANNA, api.make_file("document", b"x")), "can't use file of type Document as Photo"),
        (lambda: bot.send_document(ANNA, BufferedInputFile(b"", "x")), "file must be non-empty"),
        (
            lambda: bot.send_photo(ANNA, BufferedInputFile(b"x", "x"), caption="字" * 1025),
            "message caption is too long",
        ),
        (lambda: bot.get_file(api.make_file("document", size=20 * 1024**2 + 1)), "file is too big"),
        (lambda: bot.create_forum_topic(ANNA, "x"), "method is available only for supergroups"),
        (lambda: bot.set_webhook("http://example.org/x"), "bad webhook: An HTTPS URL must be provided for webhook"),
        (lambda: bot.set_webhook(api.base, secret_token="a b"), "secret token contains unallowed characters"),
        (lambda: bot.set_my_commands([BotCommand(command="Me", description="x")]), "BOT_COMMAND_INVALID"),
        (
            lambda: bot.answer_callback_query("nobody-tapped"),
            "query is too old and response timeout expired or query ID is invalid",
        ),
    ]
    for call, why in calls:
        assert await refused(call()) == f"Bad Request: {why}"
    large = BufferedInputFile(b"x" * (50 * 1024**2 + 1), "x")
    assert await refused(bot.send_document(ANNA, large)) == "Request Entity Too Large"


async def test_a_tap_is_answered_once_and_in_200_characters(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    sent = await bot.send_message(ANNA, "选", reply_markup=button())
    tap = await anna.tap(sent.message_id, "认领")
    assert await refused(bot.answer_callback_query(tap, text="字" * 201)) == "Bad Request: MESSAGE_TOO_LONG"
    await bot.answer_callback_query(tap, text="字" * 200)
    assert "query is too old" in await refused(bot.answer_callback_query(tap))
    with pytest.raises(AssertionError, match="no button '转人工'"):
        await anna.tap(sent.message_id, "转人工")


async def test_names_that_do_not_exist(api: FakeTelegram) -> None:
    async with ClientSession() as client:

        async def ask(path: str, **given: str) -> Any:
            return await (await client.post(api.base + path, data=given)).json()

        assert await ask(f"/bot{TOKEN}/sendMesage") == {
            "ok": False,
            "error_code": 404,
            "description": "Not Found: method not found",
        }
        slip = await ask(f"/bot{TOKEN}/sendMessage", chat_id=str(ANNA), txt="x")
        assert slip["description"] == "Bad Request: sendMessage takes no parameter txt"
        assert (await ask("/bot1001:wrong/getMe"))["error_code"] == 401
        assert (await ask("/botwrong/getMe"))["error_code"] == 404


async def test_a_reply_to_what_is_gone_may_be_sent_without(bot: Bot) -> None:
    gone = ReplyParameters(message_id=99, allow_sending_without_reply=True)
    assert (await bot.send_message(ANNA, "x", reply_parameters=gone)).reply_to_message is None


async def test_people_who_cannot_be_reached(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    anna.block()
    assert await refused(bot.send_message(ANNA, "x")) == "Forbidden: bot was blocked by the user"
    anna.unblock()
    await bot.send_message(ANNA, "x")
    anna.delete_account()
    assert await refused(bot.send_message(ANNA, "x")) == "Forbidden: user is deactivated"
    changes = [update.my_chat_member for update in await read(bot)]
    assert [(c.old_chat_member.status, c.new_chat_member.status) for c in changes if c] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


# Topics.


async def test_a_topic_lives_and_is_deleted_with_all_that_was_said(api: FakeTelegram, bot: Bot) -> None:
    desk = api.make_forum(DESK)
    topic = (await bot.create_forum_topic(DESK, "#1 张三")).message_thread_id
    card = await bot.send_message(DESK, "卡片", message_thread_id=topic)
    assert (card.is_topic_message, card.reply_to_message.message_id) == (True, topic)
    assert await refused(bot.edit_forum_topic(DESK, topic, name="#1 张三")) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert await refused(bot.edit_forum_topic(DESK, topic, name="字" * 129)) == "Bad Request: TOPIC_TITLE_INVALID"
    assert await refused(bot.reopen_forum_topic(DESK, topic)) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert api.topic_named(DESK, "#1") == topic
    api.delete_topic(DESK, topic)
    assert desk.topics[topic].deleted
    assert api.shown(DESK, topic) == []
    for call, why in (
        (lambda: bot.send_message(DESK, "x", message_thread_id=topic), "message thread not found"),
        (lambda: bot.edit_message_text("x", chat_id=DESK, message_id=card.message_id), "message to edit not found"),
        (lambda: bot.pin_chat_message(DESK, card.message_id), "message to pin not found"),
        (lambda: bot.close_forum_topic(DESK, topic), "TOPIC_ID_INVALID"),
        (lambda: bot.send_message(DESK, "x", message_thread_id=1), "message thread not found"),
    ):
        assert await refused(call()) == f"Bad Request: {why}"


async def test_topics_switched_off(api: FakeTelegram, bot: Bot) -> None:
    api.make_forum(DESK)
    topic = (await bot.create_forum_topic(DESK, "#1")).message_thread_id
    api.switch_topics(DESK, on=False)
    assert not (await bot.get_chat(DESK)).is_forum
    assert await refused(bot.create_forum_topic(DESK, "#2")) == "Bad Request: the chat is not a forum"
    assert (
        await refused(bot.send_message(DESK, "x", message_thread_id=topic)) == "Bad Request: message thread not found"
    )
    api.switch_topics(DESK, on=True)
    assert await bot.send_message(DESK, "x", message_thread_id=topic)


async def test_a_closed_topic_takes_words_of_those_who_may_open_it(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    api.make_forum(DESK)
    topic = (await bot.create_forum_topic(DESK, "#1")).message_thread_id
    anna.join(DESK)
    await bot.close_forum_topic(DESK, topic)
    assert await bot.send_message(DESK, "仍可发", message_thread_id=topic)
    with pytest.raises(Refusal, match="TOPIC_CLOSED"):
        await anna.say("不可发", chat=DESK, thread=topic)
    api.set_rights(DESK, "member")
    assert await refused(bot.send_message(DESK, "x", message_thread_id=topic)) == "Bad Request: TOPIC_CLOSED"
    assert "not enough rights" in await refused(bot.reopen_forum_topic(DESK, topic))
    assert "not enough rights" in await refused(bot.pin_chat_message(DESK, topic + 1))


async def test_plain_words_in_a_topic_seem_to_answer_its_first_message(api: FakeTelegram, bot: Bot) -> None:
    api.make_forum(DESK)
    topic = (await bot.create_forum_topic(DESK, "#1")).message_thread_id
    mirrored = await bot.send_message(DESK, "客户的话", message_thread_id=topic)
    staff = api.person(9, first_name="王")
    staff.join(DESK)
    await read(bot)
    await staff.say("自言自语", chat=DESK, thread=topic)
    await staff.say("回复客户", chat=DESK, reply_to=mirrored.message_id)
    plain, reply = [update.message for update in await read(bot)]
    assert plain is not None
    assert reply is not None
    assert (plain.reply_to_message.message_id, bool(plain.reply_to_message.forum_topic_created)) == (topic, True)
    assert (reply.reply_to_message.message_id, reply.message_thread_id) == (mirrored.message_id, topic)
    assert reply.reply_to_message.text == "客户的话"


async def test_a_bot_that_is_no_administrator_hears_only_what_is_meant_for_it(api: FakeTelegram, bot: Bot) -> None:
    api.make_group(DESK)
    staff = api.person(9)
    staff.join(DESK)
    mine = await bot.send_message(DESK, "我的话")
    await staff.say("闲聊", chat=DESK)
    await staff.say("/r 您好", chat=DESK)
    await staff.say("对你说", chat=DESK, reply_to=mine.message_id)
    assert [update.message.text for update in await read(bot)] == ["/r 您好", "对你说"]
    api.sees_all = True
    await staff.say("闲聊", chat=DESK)
    assert [update.message.text for update in await read(bot)] == ["闲聊"]


async def test_a_group_that_moved_and_one_that_threw_the_bot_out(api: FakeTelegram, bot: Bot) -> None:
    api.make_group(-5, kind="group")
    new = api.migrate(-5)
    with pytest.raises(TelegramAPIError) as caught:
        await bot.send_message(-5, "x")
    assert caught.value.migrate_to_chat_id == new.id
    assert await bot.send_message(new.id, "x")
    api.throw_out_bot(new.id)
    assert await refused(bot.send_message(new.id, "x")) == "Forbidden: bot was kicked from the supergroup chat"


# What it remembers.


async def test_a_message_keeps_what_became_of_it(api: FakeTelegram, bot: Bot, anna: Person) -> None:
    number = await anna.say("原话")
    await anna.edit(number, "改过的话")
    assert [past["text"] for past in api.message(ANNA, number).past] == ["原话"]
    sent = await bot.send_message(ANNA, "一", reply_markup=button())
    await bot.edit_message_text("二", chat_id=ANNA, message_id=sent.message_id)
    kept = api.message(ANNA, sent.message_id)
    assert (kept.text, kept.markup, [past["text"] for past in kept.past]) == ("二", {}, ["一"])
    await bot.set_message_reaction(ANNA, number, [ReactionTypeEmoji(emoji="✍")])
    assert api.message(ANNA, number).reactions == ["✍"]
    assert api.shown(ANNA) == ["改过的话", "二"]


async def test_the_token_in_any_parameter_is_found(api: FakeTelegram, bot: Bot) -> None:
    await bot.send_message(ANNA, "您好")
    assert api.leaks() == []
    await bot.send_message(ANNA, f"see {api.base}/bot{TOKEN}/getMe")
    assert api.leaks() == ["sendMessage"]


async def test_two_bots_see_worlds_of_their_own(api: FakeTelegram) -> None:
    other = api.add_bot("1002:another-secret")
    other.know(ANNA)
    second = Bot(other.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.base)))
    try:
        await second.send_message(ANNA, "另一个")
        assert ([one.text for one in other.sent], api.sent) == (["另一个"], [])
    finally:
        await second.session.close()


async def test_a_drawn_group_shows_names_and_words_as_they_are(api: FakeTelegram, bot: Bot) -> None:
    api.make_forum(DESK, "<script>台</script>")
    topic = (await bot.create_forum_topic(DESK, "#1 <i>张</i>")).message_thread_id
    bold = [MessageEntity(type="bold", offset=3, length=2)]
    card = await bot.send_message(
        DESK, "😀 <特级>", message_thread_id=topic, reply_markup=button("<认领>"), entities=bold
    )
    await bot.pin_chat_message(DESK, card.message_id)
    staff = api.person(9, first_name="<b>王</b>")
    staff.join(DESK)
    number = await staff.say("您好 & 再见", chat=DESK, reply_to=card.message_id)
    await staff.say("只是说说", chat=DESK, thread=topic)
    await bot.set_message_reaction(DESK, number, [ReactionTypeEmoji(emoji="👌")])
    await staff.photo("图", chat=DESK, thread=topic)
    page = draw(api, DESK, topic, viewer=9, clock=lambda message: "10:00")
    assert "<script>" not in page
    assert "<i>张" not in page
    assert "😀 <b>&lt;特</b>级&gt;" in page
    assert ">&lt;认领&gt;</a>" in page
    assert "您好 &amp; 再见" in page
    assert page.count('class="quote"') == 1
    assert "置顶消息" in page


# How fast one may send.


class Standing:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def metered(act: Callable[[FakeTelegram, Bot, Standing], Awaitable[None]]) -> FakeTelegram:
    clock = Standing()
    async with FakeTelegram(clock=clock) as api:
        api.meter.mode = "refuse"
        bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api.base)))
        try:
            await act(api, bot, clock)
        finally:
            await bot.session.close()
        return api


async def wait_asked(call: Awaitable[Any]) -> int:
    with pytest.raises(TelegramRetryAfter) as caught:
        await call
    return caught.value.retry_after


async def test_a_person_takes_three_at_once_and_then_one_a_second() -> None:
    async def act(api: FakeTelegram, bot: Bot, clock: Standing) -> None:
        api.know(ANNA)
        for _ in range(3):
            await bot.send_message(ANNA, "x")
        assert await wait_asked(bot.send_message(ANNA, "x")) == 1
        clock.now += 1
        await bot.send_message(ANNA, "x")

    api = await metered(act)
    assert (api.meter.exceeded, api.meter.exceeded_by["private"], len(api.sent)) == (1, 1, 4)


async def test_a_group_takes_twenty_in_any_sixty_seconds() -> None:
    async def act(api: FakeTelegram, bot: Bot, clock: Standing) -> None:
        api.know(DESK)
        for _ in range(20):
            await bot.send_message(DESK, "x")
            clock.now += 1
        assert await wait_asked(bot.send_message(DESK, "x")) == 40
        clock.now += 39.9
        assert await wait_asked(bot.send_message(DESK, "x")) == 1
        clock.now += 0.1
        await bot.send_message(DESK, "x")
        await wait_asked(bot.send_message(DESK, "x"))

    api = await metered(act)
    assert (api.meter.exceeded_by["group"], api.meter.most_per_minute[DESK]) == (3, 20)


async def test_all_chats_together_take_thirty_a_second() -> None:
    async def act(api: FakeTelegram, bot: Bot, clock: Standing) -> None:
        for chat in range(1, 32):
            api.know(chat)
        for chat in range(1, 31):
            await bot.send_message(chat, "x")
        assert await wait_asked(bot.send_message(31, "x")) == 1
        api.meter.mode = "count"
        await bot.send_message(31, "x")

    api = await metered(act)
    assert (api.meter.exceeded_by["overall"], api.meter.most_per_second) == (2, 31)


# Faults.


async def test_cuts_before_and_after_a_call_was_done(api: FakeTelegram, bot: Bot) -> None:
    api.hang_up_next("sendMessage", after=False)
    await refused(bot.send_message(ANNA, "前"))
    api.hang_up_next("sendMessage", after=True)
    await refused(bot.send_message(ANNA, "后"))
    assert [one.text for one in api.sent] == ["后"]


async def test_an_answer_can_be_held_back(api: FakeTelegram, bot: Bot) -> None:
    gate = api.hold_next("sendMessage")
    sending = asyncio.create_task(bot.send_message(ANNA, "慢"))
    await api.until_sent(1)
    assert not sending.done()
    gate.set()
    assert (await sending).text == "慢"


# Webhooks.

SECRET = "a-secret_0"


class Receiver:
    """A bot's own server: keeps what was posted, answers what it is told to."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.secrets: set[str] = set()
        self.answers: list[int] = []

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}/hook".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        update = await request.json()
        Update.model_validate(update)
        self.numbers.append(update["update_id"])
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as made:
        yield made


async def test_updates_are_posted_in_order_and_again_until_taken(
    api: FakeTelegram, bot: Bot, receiver: Receiver, anna: Person
) -> None:
    receiver.answers = [500, 503]
    await anna.say("先来的")
    await bot.set_webhook(receiver.url, secret_token=SECRET)
    last = await api.push(text_update(ANNA, "后来的"))
    await api.until_confirmed(last)
    assert (receiver.numbers, receiver.secrets) == ([last - 1, last - 1, last - 1, last], {SECRET})
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (0, "Wrong response from the webhook: 503")


async def test_replicas_are_served_in_turn_and_duplicates_come(api: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    async with Receiver() as second:
        api.targets = [receiver.url, second.url]
        api.duplicate_deliveries = 2
        await bot.set_webhook(receiver.url)
        last = await api.push(*[text_update(chat, "x") for chat in (1, 2)])
        await api.until_confirmed(last)
        assert sorted(receiver.numbers + second.numbers) == [last - 1, last - 1, last, last]
        assert receiver.numbers
        assert second.numbers


async def test_the_order_within_a_chat_can_be_lost(api: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    api.shuffled = True
    first = await api.push(text_update(ANNA, "一"))
    last = await api.push(text_update(ANNA, "二"))
    await bot.set_webhook(receiver.url, max_connections=1)
    await api.until_confirmed(last)
    assert receiver.numbers == [last, first]


async def test_a_webhook_and_polls_exclude_each_other(api: FakeTelegram, bot: Bot, receiver: Receiver) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=10))
    await api.until(lambda: api.polling == 1, "the poll")
    second = asyncio.create_task(bot.get_updates(timeout=10))
    assert (await refused(polling)).startswith("Conflict: terminated by other getUpdates request")
    await bot.set_webhook(receiver.url)
    assert (await refused(second)).startswith("Conflict: terminated by other getUpdates request")
    assert (await refused(bot.get_updates())).startswith(
        "Conflict: can't use getUpdates method while webhook is active"
    )
    await bot.delete_webhook()
    assert await bot.get_updates() == []


# From another process.


async def test_the_control_pushes_and_tells(api: FakeTelegram, bot: Bot) -> None:
    async with ClientSession() as client:

        async def get(what: str) -> Any:
            return await (await client.get(f"{api.base}/control/{what}")).json()

        async def post(what: str, **given: Any) -> Any:
            return await (await client.post(f"{api.base}/control/{what}", json=given)).json()

        pushed = await post("push", texts=[[ANNA, "你好"]])
        assert pushed["number"] == api.last_number
        await post("schedule", start=pushed["at"], texts=[[0.0, ANNA, "到时"]])
        await post("person", account=ANNA, do="photo", args=["图"])
        await post("forum", chat=DESK, title="客服台")
        await post("fault", method="getMe", code=500, description="Internal Server Error")
        await post("set", meters="count", blocked=[8], targets=[])
        assert await refused(bot.get_me()) == "Internal Server Error"
        await bot.send_message(ANNA, "您好")
        state = await get("wait?sent=1&seconds=5")
        assert (state["sent"], state["meter"]["mode"], state["pending"]) == (1, "count", 3)
        assert [row[1:] for row in await get("sent")] == [[ANNA, "您好", 2, None, "sendMessage"]]
        assert [row[1] for row in await get("record")] == ["getMe", "sendMessage"]
        assert [message.get("text") for message in (await get(f"chat?id={ANNA}"))["messages"]][-1] == "您好"
        assert [row[1:3] for row in await get("pushed")] == [[ANNA, "到时"]]
        await post("forget")
        assert (await get("state"))["sent"] == 0
        assert (await get("nothing"))["description"] == "Bad Request: nothing is called nothing here"


# ── what one person alone sees ────────────────────────────────────────


ALONE = {"receiver_user_id": ANNA}
STATES = [
    InlineKeyboardButton(text="已认领 李敏", disabled=DisabledButton()),
    InlineKeyboardButton(text="关闭", callback_data="end", style="danger"),
]


@pytest.fixture
def desk(api: FakeTelegram, anna: Person) -> FakeTelegram:
    api.make_forum(DESK)
    anna.join(DESK)
    return api


async def alone(bot: Bot, **more: Any) -> Any:
    whose = EphemeralMessageParameters(**(ALONE | more))
    menu = InlineKeyboardMarkup(inline_keyboard=[STATES])
    return await bot.send_message(DESK, "仅您可见", ephemeral_message_parameters=whose, reply_markup=menu)


async def test_an_ephemeral_message_is_seen_by_its_receiver_alone(desk: FakeTelegram, bot: Bot) -> None:
    told = await alone(bot)
    number = told.ephemeral_message_id
    assert (told.message_id, desk.shown(DESK), desk.sees(ANNA)) == (0, [], ["仅您可见"])
    assert desk.menu_of(ANNA) == ["已认领 李敏", "关闭"]
    desk.tap_menu(ANNA, "关闭")
    (update,) = await bot.get_updates(allowed_updates=["callback_query"])
    assert update.callback_query is not None
    assert update.callback_query.message.ephemeral_message_id == number  # type: ignore[union-attr]
    await bot.edit_ephemeral_message_text(DESK, ANNA, number, text="好了")
    assert (desk.sees(ANNA), desk.menu_of(ANNA)) == (["好了"], [])
    await bot.delete_ephemeral_message(DESK, ANNA, number)
    assert desk.sees(ANNA) == []
    with pytest.raises(TelegramAPIError, match="EPHEMERAL_MESSAGE_ID_INVALID"):
        await bot.delete_ephemeral_message(DESK, ANNA, number)


async def test_an_ephemeral_message_needs_a_tap_just_now_or_an_administrator(
    desk: FakeTelegram, bot: Bot, anna: Person
) -> None:
    desk.set_rights(DESK, "member")
    with pytest.raises(TelegramAPIError, match="BOT_NOT_ADMIN"):
        await alone(bot)
    tap = await anna.forge("more", 1, chat=DESK)
    assert (await alone(bot, callback_query_id=tap)).ephemeral_message_id
    desk.expire_taps()
    with pytest.raises(TelegramAPIError, match="query is too old"):
        await alone(bot, callback_query_id=tap)


async def test_an_older_server_ignores_or_refuses_what_it_does_not_know(desk: FakeTelegram, bot: Bot) -> None:
    desk.older = "ignores"
    with pytest.raises(TelegramAPIError, match="text buttons are unallowed"):
        await alone(bot)
    whose = EphemeralMessageParameters(receiver_user_id=ANNA)
    told = await bot.send_message(DESK, "给所有人", ephemeral_message_parameters=whose)
    assert (told.ephemeral_message_id, desk.shown(DESK)) == (None, ["给所有人"])
    with pytest.raises(TelegramAPIError, match="method not found"):
        await bot.delete_ephemeral_message(DESK, ANNA, 1)
    desk.older = "refuses"
    with pytest.raises(TelegramAPIError, match="unsupported parameter"):
        await bot.send_message(DESK, "给所有人", ephemeral_message_parameters=whose)
