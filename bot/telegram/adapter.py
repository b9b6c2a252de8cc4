"""The Telegram adapter: wires receiving, sending and the staff groups for one bot."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.config.secret_files import webhook_secret
from bot.delivery.customer_topics import ticket_of_address
from bot.delivery.rate_limit import Pace
from bot.delivery.sender import OutboxSender
from bot.delivery.undeliverable import mark_unreachable
from bot.messages import Outgoing
from bot.notifications.staff_chat import DecryptingChannel
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.desk.worker import TopicWorker
from bot.telegram.private_topics import mark_everywhere
from bot.telegram.receiving.dispatcher import Dispatcher
from bot.telegram.receiving.poller import Poller
from bot.telegram.receiving.retry import UpdateRetry
from bot.telegram.receiving.setup import BotSetup
from bot.telegram.receiving.webhook import PATH, Webhook
from bot.telegram.sending.business import BusinessSender
from bot.telegram.sending.staff_channel import StaffChannel
from bot.telegram.sending.ticket_topics import CustomerChannel
from bot.topic_sync import group_rate, topic_groups


class Telegram:
    """Everything that runs for one bot; raises BadTelegramToken for a malformed token."""

    def __init__(self, service: Service) -> None:
        settings = service.settings
        self.service = service
        self.client = Client(settings.telegram_token, settings.telegram_api)
        self.dispatcher = Dispatcher(service, self.client)
        retry = UpdateRetry(self.dispatcher.handle, self.dispatcher.set_aside)
        self.poller = Poller(self.client, retry)
        self.webhook: Webhook | None = None
        if settings.telegram_webhook:
            self.webhook = Webhook(self.client, retry, settings.public_url + PATH, webhook_secret(settings))
            service.webhook = self.webhook.receive
        self.pace = Pace(settings.telegram_per_second, time.monotonic)
        self.deliveries = self._deliveries()
        self.topic_worker = TopicWorker(service, self.client, self.pace)
        self.setup = BotSetup(service, self.client)

    def _deliveries(self) -> list[OutboxSender]:
        here, rules = self.service, self.service.rules
        business = BusinessSender(self.client, self.dispatcher.business.accounts)
        customers = CustomerChannel(here, self.client, business)
        kept = (here.database, customers, here.change_feed, here.clock)
        found = [OutboxSender(*kept, pace=self.pace, on_unreachable=self._unreachable)]
        if rules.staff_chat:
            door = DecryptingChannel(StaffChannel(self.client, self._overview, self, self._is_desk), rules.vault)
            found.append(OutboxSender(here.database, door, here.change_feed, here.clock, pace=self.pace))
        return found

    async def _overview(self) -> tuple[int, int | None] | None:
        return await self.service.database.read(topic_groups.overview_chat, self.service.rules)

    async def reserve(self, chat: int) -> float:
        """Reserve the sending of a page to a staff group: 0.0 if reserved, otherwise the seconds to wait."""
        return await self.service.database.unit(_reserve, chat, self.service.clock)

    async def record_sent(self, chat: int) -> None:
        """Record that a reserved send has ended, successful or not."""
        await self.service.database.unit(_record_sent, chat, self.service.clock)

    async def forget_overview(self, chat: int, thread: int) -> None:
        """Record that the group's overview topic was deleted, so that it is created again."""
        await self.service.database.unit(topic_groups.forget_overview, chat, thread)

    async def _is_desk(self, chat: int) -> bool:
        return await self.service.database.read(topic_groups.is_desk, self.service.rules, chat)

    def _unreachable(self, db: Connection, message: Outgoing, now: datetime) -> None:
        if ticket_of_address(message.address) is None:
            mark_unreachable(db, message.channel, message.address, now)
        else:
            mark_everywhere(db, message.address, mark_unreachable, now)

    async def start(self) -> None:
        """Start receiving and sending; an unreachable network is retried."""
        for deliveries in self.deliveries:
            deliveries.start()
        self.topic_worker.start()
        self.setup.start()
        (self.webhook or self.poller).start()

    async def stop(self) -> None:
        """Finish the updates being handled, then stop sending."""
        await (self.webhook or self.poller).stop()
        await self.setup.stop()
        await self.dispatcher.stop()
        await self.topic_worker.stop()
        for deliveries in self.deliveries:
            await deliveries.stop()
        await self.client.close()

    async def fetch_file(self, reference: str) -> bytes:
        """Download a file stored by reference, for the console; raises FileGone if Telegram does not hand it out."""
        return await self.client.fetch_file(reference)


def _reserve(db: Connection, chat: int, clock: Callable[[], datetime]) -> float:
    return group_rate.reserve(db, chat, clock(), urgent=True)


def _record_sent(db: Connection, chat: int, clock: Callable[[], datetime]) -> None:
    group_rate.record_sent(db, chat, clock())
