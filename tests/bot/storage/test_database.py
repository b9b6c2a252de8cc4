"""Transactions really begin, really end, and leave nothing when they fail; instants keep their zone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, DateTime, Integer, MetaData, String, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from bot.storage import engines
from bot.storage.database import Database, be_alone
from bot.storage.engines import switch_to_wal
from escalation.tickets.ticket_store import notes
from tests.patience import patience

NOON = datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)
things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(16), nullable=False),
    Column("at", DateTime(timezone=True)),
)


@pytest.fixture
def empty(url: str) -> Any:
    found = Database(url)
    found.write_now(things.create)
    yield found
    found.close()


@pytest.fixture
def lite(tmp_path: Path) -> Any:
    found = Database(f"sqlite:///{tmp_path / 'lite.sqlite3'}")
    found.write_now(things.create)
    yield found
    found.close()


def test_a_process_that_pauses_shortly_between_its_transactions_is_met_in_a_pause(lite: Database) -> None:
    other = sqlite3.connect(str(lite.engine.url.database), isolation_level=None, check_same_thread=False)
    waiter = threading.Thread(target=lambda: lite.write_now(add))
    other.execute("BEGIN IMMEDIATE")
    waiter.start()
    for _ in range(500):  # ten seconds: SQLite's own waiting would hit one of these pauses by luck only
        time.sleep(0.02)
        other.execute("COMMIT")
        time.sleep(0.005)
        other.execute("BEGIN IMMEDIATE")
        if not waiter.is_alive():
            break
    was_met = not waiter.is_alive()
    other.execute("COMMIT")
    waiter.join()
    other.close()
    assert was_met
    assert lite.read_now(names) == ["a"]


def test_whether_another_process_has_written_is_known(lite: Database) -> None:
    assert not lite.others_have_written()
    lite.write_now(add)
    assert not lite.others_have_written()
    with sqlite3.connect(str(lite.engine.url.database)) as other:
        other.execute("INSERT INTO things (name) VALUES ('b')")
    other.close()
    assert lite.others_have_written()
    assert not lite.others_have_written()


def add(db: Connection, name: str = "a", at: datetime | None = NOON) -> None:
    db.execute(insert(things).values(name=name, at=at))


def names(db: Connection) -> list[str]:
    return list(db.scalars(select(things.c.name).order_by(things.c.id)))


def add_and_fail(db: Connection, statement: str) -> None:
    db.execute(text(statement))
    raise RuntimeError("the power is cut")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO things (name) VALUES ('b')",
        "UPDATE things SET name = 'b'",
        "DELETE FROM things",
        "WITH chosen AS (SELECT id FROM things) UPDATE things SET name = 'b' WHERE id IN (SELECT id FROM chosen)",
        "WITH chosen AS (SELECT id FROM things) DELETE FROM things WHERE id IN (SELECT id FROM chosen)",
        "CREATE TABLE more (id INTEGER)",
    ],
)
def test_whatever_the_statement_a_failed_transaction_leaves_nothing(empty: Database, statement: str) -> None:
    empty.write_now(add)
    with pytest.raises(RuntimeError):
        empty.write_now(add_and_fail, statement)
    assert empty.read_now(names) == ["a"]
    with pytest.raises(DBAPIError):
        empty.read_now(lambda db: db.execute(text("SELECT * FROM more")).all())


def test_an_instant_comes_back_aware_in_utc_to_the_microsecond(empty: Database) -> None:
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    empty.write_now(add, "a", shanghai)
    found = empty.read_now(lambda db: db.scalar(select(things.c.at)))
    assert found == NOON
    assert found.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(empty: Database) -> None:
    with pytest.raises(StatementError, match="a naive datetime must not reach the database"):
        empty.write_now(add, "a", datetime(2026, 11, 23, 4, 0))  # noqa: DTZ001
    with pytest.raises(StatementError, match="a naive datetime must not reach the database"):
        empty.read_now(lambda db: db.execute(select(things).where(things.c.at <= datetime(2026, 1, 1))).all())  # noqa: DTZ001
    assert empty.read_now(names) == []


def test_instants_are_compared_as_instants(empty: Database) -> None:
    for hour in (1, 9, 17):
        empty.write_now(add, str(hour), datetime(2026, 11, 23, hour, tzinfo=timezone(timedelta(hours=8))))
    border = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 09:00 there
    found = empty.read_now(lambda db: list(db.scalars(select(things.c.name).where(things.c.at <= border))))
    assert found == ["1", "9"]


def test_a_read_never_takes_the_write_lock(lite: Database) -> None:
    """Neither does it wait for a writer, nor a writer for it."""
    writing, finish = threading.Event(), threading.Event()

    def slow_write(db: Connection) -> None:
        add(db)
        writing.set()
        assert finish.wait(patience(30))

    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(lite.write_now, slow_write)
        assert writing.wait(patience(30))
        try:
            assert lite.read_now(names) == []
        finally:
            finish.set()
        held.result()
    assert lite.read_now(lambda db: (names(db), lite.write_now(add))[0]) == ["a"]
    assert lite.read_now(names) == ["a", "a"]


def test_a_read_cannot_write(lite: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        lite.read_now(add)


def test_what_is_written_in_a_read_on_postgresql_is_gone(empty: Database) -> None:
    if not empty.is_sqlite:
        empty.read_now(add)
    assert empty.read_now(names) == []


def test_a_read_sees_one_instant_of_the_database(lite: Database) -> None:
    def look_twice(db: Connection) -> tuple[list[str], list[str]]:
        before = names(db)
        lite.write_now(add)
        return before, names(db)

    assert lite.read_now(look_twice) == ([], [])


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.write_now(lambda db: db.execute(insert(notes).values(ticket_id=1, staff_id=1, at=NOON, text="x")))


@pytest.mark.durable
def test_sqlite_keeps_its_promises_through_a_power_cut(lite: Database) -> None:
    def pragmas(db: Connection) -> list[Any]:
        return [
            db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert lite.write_now(pragmas) == ["wal", 2, 1]


def test_writers_wait_for_each_other_instead_of_failing(lite: Database) -> None:
    def count_up(db: Connection) -> None:
        add(db, str(len(names(db))))

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(lite.write_now, count_up) for _ in range(40)]:
            future.result()
    assert lite.read_now(names) == [str(number) for number in range(40)]


def test_an_error_does_not_repeat_what_a_customer_wrote(empty: Database) -> None:
    with pytest.raises(DBAPIError) as error:
        empty.write_now(lambda db: db.execute(text("INSERT INTO things (nam) VALUES (:name)"), {"name": "周文博"}))
    assert "周文博" not in str(error.value)


async def test_a_commit_is_announced_and_a_failure_is_not(empty: Database) -> None:
    heard = []
    empty.on_commit = lambda _names: heard.append(1)
    await empty.unit(add)
    with pytest.raises(RuntimeError):
        await empty.unit(add_and_fail, "DELETE FROM things")
    assert await empty.read(names) == ["a"]
    assert heard == [1]


async def test_a_customer_who_closes_the_page_leaves_the_commit_as_it_is(lite: Database) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(db: Connection) -> None:
        begun.set()
        assert go.wait(patience(30))
        add(db)

    task = asyncio.create_task(lite.unit(slow))
    await asyncio.to_thread(begun.wait, patience(30))
    task.cancel()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await lite.unit(lambda db: None)  # one writer: this comes after
    assert lite.read_now(names) == ["a"]


class _Deadlock(Exception):
    sqlstate = "40P01"


def test_a_deadlock_is_tried_once_more_and_only_once(lite: Database) -> None:
    tries = []

    def fails(db: Connection, times: int) -> str:
        tries.append(1)
        add(db)
        if len(tries) <= times:
            raise DBAPIError("UPDATE", None, _Deadlock())
        return "done"

    assert lite.write_now(fails, 1) == "done"
    assert lite.read_now(names) == ["a"]
    tries.clear()
    with pytest.raises(DBAPIError):
        lite.write_now(fails, 2)
    assert lite.read_now(names) == ["a"]


def test_other_troubles_are_not_tried_again(lite: Database) -> None:
    tries = []

    def fails(db: Connection) -> None:
        tries.append(1)
        raise DBAPIError("UPDATE", None, sqlite3.OperationalError("disk full"))

    with pytest.raises(DBAPIError):
        lite.write_now(fails)
    assert len(tries) == 1


def test_whoever_asked_to_be_alone_is(empty: Database) -> None:
    def once(db: Connection) -> None:
        be_alone(db)
        if not names(db):
            add(db)

    with ThreadPoolExecutor(4) as threads:
        for future in [threads.submit(empty.write_now, once) for _ in range(8)]:
            future.result()
    assert empty.read_now(names) == ["a"]


class SwitchedElsewhere:
    """A connection to a file that another process switches at this very instant: SQLite refuses it at once."""

    def __init__(self, refusals: int, words: str = "database is locked") -> None:
        self.refusals, self.words = refusals, words
        self.asked: list[str] = []

    def execute(self, statement: str) -> None:
        """Refuse so many times, then obey."""
        self.asked.append(statement)
        if len(self.asked) <= self.refusals:
            raise sqlite3.OperationalError(self.words)


def test_of_two_processes_that_begin_at_once_both_come_to_write_ahead() -> None:
    connection: Any = SwitchedElsewhere(refusals=3)
    switch_to_wal(connection)
    assert connection.asked == ["PRAGMA journal_mode=WAL"] * 4


def test_a_file_that_stays_locked_or_is_no_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: Any = SwitchedElsewhere(1, "file is not a database")
    with pytest.raises(sqlite3.OperationalError, match="file is not a database"):
        switch_to_wal(broken)
    monkeypatch.setattr(engines, "SWITCHED_WITHIN", 0.0)
    locked: Any = SwitchedElsewhere(1_000)
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        switch_to_wal(locked)
