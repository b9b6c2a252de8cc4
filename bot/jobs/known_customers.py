"""Opens the names of all customers after a start, and of changed ones from then on, so that each search sees them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.rules import Rules
from bot.storage.database import Database
from escalation.customers.customer_search import open_names

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05  # that names are opened for in one transaction; a search waits for its end
BREATH = 0.05  # seconds between two of them: half of the time is left to whoever writes to us
AGAIN = 30.0  # seconds after which changed names are looked for; a search looks for them itself


class NameOpener:
    """Keeps the names of customers open in this process."""

    def __init__(self, database: Database, rules: Callable[[], Rules], clock: Callable[[], datetime]) -> None:
        self.database, self.rules, self.clock = database, rules, clock

    async def run(self) -> None:
        """Run until cancelled; a failure is logged and tried again."""
        while True:
            try:
                await self.open_all()
            except Exception:  # whatever it is: what is open stays open, the rest is tried again
                # The traceback tells no name: statements hide their parameters, and the vault names keys and rows only.
                log.exception("the names of customers could not be opened; a search opens them itself for now")
            await asyncio.sleep(AGAIN)

    async def open_all(self) -> None:
        """Open every name that is not open yet, a little at a time."""
        while not await self._open_some():
            pass

    async def _open_some(self) -> bool:
        done = await self.database.read(open_names, self.rules().vault, self.clock(), LOOK_SECONDS)
        if not done:
            await asyncio.sleep(BREATH)
        return done
