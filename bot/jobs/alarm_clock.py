"""The APScheduler tick that looks for due deadlines, waiting conversations and chores."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy import Connection

from bot.background import Background
from bot.dialogue import intake
from bot.dialogue.ranked_turn import rank_turn
from bot.jobs.chores import CHORES, Chore
from bot.notifications.publish import announce
from bot.rules import Rules
from bot.storage.database import Database
from bot.storage.database_clock import ServerClock
from bot.tickets import assignment
from bot.transcript import waking
from escalation.tickets import sweep
from escalation.tickets.task_sweep import take_due_tasks

log = logging.getLogger(__name__)

BATCH = 100  # deadlines per transaction: enough to catch up quickly, few enough to let messages in between
TICK = 1.0  # seconds
ASLEEP = 1.5 * TICK  # without a tick for so long the scheduler sleeps by a clock that was set back
ALIVE = 30.0  # seconds
AGAIN = 0.05  # seconds until what is due, but in the hands of another replica, is looked for again


def sweep_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Carry up to BATCH due deadlines, and as many tasks, one step on, notices included, in this transaction.

    Returns how many.
    """
    reached, later = sweep.carry_on(db, rules.policy, now, BATCH)
    asked = take_due_tasks(db, rules.policy, now, BATCH)
    if reached or asked:
        announce(db, rules, [*reached, *asked], now)
        assignment.take_away(db, rules, reached, now)
    return later + len(reached) + len(asked)


class Ticks(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """One run a TICK after the one before, by the present clock.

    The library's interval trigger lists every run that a clock set forward has missed, before it runs one: for 400
    days that takes a minute and gigabytes of memory.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the time of the next run; the first is at once."""
        return now if previous_fire_time is None else now + timedelta(seconds=TICK)


class AlarmClock:
    """Sweeps once a second, and at the next due time. The database holds the deadlines, the scheduler none."""

    def __init__(self, database: Database, rules: Callable[[], Rules], clock: Callable[[], datetime]) -> None:
        self.database, self.rules, self.clock = database, rules, clock
        self.last_sweep: datetime | None = None
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running = asyncio.Lock()
        self._early: asyncio.TimerHandle | None = None
        self._swept = self._ticked = time.monotonic()
        self._watch = Background()

    def start(self) -> None:
        """Start ticking on the running event loop."""
        self._scheduler.start()
        self._tick_from_now()
        self._watch.start("keep-ticking", self._keep_ticking())

    async def stop(self) -> None:
        """Stop ticking; waits for a running sweep to finish."""
        if self._early is not None:
            self._early.cancel()
        await self._watch.stop()
        self._scheduler.pause()
        async with self._running:  # after the ticks that wait for it: shutting down cancels those under way
            self._scheduler.shutdown(wait=False)

    @property
    def is_alive(self) -> bool:
        """Whether a sweep succeeded within ALIVE."""
        return self.last_sweep is not None and self.seconds_since_sweep < ALIVE

    @property
    def seconds_since_sweep(self) -> float:
        """Seconds since the last successful sweep, by a monotonic clock."""
        return time.monotonic() - self._swept

    def _tick_from_now(self) -> None:
        # The database is the ledger; a missed tick costs nothing because the next one finds the same rows.
        how = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler.add_job(self.tick, Ticks(), id="tick", replace_existing=True, **how)

    async def _keep_ticking(self) -> None:
        # The scheduler counts by the wall clock: set back an hour, it would sleep for that hour.
        while True:
            await asyncio.sleep(TICK / 2)
            if time.monotonic() - self._ticked > ASLEEP and not self._running.locked():
                self._ticked = time.monotonic()
                self._tick_from_now()

    async def tick(self) -> None:
        """Run one sweep; a failure is logged, and what is due is found again at the next tick."""
        try:
            async with self._running:
                await self.run_due()
        except Exception:  # the sweep must live through a database that is away for a while
            log.exception("sweep failed; what is due stays due")
        finally:
            self._ticked = time.monotonic()

    async def run_due(self) -> None:
        """Run one sweep: due deadlines, due conversations, chores. Takes no write lock unless something is due."""
        now = await self._look()
        while await self._is_due(now) and await self._sweep(now):
            # A second in which a thousand fall due is not over when the first hundred are told.
            now = await self._look()
        for conversation in await self.database.read(waking.due_conversations, now):
            try:
                await self._continue(conversation.id, now)
            except Exception:  # it stays due; those behind it must not wait for it
                log.exception("conversation %d could not be continued; it stays due", conversation.id)
        for chore in CHORES:
            await self._see_to(chore, now)
        self.last_sweep, self._swept = now, time.monotonic()
        await self._wake_early()

    async def _look(self) -> datetime:
        """The present instant; of a server's clock, once it has been compared with the server."""
        if isinstance(self.clock, ServerClock):
            await self.database.read(self.clock.look)
        return self.clock()

    async def _see_to(self, chore: Chore, now: datetime) -> None:
        # One batch a look: no deadline waits for a long chore, and the next look goes on with it.
        try:
            due = await self.database.read(chore.is_due, self.rules(), now)
            if due and await self.database.unit(chore.run, self.rules(), now):
                self._scheduler.add_job(self.tick, misfire_grace_time=None)
        except Exception:  # it stays due; those behind it must not wait for it
            log.exception("%s failed; it stays due", chore.name)

    async def _sweep(self, now: datetime) -> int:
        return await self.database.unit(sweep_some, self.rules(), now)

    async def _is_due(self, now: datetime) -> bool:
        due = await self.database.read(sweep.next_due)
        return due is not None and due <= now

    async def _continue(self, conversation_id: int, now: datetime) -> None:
        rules = self.rules()
        text, tier = await self.database.read(intake.fragments_of, rules, conversation_id, now)
        ranked = rank_turn(rules, text, tier, now)
        await self.database.unit(intake.continue_held, rules, conversation_id, ranked, now)

    async def _wake_early(self) -> None:
        # Within the coming second: be there on the instant instead of up to a tick late; by the clock that deadlines
        # go by, for the scheduler's own may differ. What is due by now and still there another replica holds, or has
        # left behind: look again soon.
        due, woken = await self.database.read(sweep.next_due), await self.database.read(waking.next_wake)
        # A conversation that stays due is one that failed: the next tick is soon enough for it.
        coming = (due, woken if woken is not None and woken > self.clock() else None)
        wait = min((at for at in coming if at is not None), default=None)
        if wait is None or (delay := (wait - self.clock()).total_seconds()) > TICK:
            return
        if self._early is not None:
            self._early.cancel()
        self._early = asyncio.get_running_loop().call_later(delay if delay > 0 else AGAIN, self._look_early)

    def _look_early(self) -> None:
        with contextlib.suppress(Exception):  # the scheduler has been shut down
            self._scheduler.add_job(self.tick, misfire_grace_time=None)
