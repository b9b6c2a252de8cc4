"""Send to customers; what is said of a ticket goes to its topic in their private chat, which is made when needed."""

from __future__ import annotations

from aiogram.exceptions import TelegramForbiddenError, TelegramNotFound, TelegramUnauthorizedError

from bot.delivery import customer_topics
from bot.delivery.customer_topics import ASKED, GONE, MADE, REFUSED, WANTED, CustomerTopic
from bot.messages import Delivery, File, Later, Never, Outgoing
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.api.places import NO_THREAD
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.sending.business import BusinessSender
from bot.telegram.sending.channel import TelegramChannel, outcome_of
from bot.transcript import attachments
from bot.wording.topic_faults import PRIVATE_RIGHT, PRIVATE_VERSION

NO_METHOD = ("method not found", "only for supergroups", "not a forum")  # of a server that makes none in private chats


class CustomerChannel:
    """The `Channel` of customers: chats, their topics, and the topics of tickets.

    Where a topic cannot be made, or is gone, the chat itself is written to: a message never waits for a topic.
    """

    def __init__(self, service: Service, client: Client, business: BusinessSender | None = None) -> None:
        self.name, self.service, self.client = TELEGRAM, service, client
        self._plain = TelegramChannel(client, TELEGRAM, business, self._file_of)

    async def send(self, message: Outgoing) -> Delivery:
        """Try once; failures are returned as outcomes."""
        ticket_id = customer_topics.ticket_of_address(message.address)
        if ticket_id is None:
            return await self._plain.send(message)
        chat = message.address.partition("/")[0]
        topic = await self.service.database.read(customer_topics.get_topic, ticket_id, int(chat))
        thread = await self._thread_of(topic) if topic is not None else None
        if isinstance(thread, Later):
            return thread
        outcome = await self._plain.send_to(message, chat, thread)
        if topic is not None and thread is not None and isinstance(outcome, Never) and _is_of_thread(outcome.why):
            await self._record(topic, GONE)
            return await self._plain.send_to(message, chat)
        return outcome

    async def _file_of(self, line: int) -> File | None:
        return await self.service.database.read(attachments.file_to_send, line)

    async def _thread_of(self, topic: CustomerTopic) -> int | Later | None:
        """The topic's number; None if the chat itself is to be written to, `Later` if nothing can be said now."""
        if topic.state != WANTED:
            # One that was asked for may have been made: another would be a second topic of the same ticket.
            return topic.thread if topic.state == MADE else None
        await self._record(topic, ASKED)
        try:
            thread = await self.client.topics.make(topic.chat, topic.name)
        except Exception as error:  # noqa: BLE001  # every failure becomes an outcome
            return await self._not_made(topic, error)
        await self._record(topic, MADE, thread)
        await self._record_trouble(None)
        return thread

    async def _not_made(self, topic: CustomerTopic, error: Exception) -> Later | None:
        why = self.client.safe(error)
        is_old = any(sign in why for sign in NO_METHOD)
        outcome = outcome_of(self.client, error, begun=False)
        if isinstance(error, TelegramForbiddenError | TelegramUnauthorizedError) or (
            isinstance(error, TelegramNotFound) and not is_old
        ):
            await self._record(topic, WANTED)  # it is the customer or the token; what is sent now will tell
        elif isinstance(outcome, Never) or is_old:
            await self._record(topic, REFUSED)
            await self._record_trouble(PRIVATE_VERSION if is_old else PRIVATE_RIGHT.format(why=why))
        elif isinstance(outcome, Later) and not outcome.ambiguous:
            await self._record(topic, WANTED)
            return outcome
        return None

    async def _record(self, topic: CustomerTopic, state: str, thread: int | None = None) -> None:
        unit = self.service.database.unit
        await unit(customer_topics.set_state, topic.ticket_id, topic.chat, state, thread)

    async def _record_trouble(self, trouble: str | None) -> None:
        known = await self.service.database.read(customer_topics.trouble_of)
        if (known[0] if known is not None else None) != trouble:
            await self.service.database.unit(customer_topics.set_trouble, trouble, self.service.clock())


def _is_of_thread(why: str) -> bool:
    return any(sign in why for sign in NO_THREAD)
