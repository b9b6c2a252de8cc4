"""The service at a Bot API emulator that others wrote: offsets, conflicts, secrets, limits, and what it cannot show."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramConflictError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from aiohttp import web
from sqlalchemy import select

from bot.app import open_service
from bot.config.settings import Settings
from bot.delivery import outbox
from bot.service import Service
from bot.telegram.adapter import Telegram
from bot.telegram.api.client import Client
from bot.telegram.api.topics import ForumTopics
from bot.telegram.api.update_feed import UpdateFeed
from bot.telegram.receiving import poller
from bot.telegram.receiving.webhook import PATH
from bot.transcript import conversations, message_store
from bot.web.server import create_app
from knowledge_base.revisions import revision_store
from tests.bot.telegram.world import ARTICLES
from tests.fakes.telegram import PATIENCE, TOKEN, FakeTelegram, text_update
from tests.fakes.telegram.methods import METHODS
from tests.patience import patience

emulator = pytest.importorskip("lo_bot_api_emulator")

CHAT = 4711
SECRET = "known-to-both-sides"


class Emulator:
    """The emulator on a port of its own."""

    def __init__(self) -> None:
        self.inner = emulator.LoBotApiEmulator(allow_insecure_loopback_webhooks=True)
        self._numbers = 0

    async def __aenter__(self) -> Emulator:
        self._runner = web.AppRunner(self.inner.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = "http://{}:{}".format(*self._runner.addresses[0][:2])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def say(self, text: str) -> int:
        """A customer writes; the update's number."""
        number: int = await self.inner.enqueue_update(text_update(CHAT, text), token=TOKEN)
        return number

    async def deliver(self) -> int:
        """Post to the webhook what waits; how many updates were taken."""
        taken: int = await self.inner.deliver_updates(token=TOKEN)
        return taken

    def asked(self, method: str, status: int = 200) -> int:
        """How often a method was called and answered so."""
        return sum((call["method"], call["status"]) == (method, status) for call in self.inner.requests)

    async def waiting(self) -> int:
        """Updates not confirmed yet."""
        async with _bot(self.base) as bot:
            return (await bot.get_webhook_info()).pending_update_count


@contextlib.asynccontextmanager
async def _bot(base: str) -> AsyncIterator[Bot]:
    made = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    yield made
    await made.session.close()


