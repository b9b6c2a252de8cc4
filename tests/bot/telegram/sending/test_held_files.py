"""Files whose bytes we hold arrive at the customer's: pictures as such, the rest as documents, in the reply's order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.agents.actions import Claim, Reply, act
from bot.messages import File, Later, Never, Outgoing, Sent
from bot.telegram.api.client import Client
from bot.telegram.sending.channel import TelegramChannel
from escalation.staff import Staff, add_staff, get_staff
from tests.bot.telegram.business_scene import Account
from tests.bot.telegram.world import World
from tests.fakes.telegram_api import TOKEN, FakeTelegram

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
JPEG, PDF = b"\xff\xd8\xff picture", b"%PDF-1.7 contract"
PICTURE, CONTRACT = File("屏幕.jpg", "image/jpeg", 11, JPEG), File("合同.pdf", "application/pdf", 17, PDF)


def letter(line: int | None = 1, *, retried: bool = False, chat: str = "77") -> Outgoing:
    return Outgoing(1, "telegram", chat, "", (), 1, retried, NOW, content={"held": True}, line=line)


@pytest.fixture
async def channel(api: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    api.know(77)
    client = Client(TOKEN, api.base)
    files = {1: PICTURE, 2: CONTRACT, 3: File("动.gif", "image/gif", 6, b"GIF89a")}

    async def file_of(line: int) -> File | None:
        return files.get(line)

    yield TelegramChannel(client, file_of=file_of)
    await client.close()


def contents(api: FakeTelegram) -> list[tuple[str, bytes]]:
    """How each file was sent, and what it holds."""
    methods = [message.method for message in api.sent if message.method != "sendMessage"]
    return list(zip(methods, api.files.values(), strict=True))


async def test_a_picture_goes_as_a_picture_and_a_document_as_a_document(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    for line in (1, 2, 3):
        assert isinstance(await channel.send(letter(line)), Sent)
    assert contents(api) == [("sendPhoto", JPEG), ("sendDocument", PDF), ("sendDocument", b"GIF89a")]


async def test_a_picture_that_telegram_does_not_take_as_one_goes_as_a_file(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    api.fail_next("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    assert isinstance(await channel.send(letter()), Sent)
    assert contents(api) == [("sendDocument", JPEG)]


async def test_what_may_have_arrived_is_labelled(api: FakeTelegram, channel: TelegramChannel) -> None:
    await channel.send(letter(retried=True))
    assert [message.text for message in api.sent] == ["（可能重复）"]


async def test_limits_failures_and_refusals_are_told_as_those_of_words(
    api: FakeTelegram, channel: TelegramChannel
) -> None:
    api.fail_next("sendPhoto", 429, "Too Many Requests: retry after 7", retry_after=7)
    limited = await channel.send(letter())
    assert isinstance(limited, Later)
    assert (limited.seconds, limited.limited) == (7, True)
    api.hang_up_next("sendPhoto", after=True)
    cut = await channel.send(letter())
    assert isinstance(cut, Later)
    assert cut.ambiguous
    api.fail_next("sendPhoto", 403, "Forbidden: bot was blocked by the user")
    blocked = await channel.send(letter())
    assert isinstance(blocked, Never)
    assert blocked.unreachable


@pytest.mark.parametrize("line", [9, None])
async def test_a_file_that_is_not_kept_any_more_can_never_be_sent(
    api: FakeTelegram, channel: TelegramChannel, line: int | None
) -> None:
    assert await channel.send(letter(line)) == Never("FileGone: the file is not kept any more")
    assert not api.sent


async def agent(world: World) -> Staff:
    number = await world.service.database.unit(add_staff, "li", "李敏", "agent", ["*"], "-", world.now)
    found: Staff = world.read(get_staff, number)
    return found


async def test_what_was_committed_before_the_process_died_arrives_after_its_start(
    api: FakeTelegram, world: World
) -> None:
    anna = api.person(77, first_name="安娜")
    door = await world.open_door()
    await anna.say("转人工")
    await api.until_confirmed(api.last_number)
    await world.until_stored(lambda: all(state != "pending" for state, _ in world.letters()))
    await door.stop()
    who = await agent(world)
    for action in (Claim(), Reply("请看这两个文件", "r1", files=(PICTURE, CONTRACT))):
        await world.service.database.unit(act, world.service.rules, who, 1, action, world.now)
    await world.open_door()
    await world.until_stored(lambda: all(state == "sent" for state, _ in world.letters()))
    shown = [(message.method, message.text) for message in api.sent_to(77)][-3:]
    assert shown == [("sendMessage", "请看这两个文件"), ("sendPhoto", ""), ("sendDocument", "")]


async def test_files_go_to_a_connected_account_too(api: FakeTelegram, world: World) -> None:
    owner, anna = api.owner(900, first_name="王强"), api.person(77, first_name="安娜")
    await world.open_door()
    owner.connect(can_reply=True)
    account = Account(api, world, owner, anna)
    await account.hears("转人工")
    who, before = await account.claimed(), await account.quiet()
    await account.replies(who, "请看", files=(PICTURE, CONTRACT))
    sent = await account.told(before + 3)
    assert [(message.method, message.text) for message in sent[before:]] == [
        ("sendMessage", "请看"),
        ("sendPhoto", ""),
        ("sendDocument", ""),
    ]
