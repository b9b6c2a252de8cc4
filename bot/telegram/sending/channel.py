"""Send outbox rows to Telegram chats: sent | later | never."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.messages import Delivery, FileGone, Later, Never, Outgoing, Sent
from bot.telegram.api.client import Client
from bot.telegram.api.places import NO_THREAD, Place, account_in, customers_place, own_account
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.sending.business import BusinessSender
from bot.telegram.sending.customer_keyboard import keyboard
from bot.telegram.sending.held_files import FileOfLine, HeldFiles
from bot.telegram.sending.rich_text import LONGEST
from bot.transcript.business_chats import business_chat
from bot.wording.phrases import in_script
from bot.wording.telegram_customers import MAYBE_TWICE
from bot.wording.transcript import TAKEN_BACK
from bot.wording.utf16 import fitting
from knowledge_base.text.scripts import script_of

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds after a failure that says nothing about how long it lasts
BAD_TOKEN_PAUSE = 300.0

Step = Callable[[str], Awaitable[int | None]]

_OF_THE_CUSTOMER = ("blocked by the user", "user is deactivated", "initiate conversation")


class TelegramChannel:
    """The `Channel` whose addresses are chat ids, and with `business` also chats of connected accounts.

    `file_of` reads the files that are sent by their bytes.
    """

    def __init__(
        self,
        client: Client,
        name: str = TELEGRAM,
        business: BusinessSender | None = None,
        file_of: FileOfLine | None = None,
    ) -> None:
        self.client, self.name, self.business, self.held = client, name, business, HeldFiles(client, file_of)
        self._moved: dict[str, str] = {}  # groups that have become supergroups since they were configured

    async def send(self, message: Outgoing) -> Delivery:
        """Try once; failures are returned as outcomes, whose texts do not contain the token.

        What cannot be said in a topic that is gone is said outside of it.
        """
        account = business_chat(message.address)
        if account is not None and self.business is not None:
            return await self.business.send(message, account, self.send_to)
        chat, topic = customers_place(message.address)
        outcome = await self.send_to(message, chat, topic)
        if topic is not None and isinstance(outcome, Never) and any(sign in outcome.why for sign in NO_THREAD):
            return await self.send_to(message, chat)
        return outcome

    async def send_to(self, message: Outgoing, chat: str, thread: Place = None) -> Delivery:
        """As `send`, to this chat, and to a topic of it if `thread` is given."""
        if "edit" in (message.content or {}):
            return await self._change(message, chat, thread)
        steps = [*self._contents(message, thread), *self._words(message, thread)]
        if not steps:
            return Never("there is no text in it")
        numbers: list[int | None] = []
        try:
            for step in steps:
                numbers.append(await self._follow(chat, step))  # noqa: PERF401  # how far it came counts
        except Exception as error:  # noqa: BLE001  # every failure becomes an outcome; the row stays in the ledger
            outcome = outcome_of(self.client, error, begun=bool(numbers))
            return _of_source(outcome) if "copy" in (message.content or {}) and not numbers else outcome
        return Sent(numbers[0])

    async def _change(self, message: Outgoing, chat: str, thread: Place) -> Delivery:
        """Change what was sent; where the Bot API refuses that, say so in a further message."""
        content = message.content or {}
        number, new = content["edit"], content["new"]
        if number is not None and new is not None:
            try:
                about = {"is_caption": content["caption"], "place": thread}
                return await edit_sent(self.client, int(chat), number, new, **about)
            except Exception as error:  # noqa: BLE001  # every failure becomes an outcome; the row stays in the ledger
                if not isinstance(error, TelegramBadRequest):
                    return outcome_of(self.client, error, begun=False)
        return await self.send_to(replace(message, content=None, reply_to=number), chat, thread)

    def _words(self, message: Outgoing, thread: Place) -> Iterator[Step]:
        parts = list(split(_labelled(message)))
        for index, part in enumerate(parts):
            is_last, private = index == len(parts) - 1, own_account(message.address) > 0
            markup = keyboard(message.buttons, private=private) if is_last else None
            reply_to = message.reply_to if index == 0 else None
            yield partial(self.client.send, text=part, markup=markup, thread=thread, reply_to=reply_to)

    def _contents(self, message: Outgoing, thread: Place) -> Iterator[Step]:
        content = message.content or {}
        if "copy" in content:
            source, *numbers = content["copy"]
            how: dict[str, Any] = {"thread": thread, "reply_to": message.reply_to, "bare": bool(content.get("bare"))}
            yield partial(self._copy, source=source, numbers=numbers, **how)
        if "file" in content:
            file, caption = content["file"], content["caption"]
            known = partial(self.client.files.send, reference=file["id"], name=file["name"], mime=file["mime"])
            yield partial(known, caption=caption, thread=thread, reply_to=message.reply_to)
        if "held" in content:
            yield partial(self.held.send, message=message, thread=thread)
        if "place" in content:
            latitude, longitude = content["place"]
            yield partial(self.client.send_place, latitude=latitude, longitude=longitude, thread=thread)

    async def _copy(self, chat: str, source: int, numbers: list[int], **how: Any) -> int | None:
        return next(iter(await self.client.copy(chat, source, numbers, **how)), None)

    async def _follow(self, chat: str, step: Step) -> int | None:
        there = self._moved.get(chat, chat)
        try:
            return await step(there)
        except TelegramMigrateToChat as moved:
            there = self._moved[chat] = str(moved.migrate_to_chat_id)
            log.warning("Telegram chat %s has become %s; name that in JIEDAI_TELEGRAM_STAFF_CHAT.", chat, there)
            return await step(there)


def outcome_of(client: Client, error: Exception, *, begun: bool) -> Delivery:
    """Return the outcome that an error means; `begun`: a part of the message was delivered."""
    why = client.safe(error)
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            return Later(seconds, why, ambiguous=begun, limited=True)
        case FileGone():
            return Never(why)
        case TelegramForbiddenError():
            return Never(why, unreachable=True)
        case TelegramBadRequest() | TelegramEntityTooLarge():
            return Never(why, unreachable="chat not found" in why)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return Later(BAD_TOKEN_PAUSE, "Telegram refuses the token (JIEDAI_TELEGRAM_TOKEN)", ambiguous=begun)
        case TelegramAPIError() if isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError):
            return Later(PAUSE, why, ambiguous=begun)
        case _:
            return Later(PAUSE, why, ambiguous=True)


async def edit_sent(client: Client, chat: int, number: int, new: str, *, is_caption: bool, place: Place = None) -> Sent:
    """Change the words of a message of ours, or delete it; one too old to be deleted says that it was taken back.

    Raises TelegramBadRequest where it cannot be changed, and whatever else sending raises.
    """
    if not new:
        try:
            account = account_in(place)
            await (client.delete(chat, number) if account is None else client.business.delete(account, number))
        except TelegramBadRequest:
            new = TAKEN_BACK
    if new and is_caption:
        await client.edit_caption(chat, number, new, place=place)
    elif new:
        await client.edit(chat, number, new, place=place)
    return Sent(number)


def _of_source(outcome: Delivery) -> Delivery:
    """The outcome of a copy: an unreachable source says nothing about the recipient."""
    if isinstance(outcome, Never) and outcome.unreachable:
        return replace(outcome, unreachable=any(sign in outcome.why for sign in _OF_THE_CUSTOMER))
    return outcome


def split(text: str) -> Iterator[str]:
    """Yield parts that fit into one message, cut at the end of a line where there is one in the second half."""
    rest = text.strip()
    while rest:
        end = fitting(rest, LONGEST)
        if end < len(rest) and (line := rest.rfind("\n", end // 2, end)) > 0:
            end = line
        if piece := rest[:end].strip():
            yield piece
        rest = rest[end:].strip()


def _labelled(message: Outgoing) -> str:
    if not message.retried or not message.text.strip():
        return message.text
    return in_script(MAYBE_TWICE, script_of(message.text)) + message.text