class Harness:
    """A service whose Telegram is the emulator; its doors are processes of ours."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._doors: list[Telegram] = []

    async def open_door(self) -> Telegram:
        """A process begins to listen and to send."""
        door = Telegram(self.service)
        door.poller.first_pause = 0.01
        self._doors.append(door)
        await door.start()
        return door

    async def close(self) -> None:
        for door in self._doors:
            await door.stop()
        self.service.database.close()

    def said(self) -> list[str]:
        """What the customer wrote, as it is stored."""
        read = self.service.database.read_now
        found = read(conversations.find_conversation, "telegram", str(CHAT))
        return (
            [line.text for line in read(message_store.transcript, found.id) if line.author == "customer"]
            if found
            else []
        )

    def letters(self) -> list[str]:
        """The state of every row of the outbox."""
        return list(self.service.database.read_now(lambda db: db.scalars(select(outbox.outbox.c.state)).all()))


@pytest.fixture
async def api() -> AsyncIterator[Emulator]:
    async with Emulator() as started:
        yield started


async def _open(settings: Settings) -> Harness:
    service = open_service(settings)
    service.database.on_commit = service.change_feed.notify
    service.database.write_now(revision_store.save_revision, ARTICLES, service.clock(), "test")
    await service.refresh()
    return Harness(service)


@pytest.fixture
async def harness(api: Emulator, tmp_path: Path) -> AsyncIterator[Harness]:
    opened = await _open(
        Settings(data=tmp_path, telegram_token=TOKEN, telegram_api=api.base, encoder="none", acts="none")
    )
    yield opened
    await opened.close()


async def eventually(check: Callable[[], Any]) -> None:
    """Look until it is so; the emulator tells nobody when something has changed."""
    async with asyncio.timeout(patience(PATIENCE)):
        while not (await found if inspect.isawaitable(found := check()) else found):  # noqa: ASYNC110  # see above
            await asyncio.sleep(0.01)


# Polling.


async def test_a_question_is_answered_and_confirmed(api: Emulator, harness: Harness) -> None:
    await harness.open_door()
    await api.say("怎么开发票")
    await eventually(lambda: api.asked("sendMessage") == 1 and harness.letters() == ["sent"])
    await eventually(lambda: _nothing_waits(api))
    assert harness.said() == ["怎么开发票"]


async def _nothing_waits(api: Emulator) -> bool:
    return await api.waiting() == 0


async def test_what_was_not_confirmed_comes_again_and_counts_once(
    api: Emulator, harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "GRACE", 0.05)
    first = await harness.open_door()
    held = _hold(first)
    await api.say("第一条")
    await api.say("第二条")
    await held.wait()
    assert harness.said() == ["第一条"]
    assert await api.waiting() == 2, "committed here, but not yet confirmed there"
    await first.stop()
    await harness.open_door()
    await api.say("第三条")
    await eventually(lambda: harness.said() == ["第一条", "第二条", "第三条"])
    await eventually(lambda: _nothing_waits(api))


def _hold(door: Telegram) -> asyncio.Event:
    """This process commits, and dies before it can ask for what comes next."""
    held, retry = asyncio.Event(), door.poller.retry.process

    async def take(update: Any, **more: Any) -> Any:
        await retry(update, **more)
        held.set()
        await asyncio.Event().wait()

    door.poller.retry.process = take  # type: ignore[method-assign]
    return held


async def test_while_another_poller_holds_the_line_ours_waits_for_its_turn(
    api: Emulator, harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "CONFLICT_PAUSE", 0.01)
    async with _bot(api.base) as other:
        holding = asyncio.create_task(other.get_updates(timeout=50, allowed_updates=["inline_query"]))
        await eventually(lambda: _is_held(other))
        await harness.open_door()
        await eventually(lambda: api.asked("getUpdates", 409) >= 3)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await api.say("怎么开发票")
        await eventually(lambda: harness.letters() == ["sent"])


async def _is_held(other: Bot) -> bool:
    try:
        await other.get_updates(timeout=0)
    except TelegramConflictError:
        return True
    return False


async def test_a_webhook_somebody_set_ends_when_we_poll(api: Emulator, harness: Harness) -> None:
    async with _bot(api.base) as other:
        await other.set_webhook("https://example.org/hook")
        await harness.open_door()
        await eventually(lambda: api.asked("deleteWebhook") == 1)
        assert api.asked("getUpdates", 409) == 1
        assert (await other.get_webhook_info()).url == ""
    await api.say("怎么开发票")
    await eventually(lambda: harness.letters() == ["sent"])


# Webhook.


@pytest.fixture
async def posted_house(api: Emulator, tmp_path: Path) -> AsyncIterator[Harness]:
    """A service that is posted to: a real web server on a port of its own."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        settings = Settings(
            data=tmp_path, telegram_token=TOKEN, telegram_api=api.base, public_url=url, encoder="none", acts="none"
        )
        opened = await _open(replace(settings, telegram_webhook=True, telegram_webhook_secret=SECRET))
        config = uvicorn.Config(create_app(opened.service), lifespan="off", ws="none", log_config=None)
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]  # they are pytest's
        serving = asyncio.create_task(server.serve(sockets=[door]))
        await eventually(lambda: server.started)
        yield opened
        server.should_exit = True
        await serving
        await opened.close()


async def test_what_is_posted_with_the_secret_is_taken(api: Emulator, posted_house: Harness) -> None:
    await posted_house.open_door()
    await eventually(lambda: api.asked("setWebhook") == 1)
    await api.say("怎么开发票")
    assert await api.waiting() == 0, "200 is said after the commit"
    assert posted_house.said() == ["怎么开发票"]
    await eventually(lambda: posted_house.letters() == ["sent"])


@pytest.mark.parametrize("secret", ["not-the-one-we-gave", None])
async def test_what_is_posted_without_the_secret_is_refused_and_nothing_is_written(
    api: Emulator, posted_house: Harness, secret: str | None
) -> None:
    await posted_house.open_door()
    await eventually(lambda: api.asked("setWebhook") == 1)
    async with _bot(api.base) as other:
        await other.set_webhook(posted_house.service.settings.public_url + PATH, secret_token=secret)
    await api.say("怎么开发票")
    assert (await api.deliver(), await api.waiting()) == (0, 1)
    assert (posted_house.said(), posted_house.letters()) == ([], [])
    count = posted_house.service.database.read_now(
        lambda db: len(db.execute(select(conversations.conversations)).all())
    )
    assert count == 0


async def test_what_was_refused_is_taken_once_the_secret_is_right(api: Emulator, posted_house: Harness) -> None:
    door = await posted_house.open_door()
    await eventually(lambda: api.asked("setWebhook") == 1)
    address = posted_house.service.settings.public_url + PATH
    await door.client.feed.set_webhook(address, "not-the-one-we-gave")
    await api.say("怎么开发票")
    await api.say("连不上wifi了")
    assert posted_house.said() == []
    await door.client.feed.set_webhook(address, SECRET)
    assert posted_house.said() == ["怎么开发票", "连不上wifi了"]


# Limits.


@pytest.fixture
async def client(api: Emulator) -> AsyncIterator[Client]:
    made = Client(TOKEN, api.base)
    yield made
    await made.close()


def _button(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="认领", callback_data=data)]])


