"""Updates of connected accounts: connections, and messages of their customers and owners; each one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.types import Message, Update

from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.business.accounts import BusinessAccounts, account_of
from bot.telegram.business.connecting import save_connection
from bot.telegram.business.deletions import MessagesDeleted, keep_deleted
from bot.telegram.business.owner import revise_owner_message, take_owner_message
from bot.telegram.parsing.owners import read_owner_edit, read_owner_message
from bot.telegram.parsing.updates import address_of, is_of_customer, key_of, message_of
from bot.transcript import business_connections
from bot.transcript.business_chats import LONGEST_CONNECTION, business_chat

TELEGRAM_ITSELF = 777_000  # the account that sends codes for signing in, which nobody else must read

Hear = Callable[[Update, str], Awaitable[None]]


class BusinessUpdates:
    """What happens in the accounts that one bot is connected to."""

    def __init__(self, service: Service, client: Client, hear: Hear) -> None:
        """`hear` takes a customer's update in, with its address."""
        self.service, self.client, self.hear = service, client, hear
        self.accounts = BusinessAccounts(service, client)

    async def handle(self, update: Update) -> bool:
        """Process an update once; False if it is none of a connected account."""
        service, key = self.service, key_of(update, self.client.bot_id)
        if (connection := update.business_connection) is not None:
            account = account_of(connection)
            await service.database.unit(save_connection, service.rules, account, key, service.clock())
            self.accounts.forget(account.id)
        elif (deleted := update.deleted_business_messages) is not None:
            chat = business_chat(f"{deleted.chat.id}@{deleted.business_connection_id[:LONGEST_CONNECTION]}")
            if chat is not None:
                gone = MessagesDeleted(chat, tuple(deleted.message_ids), key)
                await service.database.unit(keep_deleted, gone, service.clock())
        elif (message := update.business_message or update.edited_business_message) is not None:
            await self._take(update, message, key)
        else:
            return False
        return True

    async def note(self, update: Update) -> None:
        """Note when a customer wrote, for a day from then they may be answered; before their message is taken in."""
        message = update.business_message
        chat = business_chat(address_of(message)) if message is not None else None
        if message is not None and chat is not None:
            how = (chat, message.message_id, self.service.clock())
            await self.service.database.unit(business_connections.hear, *how)

    async def _take(self, update: Update, message: Message, key: str) -> None:
        writer, connection = message.from_user, message.business_connection_id
        if connection is None or message.chat.type != "private" or writer is None or writer.is_bot:
            return
        if message.sender_business_bot is not None or message.chat.id == TELEGRAM_ITSELF:  # our own come back
            return
        account = await self.accounts.learn(connection[:LONGEST_CONNECTION])
        if account is not None and account.owner == message.chat.id:  # the owner's notes to themself
            return
        if is_of_customer(message):
            await self.hear(update, address_of(message))
        else:
            await self._take_owners(update, message, key)

    async def _take_owners(self, update: Update, message: Message, key: str) -> None:
        service = self.service
        if message_of(update) is update.business_message:
            said = read_owner_message(message, key)
            if said is not None:
                await service.database.unit(take_owner_message, service.rules, said, service.clock())
            return
        edited = read_owner_edit(message, update.update_id, self.client.bot_id)
        if edited is not None:
            await service.database.unit(revise_owner_message, edited, service.clock())
