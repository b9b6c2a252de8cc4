"""A Bot API server in memory, over real HTTP: keeps updates until they are confirmed, refuses what Telegram refuses."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter, deque
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]

TOKEN = "1001:AAf-a-secret-that-must-not-be-logged"
AT = 1_795_000_000  # what the messages' `date` says; nothing looks at it
PATIENCE = 20.0  # seconds a test waits for something that ought to happen at once

USER_KINDS = frozenset(("message", "callback_query", "edited_message", "my_chat_member"))


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class HangUp(Exception):
    """The connection is cut instead of an answer."""


@dataclass(frozen=True)
class SentMessage:
    """A message the bot sent and the server took."""

    chat: int
    text: str
    markup: Json = field(default_factory=dict)

    @property
    def rows(self) -> list[list[str]]:
        """The callback data of the inline buttons, row by row."""
        return [[button["callback_data"] for button in row] for row in self.markup.get("inline_keyboard", [])]

    @property
    def asks_for_contact(self) -> bool:
        """Whether a button under the input line asks for the telephone number."""
        return any(button.get("request_contact") for row in self.markup.get("keyboard", []) for button in row)


class FakeTelegram:
    """One bot's Bot API server. `async with FakeTelegram() as api:` and point the client at `api.base`."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.base = ""
        self.sent: list[SentMessage] = []
        self.taps_answered: dict[str, str] = {}
        self.calls: Counter[str] = Counter()
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()  # chats whose owner has blocked the bot
        self.confirmed = 0  # every update below this one is confirmed and forgotten
        self.polling = 0  # long polls waiting just now
        self.forgetful = 0  # so many confirmations get lost, and what they confirmed is handed out again
        self.impatient = 0  # sends that came before the time a 429 had asked for was over
        self._updates: deque[Json] = deque()
        self._numbers = itertools.count(5001)
        self._messages = itertools.count(1)
        self._chats: set[int] = set()
        self._faults: dict[str, deque[Exception | Callable[[], Exception]]] = {}
        self._cut_after: Counter[str] = Counter()
        self._flood: tuple[int, Callable[[], float]] | None = None
        self._flood_ends: dict[int, float] = {}
        self._told: dict[int, float] = {}  # which end of a flood a chat's sender has been told
        self._changed = asyncio.Condition()
        self._poll = 0
        self._closing = False

    # What a test does.

    async def push(self, *updates: Json) -> int:
        """Users do these things; returns the number of the last update."""
        number = 0
        for update in updates:
            number = next(self._numbers)
            kept = {"update_id": number, **update}
            chat = _chat_of(update)
            if chat is not None:
                self._chats.add(chat)
            self._updates.append(kept)
        await self._notify()
        return number

    def know(self, chat: int) -> None:
        """The bot was added to this chat."""
        self._chats.add(chat)

    def fail_next(self, method: str, code: int, description: str, **parameters: int) -> None:
        """The next call of this method is refused."""
        self._faults.setdefault(method, deque()).append(Refusal(code, description, **parameters))

    def hang_up_next(self, method: str, *, after: bool) -> None:
        """The next call loses its connection: before anything was done, or `after` it was done."""
        if after:
            self._cut_after[method] += 1
        else:
            self._faults.setdefault(method, deque()).append(HangUp())

    def limit_rate(self, seconds: int, clock: Callable[[], float]) -> None:
        """From now on one message per chat in so many seconds of this clock; more get 429."""
        self._flood = (seconds, clock)

    async def until(self, happened: Callable[[], bool], what: str) -> None:
        """Wait until something is so; look again after every call the bot makes."""
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(happened)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what}; sent: {self.sent}; calls: {self.calls}") from None

    async def until_sent(self, count: int, chat: int | None = None) -> list[SentMessage]:
        """Wait until so many messages went out, to one chat or in all, and return them."""
        await self.until(lambda: len(self.sent_to(chat)) >= count, f"{count} messages to {chat or 'anybody'}")
        return self.sent_to(chat)

    async def until_confirmed(self, number: int) -> None:
        """Wait until the bot has confirmed this update."""
        await self.until(lambda: self.confirmed > number, f"update {number} to be confirmed ({self.confirmed})")

    def sent_to(self, chat: int | None) -> list[SentMessage]:
        """What went to one chat, or to all."""
        return [message for message in self.sent if chat is None or message.chat == chat]

    # What the server does.

    async def __aenter__(self) -> FakeTelegram:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        await self._notify()
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            self._check_token(request)
            self.calls[method] += 1
            self._stumble(method)
            handler = getattr(self, f"_do_{method}", None)
            if handler is None:
                raise Refusal(404, "Not Found")
            result = await handler(dict(await request.post()))
            if self._cut_after[method] > 0:
                self._cut_after[method] -= 1
                raise HangUp
        except Refusal as refusal:
            return self._refuse(refusal)
        except HangUp:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            await self._notify()
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, request: web.Request) -> None:
        given = request.match_info["token"]
        if given != self.token:
            raise Refusal(401, "Unauthorized") if ":" in given else Refusal(404, "Not Found")

    def _stumble(self, method: str) -> None:
        waiting = self._faults.get(method)
        if waiting:
            fault = waiting.popleft()
            raise fault if isinstance(fault, Exception) else fault()

    @staticmethod
    def _refuse(refusal: Refusal) -> web.Response:
        body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            body["parameters"] = refusal.parameters
        return web.json_response(body, status=refusal.code)

    async def _download(self, request: web.Request) -> web.Response:
        self._check_token(request)
        content = self.files.get(request.match_info["path"].removeprefix("documents/"))
        return web.Response(body=content) if content is not None else web.Response(status=404)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _do_getUpdates(self, given: Json) -> list[Json]:  # noqa: N802  # named as the method
        """Confirm what lies before `offset`, then wait for something to hand out; a second poll ends the first."""
        wanted = set(json.loads(given["allowed_updates"])) if "allowed_updates" in given else USER_KINDS
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        if not 1 <= limit <= 100:
            raise Refusal(400, "Bad Request: limit must be between 1 and 100")
        if offset and self.forgetful > 0:
            self.forgetful, offset = self.forgetful - 1, 0
        self.confirmed = max(self.confirmed, offset)
        # What the bot doesn't want is never queued for it.
        self._updates = deque(u for u in self._updates if u["update_id"] >= offset and set(u) & wanted)
        self._poll += 1
        mine = self._poll
        await self._notify()
        await self._wait_for_updates(float(given.get("timeout", 0)), mine, wanted)
        if mine != self._poll:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs")
        return [update for update in self._updates if set(update) & wanted][:limit]

    async def _wait_for_updates(self, seconds: float, mine: int, wanted: Set[str]) -> None:
        def wakes() -> bool:
            return mine != self._poll or self._closing or any(set(update) & wanted for update in self._updates)

        self.polling += 1
        try:
            async with asyncio.timeout(seconds), self._changed:
                self._changed.notify_all()  # a test may wait for the bot to be polling
                await self._changed.wait_for(wakes)
        except TimeoutError:
            pass
        finally:
            self.polling -= 1

    async def _do_sendMessage(self, given: Json) -> Json:  # noqa: N802
        chat = int(given["chat_id"]) if given.get("chat_id", "").lstrip("-").isdigit() else 0
        if chat not in self._chats:
            raise Refusal(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        self._meter(chat)
        text = _checked_text(given)
        markup = _checked_markup(given, chat)
        self.sent.append(SentMessage(chat, text, markup))
        sender = {"id": 1001, "is_bot": True, "first_name": "Jiedai"}
        return {"message_id": next(self._messages), "date": AT, "chat": _chat(chat), "from": sender, "text": text}

    def _meter(self, chat: int) -> None:
        if self._flood is None:
            return
        seconds, clock = self._flood
        now, ends = clock(), self._flood_ends.get(chat)
        if ends is not None and now < ends:
            # The first one too many learns how long to wait; whoever comes again before that has not listened.
            self.impatient += self._told.get(chat) == ends
            self._told[chat] = ends
            raise Refusal(429, "Too Many Requests: retry later", retry_after=seconds)
        self._flood_ends[chat] = now + seconds

    async def _do_answerCallbackQuery(self, given: Json) -> bool:  # noqa: N802
        if len(given.get("text", "")) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        self.taps_answered[given["callback_query_id"]] = given.get("text", "")
        return True

    async def _do_getFile(self, given: Json) -> Json:  # noqa: N802
        content = self.files.get(given["file_id"])
        if content is None:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(content) > 20 * 1024 * 1024:
            raise Refusal(400, "Bad Request: file is too big")
        found = {"file_id": given["file_id"], "file_unique_id": "u" + given["file_id"], "file_size": len(content)}
        return found | {"file_path": f"documents/{given['file_id']}"}


def _checked_text(given: Json) -> str:
    text: str = given.get("text", "").strip()
    if "parse_mode" in given:
        raise Refusal(400, "Bad Request: can't parse entities: only plain text is expected here")
    if not text:
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _checked_markup(given: Json, chat: int) -> Json:
    markup: Json = json.loads(given["reply_markup"]) if "reply_markup" in given else {}
    for button in itertools.chain.from_iterable(markup.get("inline_keyboard", [])):
        if not button.get("text"):
            raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    for button in itertools.chain.from_iterable(markup.get("keyboard", [])):
        if button.get("request_contact") and chat < 0:
            raise Refusal(400, "Bad Request: phone number can be requested in private chats only")
    return markup


# What users do, as Telegram words it.

_message_numbers = itertools.count(1)


def text_update(chat: int, text: str) -> Json:
    """Somebody writes in a private chat."""
    return message_update(chat, text=text)


def message_update(chat: int, **content: Any) -> Json:
    """Any message in a private chat."""
    base = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": _user(chat)}
    return {"message": base | content}


def group_update(chat: int, user: int, text: str) -> Json:
    """Somebody writes in a group."""
    base = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": _user(user)}
    return {"message": base | {"text": text}}


def edit_update(chat: int, text: str) -> Json:
    """Somebody changes what they wrote."""
    return {"edited_message": message_update(chat, text=text, edit_date=AT)["message"]}


def tap_update(chat: int, data: str, tap: str = "tap", *, user: int | None = None) -> Json:
    """Somebody taps an inline button; in a group when `chat` is negative."""
    sender = {"id": 1001, "is_bot": True, "first_name": "Jiedai"}
    under = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": sender, "text": "…"}
    query = {"id": tap, "from": _user(user or chat), "chat_instance": "1", "data": data, "message": under}
    return {"callback_query": query}


def contact_update(chat: int, phone: str, user: int | None, *, forwarded: bool = False) -> Json:
    """Somebody shares a contact card; `user` is whose card it is."""
    contact: Json = {"phone_number": phone, "first_name": "张三"}
    if user is not None:
        contact["user_id"] = user
    content: Json = {"contact": contact}
    if forwarded:
        content["forward_origin"] = {"type": "user", "date": AT, "sender_user": _user(chat)}
    return message_update(chat, **content)


def photo_update(chat: int, reference: str, caption: str | None = None) -> Json:
    """Somebody sends a picture, in two sizes."""
    sizes = [
        {"file_id": f"{reference}-{size}", "file_unique_id": str(size), "width": size, "height": size, "file_size": 9}
        for size in (90, 1280)
    ]
    return message_update(chat, photo=sizes, **({"caption": caption} if caption else {}))


def _chat(chat: int) -> Json:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "客服群"}
    return {"id": chat, "type": "private", "first_name": "客户"}


def _user(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": "客户"}


def _chat_of(update: Json) -> int | None:
    message = update.get("message") or update.get("callback_query", {}).get("message")
    return int(message["chat"]["id"]) if isinstance(message, dict) and "chat" in message else None