async def test_what_we_send_keeps_to_the_limits_and_what_does_not_is_refused(api: Emulator, client: Client) -> None:
    sent = await client.send(CHAT, "字" * 4096, _button("字" * 21 + "a"))
    await client.edit(CHAT, sent, "😀" * 2048)
    for text, data in (("字" * 4097, "x"), ("😀" * 2049, "x"), ("字", "字" * 21 + "ab")):
        with pytest.raises(TelegramAPIError):
            await client.send(CHAT, text, _button(data))
    assert (api.asked("sendMessage"), api.asked("sendMessage", 400)) == (1, 3)
    async with _bot(api.base) as bot:
        with pytest.raises(TelegramAPIError):
            await bot.answer_callback_query("1", text="字" * 201)
        with pytest.raises(TelegramAPIError):
            await bot.get_updates(limit=101)
        with pytest.raises(TelegramAPIError):
            await bot.set_webhook("https://example.org/hook", secret_token="not a secret")


# What it does not support, listed.

BOLD = [MessageEntity(type="bold", offset=0, length=1)]
OURS: dict[str, Callable[[Client], Awaitable[Any]]] = {
    "updates": lambda c: c.feed.updates(None, 0),
    "send": lambda c: c.send(CHAT, "您好", entities=BOLD, reply_to=1, quiet=True),
    "send in a topic": lambda c: c.send(-100, "您好", thread=2),
    "copy": lambda c: c.copy(CHAT, CHAT, [1]),
    "copy an album": lambda c: c.copy(CHAT, CHAT, [1, 2]),
    "send_place": lambda c: c.send_place(CHAT, 31.2, 121.4),
    "send_file": lambda c: c.send_file(CHAT, "账单.pdf", b"%PDF-"),
    "delete": lambda c: c.delete(CHAT, 1),
    "edit_caption": lambda c: c.edit_caption(CHAT, 1, "您好"),
    "edit": lambda c: c.edit(CHAT, 1, "您好"),
    "edit_buttons": lambda c: c.edit_buttons(CHAT, 1, _button("x")),
    "pin": lambda c: c.topics.pin(CHAT, 1),
    "react": lambda c: c.react(CHAT, 1, "👌"),
    "make": lambda c: c.topics.make(-100, "#1"),
    "rename": lambda c: c.topics.rename(-100, 2, "#1"),
    "set_closed": lambda c: c.topics.set_closed(-100, 2, closed=True),
    "reopen a topic": lambda c: c.topics.set_closed(-100, 2, closed=False),
    "group": lambda c: c.topics.group(CHAT),
    "membership": lambda c: c.topics.membership(CHAT, CHAT),
    "username": lambda c: c.username(),
    "about_itself": lambda c: c.about_itself(),
    "offer_commands": lambda c: c.offer_commands({"me": "我的信息"}),
    "set_webhook": lambda c: c.feed.set_webhook("https://example.org/hook", SECRET),
    "remove_webhook": lambda c: c.feed.remove_webhook(),
    "answer_tap": lambda c: c.answer_tap("1", "好", alert=True),
    "fetch_file": lambda c: c.fetch_file("nothing"),
}
NOT_ON_THE_WIRE = {"decode", "safe", "close"}
UNSUPPORTED = {
    *("closeForumTopic", "copyMessage", "copyMessages", "createForumTopic", "editForumTopic", "getChat"),
    *("getChatMember", "pinChatMessage", "reopenForumTopic", "sendLocation", "setMessageReaction"),
}
NOT_TAKEN = {"sendMessage": "message_thread_id"}


def test_every_call_of_ours_is_in_the_list() -> None:
    wired = {
        name for part in (Client, UpdateFeed, ForumTopics) for name, _ in inspect.getmembers(part, inspect.isfunction)
    }
    wired = {name for name in wired if not name.startswith("_")}
    assert wired - NOT_ON_THE_WIRE == {name for name in OURS if " " not in name}


@pytest.mark.parametrize("kind", ["edited_message", "my_chat_member", "chat_member"])
async def test_updates_the_emulator_cannot_queue(api: Emulator, kind: str) -> None:
    with pytest.raises(Exception, match="Fixture updates support message, callback_query or inline_query"):
        await api.inner.enqueue_update({kind: text_update(CHAT, "您好")["message"]}, token=TOKEN)


async def test_what_the_emulator_does_not_support_is_listed_and_our_own_fake_has_it(
    api: Emulator, client: Client
) -> None:
    for call in OURS.values():
        with contextlib.suppress(Exception):
            await call(client)
    answered = {(call["method"], call["status"]) for call in api.inner.requests}
    assert {method for method, status in answered if status == 501} == UNSUPPORTED
    assert {method for method, status in answered if status == 400} - {"getFile"} == set(NOT_TAKEN)
    fake = FakeTelegram()
    assert {method for method, _ in answered} <= METHODS.keys()
    assert all(hasattr(fake, f"_do_{method}") for method, _ in answered)
    assert all(parameter in METHODS[method] for method, parameter in NOT_TAKEN.items())
