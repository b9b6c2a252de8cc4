"""An outage is told once at each end, and counted."""

from __future__ import annotations

import logging
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.notifications.once import mark_once
from bot.storage import engines
from bot.storage.database import Database
from bot.storage.outages import Outages, QuietDuringOutages, is_outage
from tests.conftest import MONDAY_MORNING
from tests.databases import migrated_sqlite


class DriverError(Exception):
    """As psycopg's, by its state."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("server said no\nDETAIL: a row")
        self.sqlstate = sqlstate


def of_postgresql(state: str | None, *, lost: bool = False) -> DBAPIError:
    return OperationalError("SELECT", None, DriverError(state), connection_invalidated=lost)


def run_out_of_pages(db: Database) -> None:
    """Let SQLite say that the disk is full, as it does when it is."""
    db.write_now(lambda each: each.exec_driver_sql("PRAGMA max_page_count=1"))


def give_pages(db: Database) -> None:
    db.write_now(lambda each: each.exec_driver_sql("PRAGMA max_page_count=1000000"))


def write_much(db: Connection) -> None:
    db.execute(text("INSERT INTO once (what, at) SELECT hex(randomblob(32)), '2026-01-01' FROM tickets"))
    db.exec_driver_sql("CREATE TABLE more (words TEXT)")


@pytest.mark.parametrize("state", ["08006", "25006", "53100", "57P01", "58030", "XX000"])
def test_what_postgresql_cannot_do_whatever_the_statement_is_an_outage(state: str) -> None:
    assert is_outage(of_postgresql(state))


@pytest.mark.parametrize("state", ["40001", "42P01", "22001"])
def test_a_conflict_or_a_fault_of_a_statement_is_none(state: str) -> None:
    assert not is_outage(of_postgresql(state))


def test_a_lost_connection_is_an_outage() -> None:
    assert is_outage(of_postgresql("42P01", lost=True))


def test_a_faulty_statement_on_sqlite_is_no_outage(sqlite: Database) -> None:
    with pytest.raises(OperationalError):
        sqlite.read_now(lambda db: db.execute(text("SELECT * FROM nowhere")))
    sqlite.write_now(mark_once, "a", MONDAY_MORNING)
    with pytest.raises(IntegrityError):
        sqlite.write_now(lambda db: db.execute(text("INSERT INTO once VALUES ('a', '2026-01-01')")))
    assert (sqlite.outages.total, sqlite.outages.writes_failed, sqlite.outages.is_one) == (0, 0, False)


def test_a_full_disk_is_one_outage_with_one_line_at_each_end(
    sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    run_out_of_pages(sqlite)
    for _ in range(3):
        with pytest.raises(OperationalError):
            sqlite.write_now(write_much)
        assert sqlite.read_now(lambda db: db.scalar(text("SELECT count(*) FROM staff"))) == 0
    assert sqlite.outages.is_one
    assert [record.getMessage() for record in caplog.records] == [
        "The database cannot be written (OperationalError: database or disk is full). This is said once; its end will be, too."  # noqa: E501
    ]
    caplog.clear()
    give_pages(sqlite)
    sqlite.write_now(mark_once, "b", MONDAY_MORNING)
    assert [record.getMessage() for record in caplog.records] == [
        "The database can be used again, after 0 s and 3 failed attempts."
    ]
    assert (sqlite.outages.total, sqlite.outages.writes_failed, sqlite.outages.is_one) == (1, 3, False)


def test_a_server_that_is_away_ends_its_outage_with_the_first_answer(caplog: pytest.LogCaptureFixture) -> None:
    found = Outages()
    found.worked("read")
    found.failed(of_postgresql("57P01"), "read")
    found.failed(of_postgresql("57P03"), "read")
    found.worked("read")
    found.worked("read")
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert (found.total, found.writes_failed) == (1, 0)
    assert "a row" not in caplog.text


def test_a_start_that_fails_is_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    found = Outages()
    found.failed(of_postgresql("08006"), "read")
    assert (found.is_one, found.total, caplog.text) == (False, 0, "")


def test_a_read_ends_no_outage_of_writing() -> None:
    found = Outages()
    found.worked("read")
    found.failed(of_postgresql("08006"), "read")
    found.failed(of_postgresql("53100"), "written")
    found.worked("read")
    assert found.is_one
    found.worked("written")
    assert not found.is_one


def test_a_locked_database_is_an_outage_once_its_patience_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY", 1)
    monkeypatch.setattr(engines, "LOOKED_OFTEN", 0.0)
    url = migrated_sqlite(tmp_path / "a.sqlite3")
    with closing(Database(url)) as database, closing(sqlite3.connect(tmp_path / "a.sqlite3")) as other:
        database.write_now(mark_once, "b", MONDAY_MORNING)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError):
            database.write_now(mark_once, "a", MONDAY_MORNING)
        assert database.outages.is_one
        other.rollback()
        database.write_now(mark_once, "a", MONDAY_MORNING)
        assert not database.outages.is_one


def record_with(error: Any) -> logging.LogRecord:
    try:
        raise error
    except Exception:  # noqa: BLE001
        return logging.LogRecord("x", logging.ERROR, "x", 1, "failed", None, sys.exc_info())


def test_the_log_drops_tracebacks_of_an_outage_and_keeps_all_others() -> None:
    quiet = QuietDuringOutages()
    assert not quiet.filter(record_with(of_postgresql("57P01")))
    assert quiet.filter(record_with(of_postgresql("42P01")))
    assert quiet.filter(record_with(RuntimeError("a bug")))
    assert quiet.filter(logging.LogRecord("x", logging.ERROR, "x", 1, "said", None, None))
