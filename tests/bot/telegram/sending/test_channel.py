from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.messages import Button, Later, Never, Outgoing, Sent
from bot.telegram.api.client import BadTelegramToken, Client
from bot.telegram.sending.channel import TelegramChannel, split
from bot.telegram.sending.customer_keyboard import keyboard
from bot.wording.buttons import dimension_buttons
from escalation.policy.model import Policy
from tests.fakes.telegram_api import TOKEN, FakeTelegram

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def letter(text: str, *, retried: bool = False, chat: str = "77", buttons: tuple[Button, ...] = ()) -> Outgoing:
    return Outgoing(1, "telegram", chat, text, buttons, 1, retried, NOW)


@pytest.fixture
async def channel(api: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    api.know(77)
    client = Client(TOKEN, api.base)
    yield TelegramChannel(client)
    await client.close()


async def test_text_goes_out_as_it_is_written(api: FakeTelegram, channel: TelegramChannel) -> None:
    assert isinstance(await channel.send(letter("<b>1 < 2 & 3</b> _x_ *y*")), Sent)
    assert [message.text for message in api.sent] == ["<b>1 < 2 & 3</b> _x_ *y*"]


async def test_4097_characters_are_two_messages_and_the_buttons_are_under_the_last(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    assert isinstance(await channel.send(letter("字" * 4097, buttons=(Button("person", "转人工"),))), Sent)
    assert [(len(message.text), message.rows) for message in api.sent] == [(4096, []), (1, [["person"]])]


async def test_emoji_count_double(api: FakeTelegram, channel: TelegramChannel) -> None:
    assert isinstance(await channel.send(letter("😀" * 2049)), Sent)
    assert [len(message.text) for message in api.sent] == [2048, 1]


def test_a_long_text_is_cut_at_a_lines_end() -> None:
    assert list(split("一" * 3000 + "\n" + "二" * 3000)) == ["一" * 3000, "二" * 3000]


async def test_a_text_of_nothing_can_never_be_sent(api: FakeTelegram, channel: TelegramChannel) -> None:
    assert await channel.send(letter(" \n ", retried=True)) == Never("there is no text in it")
    assert not api.sent


async def test_what_may_have_arrived_before_is_labelled(api: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.send(letter("请稍候。", retried=True))
    await channel.send(letter("請稍候，馬上為您處理。", retried=True))
    assert [message.text for message in api.sent] == ["（可能重复）请稍候。", "（可能重複）請稍候，馬上為您處理。"]


async def test_a_flood_is_waited_out_as_long_as_telegram_says(api: FakeTelegram, channel: TelegramChannel) -> None:
    api.fail_next("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7)
    outcome = await channel.send(letter("你好"))
    assert isinstance(outcome, Later)
    assert (outcome.seconds, outcome.ambiguous) == (7, False)


async def test_a_flood_in_the_middle_of_a_long_text_leaves_a_part_behind(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    api.limit_rate(1, lambda: 0.0)
    outcome = await channel.send(letter("字" * 5000))
    assert isinstance(outcome, Later)
    assert outcome.ambiguous


@pytest.mark.parametrize(
    ("code", "description"),
    [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")],
)
async def test_whoever_blocked_the_bot_or_is_gone_gets_nothing_more(
    api: FakeTelegram, channel: TelegramChannel, code: int, description: str
) -> None:
    api.fail_next("sendMessage", code, description)
    outcome = await channel.send(letter("你好"))
    assert isinstance(outcome, Never)
    assert description in outcome.why


@pytest.mark.parametrize(
    ("code", "description", "unreachable"),
    [
        (403, "Forbidden: bot was blocked by the user", True),
        (403, "Forbidden: user is deactivated", True),
        (403, "Forbidden: bot was kicked from the supergroup chat", False),
        (400, "Bad Request: chat not found", False),
    ],
)
async def test_a_picture_that_is_gone_from_the_group_says_nothing_about_the_customer(
    api: FakeTelegram, channel: TelegramChannel, code: int, description: str, unreachable: bool
) -> None:
    api.fail_next("copyMessage", code, description)
    outcome = await channel.send(replace(letter(""), content={"copy": [-100, 5], "bare": False}))
    assert isinstance(outcome, Never)
    assert outcome.unreachable is unreachable


async def test_a_failing_server_may_have_sent_it_all_the_same(api: FakeTelegram, channel: TelegramChannel) -> None:
    api.fail_next("sendMessage", 502, "Bad Gateway")
    outcome = await channel.send(letter("你好"))
    assert isinstance(outcome, Later)
    assert outcome.ambiguous


async def test_a_connection_lost_in_the_middle_leaves_us_in_doubt(api: FakeTelegram, channel: TelegramChannel) -> None:
    api.hang_up_next("sendMessage", after=True)
    outcome = await channel.send(letter("你好"))
    assert isinstance(outcome, Later)
    assert outcome.ambiguous
    assert len(api.sent) == 1


async def test_a_connection_never_made_leaves_no_doubt() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        client = Client(TOKEN, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        outcome = await TelegramChannel(client).send(letter("你好"))
        await client.close()
    assert isinstance(outcome, Later)
    assert not outcome.ambiguous
    assert TOKEN not in outcome.why


async def test_a_refused_token_is_tried_again_rarely(api: FakeTelegram, channel: TelegramChannel) -> None:
    api.fail_next("sendMessage", 401, "Unauthorized")
    assert await channel.send(letter("你好")) == Later(300, "Telegram refuses the token (JIEDAI_TELEGRAM_TOKEN)")


async def test_a_group_that_became_a_supergroup_is_followed(
    api: FakeTelegram, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    api.know(-100)
    api.fail_next("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)
    assert isinstance(await channel.send(letter("【新工单】", chat="-5")), Sent)
    assert isinstance(await channel.send(letter("【催促】", chat="-5")), Sent)
    assert [message.chat for message in api.sent] == [-100, -100]
    assert "JIEDAI_TELEGRAM_STAFF_CHAT" in caplog.text


def test_suggestions_stand_one_below_the_other_and_ratings_side_by_side(policy: Policy) -> None:
    suggestions = keyboard((Button("ask:a", "甲"), Button("ask:b", "乙"), Button("person", "转人工")))
    ratings = keyboard(tuple(Button(f"rate:{score}:12:1", str(score)) for score in range(1, 6)))
    dimensions = keyboard(dimension_buttons(policy, 12, 1, "zh-Hans"))
    assert isinstance(suggestions, InlineKeyboardMarkup)
    assert isinstance(ratings, InlineKeyboardMarkup)
    assert [len(row) for row in suggestions.inline_keyboard] == [1, 1, 1]
    assert isinstance(dimensions, InlineKeyboardMarkup)
    assert [len(row) for row in ratings.inline_keyboard] == [5]
    assert [row[2].text for row in dimensions.inline_keyboard] == ["效率 3", "响应 3", "专业 3", "沟通 3"]


def test_what_may_be_said_of_an_answer_or_of_a_question_shares_a_row() -> None:
    presumed = keyboard(
        (
            Button("notmeant:a", "不是"),
            Button("helpful:a", "有帮助"),
            Button("unhelpful:a", "没帮助"),
            Button("person", "转人工"),
        )
    )
    asked_back = keyboard((Button("meant:a", "是的"), Button("notmeant:a", "不是"), Button("person", "转人工")))
    assert isinstance(presumed, InlineKeyboardMarkup)
    assert isinstance(asked_back, InlineKeyboardMarkup)
    assert [[button.text for button in row] for row in presumed.inline_keyboard] == [
        ["不是", "有帮助", "没帮助"],
        ["转人工"],
    ]
    assert [[button.text for button in row] for row in asked_back.inline_keyboard] == [["是的", "不是"], ["转人工"]]


def test_a_button_that_telegram_would_refuse_is_left_out() -> None:
    assert keyboard((Button("ask:" + "字" * 21, "太长"), Button("ask:x", ""))) is None
    assert keyboard((Button("ask:" + "字" * 20, "正好"),)) is not None
    red = keyboard((Button("t:1:danger", "现在有危险", "danger"),))
    assert isinstance(red, InlineKeyboardMarkup)
    assert red.inline_keyboard[0][0].style == "danger"


def test_the_wish_for_a_telephone_number_stands_below_the_input_line() -> None:
    markup = keyboard((Button("contact", "共享"),))
    assert isinstance(markup, ReplyKeyboardMarkup)
    assert markup.keyboard[0][0].request_contact


def test_something_that_is_no_token_is_refused_in_a_sentence_without_it() -> None:
    with pytest.raises(BadTelegramToken) as refused:
        Client("not-a-token", "http://127.0.0.1:1")
    assert str(refused.value) == (
        "JIEDAI_TELEGRAM_TOKEN is not a bot token; it must look like 123456:ABC-DEF, as BotFather gave it."
    )
