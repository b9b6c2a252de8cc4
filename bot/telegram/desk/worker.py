"""The topic worker: brings each ticket's topic and each group's overview up to date."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from sqlalchemy import Connection

from bot.background import Background, run_forever
from bot.delivery.rate_limit import Pace
from bot.rules import Rules
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.api.places import NO_THREAD
from bot.telegram.desk import overview, steps
from bot.telegram.desk.errors import NO_MESSAGE, group_failed, means
from bot.telegram.desk.group_check import complaint
from bot.telegram.desk.overview import OverviewWork
from bot.telegram.desk.perform import perform, record_failure
from bot.telegram.desk.steps import TopicStep
from bot.topic_sync import topic_groups, work_queue
from bot.topic_sync.topic_groups import LOOK_AGAIN
from bot.topic_sync.work_queue import PAUSE
from bot.wording import open_tickets
from bot.wording.topic_faults import FULL

log = logging.getLogger(__name__)

BREATH = 0.1  # seconds: in a busy minute this looks ten times a second, not at every commit
IDLE = 5.0  # seconds after which is looked again even if nobody woke us
GRACE = 3.0  # seconds in which a step under way may end when the service closes
STEP_TIMEOUT = 30.0  # seconds; well under the lease


class TopicWorker:
    """Carries out steps one at a time per worker; all replicas share one rate limit and the leases."""

    def __init__(self, service: Service, client: Client, pace: Pace | None = None, workers: int = 2) -> None:
        self.service, self.client, self.pace, self.workers = service, client, pace, workers
        self._background = Background()
        self._busy: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def start(self) -> None:
        """Start, if staff groups are configured."""
        if self.service.rules.topic_groups:
            for number in range(self.workers):
                self._background.start(f"desk-{number}", self._work())
            self._background.start("desk-groups", self._examine())

    async def stop(self) -> None:
        """Let running steps finish within GRACE seconds.

        A step that is cut off stays recorded as begun, and is repeated with a label.
        """
        self._stopping = True
        await self._background.stop([task for task in self._background.tasks if task in self._busy], GRACE)

    async def _work(self) -> None:
        # What is wanted stays wanted; a database that is away comes back.
        sentence = "a topic could not be brought up to date; it is tried again"
        await run_forever(self._step_or_wait, log, sentence, lambda: self._stopping)

    async def _step_or_wait(self) -> None:
        seen = self.service.change_feed.version
        wait = await self.step()
        if wait > 0:
            await self.service.change_feed.wait(seen, min(max(wait, 0.05), IDLE))
            await asyncio.sleep(BREATH)

    async def step(self) -> float:
        """Carry out one step; returns 0.0 if there was one, otherwise the seconds until the next look."""
        here = self.service
        # A look first: a transaction that finds nothing to write would still wake everybody who waits for changes.
        wait = await here.database.read(_next_look, here.rules, here.clock())
        if wait is None or wait > 0:
            return IDLE if wait is None else wait
        if self.pace is not None and self.pace.available() < 1:
            return max(self.pace.seconds_until_available(), 0.05)
        found = await here.database.unit(_claim, here.rules, here.settings.public_url, here.clock())
        if not isinstance(found, TopicStep | OverviewWork):
            return PAUSE if found is None else found
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._busy.add(task)
        try:
            if self.pace is not None:
                self.pace.count_sent(1)
            await (self._for_board(found) if isinstance(found, OverviewWork) else self._for_topic(found))
        finally:
            self._busy.discard(task)
        return 0.0

    async def _for_topic(self, step: TopicStep) -> None:
        unit, clock = self.service.database.unit, self.service.clock
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                numbers = await perform(self.client, step)
        except Exception as error:  # noqa: BLE001  # every failure becomes an outcome; what is wanted stays wanted
            await unit(record_failure, step, error, self.client.safe(error), clock())
            return
        await unit(steps.conclude, step, numbers, clock())

    async def _for_board(self, board: OverviewWork) -> None:
        unit, clock = self.service.database.unit, self.service.clock
        number: int | None = None
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                if board.thread is None:
                    number = await self.client.topics.make(board.chat, open_tickets.NAME)
                elif board.number is None:
                    how = {"thread": board.thread, "entities": board.words.entities, "quiet": True}
                    number = await self.client.send(board.chat, board.words.text, **how)  # type: ignore[arg-type]
                else:
                    await self.client.edit(board.chat, board.number, board.words.text, None, board.words.entities)
        except Exception as error:  # noqa: BLE001  # as for topics
            await unit(self._board_failed, board, error, clock())
            return
        await unit(overview.conclude, board, number, clock())

    def _board_failed(self, db: Connection, board: OverviewWork, error: Exception, now: datetime) -> None:
        bad = isinstance(error, TelegramBadRequest)
        topic, message = bad and means(error, NO_THREAD), bad and means(error, NO_MESSAGE)
        pause = 0.0 if topic or message or group_failed(db, board.chat, error, now) else PAUSE
        overview.record_failure(db, board, now, pause, topic=topic, message=message)

    async def _examine(self) -> None:
        """Check every group once, then those in trouble every minute."""
        first = True
        while True:
            try:
                await self.examine(everything=first)
                first = False
            except Exception:
                log.exception("the groups of staff could not be looked at; they are looked at again")
            await asyncio.sleep(LOOK_AGAIN / 4)

    async def examine(self, *, everything: bool = False) -> None:
        """Check the groups by the Bot API and record their trouble; a repaired group is used again at once."""
        here = self.service
        found = await here.database.read(topic_groups.every_group, here.rules)
        full = not any(group.has_room for group in found)
        for group in found:
            now = here.clock()
            since = group.trouble_at if group.trouble not in topic_groups.FOUND_IN_USE else None
            due = since is not None and now - since >= timedelta(seconds=LOOK_AGAIN)
            if everything or due or (full and group.trouble is None):
                trouble, answered = await complaint(self.client, group.chat)
                trouble = trouble or (FULL if full else None)
                if answered and (trouble or group.trouble):
                    await here.database.unit(topic_groups.set_trouble, group.chat, trouble, now)


def _next_look(db: Connection, rules: Rules, now: datetime) -> float | None:
    waits = [work_queue.seconds_until(db, rules, now), overview.next_look(db, rules, now)]
    return min((wait for wait in waits if wait is not None), default=None)


def _claim(db: Connection, rules: Rules, console: str, now: datetime) -> TopicStep | OverviewWork | float | None:
    """The next step: urgent tickets first, then the overview, then the others."""
    urgent = steps.claim(db, rules, console, now, urgent_only=True)
    if urgent is not None:
        return urgent
    board = overview.claim(db, rules, now)
    if isinstance(board, OverviewWork):
        return board
    ordinary = steps.claim(db, rules, console, now)
    return board if ordinary is None else ordinary
