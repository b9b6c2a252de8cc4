"""Say what the outbox holds in a Telegram chat: sent | later | never."""

from __future__ import annotations

import logging
from collections.abc import Iterator

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
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.messages import Button, Delivery, Later, Never, Outgoing, Sent
from bot.replies import in_script
from bot.telegram.client import Client
from bot.telegram.router import TELEGRAM
from bot.telegram.sentences import MAYBE_TWICE
from knowledge_base.scripts import script_of

log = logging.getLogger(__name__)

LONGEST = 4096  # UTF-16 units of one message
CHOICE_BYTES = 64  # of a button's callback data
SHARE = "contact"  # the choice of a button that asks for the customer's own telephone number
PAUSE = 5.0  # seconds after a failure that says nothing about how long it lasts
BAD_TOKEN_PAUSE = 300.0

_ROWS = {"rate": "rating", "helpful": "verdict", "unhelpful": "verdict"}  # verbs that share a row


class TelegramChannel:
    """A `Channel` whose addresses are chat ids: the customers' chats, or the staff's."""

    def __init__(self, client: Client, name: str = TELEGRAM) -> None:
        self.client, self.name = client, name
        self._moved: dict[str, str] = {}  # groups that have become supergroups since they were configured

    async def send(self, message: Outgoing) -> Delivery:
        """Try once; what happened is said in words without the token."""
        parts = list(split(_labelled(message)))
        if not parts:
            return Never("there is no text in it")
        done = 0
        try:
            for done, part in enumerate(parts):
                await self._say(message, part, last=done == len(parts) - 1)
        except Exception as error:  # noqa: BLE001  # every failure becomes an outcome; the row stays in the ledger
            return self._outcome(error, begun=done > 0)
        return Sent()

    async def _say(self, message: Outgoing, part: str, *, last: bool) -> None:
        markup = keyboard(message.buttons) if last else None
        chat = self._moved.get(message.address, message.address)
        try:
            await self.client.send(chat, part, markup)
        except TelegramMigrateToChat as moved:
            there = self._moved[message.address] = str(moved.migrate_to_chat_id)
            log.warning("Telegram chat %s has become %s; set JIEDAI_TELEGRAM_STAFF_CHAT if it is that.", chat, there)
            await self.client.send(there, part, markup)

    def _outcome(self, error: Exception, *, begun: bool) -> Delivery:
        why = self.client.safe(error)
        match error:
            case TelegramRetryAfter(retry_after=seconds):
                return Later(seconds, why, ambiguous=begun)
            case TelegramForbiddenError() | TelegramBadRequest() | TelegramEntityTooLarge():
                return Never(why)
            case TelegramUnauthorizedError() | TelegramNotFound():
                return Later(BAD_TOKEN_PAUSE, "Telegram refuses the token (JIEDAI_TELEGRAM_TOKEN)", ambiguous=begun)
            case TelegramAPIError() if isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError):
                return Later(PAUSE, why, ambiguous=begun)
            case _:
                return Later(PAUSE, why, ambiguous=True)


def split(text: str) -> Iterator[str]:
    """Pieces Telegram takes, cut at a line's end where there is one in the latter half."""
    rest = text.strip()
    while rest:
        end = _fitting(rest)
        if end < len(rest) and (line := rest.rfind("\n", end // 2, end)) > 0:
            end = line
        if piece := rest[:end].strip():
            yield piece
        rest = rest[end:].strip()


def _fitting(text: str) -> int:
    """How many characters fit; those beyond the basic plane count double."""
    if len(text) * 2 <= LONGEST:
        return len(text)
    units = 0
    for index, character in enumerate(text):
        units += 2 if ord(character) > 0xFFFF else 1
        if units > LONGEST:
            return index
    return len(text)


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """Suggestions one below the other, ratings side by side; the wish for a telephone number below the input line."""
    share = next((button for button in buttons if button.choice == SHARE), None)
    if share is not None:
        row = [KeyboardButton(text=share.label, request_contact=True)]
        return ReplyKeyboardMarkup(keyboard=[row], resize_keyboard=True, one_time_keyboard=True)
    rows: dict[str, list[InlineKeyboardButton]] = {}
    for button in buttons:
        if 0 < len(button.choice.encode()) <= CHOICE_BYTES and button.label:
            row_name = _ROWS.get(button.choice.partition(":")[0], button.choice)
            tappable = InlineKeyboardButton(text=button.label, callback_data=button.choice)
            rows.setdefault(row_name, []).append(tappable)
    return InlineKeyboardMarkup(inline_keyboard=list(rows.values())) if rows else None


def _labelled(message: Outgoing) -> str:
    if not message.retried or not message.text.strip():
        return message.text
    return in_script(MAYBE_TWICE, script_of(message.text)) + message.text
