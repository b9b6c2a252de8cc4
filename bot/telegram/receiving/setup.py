"""At the start: read the bot's username and whether it has topics in private chats, and set its commands."""

from __future__ import annotations

import asyncio
import logging

from bot.background import Background
from bot.delivery.customer_topics import set_enabled
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.receiving.retry import pause
from bot.wording import telegram_staff
from bot.wording.telegram_customers import COMMANDS

log = logging.getLogger(__name__)

FIRST_PAUSE = 2.0  # seconds


class BotSetup:
    """Asks Telegram once per start; retries while the network is unavailable."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self._background = Background()

    def start(self) -> None:
        """Start asking."""
        self._background.start("telegram-introducing", self._run())

    async def stop(self) -> None:
        """Stop asking."""
        await self._background.stop()

    async def _run(self) -> None:
        failures = 0
        while not self.service.bot_name:
            try:
                name, has_topics = await self.client.about_itself()
                await self.service.database.unit(set_enabled, has_topics)
                await self.client.offer_commands(COMMANDS)
            except Exception as error:  # noqa: BLE001  # reading and sending go on without it
                failures += 1
                log.debug("Telegram did not say what the bot is called: %s", self.client.safe(error))
                await asyncio.sleep(pause(FIRST_PAUSE, failures))
            else:
                self.service.bot_name = name
                await self._offer_staff()
                return

    async def _offer_staff(self) -> None:
        for chat in self.service.rules.topic_groups:
            try:
                await self.client.topics.offer_commands(chat, telegram_staff.COMMANDS)
            except Exception as error:  # noqa: BLE001  # they can be typed all the same
                log.debug("Telegram group %d is not offered the commands: %s", chat, self.client.safe(error))
