"""What was sent is changed where it stands in the customer's chat, or a further message says what is right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import Later, Never, Outgoing, Sent
from bot.telegram.api.client import Client
from bot.telegram.sending.channel import TelegramChannel
from tests.fakes.telegram_api import TOKEN, FakeTelegram

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WRONG, RIGHT = "账号是 6222 0000", "账号是 6222 1111"


@pytest.fixture
async def channel(api: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    api.know(77)
    client = Client(TOKEN, api.base)
    yield TelegramChannel(client)
    await client.close()


def letter(text: str, content: Any = None, *, retried: bool = False) -> Outgoing:
    return Outgoing(1, "telegram", "77", text, (), 1, retried, NOW, content=content)


def edit(number: int | None, new: str | None = RIGHT, *, retried: bool = False) -> Outgoing:
    told = f"更正：{RIGHT}" if new != "" else "更正：之前发给您的一条消息有误，请不必理会，以后续消息为准。"
    return letter(told, {"edit": number, "new": new, "caption": False}, retried=retried)


async def first(channel: TelegramChannel) -> int:
    sent = await channel.send(letter(WRONG))
    assert isinstance(sent, Sent)
    assert sent.number is not None
    return sent.number


def chat(api: FakeTelegram) -> list[str]:
    return api.shown(77)


async def test_the_message_itself_changes_and_no_other_is_sent(api: FakeTelegram, channel: TelegramChannel) -> None:
    number = await first(channel)
    assert await channel.send(edit(number)) == Sent(number)
    assert chat(api) == [RIGHT]


async def test_the_same_correction_once_more_changes_nothing(api: FakeTelegram, channel: TelegramChannel) -> None:
    number = await first(channel)
    await channel.send(edit(number))
    assert await channel.send(edit(number, retried=True)) == Sent(number)
    assert chat(api) == [RIGHT]


@pytest.mark.parametrize(
    "why", ["Bad Request: message can't be edited", "Bad Request: message to edit not found", "Bad Request: whatever"]
)
async def test_what_can_no_longer_be_changed_is_followed_by_a_message_that_is_right(
    api: FakeTelegram, channel: TelegramChannel, why: str
) -> None:
    number = await first(channel)
    api.fail_next("editMessageText", 400, why)
    assert isinstance(await channel.send(edit(number)), Sent)
    assert chat(api) == [WRONG, f"更正：{RIGHT}"]


@pytest.mark.parametrize(("number", "new"), [(None, RIGHT), (1, None)])
async def test_what_nobody_can_find_or_change_in_one_piece_is_followed_by_a_message(
    api: FakeTelegram, channel: TelegramChannel, number: int | None, new: str | None
) -> None:
    await first(channel)
    assert isinstance(await channel.send(edit(number, new)), Sent)
    assert chat(api) == [WRONG, f"更正：{RIGHT}"]


async def test_what_is_taken_back_disappears(api: FakeTelegram, channel: TelegramChannel) -> None:
    number = await first(channel)
    assert await channel.send(edit(number, "")) == Sent(number)
    assert chat(api) == []


async def test_what_is_too_old_to_be_deleted_says_that_it_was_taken_back(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    number = await first(channel)
    api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    assert await channel.send(edit(number, "")) == Sent(number)
    assert chat(api) == ["（这条消息已撤回）"]


async def test_whoever_blocked_the_bot_hears_nothing_and_a_flood_is_waited_out(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    number = await first(channel)
    api.fail_next("editMessageText", 403, "Forbidden: bot was blocked by the user")
    assert isinstance(await channel.send(edit(number)), Never)
    api.fail_next("editMessageText", 429, "Too Many Requests: retry after 7", retry_after=7)
    outcome = await channel.send(edit(number))
    assert isinstance(outcome, Later)
    assert outcome.seconds == 7
