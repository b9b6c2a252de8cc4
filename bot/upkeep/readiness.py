"""Whether this process may be sent work, and why not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.migrations import schema
from bot.storage.database import Database
from bot.upkeep.free_space import FreeSpace
from bot.upkeep.write_trial import WriteTrial

LOOK = 2.0  # seconds between trial writes during an outage


class Readiness:
    """The checks of `/readyz`. `answers` is set once a first message would be answered without delay."""

    def __init__(self, database: Database, space: FreeSpace, sweeps: Callable[[], bool]) -> None:
        """`sweeps`: whether due deadlines are looked for."""
        self.database, self.space, self.sweeps = database, space, sweeps
        self.answers = False
        self._trial = WriteTrial(database)

    def checks(self) -> dict[str, bool]:
        """Return the checks by name; reads and tries to write, so call it off the event loop."""
        return {
            "database": True,
            "migrations": self.database.read_now(schema.is_current),
            "writes": self._trial.succeeds() and not self.database.outages.is_one,
            "space": self.space.is_enough,
            "sweep": self.sweeps(),
            "answers": self.answers,
        }

    async def watch(self) -> None:
        """Notice the end of an outage though nobody writes; runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            if self.database.outages.is_one:
                await asyncio.to_thread(self._trial.succeeds)
