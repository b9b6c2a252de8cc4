"""Long polling: fetch, handle, commit, and only then confirm; sequential in each chat, chats in parallel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

from bot.background import Background
from bot.telegram.api.client import Client
from bot.telegram.parsing.updates import Fetched, chat_of
from bot.telegram.receiving.retry import UpdateRetry, pause

log = logging.getLogger(__name__)

POLL = 25  # seconds a quiet long poll takes
GRACE = 5.0  # seconds that updates in hand are given at the end
CONFLICT_PAUSE = 30.0


class Poller:
    """Polls one bot's updates until it is stopped or the token is refused.

    The offset moves past an update only when its handling, or its setting aside, is committed. aiogram's own polling
    confirms before the handler has run, and lost every message that a restart interrupted.
    """

    def __init__(self, client: Client, retry: UpdateRetry, first_pause: float = 0.5) -> None:
        self.client, self.retry, self.first_pause = client, retry, first_pause
        self.refused = False  # Telegram does not accept the token: nothing more will come
        self._offset: int | None = None
        self._resting = False  # waiting for Telegram or for better times: can be cut short without loss
        self._stopping = False
        self._background = Background()

    def start(self) -> None:
        """Start polling."""
        self._background.start("telegram-poller", self._run())

    async def stop(self) -> None:
        """Finish the updates being handled, within GRACE seconds; others are delivered again at the next start."""
        self._stopping = True
        await self._background.stop([] if self._resting else self._background.tasks, GRACE)

    async def _run(self) -> None:
        failures = 0
        while not self._stopping and not self.refused:
            try:
                self._resting = True
                updates = await self.client.feed.updates(self._offset, POLL)
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
            case TelegramConflictError() if "webhook" in str(error).lower():
                log.warning(
                    "Telegram posted this bot's messages to a webhook; JIEDAI_TELEGRAM_WEBHOOK is off, so it ends."
                )
                await self._end_webhook()
            case TelegramConflictError():
                log.warning(
                    "Another program reads this bot's messages; only one may poll with a token. "
                    "Trying again in %d seconds.",
                    CONFLICT_PAUSE,
                )
                await asyncio.sleep(CONFLICT_PAUSE)
            case TelegramRetryAfter(retry_after=seconds):
                await asyncio.sleep(seconds)
            case _:
                log.warning("Telegram cannot be reached (%s); trying again.", self.client.safe(error))
                await asyncio.sleep(pause(self.first_pause, failures))

    async def _end_webhook(self) -> None:
        try:
            await self.client.feed.remove_webhook()
        except Exception as error:  # noqa: BLE001  # the next poll says again what is wrong
            log.warning("Telegram cannot be reached (%s); trying again.", self.client.safe(error))
            await asyncio.sleep(CONFLICT_PAUSE)

    async def _take(self, updates: Sequence[Fetched]) -> None:
        """Handle a batch, then move the offset past it; batches are short, so a slow chat delays little."""
        chats: dict[int, list[Fetched]] = {}
        for update in updates:
            chat = chat_of(update)
            chats.setdefault(chat if chat is not None else 0, []).append(update)
        await asyncio.gather(*(self._take_in_order(line) for line in chats.values()))
        if updates:
            self._offset = max(update.update_id for update in updates) + 1

    async def _take_in_order(self, line: Sequence[Fetched]) -> None:
        for update in line:
            await self.retry.process(update, patient=True)
