"""Fetch, handle, commit, and only then confirm: serial in each chat, chats side by side."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence

from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.telegram.client import Client
from bot.telegram.router import Fetched, chat_of, kind_of

log = logging.getLogger(__name__)

POLL = 25  # seconds a quiet long poll takes
TRIES = 3  # for an update whose handling fails
GRACE = 5.0  # seconds that updates in hand are given at the end
LONGEST_PAUSE = 30.0
CONFLICT_PAUSE = 30.0

Handle = Callable[[Fetched], Awaitable[None]]


class Poller:
    """Reads one bot's updates until it is stopped or the token is refused.

    The offset moves past an update only when its handling, or its setting aside, is committed. aiogram's own polling
    confirms before the handler has run, and lost every message that a restart interrupted.
    """

    def __init__(self, client: Client, handle: Handle, set_aside: Handle, first_pause: float = 0.5) -> None:
        self.client, self.handle, self.set_aside, self.first_pause = client, handle, set_aside, first_pause
        self.refused = False  # Telegram does not accept the token: nothing more will come
        self._offset: int | None = None
        self._resting = False  # waiting for Telegram or for better times: can be cut short without loss
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin polling."""
        self._task = asyncio.create_task(self._run(), name="telegram-poller")

    async def stop(self) -> None:
        """Finish the updates in hand, within a few seconds; what isn't finished comes again at the next start."""
        self._stopping = True
        if self._task is None:
            return
        if self._resting:
            self._task.cancel()
        await asyncio.wait([self._task], timeout=GRACE)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        while not self._stopping and not self.refused:
            try:
                self._resting = True
                updates = await self.client.updates(self._offset, POLL)
                self._resting = False
                await self._take(updates)
                failures = 0
            except Exception as error:  # noqa: BLE001  # a network fails in many ways and none may end the polling
                self._resting = True
                failures += 1
                await self._after(error, failures)

    async def _after(self, error: Exception, failures: int) -> None:
        match error:
            case TelegramUnauthorizedError() | TelegramNotFound():
                log.error("Telegram refuses the token; set JIEDAI_TELEGRAM_TOKEN to BotFather's and restart.")
                self.refused = True
            case TelegramConflictError():
                log.warning("%s Trying again in %d seconds.", _conflict(error), CONFLICT_PAUSE)
                await asyncio.sleep(CONFLICT_PAUSE)
            case TelegramRetryAfter(retry_after=seconds):
                await asyncio.sleep(seconds)
            case _:
                log.warning("Telegram cannot be reached (%s); trying again.", self.client.safe(error))
                await asyncio.sleep(self._pause(failures))

    def _pause(self, failures: int) -> float:
        # Jitter, so that replicas and other clients don't come back all at the same instant.
        longest: float = min(self.first_pause * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1)  # noqa: S311

    async def _take(self, updates: Sequence[Fetched]) -> None:
        """Handle a batch, then move the offset past it; a batch is short, so its slowest chat costs little."""
        chats: dict[int, list[Fetched]] = {}
        for update in updates:
            chat = chat_of(update)
            chats.setdefault(chat if chat is not None else 0, []).append(update)
        await asyncio.gather(*(self._take_in_order(line) for line in chats.values()))
        if updates:
            self._offset = max(update.update_id for update in updates) + 1

    async def _take_in_order(self, line: Sequence[Fetched]) -> None:
        for update in line:
            await self._take_one(update)

    async def _take_one(self, update: Fetched) -> None:
        for attempt in range(1, TRIES + 1):
            if await self._tried(self.handle, update):
                return
            await asyncio.sleep(self._pause(attempt))
        if not await self._tried(self.set_aside, update):
            log.critical("Telegram: update %d of chat %s is lost to us.", update.update_id, chat_of(update))

    async def _tried(self, way: Handle, update: Fetched) -> bool:
        """Whether it went through; waits for as long as the database is away, for that is not the update's fault."""
        away = 0
        while True:
            try:
                await way(update)
            except (OperationalError, InterfaceError, PoolTimeout) as error:
                away += 1
                log.warning("Telegram: the database is away (%s); messages wait at Telegram.", type(error).__name__)
                await asyncio.sleep(self._pause(away))
            except Exception as error:  # noqa: BLE001  # its words may hold what the customer wrote
                number, kind, name = update.update_id, kind_of(update), type(error).__name__
                log.error("Telegram: update %d (%s) failed: %s", number, kind, name)
                return False
            else:
                return True


def _conflict(error: TelegramConflictError) -> str:
    if "webhook" in str(error).lower():
        return "Telegram still delivers this bot's messages to a webhook; remove it with the method deleteWebhook."
    return "Another program reads this bot's messages; only one may poll with a token."
