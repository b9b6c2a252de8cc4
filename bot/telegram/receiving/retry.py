"""Handle an update with retries; one that keeps failing is set aside, never lost."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.telegram.parsing.updates import Fetched, kind_of

log = logging.getLogger(__name__)

TRIES = 3  # for an update whose handling fails
LONGEST_PAUSE = 30.0
AWAY = (OperationalError, InterfaceError, PoolTimeout)  # what a database says that is not there

Handle = Callable[[Fetched], Awaitable[None]]
SetAside = Callable[[Fetched, str], Awaitable[None]]


class DatabaseAway(Exception):
    """The database is unavailable; the update is not at fault."""


class UpdateRetry:
    """Handles updates with retries, for the poller and the webhook."""

    def __init__(self, handle: Handle, set_aside: SetAside, first_pause: float = 0.5) -> None:
        self.handle, self.set_aside, self.first_pause = handle, set_aside, first_pause

    async def process(self, update: Fetched, *, patient: bool) -> None:
        """Handle an update; on return its handling, or its setting aside, is committed.

        While the database is unavailable `patient` callers wait; others get DatabaseAway.
        """
        why = ""
        for attempt in range(1, TRIES + 1):
            failed = await self._tried(lambda: self.handle(update), update, patient)
            if failed is None:
                return
            why = type(failed).__name__
            await asyncio.sleep(pause(self.first_pause, attempt))
        if await self._tried(lambda: self.set_aside(update, why), update, patient) is not None:
            log.critical("Telegram: update %d is lost to us.", update.update_id)

    async def _tried(self, way: Callable[[], Awaitable[None]], update: Fetched, patient: bool) -> Exception | None:
        """The error after all retries, if any; waits while the database is unavailable."""
        away = 0
        while True:
            try:
                await way()
            except AWAY as error:
                if not patient:
                    raise DatabaseAway(type(error).__name__) from None
                away += 1
                if away == 1:
                    log.warning("Telegram: the database is away (%s); messages wait at Telegram.", type(error).__name__)
                await asyncio.sleep(pause(self.first_pause, away))
            except Exception as error:  # noqa: BLE001  # its words may hold what the customer wrote
                number, kind, name = update.update_id, kind_of(update), type(error).__name__
                log.error("Telegram: update %d (%s) failed: %s", number, kind, name)
                return error
            else:
                return None


def pause(first: float, failures: int) -> float:
    """Return the seconds to wait after so many failures: exponential up to LONGEST_PAUSE, with jitter."""
    longest: float = min(first * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311
