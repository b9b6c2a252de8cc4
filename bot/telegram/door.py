"""The Telegram door: reads updates into the reception, sends the outbox's rows, shows agents the files."""

from __future__ import annotations

from bot.deliveries import Deliveries
from bot.reception import Reception
from bot.staff_chat import STAFF_CHAT, Unsealing
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import Client
from bot.telegram.handling import Handling
from bot.telegram.poller import Poller
from bot.telegram.router import TELEGRAM


class Telegram:
    """Everything that runs for one bot; BadTelegramToken when the token cannot be one."""

    def __init__(self, reception: Reception) -> None:
        settings, rules = reception.settings, reception.rules
        self.client = Client(settings.telegram_token, settings.telegram_api)
        self.handling = Handling(reception, self.client)
        self.poller = Poller(self.client, self.handling.handle, self.handling.set_aside)
        names = [TELEGRAM, *([STAFF_CHAT] if rules.staff_chat else [])]
        self.deliveries = [
            Deliveries(reception.database, Unsealing(channel, rules.vault), reception.wakeups, reception.clock)
            for channel in (TelegramChannel(self.client, name) for name in names)
        ]

    async def start(self) -> None:
        """Begin to read and to send; a network that is away is waited for, not an error."""
        for deliveries in self.deliveries:
            deliveries.start()
        self.poller.start()

    async def stop(self) -> None:
        """Finish the updates in hand, then stop sending."""
        await self.poller.stop()
        await self.handling.stop()
        for deliveries in self.deliveries:
            await deliveries.stop()
        await self.client.close()

    async def fetch_file(self, reference: str) -> bytes:
        """The bytes of a file kept by reference, for the console; FileGone (a sentence) when Telegram won't give it."""
        return await self.client.fetch_file(reference)
