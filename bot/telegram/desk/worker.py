"""The desk's worker: brings each ticket's topic, and each group's overview, to what they should show."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from sqlalchemy import Connection

from bot.background import Background, run_forever
from bot.delivery.rate_limit import Pace
from bot.rules import Rules
from bot.service import Service
from bot.telegram.api.client import Client
from bot.telegram.desk import overview, steps
from bot.telegram.desk.errors import NO_CHAT, NO_FORUM, NO_MESSAGE, NO_THREAD, RIGHTS, group_failed, is_definite, means
from bot.telegram.desk.group_check import complaint
from bot.telegram.desk.mirror import TopicMessage
from bot.telegram.desk.overview import OverviewWork
from bot.telegram.desk.steps import TopicStep
from bot.telegram.desk.topic_needs import MakeTopic, Pin, Rename, ShowCard, Shut
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync import group_rate, topic_groups, work_queue
from bot.topic_sync.topic_groups import FULL, LOOK_AGAIN, NO_PIN
from bot.topic_sync.work_queue import LONGEST_PAUSE, PAUSE
from bot.wording import open_tickets
from bot.wording.telegram_customers import MAYBE_TWICE

log = logging.getLogger(__name__)

BREATH = 0.1  # seconds: in a busy minute this looks ten times a second, not at every commit
IDLE = 5.0  # seconds after which is looked again even if nobody woke us
GRACE = 3.0  # seconds in which a step under way may end when the service closes
STEP_TIMEOUT = 30.0  # seconds; well under the lease
PARTLY = "（有图片或文件未能转来，请在工作台查看。）"
UNSAYABLE = "（有一条消息无法在这里显示，请在工作台查看。）"


class TopicWorker:
    """Works through what topics lack, one step at a time per worker; all replicas do, under one count and leases."""

    def __init__(self, service: Service, client: Client, pace: Pace | None = None, workers: int = 2) -> None:
        self.service, self.client, self.pace, self.workers = service, client, pace, workers
        self._background = Background()
        self._busy: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def start(self) -> None:
        """Begin; nothing is done where there is no desk."""
        if self.service.rules.topic_groups:
            for number in range(self.workers):
                self._background.start(f"desk-{number}", self._work())
            self._background.start("desk-groups", self._examine())

    async def stop(self) -> None:
        """Let steps under way end; what does not in time stays begun, and is labelled when it is done again."""
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
        """Do one thing, if one may be done now; 0.0 when something was, else seconds until it is worth looking."""
        here = self.service
        # A look first: a transaction that finds nothing to write would still wake everybody who waits for changes.
        wait = await here.database.read(_next_look, here.rules, here.clock())
        if wait is None or wait > 0:
            return IDLE if wait is None else wait
        if self.pace is not None and self.pace.room() < 1:
            return max(self.pace.until_room(), 0.05)
        found = await here.database.unit(_claim, here.rules, here.settings.public_url, here.clock())
        if not isinstance(found, TopicStep | OverviewWork):
            return PAUSE if found is None else found
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        self._busy.add(task)
        try:
            if self.pace is not None:
                self.pace.take(1)
            await (self._for_board(found) if isinstance(found, OverviewWork) else self._for_topic(found))
        finally:
            self._busy.discard(task)
        return 0.0

    async def _for_topic(self, step: TopicStep) -> None:
        unit, clock = self.service.database.unit, self.service.clock
        try:
            async with asyncio.timeout(STEP_TIMEOUT):
                numbers = await self._do(step)
        except Exception as error:  # noqa: BLE001  # every failure becomes an outcome; what is wanted stays wanted
            await unit(self._failed, step, error, clock())
            return
        await unit(steps.conclude, step, numbers, clock())

    async def _do(self, step: TopicStep) -> list[int]:
        """The step over the network; the numbers of what was said, or the thread of what was made."""
        chat, thread = step.chat, step.topic.thread or 0
        match step.what:
            case MakeTopic(name):
                return [await self.client.topics.make(chat, name)]
            case ShowCard(words, markup, number=None):
                told = _labelled(words, step).within()
                return [await self.client.send(chat, told.text, markup, thread=thread, entities=told.entities)]
            case ShowCard(words, markup, number=number):
                assert number is not None, "the other case is above"
                await self.client.edit(chat, number, words.text, markup, words.entities)
            case TopicMessage():
                return await self._say(step, step.what)
            case Rename(name):
                await self.client.topics.rename(chat, thread, name)
            case Shut(closed):
                await self.client.topics.set_closed(chat, thread, closed=closed)
            case Pin(number):
                await self.client.topics.pin(chat, number)
        return []

    async def _say(self, step: TopicStep, piece: TopicMessage) -> list[int]:
        numbers = list[int]()
        try:
            async for number in self._pieces(step, piece):
                numbers.append(number)
        except TelegramBadRequest as error:
            # Of a copy, what is missing may be its source, or a right to pictures alone: words will tell.
            group = () if piece.copies or piece.file else (*RIGHTS, *NO_CHAT)
            if means(error, (*NO_THREAD, *NO_FORUM, *group, "TOPIC_CLOSED")):
                raise
            # The customer took it back, it may not be copied, …: that there was something is said all the same.
            log.warning("Telegram: a message for ticket %d is only mentioned there.", step.topic.ticket_id)
            instead = piece.instead or UNSAYABLE
            numbers.append(await self.client.send(step.chat, instead, thread=step.topic.thread))
        return numbers

    async def _pieces(self, step: TopicStep, piece: TopicMessage) -> AsyncIterator[int]:
        chat, thread, words = step.chat, step.topic.thread, piece.words
        if step.retried:
            words = _labelled(words or RichText(), step)
        if words is not None:
            how: dict[str, Any] = {"thread": thread, "entities": words.entities, "quiet": piece.quiet}
            yield await self.client.send(chat, words.text, reply_to=piece.reply_to, **how)
        if piece.copies:
            copied = await self.client.copy(chat, piece.source, piece.copies, thread=thread)
            for number in copied:
                yield number
            if len(copied) < len(piece.copies):  # the Bot API leaves out what it cannot copy
                yield await self.client.send(chat, PARTLY, thread=thread)
        elif piece.file is not None:
            yield await self.client.send_file(chat, *piece.file, thread=thread)

    def _failed(self, db: Connection, step: TopicStep, error: Exception, now: datetime) -> None:
        """What a failure of a step means, written down."""
        if step.messages:
            group_rate.arrived(db, step.chat, now, step.messages)
        why, ticket, chat = self.client.safe(error), step.topic.ticket_id, step.chat
        if isinstance(error, TelegramBadRequest) and means(error, NO_THREAD):
            log.warning("Telegram: the topic of ticket %d is gone; it is made once more.", ticket)
            work_queue.settle(db, ticket, step.leased, now, **work_queue.forget(db, step.topic))
        elif isinstance(error, TelegramBadRequest) and means(error, NO_MESSAGE):
            work_queue.settle(db, ticket, step.leased, now, card=None, pinned=False, shown=None)
        elif isinstance(error, TelegramBadRequest) and means(error, ("TOPIC_CLOSED",)):
            work_queue.settle(db, ticket, step.leased, now, closed=True)
        elif isinstance(step.what, Pin) and isinstance(error, TelegramBadRequest) and means(error, RIGHTS):
            topic_groups.set_trouble(db, chat, NO_PIN, now)
            work_queue.settle(db, ticket, step.leased, now)
        elif not group_failed(db, chat, error, now):
            attempts = step.topic.attempts
            ambiguous = step.retried or not is_definite(error)
            pause = min(PAUSE * 2.0 ** min(attempts, 6), LONGEST_PAUSE)
            work_queue.put_off(db, ticket, step.leased, now, pause, why, ambiguous=ambiguous)
        else:
            work_queue.put_off(db, ticket, step.leased, now, 0.0, why, ambiguous=step.retried)

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
        overview.lost(db, board, now, pause, topic=topic, message=message)

    async def _examine(self) -> None:
        """Look at every group once, and again each minute at those with which something is wrong."""
        first = True
        while True:
            try:
                await self.examine(everything=first)
                first = False
            except Exception:
                log.exception("the groups of staff could not be looked at; they are looked at again")
            await asyncio.sleep(LOOK_AGAIN / 4)

    async def examine(self, *, everything: bool = False) -> None:
        """Ask the Bot API how the groups stand; what was wrong and is mended goes on at once."""
        here = self.service
        found = await here.database.read(topic_groups.every_group, here.rules)
        full = not any(group.has_room for group in found)
        for group in found:
            now = here.clock()
            due = group.trouble_at is not None and now - group.trouble_at >= timedelta(seconds=LOOK_AGAIN)
            if everything or due or (full and group.trouble is None):
                trouble, answered = await complaint(self.client, group.chat)
                trouble = trouble or (FULL if full else None)
                if answered and (trouble or group.trouble):
                    await here.database.unit(topic_groups.set_trouble, group.chat, trouble, now)


def _next_look(db: Connection, rules: Rules, now: datetime) -> float | None:
    waits = [work_queue.seconds_until(db, rules, now), overview.next_look(db, rules, now)]
    return min((wait for wait in waits if wait is not None), default=None)


def _claim(db: Connection, rules: Rules, console: str, now: datetime) -> TopicStep | OverviewWork | float | None:
    """The most urgent tickets first, then the overview, then the others."""
    urgent = steps.claim(db, rules, console, now, urgent_only=True)
    if urgent is not None:
        return urgent
    board = overview.claim(db, rules, now)
    if isinstance(board, OverviewWork):
        return board
    ordinary = steps.claim(db, rules, console, now)
    return board if ordinary is None else ordinary


def _labelled(words: RichText, step: TopicStep) -> RichText:
    return words.after(MAYBE_TWICE) if step.retried else words
