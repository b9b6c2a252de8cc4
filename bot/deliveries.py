"""Send what the outbox holds: claim with a lease, send, write down sent | later | never."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from bot import outbox
from bot.database import Database
from bot.messages import Channel, Delivery, Later, Outgoing
from bot.wakeups import Wakeups

log = logging.getLogger(__name__)

IDLE = 5.0  # seconds after which the outbox is looked at even if nobody woke us
SEND_TIMEOUT = 30.0  # seconds; well under the lease


class Deliveries:
    """Works through one channel's outbox rows, one at a time per worker."""

    def __init__(
        self, database: Database, channel: Channel, wakeups: Wakeups, clock: Callable[[], datetime], workers: int = 4
    ) -> None:
        self.database, self.channel, self.wakeups, self.clock = database, channel, wakeups, clock
        self.workers = workers
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin sending."""
        self._tasks = [asyncio.create_task(self._work(), name=f"deliver-{n}") for n in range(self.workers)]

    async def stop(self) -> None:
        """Stop; a send under way is cut and labelled as ambiguous when it is tried again."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _work(self) -> None:
        while True:
            seen = self.wakeups.version
            try:
                busy = await self.deliver_one()
            except Exception:  # rows stay pending; a database that is away comes back
                log.exception("delivery failed; the message stays in the outbox")
                await asyncio.sleep(1)
                continue
            if not busy:
                await self.wakeups.wait(seen, await self._pause())

    async def deliver_one(self) -> bool:
        """Send the next row, if one is due."""
        # A look first: a unit that finds nothing would still wake every worker, which would look in turn, for ever.
        due = await self.database.read(outbox.next_pending, self.channel.name)
        if due is None or due > self.clock():
            return False
        message = await self.database.unit(outbox.claim_one, self.channel.name, self.clock())
        if message is None:
            return False
        outcome = await self._send(message)
        await self.database.unit(outbox.conclude, message, outcome, self.clock())
        return True

    async def _send(self, message: Outgoing) -> Delivery:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                return await self.channel.send(message)
        except TimeoutError:
            return Later(5, "no answer in time", ambiguous=True)

    async def _pause(self) -> float:
        due = await self.database.read(outbox.next_pending, self.channel.name)
        if due is None:
            return IDLE
        return min(max((due - self.clock()).total_seconds(), 0.05), IDLE)
