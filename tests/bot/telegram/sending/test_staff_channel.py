"""What staff are told goes to a plain chat, into a topic, or to the overview; a group of the desk at its pace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.messages import Later, Never, Outgoing, Sent
from bot.telegram.api.client import Client
from bot.telegram.sending.staff_channel import StaffChannel
from tests.fakes.telegram_api import TOKEN, FakeTelegram

DESK = -1001234567890


class Group:
    """A group of the desk, its pace and where its overview is."""

    def __init__(self) -> None:
        self.overview: tuple[int, int | None] | None = (DESK, None)
        self.wait, self.taken, self.ended = 0.0, 0, 0

    async def where(self) -> tuple[int, int | None] | None:
        return self.overview

    async def is_desk(self, chat: int) -> bool:
        return chat == DESK

    async def reserve(self, chat: int) -> float:
        self.taken += not self.wait
        return self.wait

    async def record_sent(self, chat: int) -> None:
        self.ended += 1

    async def forget_overview(self, chat: int, thread: int) -> None:
        self.overview = (chat, None)


@pytest.fixture
def group() -> Group:
    return Group()


@pytest.fixture
async def channel(api: FakeTelegram, group: Group) -> AsyncIterator[StaffChannel]:
    api.know(DESK)
    client = Client(TOKEN, api.base)
    yield StaffChannel(client, group.where, group, group.is_desk)
    await client.close()


def page(address: str) -> Outgoing:
    return Outgoing(1, "staff", address, "【超时】#7", (), 1, False, datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


async def test_a_plain_chat_of_staff_has_no_pace_of_ours(
    api: FakeTelegram, channel: StaffChannel, group: Group
) -> None:
    api.know(-200)
    assert isinstance(await channel.send(page("-200")), Sent)
    assert (api.sent[-1].chat, group.taken) == (-200, 0)


async def test_pages_for_the_desk_go_where_the_overview_is(
    api: FakeTelegram, channel: StaffChannel, group: Group
) -> None:
    assert isinstance(await channel.send(page("desk")), Sent)
    assert (api.sent[-1].chat, group.taken, group.ended) == (DESK, 1, 1)


async def test_a_group_that_has_heard_enough_hears_it_later(
    api: FakeTelegram, channel: StaffChannel, group: Group
) -> None:
    group.wait = 12.5
    assert await channel.send(page("desk")) == Later(12.5, "the group has heard enough for this minute")
    assert not api.sent


async def test_without_a_usable_group_pages_wait(channel: StaffChannel, group: Group) -> None:
    group.overview = None
    assert await channel.send(page("desk")) == Later(30.0, "no group of JIEDAI_TELEGRAM_DESK can be written to")


async def test_a_page_for_a_lost_overview_waits_and_an_answer_in_a_lost_topic_ends(
    api: FakeTelegram, channel: StaffChannel, group: Group
) -> None:
    group.overview = (DESK, 99)
    api.fail_next("sendMessage", 400, "Bad Request: message thread not found")
    assert isinstance(await channel.send(page("desk")), Later)
    assert group.overview == (DESK, None), "to be made anew"
    api.fail_next("sendMessage", 400, "Bad Request: message thread not found")
    answer = await channel.send(page(f"{DESK}/99"))
    assert isinstance(answer, Never)
    assert not answer.unreachable


@pytest.mark.parametrize(
    ("code", "description"),
    [
        (403, "Forbidden: bot was kicked from the supergroup chat"),
        (400, "Bad Request: chat not found"),
        (400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_page_waits_for_a_group_that_cannot_be_written_to_to_be_mended(
    api: FakeTelegram, channel: StaffChannel, code: int, description: str
) -> None:
    api.fail_next("sendMessage", code, description)
    outcome = await channel.send(page("desk"))
    assert isinstance(outcome, Later)
    assert (outcome.seconds, outcome.ambiguous) == (30.0, False)
    api.fail_next("sendMessage", code, description)
    assert isinstance(await channel.send(page(str(DESK))), Never)


async def test_an_answer_in_a_topic_of_a_plain_chat_of_staff_finds_its_topic(
    api: FakeTelegram, channel: StaffChannel, group: Group
) -> None:
    chat = api.make_forum(-1002000000000)
    thread = await channel.client.topics.make(chat.id, "闲聊")
    assert isinstance(await channel.send(page(f"{chat.id}/{thread}")), Sent)
    assert (api.shown(chat.id, thread), group.taken) == (["【超时】#7"], 0)
