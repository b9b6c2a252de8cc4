"""Send outbox rows to staff: to a chat, a topic, or the overview of the group in use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from bot.delivery.outbox import STAFF_CHAT
from bot.messages import Delivery, Later, Never, Outgoing
from bot.notifications.staff_chat import DESK
from bot.telegram.api.client import Client
from bot.telegram.sending.channel import TelegramChannel

REMADE_PAUSE = 3.0  # seconds in which an overview that was deleted is made anew
NOWHERE_PAUSE = 30.0  # seconds until a desk without a usable group is looked at again

Place = tuple[int, int | None]  # chat and thread
Where = Callable[[], Awaitable[Place | None]]
IsDesk = Callable[[int], Awaitable[bool]]


class GroupPace(Protocol):
    """The rate limit of messages to a group."""

    async def reserve(self, chat: int) -> float:
        """Reserve a message: 0.0 if reserved, otherwise the seconds to wait."""
        ...

    async def record_sent(self, chat: int) -> None:
        """Record that a reserved send has ended, successful or not."""
        ...

    async def forget_overview(self, chat: int, thread: int) -> None:
        """Record that the group's overview topic was deleted."""
        ...


class StaffChannel:
    """The `Channel` whose addresses are a chat id, "chat/thread", or the desk."""

    def __init__(self, client: Client, overview: Where, pace: GroupPace, is_desk: IsDesk) -> None:
        """`overview` returns where pages go now; `is_desk` tells whether a chat's rate limit is shared."""
        self.name = STAFF_CHAT
        self.overview, self.pace, self.is_desk = overview, pace, is_desk
        self.client, self._plain = client, TelegramChannel(client, STAFF_CHAT)

    async def send(self, message: Outgoing) -> Delivery:
        """Try once; `Later` if the group's rate limit is used up."""
        place = await self._place(message.address)
        if place is None:
            return Later(NOWHERE_PAUSE, "no group of JIEDAI_TELEGRAM_DESK can be written to")
        chat, thread = place
        if chat is None:
            plain, _, where = message.address.partition("/")
            return await self._plain.send_to(message, plain, int(where) if where.isdecimal() else None)
        wait = await self.pace.reserve(chat)
        if wait > 0:
            return Later(wait, "the group has heard enough for this minute")
        try:
            outcome = await self._plain.send_to(message, str(chat), thread)
        finally:
            await self.pace.record_sent(chat)
        if thread is not None and isinstance(outcome, Never) and "thread not found" in outcome.why:
            if message.address != DESK:
                return replace(outcome, unreachable=False)
            await self.pace.forget_overview(chat, thread)
            return Later(REMADE_PAUSE, outcome.why)
        if message.address == DESK and isinstance(outcome, Never) and _is_for_the_group(outcome):
            return Later(NOWHERE_PAUSE, outcome.why)  # until somebody has mended that, or another group is in use
        return outcome

    async def _place(self, address: str) -> tuple[int | None, int | None] | None:
        if address == DESK:
            return await self.overview()
        chat, _, thread = address.partition("/")
        if chat.removeprefix("-").isdecimal() and await self.is_desk(int(chat)):
            return int(chat), int(thread) if thread.isdecimal() else None
        return None, None


def _is_for_the_group(refused: Never) -> bool:
    """Whether the group refuses everything, and not only this message."""
    return refused.unreachable or "rights" in refused.why
