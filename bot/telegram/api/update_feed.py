"""The Bot API's updates: long polling, decoding, webhook registration."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError

from bot.telegram.api.session import SEND_SECONDS
from bot.telegram.parsing.decoding import decode
from bot.telegram.parsing.updates import Fetched

BUSINESS = ["business_connection", "business_message", "edited_business_message", "deleted_business_messages"]
WANTED = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member", *BUSINESS]
FETCH_SLACK = 10  # seconds a long poll may take beyond its own time


class UpdateFeed:
    """The updates of one bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def updates(self, offset: int | None, seconds: int) -> list[Fetched]:
        """Long-poll for updates from `offset` on; passing an offset confirms everything before it."""
        try:
            found = await self._bot.get_updates(
                offset=offset, timeout=seconds, allowed_updates=WANTED, request_timeout=seconds + FETCH_SLACK
            )
        except ClientDecodeError as error:
            # One update of a shape unknown to the library must not hold up the other ninety-nine.
            return [self.decode(raw) for raw in _results(error)]
        return list(found)

    def decode(self, raw: dict[str, Any]) -> Fetched:
        """Decode an update from JSON; returns Unreadable if not even whose message it is can be read."""
        return decode(raw, self._bot)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Register a webhook with a secret, which Telegram sends in a header."""
        await self._bot.set_webhook(
            url, secret_token=secret, allowed_updates=WANTED, max_connections=40, request_timeout=SEND_SECONDS
        )

    async def remove_webhook(self) -> None:
        """Remove the webhook and keep pending updates, so that they can be polled."""
        await self._bot.delete_webhook(drop_pending_updates=False, request_timeout=SEND_SECONDS)


def _results(error: ClientDecodeError) -> list[dict[str, Any]]:
    data = error.data
    found = data.get("result") if isinstance(data, dict) and data.get("ok") else None
    if not isinstance(found, list):
        raise error
    return found
