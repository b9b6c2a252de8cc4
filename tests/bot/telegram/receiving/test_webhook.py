"""Updates that are posted to us: by Telegram alone, answered after the commit, once, in order in each chat."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.app import NotReady, Runtime
from bot.telegram.receiving.webhook import Webhook
from tests.bot.telegram.world import World
from tests.fakes.telegram_api import FakeTelegram, text_update

SECRET = "a-secret-that-only-telegram-knows"
ASKED = "怎么开发票"


@pytest.fixture
async def hook(world: World) -> Webhook:
    given = replace(
        world.service.settings,
        telegram_webhook=True,
        telegram_webhook_secret=SECRET,
        public_url="https://support.example.com",
    )
    world.service.settings = given
    door = world.make_door()
    assert door.webhook is not None
    return door.webhook


def posted(number: int, update: dict[str, Any]) -> bytes:
    return json.dumps({"update_id": number, **update}).encode()


async def test_an_update_with_the_secret_is_taken_in_before_it_is_answered(world: World, hook: Webhook) -> None:
    assert await hook.receive(SECRET, posted(7, text_update(77, ASKED))) == 200
    assert world.said(77) == [ASKED]
    assert len(world.letters()) == 1


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], "密", "a" * 5000])
async def test_a_wrong_or_missing_secret_is_401_and_nothing_is_written(
    world: World, hook: Webhook, secret: str
) -> None:
    assert await hook.receive(secret, posted(7, text_update(77, ASKED))) == 401
    assert (world.count("inbox"), world.count("conversations"), world.count("set_aside")) == (0, 0, 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"update_id": "7"}', b'{"update_id": true}', b"\xff", b"[" * 200_000]
)
async def test_what_is_no_update_is_400_and_nothing_is_written(world: World, hook: Webhook, body: bytes) -> None:
    assert await hook.receive(SECRET, body) == 400
    assert world.count("inbox") == 0


async def test_posted_twice_it_counts_once(world: World, hook: Webhook) -> None:
    update = posted(7, text_update(77, ASKED))
    assert await asyncio.gather(hook.receive(SECRET, update), hook.receive(SECRET, update)) == [200, 200]
    assert world.said(77) == [ASKED]
    assert len(world.letters()) == 1


async def test_the_later_posted_first_neither_loses_nor_doubles(world: World, hook: Webhook) -> None:
    earlier, later = text_update(77, ASKED), text_update(77, "连不上wifi了")
    assert await hook.receive(SECRET, posted(8, later)) == 200
    assert await hook.receive(SECRET, posted(7, earlier)) == 200
    assert sorted(world.said(77)) == sorted([ASKED, "连不上wifi了"])
    assert len(world.letters()) == 2


async def test_many_at_once_are_taken_in_order_in_each_chat(world: World, hook: Webhook) -> None:
    updates = [(chat, n) for n in range(6) for chat in (77, 78, 79)]
    answers = [
        hook.receive(SECRET, posted(100 + at, text_update(chat, f"第{n}句话呢")))
        for at, (chat, n) in enumerate(updates)
    ]
    assert set(await asyncio.gather(*answers)) == {200}
    for chat in (77, 78, 79):
        assert world.said(chat) == [f"第{n}句话呢" for n in range(6)]


async def test_while_the_database_is_away_telegram_is_asked_to_post_again(
    world: World, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(hook.retry, "handle", away)
    assert await hook.receive(SECRET, posted(7, text_update(77, ASKED))) == 503
    monkeypatch.undo()
    assert await hook.receive(SECRET, posted(7, text_update(77, ASKED))) == 200
    assert world.said(77) == [ASKED]


async def test_a_poisoned_update_is_set_aside_and_does_not_come_again(
    world: World, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise ValueError("what the customer wrote")

    monkeypatch.setattr(hook.retry, "handle", fail)
    assert await hook.receive(SECRET, posted(7, text_update(77, ASKED))) == 200
    assert world.count("set_aside") == 1
    assert world.said(77) == [ASKED]


async def test_half_a_character_does_not_lose_the_rest_of_the_message(world: World, hook: Webhook) -> None:
    halved = json.dumps(text_update(77, "打印机\ud83d坏了") | {"update_id": 7}).encode()
    assert await hook.receive(SECRET, halved) == 200
    assert world.said(77) == ["打印机坏了"]


async def test_telegram_is_told_where_to_post(api: FakeTelegram, world: World, hook: Webhook) -> None:
    hook.start()
    try:
        await api.until(lambda: api.calls["setWebhook"] > 0, "setWebhook")
    finally:
        await hook.stop()
    assert hook.url == "https://support.example.com/telegram/webhook"


def test_without_a_public_address_there_is_no_webhook(world: World) -> None:
    world.service.settings = replace(world.service.settings, telegram_webhook=True)
    with pytest.raises(NotReady) as refusal:
        Runtime(world.service)
    assert str(refusal.value) == (
        "JIEDAI_TELEGRAM_WEBHOOK needs JIEDAI_PUBLIC_URL, the https:// address at which Telegram reaches this server."
    )


async def test_a_blocked_customer_is_marked_where_staff_see_it(world: World, api: FakeTelegram) -> None:
    await world.open_door()
    await world.take(text_update(77, ASKED))
    await api.until_sent(1, 77)
    api.blocked.add(77)
    await world.post(77, "您好")
    await world.until_stored(lambda: [state for state, _ in world.letters()] == ["sent", "dead"])
    query = "SELECT count(*) FROM conversations WHERE unreachable_at IS NOT NULL"
    assert world.read(lambda db: db.exec_driver_sql(query).scalar()) == 1
