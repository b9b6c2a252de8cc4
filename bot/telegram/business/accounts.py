"""What is known of the accounts the bot is connected to: told by Telegram, asked of it, or assumed."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BusinessConnection
from sqlalchemy import Connection, select

from bot.messages import Outgoing
from bot.notifications.once import mark_again_after
from bot.notifications.staff_chat import post_to_staff_chat
from bot.rules import Rules
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.business.connecting import called, save_connection
from bot.transcript import business_connections
from bot.transcript.business_chats import LONGEST_CONNECTION, BusinessChat
from bot.transcript.business_connections import READ, REPLY, BusinessAccount, Obstacle
from bot.transcript.message_store import messages
from bot.wording import business as words

log = logging.getLogger(__name__)

MOST_KNOWN = 10_000  # connections that are remembered; asking once more changes nothing
TOLD_AGAIN = timedelta(hours=12)  # after which staff are told once more that nothing can be sent


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the way of a message, if anything; `unread`: the message to mark as read once it is sent."""

    obstacle: Obstacle | None
    unread: int | None = None


def account_of(connection: BusinessConnection) -> BusinessAccount:
    """Return what Telegram tells of a connection; servers before 9.0 tell one right by itself."""
    rights = business_connections.names_of(connection.rights or ())
    if connection.can_reply:
        rights |= {REPLY}
    owner, number = connection.user, connection.id[:LONGEST_CONNECTION]
    whose = (owner.id, owner.full_name, connection.user_chat_id)
    return BusinessAccount(number, *whose, connection.is_enabled, rights, connection.date)


class BusinessAccounts:
    """The accounts that one bot is connected to."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self._known: set[str] = set()

    async def learn(self, connection: str) -> BusinessAccount | None:
        """Make sure that a connection whose messages come is known; one that cannot be asked about is assumed."""
        database, now = self.service.database, self.service.clock()
        if connection not in self._known:
            known = await database.read(business_connections.find_account, connection)
            if (known is None or not known.enabled) and await self.refresh(connection) is None:
                # Messages come, so it is there; its rights are assumed until Telegram tells them.
                found = known or BusinessAccount(connection, None, "", None, True, None, now)
                await database.unit(save_connection, self.service.rules, replace(found, enabled=True), None, now)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known.add(connection)
        return await database.read(business_connections.find_account, connection)

    def forget(self, connection: str) -> None:
        """Look at a connection again when its next message comes."""
        self._known.discard(connection)

    async def refresh(self, connection: str) -> BusinessAccount | None:
        """Ask Telegram about a connection and store what it says; None if it does not say."""
        try:
            found = await self.client.business.connection(connection)
        except Exception as error:  # noqa: BLE001  # messages go on, with what is known
            log.info("Telegram does not tell of a business connection: %s", self.client.safe(error))
            if not isinstance(error, TelegramBadRequest):
                return None
            known = await self.service.database.read(business_connections.find_account, connection)
            if known is None:
                return None
            account = replace(known, enabled=False)
        else:
            account = account_of(found)
        await self.service.database.unit(save_connection, self.service.rules, account, None, self.service.clock())
        return account

    async def standing(self, message: Outgoing, chat: BusinessChat) -> Standing:
        """Return whether a message can be sent now."""
        return await self.service.database.read(_standing, message, chat, self.service.clock())

    async def tell(self, message: Outgoing, chat: BusinessChat, obstacle: Obstacle) -> None:
        """Tell staff, twice a day at most, that what the bot says does not reach an account's customers."""
        service = self.service
        await service.database.unit(_tell, service.rules, message, chat, obstacle, service.clock())


def _standing(db: Connection, message: Outgoing, chat: BusinessChat, now: datetime) -> Standing:
    obstacle = business_connections.obstacle_at(db, chat.address, now)
    account = business_connections.find_account(db, chat.connection)
    reads = account is not None and account.rights is not None and READ in account.rights
    if obstacle is not None or not reads or not _is_of_staff(db, message):
        return Standing(obstacle)
    return Standing(None, business_connections.latest_number(db, chat.address))


def _is_of_staff(db: Connection, message: Outgoing) -> bool:
    return (
        message.line is not None
        and db.scalar(select(messages.c.author).where(messages.c.id == message.line)) == "agent"
    )


def _tell(
    db: Connection, rules: Rules, message: Outgoing, chat: BusinessChat, obstacle: Obstacle, now: datetime
) -> None:
    if _is_of_staff(db, message):  # who wrote it is told where they wrote it
        return
    if mark_again_after(db, f"business:{obstacle[9:]}:{chat.connection}"[:64], TOLD_AGAIN, now):
        account = business_connections.find_account(db, chat.connection)
        post_to_staff_chat(db, rules, words.NOTHING_SENT[obstacle].format(owner=called(account)), now)
