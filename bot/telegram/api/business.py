"""The Bot API's methods for accounts that the bot is connected to."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.types import BusinessConnection

from bot.telegram.api.session import SEND_SECONDS

log = logging.getLogger(__name__)


class BusinessMethods:
    """What the bot may do in the name of an account, besides sending."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def connection(self, connection: str) -> BusinessConnection:
        """Return what Telegram tells of a connection: its account, its rights, whether it is enabled."""
        return await self._bot.get_business_connection(connection, request_timeout=SEND_SECONDS)

    async def mark_read(self, connection: str, chat: int, number: int) -> None:
        """Mark a customer's message, and all before it, as read; a failure is only logged."""
        try:
            await self._bot.read_business_message(connection, chat, number, request_timeout=5)
        except Exception as error:  # noqa: BLE001  # the reply it stands for was sent
            log.debug("a message was not marked as read: %s", type(error).__name__)

    async def delete(self, connection: str, number: int) -> None:
        """Delete a message that the bot sent in the account's name."""
        await self._bot.delete_business_messages(connection, [number], request_timeout=SEND_SECONDS)
