"""Send in the name of a connected account: where nothing may be sent now, staff read in a sentence why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from bot.messages import Delivery, Never, Outgoing, Sent
from bot.telegram.api.client import Client
from bot.telegram.api.places import BusinessId
from bot.telegram.business.accounts import Standing
from bot.transcript.business_chats import BusinessChat
from bot.transcript.business_connections import REPLY, BusinessAccount, Obstacle

REFUSED = ("BUSINESS_", "business connection")  # how the Bot API begins its refusals of a connection

SendTo = Callable[[Outgoing, str, BusinessId], Awaitable[Delivery]]


class Accounts(Protocol):
    """What is known of the connections."""

    async def standing(self, message: Outgoing, chat: BusinessChat) -> Standing:
        """Return whether a message can be sent now."""
        ...

    async def refresh(self, connection: str) -> BusinessAccount | None:
        """Ask Telegram about a connection; None if it does not say."""
        ...

    async def tell(self, message: Outgoing, chat: BusinessChat, obstacle: Obstacle) -> None:
        """Tell staff that what the bot says does not arrive."""
        ...


class BusinessSender:
    """Sends to the customers of connected accounts."""

    def __init__(self, client: Client, accounts: Accounts) -> None:
        self.client, self.accounts = client, accounts

    async def send(self, message: Outgoing, chat: BusinessChat, send_to: SendTo) -> Delivery:
        """Try once, with `send_to`, unless it is known that nothing may be sent there now."""
        standing = await self.accounts.standing(message, chat)
        if standing.obstacle is not None:
            return await self._refused(message, chat, standing.obstacle, f"not tried: {standing.obstacle}")
        outcome = await send_to(message, str(chat.chat), BusinessId(chat.connection))
        if isinstance(outcome, Never):
            if any(sign in outcome.why for sign in REFUSED):
                return await self._refused(message, chat, await self._found_out(chat), outcome.why)
            return replace(outcome, unreachable=False)
        if isinstance(outcome, Sent) and standing.unread is not None:
            await self.client.business.mark_read(chat.connection, chat.chat, standing.unread)
        return outcome

    async def _refused(self, message: Outgoing, chat: BusinessChat, obstacle: Obstacle, why: str) -> Never:
        await self.accounts.tell(message, chat, obstacle)
        return Never(why, obstacle=obstacle)

    async def _found_out(self, chat: BusinessChat) -> Obstacle:
        """Telegram refuses for several reasons in the same words: what it says of the connection tells them apart."""
        account = await self.accounts.refresh(chat.connection)
        if account is not None and not account.enabled:
            return "business_off"
        return "business_no_right" if account is not None and not account.may(REPLY) else "business_window_over"
