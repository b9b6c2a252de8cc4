"""Engines and transactions for SQLite and PostgreSQL, run in threads off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.storage import sealing, search_marks
from bot.storage.commit_notice import CHANNEL, notification
from bot.storage.engines import POSTGRES_WRITERS, READERS, open_engine
from bot.storage.group_commit import Writer
from bot.storage.outages import Outages, Use, is_worth_another_try
from escalation.column_seal import opened_with
from escalation.tickets import changes
from escalation.vault import Vault

OnCommit = Callable[[Collection[str]], object]
P = ParamSpec("P")
T = TypeVar("T")


def be_alone(db: Connection) -> None:
    """Take a database-wide lock until the transaction ends; on SQLite a writer has it anyway.

    For what must happen once although several replicas start at the same time: check whether it is done after this
    call.
    """
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"SELECT pg_advisory_xact_lock(hashtext('{CHANNEL}'))")


class Database:
    """The engine and its reader and writer threads.

    `unit` runs a function in a writing transaction, `read` in a read-only one; both pass it an open Connection first.
    """

    def __init__(
        self,
        url: str,
        on_commit: OnCommit = lambda _names: None,
        journal_key: bytes = b"",
        vault: Vault | None = None,
    ) -> None:
        self.url = url
        self.vault = vault  # what columns that hold personal data are sealed with
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = open_engine(url, journal_key=journal_key)
        self.reader = open_engine(url, read_only=True, journal_key=journal_key) if self.is_sqlite else self.engine
        self.outages = Outages()
        self.on_commit = on_commit  # called on the event loop after each commit, with the names it has written to
        self.on_close: Callable[[], None] = lambda: None
        self.before_commit: Callable[[Connection], None] | None = None  # hears of the tickets a transaction changed
        self.origin = secrets.token_hex(8)  # what our own notifications carry: their echo is no news
        self._writers = [Writer(self.write_now) for _ in range(1 if self.is_sqlite else POSTGRES_WRITERS)]
        self._loop: asyncio.AbstractEventLoop | None = None  # that of the latest unit
        self._readers = ThreadPoolExecutor(READERS, "read")
        self._seen: object = None  # the data version when others_have_written was asked last

    async def unit(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, …)` in one transaction and return its result after the commit; an exception rolls it back.

        `fn` must touch the database only, for it may run twice: when a group commit fails, and after a lost connection.
        """
        self._loop = asyncio.get_running_loop()
        writer = min(self._writers, key=lambda each: each.queued)
        run: asyncio.Future[T] = writer.submit(lambda db: fn(db, *args, **kwargs))
        # Shielded: a customer closing the page must not make a commit's outcome unknown to us.
        return await asyncio.shield(run)

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, …)` in a read-only transaction."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(fn, *args, **kwargs))

    def write_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`unit` for code without an event loop; blocks."""
        return self._tried(partial(self._write, fn, *args, **kwargs), "written")

    def _tried(self, run: Callable[[], T], use: Use) -> T:
        try:
            try:
                found = run()
            except DBAPIError as error:
                if not is_worth_another_try(error):
                    raise
                found = run()
        except Exception as error:
            self.outages.failed(error, use)
            raise
        self.outages.worked(use)
        return found

    def _write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with opened_with(self.vault), self.engine.begin() as db:
            found = changes.watch(db)
            result = fn(db, *args, **kwargs)
            if self.before_commit is not None:
                self.before_commit(db)
            search_marks.mark_changed(db)
            sealing.seal_changes(db, notification(self.origin, found.names))
        self._announce(found.names)
        return result

    def _announce(self, names: Collection[str]) -> None:
        # Before the unit is told that it is done. Whether it is still awaited does not matter: what is written is.
        if self._loop is not None:
            with suppress(RuntimeError):  # that loop has ended; what is committed stays so
                self._loop.call_soon_threadsafe(self._commit_was_made, names)

    def _commit_was_made(self, names: Collection[str]) -> None:
        self.on_commit(names)

    async def foreign_version(self) -> object:
        """Return a value that differs from an earlier one if another process has committed since; SQLite only."""
        return await self._writers[0].between(self._data_version)

    def others_have_written(self) -> bool:
        """Whether another process has committed since this was asked last; for code without an event loop, SQLite only.

        A server's database has its waiting transactions take turns; there nobody needs to know.
        """
        before, self._seen = self._seen, self._data_version() if self.is_sqlite else None
        return before is not None and before != self._seen

    def _data_version(self) -> object:
        # On the connection that writes: the value does not move for commits of its own.
        connection = self.engine.raw_connection()
        try:
            return connection.cursor().execute("PRAGMA data_version").fetchone()
        finally:
            connection.close()

    def read_now(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code without an event loop; blocks."""
        return self._tried(partial(self._read, fn, *args, **kwargs), "read")

    def _read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with opened_with(self.vault), self.reader.connect() as db:
            return fn(db, *args, **kwargs)

    def close(self) -> None:
        """Wait for running transactions, then close threads and connections."""
        for writer in self._writers:
            writer.close()
        self._readers.shutdown()
        self.engine.dispose()
        self.reader.dispose()
        self.on_close()
