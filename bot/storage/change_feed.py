"""The change feed: wakes waiting tasks after a commit in any process; they read again what they show."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.background import Background
from bot.storage.commit_notice import CHANNEL, EVERYTHING

log = logging.getLogger(__name__)

POLL = 0.2  # seconds between looks at what other processes have written to SQLite
RETRY = 2.0  # seconds before listening to PostgreSQL again
REMEMBERED = 1_000  # commits whose names are known


class ChangeFeed:
    """Wakes tasks that wait for any commit, by its version counter, or for commits that touch certain names.

    Names are those that `escalation.tickets.changes` collects. All methods must be called on the event loop.
    """

    def __init__(
        self, url: str, origin: str = "", foreign_version: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """`url`: the database. `origin`: this process's id in PostgreSQL notifications, whose echo is ignored.

        `foreign_version`: returns a value that moves when another process has committed; for SQLite only.
        """
        self.url, self.origin, self.foreign_version = url, origin, foreign_version
        self.version = 0
        self._event = asyncio.Event()
        self._followers: dict[str, set[Follower]] = {}
        self._named: deque[frozenset[str] | None] = deque(maxlen=REMEMBERED)  # by the latest commits
        self._background = Background()
        self._said = False  # that it does not watch: once an outage

    def notify(self, names: Collection[str] | None = None) -> None:
        """Count a commit that has written to these names (None: to whatever) and wake whom it concerns."""
        self.version += 1
        self._named.append(None if names is None else frozenset(names))
        event, self._event = self._event, asyncio.Event()
        event.set()
        for name in list(self._followers) if names is None else names:
            for follower in self._followers.get(name, ()):
                follower.wake()

    def named_since(self, seen: int) -> frozenset[str] | None:
        """Return what the commits after version `seen` have written to; None for whatever."""
        count = self.version - seen
        if count > len(self._named):
            return None
        latest = list(self._named)[len(self._named) - count :]
        known = [names for names in latest if names is not None]
        return frozenset[str]().union(*known) if len(known) == count else None

    async def wait(self, seen: int, timeout: float) -> int:  # noqa: ASYNC109  # running out of time is an answer here
        """Return the current version as soon as it differs from `seen`, or after `timeout` seconds."""
        if self.version == seen:
            # Not asyncio.wait_for: on Python 3.11 it swallows a cancellation that arrives together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._event.wait()
        return self.version

    def follow(self, name: str) -> Follower:
        """Return a follower of this name, to be used in a `with` block: what changes from now on wakes it."""
        return Follower(self._followers, name)

    def start(self) -> None:
        """Also watch for commits of other processes."""
        if make_url(self.url).get_backend_name() != "sqlite":
            self._background.start("wakeups", self._listen())
        elif self.foreign_version is not None:
            self._background.start("wakeups", self._watch_sqlite(self.foreign_version))

    async def stop(self) -> None:
        """Stop watching, and wake waiting tasks."""
        await self._background.stop()
        self.notify()

    def _say_once(self, sentence: str, error: Exception) -> None:
        if not self._said:
            log.warning(sentence, type(error).__name__)
        self._said = True

    async def _watch_sqlite(self, foreign_version: Callable[[], Awaitable[object]]) -> None:
        seen: object = None
        while True:
            try:
                version = await foreign_version()
            except (sqlite3.Error, SQLAlchemyError, OSError) as error:
                self._say_once("not watching the database: %s", error)
                seen = None
                await asyncio.sleep(RETRY)
                continue
            self._said = False
            if version != seen:  # or the first look: whatever happened while nobody watched
                seen = version
                self.notify()
            await asyncio.sleep(POLL)

    async def _listen(self) -> None:
        import psycopg

        dsn = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._said = False
                    self.notify()  # whatever happened while nobody listened
                    async for told in connection.notifies():
                        self._hear(told.payload)
            except psycopg.Error as error:
                self._say_once("not listening to the database: %s", error)
            await asyncio.sleep(RETRY)

    def _hear(self, payload: str) -> None:
        origin, *names = payload.split(" ")
        if not self.origin or origin != self.origin:
            self.notify(None if EVERYTHING in names else names)


class Follower:
    """Waits for commits that touch the names it follows; none between two waits is missed."""

    def __init__(self, followers: dict[str, set[Follower]], name: str) -> None:
        """Use `ChangeFeed.follow`."""
        self._followers = followers
        self._names = {name}
        self._changed = asyncio.Event()

    def __enter__(self) -> Self:
        for name in self._names:
            self._followers.setdefault(name, set()).add(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for name in self._names:
            here = self._followers[name]
            here.discard(self)
            if not here:
                del self._followers[name]

    def wake(self) -> None:
        """Something it follows has changed."""
        self._changed.set()

    def also(self, names: Collection[str]) -> bool:
        """Follow these too; True if one is new: what was read before this call may have changed already."""
        fresh = set(names) - self._names
        for name in fresh:
            self._followers.setdefault(name, set()).add(self)
        self._names |= fresh
        return bool(fresh)

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109  # running out of time is an answer here
        """Return True as soon as something has changed since the last True, or False after `timeout` seconds."""
        if not self._changed.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._changed.wait()
        changed = self._changed.is_set()
        self._changed.clear()
        return changed
