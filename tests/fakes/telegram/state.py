"""What every part of the fake stands on: chats, users, the queue of updates, faults, and the record of calls."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.chats import Chat, Message, member_row
from tests.fakes.telegram.meters import Meter
from tests.fakes.telegram.reading import words
from tests.fakes.telegram.refusals import HangUp, Json, Refusal, bad, forbidden
from tests.fakes.telegram.updates import AT
from tests.patience import patience

TOKEN = "1001:AAf-a-secret-that-must-not-be-logged"
PATIENCE = 20.0  # seconds a test waits for something that ought to happen at once


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message the bot sent and the server took."""

    chat: int
    text: str
    markup: Json = field(default_factory=dict)
    thread: int | None = None
    reply_to: int | None = None
    number: int = 0
    entities: Sequence[Json] = ()
    method: str = "sendMessage"
    at: float = 0.0  # by the meter's clock
    business: str = ""  # the connection in whose account it was sent

    @property
    def rows(self) -> list[list[str]]:
        """The callback data of the inline buttons, row by row."""
        return [[button["callback_data"] for button in row] for row in self.markup.get("inline_keyboard", [])]

    @property
    def asks_for_contact(self) -> bool:
        """Whether a button under the input line asks for the telephone number."""
        return any(button.get("request_contact") for row in self.markup.get("keyboard", []) for button in row)


@dataclass(slots=True)
class Call:
    """One call of a method: what was given, when by the meter's clock, and how it was refused if it was."""

    method: str
    given: Json
    at: float
    refused: str = ""


class State:
    """One bot and the world it sees."""

    def __init__(self, token: str = TOKEN, clock: Callable[[], float] = time.monotonic) -> None:
        self.token = token
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Jiedai",
            "username": "jiedai_test_bot",
        }
        self.meter = Meter(clock)
        self.chats: dict[int, Chat] = {}
        self.sent: list[SentMessage] = []
        self.record: list[Call] = []
        self.calls: Counter[str] = Counter()
        self.taps_answered: dict[str, str] = {}
        self.alerts: set[str] = set()  # taps that were answered by a window to click away
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()  # chats whose owner has blocked the bot
        self.sees_all = False  # whether privacy mode is off: every word of a group comes, admin or not
        self.impatient = 0  # sends that came before the time a 429 had asked for was over
        self.bot_id: int = self.bot["id"]
        self._private_numbers = itertools.count(1)
        self._open_taps: set[str] = set()
        self._faults: dict[str, deque[Exception | Callable[[], Exception]]] = {}
        self._delays: dict[str, deque[float | asyncio.Event]] = {}
        self._cut_after: Counter[str] = Counter()
        self._flood: tuple[int, Callable[[], float]] | None = None
        self._flood_ends: dict[int, float] = {}
        self._told: dict[int, float] = {}  # which end of a flood a chat's sender has been told
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    # Faults a test asks for.

    def fail_next(self, method: str, code: int, description: str, **parameters: int) -> None:
        """The next call of this method is refused."""
        self._faults.setdefault(method, deque()).append(Refusal(code, description, **parameters))

    def hang_up_next(self, method: str, *, after: bool) -> None:
        """The next call loses its connection: before anything was done, or `after` it was done."""
        if after:
            self._cut_after[method] += 1
        else:
            self._faults.setdefault(method, deque()).append(HangUp())

    def slow_next(self, method: str, seconds: float) -> None:
        """The next call is done at once and answered so many seconds later."""
        self._delays.setdefault(method, deque()).append(seconds)

    def hold_next(self, method: str) -> asyncio.Event:
        """The next call is done at once and answered when the event is set."""
        gate = asyncio.Event()
        self._delays.setdefault(method, deque()).append(gate)
        return gate

    def limit_rate(self, seconds: int, clock: Callable[[], float]) -> None:
        """From now on one message per chat in so many seconds of this clock; more get 429."""
        self._flood = (seconds, clock)

    # Waiting for what the bot does.

    async def until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until something is so; look again after every call the bot makes."""
        if happened():
            return
        waiter = (happened, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            await asyncio.wait_for(waiter[1], patience(PATIENCE))
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; sent: {self.sent}; calls: {self.calls}") from None
        finally:
            self._waiting.remove(waiter)

    async def until_sent(self, count: int, chat: int | None = None) -> list[SentMessage]:
        """Wait until so many messages went out, to one chat or in all, and return them."""
        await self.until(lambda: len(self.sent_to(chat)) >= count, f"{count} messages to {chat or 'anybody'}")
        return self.sent_to(chat)

    def sent_to(self, chat: int | None) -> list[SentMessage]:
        """What went to one chat, or to all."""
        return [message for message in self.sent if chat is None or message.chat == chat]

    def _notify(self) -> None:
        for happened, waiter in self._waiting:
            if not waiter.done():
                try:
                    if happened():
                        waiter.set_result(None)
                except Exception as error:  # noqa: BLE001  # belongs to whoever waits
                    waiter.set_exception(error)

    # Chats.

    def know(self, chat: int) -> Chat:
        """The bot was added to this chat, or its owner has begun to write."""
        return self._known(chat)

    def _known(self, chat: int, raw: Json | None = None) -> Chat:
        found = self.chats.get(chat)
        if found is None:
            found = self.chats[chat] = self._make(chat, raw)
        return found

    def _make(self, chat: int, raw: Json | None) -> Chat:
        if chat > 0:
            named = raw or {"id": chat, "type": "private", "first_name": "客户"}
            return Chat(chat, dict(named), numbers=self._private_numbers)
        made = Chat(chat, dict(raw or {"id": chat, "type": "supergroup", "title": "客服群"}))
        made.members[self.bot_id] = member_row(self.bot, "member")
        return made

    def _chat(self, given: Json, name: str = "chat_id") -> Chat:
        """The chat a call names, if the bot can see it."""
        said = words(given, name)
        if not said:
            raise bad(f"{name} is empty")
        found = self.chats.get(int(said)) if said.removeprefix("-").isdigit() else None
        if found is None:
            raise bad("chat not found")
        if found.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=found.migrated_to)
        if not found.private:
            self._check_inside(found)
        return found

    def _check_inside(self, chat: Chat) -> None:
        kind = chat.raw["type"]
        match chat.standing(self.bot_id):
            case "kicked":
                raise forbidden(f"bot was kicked from the {kind} chat")
            case "left":
                raise forbidden(f"bot is not a member of the {kind} chat")

    def _check_reachable(self, chat: Chat) -> None:
        """A person can be written to."""
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if chat.id in self.blocked:
            raise forbidden("bot was blocked by the user")

    def _need(self, chat: Chat, right: str, what: str) -> None:
        if not chat.private and not chat.may(self.bot_id, right):
            raise bad(f"not enough rights to {what}")

    def _message(self, chat: Chat, number: int, what: str) -> Message:
        found = chat.messages.get(number)
        if found is None or found.deleted:
            raise bad(f"message to {what} not found")
        return found

    def _keep(self, chat: Chat, raw: Json, *, mine: bool, service: bool = False) -> Message:
        kept = Message(chat.id, raw, self.meter.clock(), mine=mine, service=service)
        chat.messages[kept.number] = kept
        return kept

    def _service(self, chat: Chat, sender: Json, thread: int | None = None, **content: Any) -> Message:
        """A line about what was done; the bot hears of it even when it did it."""
        raw = {"message_id": next(chat.numbers), "date": AT, "chat": chat.raw, "from": sender}
        if thread is not None:
            raw |= {"message_thread_id": thread, "is_topic_message": True}
        return self._keep(chat, raw | content, mine=sender is self.bot, service=True)
