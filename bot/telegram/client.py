"""The Bot API as we use it; errors leave this file without the token in their words."""

from __future__ import annotations

import logging
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup, Update
from aiogram.utils.token import TokenValidationError, validate_token
from aiohttp import ClientError
from pydantic import ValidationError

from bot.messages import FileGone
from bot.telegram.router import Fetched, Unreadable

log = logging.getLogger(__name__)

WANTED = ["message", "callback_query"]
LARGEST_FILE = 20 * 1024 * 1024  # bytes; the Bot API hands out nothing larger
SEND_SECONDS = 15  # well under what `deliveries` allows a send
FETCH_SLACK = 10  # seconds a long poll may take beyond its own time

TOO_BIG = "文件超过 20 MB，Telegram 不提供下载，请客户用其他方式发送。"
NOT_NOW = "暂时无法从 Telegram 取得这个文件，请稍后再试，或请客户重新发送。"


class BadTelegramToken(Exception):
    """A token that cannot be one; its text is a whole sentence."""


class Client:
    """One bot at one Bot API server."""

    def __init__(self, token: str, api: str) -> None:
        try:
            validate_token(token)
        except TokenValidationError:
            raise BadTelegramToken(
                "JIEDAI_TELEGRAM_TOKEN is not a bot token; it must look like 123456:ABC-DEF, as BotFather gave it."
            ) from None
        self._token = token
        self._bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
        self.bot_id = self._bot.id

    async def updates(self, offset: int | None, seconds: int) -> list[Fetched]:
        """Long polling: what came from `offset` on; asking with an offset confirms everything before it."""
        try:
            found = await self._bot.get_updates(
                offset=offset, timeout=seconds, allowed_updates=WANTED, request_timeout=seconds + FETCH_SLACK
            )
        except ClientDecodeError as error:
            # One update of a shape unknown to the library must not hold up the other ninety-nine.
            return [self._decode(raw) for raw in _results(error)]
        return list(found)

    def _decode(self, raw: dict[str, Any]) -> Fetched:
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError:
            return Unreadable(int(raw["update_id"]), raw)

    async def send(
        self, chat: str, text: str, markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None
    ) -> None:
        """One message of at most 4,096 UTF-16 units, as plain text."""
        await self._bot.send_message(
            chat_id=_chat_id(chat), text=text, reply_markup=markup, parse_mode=None, request_timeout=SEND_SECONDS
        )

    async def answer_tap(self, tap_id: str, text: str | None = None) -> None:
        """Take the hour-glass off a tapped button; a failure is nobody's loss."""
        try:
            await self._bot.answer_callback_query(tap_id, text=text, request_timeout=5)
        except Exception as error:  # noqa: BLE001  # the tap itself is committed already
            log.debug("a tap was not acknowledged: %s", self.safe(error))

    async def fetch_file(self, reference: str) -> bytes:
        """The bytes of a file a customer sent, or FileGone."""
        try:
            found = await self._bot.get_file(reference, request_timeout=SEND_SECONDS)
            if (found.file_size or 0) > LARGEST_FILE or not found.file_path:
                raise FileGone(TOO_BIG)
            stream = await self._bot.download_file(found.file_path, timeout=SEND_SECONDS * 2)
        except TelegramBadRequest as error:
            raise FileGone(TOO_BIG if "too big" in str(error) else NOT_NOW) from None
        except (AiogramError, ClientError, OSError) as error:  # `from None`: they may name the URL, and so the token
            log.warning("Telegram: a file could not be fetched: %s", self.safe(error))
            raise FileGone(NOT_NOW) from None
        if stream is None:
            raise FileGone(NOT_NOW)
        return stream.read()

    def safe(self, error: BaseException) -> str:
        """An error in words that may stand in a log or in a row."""
        words = type(error).__name__ if isinstance(error, ClientDecodeError) else f"{type(error).__name__}: {error}"
        return words.replace(self._token, "<token>").replace(self._token.partition(":")[2], "<token>")[:300]

    async def close(self) -> None:
        """Let go of connections."""
        await self._bot.session.close()


def _results(error: ClientDecodeError) -> list[dict[str, Any]]:
    data = error.data
    found = data.get("result") if isinstance(data, dict) and data.get("ok") else None
    if not isinstance(found, list):
        raise error
    return found


def _chat_id(chat: str) -> int | str:
    return int(chat) if chat.removeprefix("-").isdigit() else chat
