"""The change feed: wakes waiting tasks after a commit in any process; they read again what they show."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3

from sqlalchemy.engine import make_url

from bot.background import Background
from bot.storage.database import CHANNEL

log = logging.getLogger(__name__)

POLL = 0.2  # seconds between looks at SQLite's data_version
RETRY = 2.0  # seconds before listening to PostgreSQL again


class ChangeFeed:
    """A version counter that grows with every commit, and that tasks can wait for."""

    def __init__(self, url: str, origin: str = "") -> None:
        """`url`: the database. `origin`: this process's id in PostgreSQL notifications, whose echo is ignored."""
        self.url, self.origin = url, origin
        self.version = 0
        self._event = asyncio.Event()
        self._background = Background()
        self._said = False  # that it does not watch: once an outage

    def notify(self) -> None:
        """Count a commit of this process and wake waiting tasks. Must be called on the event loop."""
        self.version += 1
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, seen: int, timeout: float) -> int:  # noqa: ASYNC109  # running out of time is an answer here
        """Return the current version as soon as it differs from `seen`, or after `timeout` seconds."""
        if self.version == seen:
            # Not asyncio.wait_for: on Python 3.11 it swallows a cancellation that arrives together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._event.wait()
        return self.version

    def start(self) -> None:
        """Also watch for commits of other processes."""
        url = make_url(self.url)
        listen = self._watch_sqlite(url.database or "") if url.get_backend_name() == "sqlite" else self._listen()
        self._background.start("wakeups", listen)

    async def stop(self) -> None:
        """Stop watching, and wake waiting tasks."""
        await self._background.stop()
        self.notify()

    def _say_once(self, sentence: str, error: Exception) -> None:
        if not self._said:
            log.warning(sentence, type(error).__name__)
        self._said = True

    async def _watch_sqlite(self, path: str) -> None:
        while True:
            try:
                await self._watch_one_connection(path)
            except sqlite3.Error as error:
                self._say_once("not watching the database: %s", error)
            await asyncio.sleep(RETRY)
            self.notify()  # whatever happened while nobody watched

    async def _watch_one_connection(self, path: str) -> None:
        # data_version moves when any other connection, of any process, has committed; a look costs microseconds.
        with contextlib.closing(sqlite3.connect(path)) as connection:
            seen = connection.execute("PRAGMA data_version").fetchone()
            self._said = False
            while True:
                await asyncio.sleep(POLL)
                version = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    self.notify()

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
                        if not self.origin or told.payload != self.origin:
                            self.notify()
            except psycopg.Error as error:
                self._say_once("not listening to the database: %s", error)
            await asyncio.sleep(RETRY)
