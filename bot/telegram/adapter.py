"""The Telegram door: reads updates into the reception, sends the outbox's rows, shows agents the files."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.config.secret_files import webhook_secret
from bot.delivery.rate_limit import Pace
from bot.delivery.sender import Deliveries
from bot.delivery.unreachable import mark_unreachable
from bot.messages import Outgoing
from bot.notifications.staff_chat import Unsealing
from bot.service import Reception
from bot.telegram.api.client import Client
from bot.telegram.desk.worker import Desking
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.receiving.dispatcher import Handling
from bot.telegram.receiving.poller import Poller
from bot.telegram.receiving.retry import Taking
from bot.telegram.receiving.setup import Introducing
from bot.telegram.receiving.webhook import PATH, Webhook
from bot.telegram.sending.channel import TelegramChannel
from bot.telegram.sending.staff_channel import StaffChannel
from bot.topic_sync import group_rate, topic_groups


class Telegram:
    """Everything that runs for one bot; BadTelegramToken when the token cannot be one."""

    def __init__(self, reception: Reception) -> None:
        settings = reception.settings
        self.reception = reception
        self.client = Client(settings.telegram_token, settings.telegram_api)
        self.handling = Handling(reception, self.client)
        taking = Taking(self.handling.handle, self.handling.set_aside)
        self.poller = Poller(self.client, taking)
        self.webhook: Webhook | None = None
        if settings.telegram_webhook:
            self.webhook = Webhook(self.client, taking, settings.public_url + PATH, webhook_secret(settings))
            reception.webhook = self.webhook.receive
        self.pace = Pace(settings.telegram_per_second, time.monotonic)
        self.deliveries = self._deliveries()
        self.desking = Desking(reception, self.client, self.pace)
        self.introducing = Introducing(reception, self.client)

    def _deliveries(self) -> list[Deliveries]:
        here, rules = self.reception, self.reception.rules
        customers = TelegramChannel(self.client, TELEGRAM)
        kept = (here.database, customers, here.wakeups, here.clock)
        found = [Deliveries(*kept, pace=self.pace, on_unreachable=self._unreachable)]
        if rules.staff_chat:
            door = Unsealing(StaffChannel(self.client, self._overview, self, self._is_desk), rules.vault)
            found.append(Deliveries(here.database, door, here.wakeups, here.clock, pace=self.pace))
        return found

    async def _overview(self) -> tuple[int, int | None] | None:
        return await self.reception.database.read(topic_groups.where, self.reception.rules)

    async def take(self, chat: int) -> float:
        """0.0: a page may be said in this group of the desk, its place is taken; else seconds to wait."""
        return await self.reception.database.unit(_take, chat, self.reception.clock)

    async def arrived(self, chat: int) -> None:
        """It is said, or will not be: its place is kept for a minute from now."""
        await self.reception.database.unit(_arrived, chat, self.reception.clock)

    async def forget(self, chat: int, thread: int) -> None:
        """The overview there is gone, and has to be made anew."""
        await self.reception.database.unit(topic_groups.forget_overview, chat, thread)

    async def _is_desk(self, chat: int) -> bool:
        return await self.reception.database.read(topic_groups.is_desk, self.reception.rules, chat)

    def _unreachable(self, db: Connection, message: Outgoing, now: datetime) -> None:
        mark_unreachable(db, message.channel, message.address, now)

    async def start(self) -> None:
        """Begin to read and to send; a network that is away is waited for, not an error."""
        for deliveries in self.deliveries:
            deliveries.start()
        self.desking.start()
        self.introducing.start()
        (self.webhook or self.poller).start()

    async def stop(self) -> None:
        """Finish the updates in hand, then stop sending."""
        await (self.webhook or self.poller).stop()
        await self.introducing.stop()
        await self.handling.stop()
        await self.desking.stop()
        for deliveries in self.deliveries:
            await deliveries.stop()
        await self.client.close()

    async def fetch_file(self, reference: str) -> bytes:
        """The bytes of a file kept by reference, for the console; FileGone (a sentence) when Telegram won't give it."""
        return await self.client.fetch_file(reference)


def _take(db: Connection, chat: int, clock: Callable[[], datetime]) -> float:
    return group_rate.take(db, chat, clock(), urgent=True)


def _arrived(db: Connection, chat: int, clock: Callable[[], datetime]) -> None:
    group_rate.arrived(db, chat, clock())
