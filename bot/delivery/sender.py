"""Send the rows of the outbox: claim under a lease, send, record sent | later | never."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.background import Background, finish, run_forever
from bot.delivery import outbox
from bot.delivery.rate_limit import Pace, counted_at
from bot.messages import Channel, Delivery, Later, Never, Outgoing
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from escalation.column_seal import UnreadableText

log = logging.getLogger(__name__)

IDLE = 5.0  # seconds after which the outbox is looked at even if nobody woke us
SEND_TIMEOUT = 30.0  # seconds; well under the lease
GRACE = 5.0  # seconds that sends under way get at the end
AT_ONCE = 32  # sends under way side by side, each in a chat of its own
MOST_HELD = 1_000  # claimed and waiting for their chat's turn, beside these
LONGEST_HOLD = 5.0  # seconds to wait for a chat's turn; a longer silence is waited for in the database
LONGEST_LINE = 25.0  # seconds after which a row goes back unsent: with the send itself, its lease must not run out

Done = tuple[Outgoing, Delivery]
Unreachable = Callable[[Connection, Outgoing, datetime], None]


class OutboxSender:
    """Sends one channel's outbox rows, several chats in parallel, each in order.

    Outcomes are recorded in the transaction that claims the next rows: two sends cost one commit, not four.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        change_feed: ChangeFeed,
        clock: Callable[[], datetime],
        at_once: int = AT_ONCE,
        pace: Pace | None = None,
        on_unreachable: Unreachable | None = None,
    ) -> None:
        self.database, self.channel, self.change_feed, self.clock = database, channel, change_feed, clock
        self.at_once, self.pace, self.on_unreachable = at_once, pace, on_unreachable
        self._sends: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(at_once)
        self._done: list[Done] = []
        self._stirred = asyncio.Event()
        self._background = Background()
        self._stopping = False
        self._ours = -1  # the version of changes that our own commit made: no news to us

    def start(self) -> None:
        """Start sending, on the running event loop."""
        # Rows stay pending; a database that is away comes back.
        sentence = "delivery failed; the message stays in the outbox"
        work = run_forever(self._work_or_rest, log, sentence, lambda: self._stopping)
        self._background.start(f"deliver-{self.channel.name}", work)
        self._background.start(f"deliver-{self.channel.name}-listen", self._listen())

    async def stop(self) -> None:
        """Let sends in flight finish within GRACE seconds.

        A send that is cut off is repeated later, labelled as a repetition.
        """
        self._stopping = True
        self._stirred.set()
        await self._background.stop(self._background.tasks[:1], GRACE)
        await finish(self._sends, GRACE)
        with contextlib.suppress(Exception):  # the database may be away: leases run out, and the rows are tried again
            await self._turn(0)

    async def work_once(self) -> bool:
        """Record finished sends and start due ones, as far as the rate limit allows.

        False if there was nothing to do.
        """
        room = self._room()
        due = room > 0 and await self._has_due()
        if not due and not self._done:
            return False
        return bool(await self._turn(room)) or bool(self._done)

    async def _listen(self) -> None:
        while True:
            if await self.change_feed.wait(self.change_feed.version, IDLE) != self._ours:
                self._stirred.set()

    async def _work_or_rest(self) -> None:
        self._stirred.clear()
        if not await self.work_once():
            await self._rest()

    def _room(self) -> int:
        if self.pace is None:
            return self.at_once - len(self._sends)
        return min(MOST_HELD - len(self._sends), self.pace.available())

    async def _has_due(self) -> bool:
        # A look first: a transaction that finds nothing to write would still wake everybody who waits for changes.
        due = await self.database.read(outbox.next_pending, self.channel.name)
        return due is not None and due <= self.clock()

    async def _turn(self, room: int) -> int:
        """Record finished sends, claim due rows and start sending them; returns how many were claimed."""
        done, self._done = self._done, []
        before = self.change_feed.version
        try:
            claimed = await self.database.unit(self._exchange, done, room)
        except BaseException:
            self._done = done + self._done
            raise
        if self.change_feed.version == before + 1:
            self._ours = before + 1
        if self.pace is not None:
            self.pace.count_sent(len(claimed))
        for message in claimed:
            task = asyncio.create_task(self._deliver(message))
            self._sends.add(task)
            task.add_done_callback(self._sends.discard)
        return len(claimed)

    def _exchange(self, db: Connection, done: Sequence[Done], room: int) -> list[Outgoing]:
        now = self.clock()
        outbox.conclude(db, done, now)
        for message, outcome in done:
            if isinstance(outcome, Never) and outcome.unreachable and self.on_unreachable is not None:
                self.on_unreachable(db, message, now)
        return outbox.claim(db, self.channel.name, now, room)

    async def _deliver(self, message: Outgoing) -> None:
        try:
            outcome = await self._send_in_turn(message)
            self._done.append((message, outcome))  # the list may have been exchanged during the send
        except Exception:
            # The row stays leased and is labelled when it is tried again: it may have arrived.
            log.exception("a message could not be sent")
        finally:
            self._stirred.set()

    async def _send_in_turn(self, message: Outgoing) -> Delivery:
        came = time.monotonic()
        wait = self.pace.reserve_turn(counted_at(message.address)) if self.pace is not None else 0.0
        if wait > LONGEST_HOLD:
            return Later(wait, "the chat was asked to be left in peace")
        if wait > 0:
            await asyncio.sleep(wait)
        async with self._free:
            if time.monotonic() - came > LONGEST_LINE:
                return Later(0, "the line was too long")  # others may claim it soon, and would say it a second time
            return await self._send(message)

    async def _send(self, message: Outgoing) -> Delivery:
        if isinstance(message.text, UnreadableText):
            return Never("no key opens its text")
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                outcome = await self.channel.send(message)
        except TimeoutError:
            return Later(5, "no answer in time", ambiguous=True)
        if isinstance(outcome, Later) and self.pace is not None and outcome.limited:
            self.pace.back_off(counted_at(message.address), outcome.seconds)
        return outcome

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(await self._pause()):
                await self._stirred.wait()

    async def _pause(self) -> float:
        if self.pace is None and len(self._sends) >= self.at_once:
            return IDLE
        due = await self.database.read(outbox.next_pending, self.channel.name)
        if due is None:
            return IDLE
        paced = self.pace.seconds_until_available() if self.pace is not None else 0.0
        return min(max((due - self.clock()).total_seconds(), paced, 0.02), IDLE)
