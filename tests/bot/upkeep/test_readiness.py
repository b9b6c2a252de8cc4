"""Ready means: a write works, there is room, the sweep lives, and a first message would not wait."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.config.settings import Settings
from bot.jobs.alarm_clock import AlarmClock
from bot.storage.database import Database
from bot.upkeep import write_trial
from bot.upkeep.free_space import FreeSpace
from bot.upkeep.readiness import Readiness
from bot.upkeep.write_trial import WriteTrial


@pytest.fixture
def trial(database: Database, monkeypatch: pytest.MonkeyPatch) -> WriteTrial:
    monkeypatch.setattr(write_trial, "REST", 0.0)
    return WriteTrial(database)


def marks(database: Database) -> int:
    return int(database.read_now(lambda db: db.scalar(text("SELECT count(*) FROM once"))) or 0)


def test_a_trial_write_succeeds_and_leaves_nothing(trial: WriteTrial, database: Database) -> None:
    assert trial.succeeds()
    assert trial.succeeds()
    assert marks(database) == 0


def test_a_volume_without_a_byte_is_noticed(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_trial, "REST", 0.0)
    trial = WriteTrial(sqlite)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert not trial.succeeds()
    assert trial.succeeds()


def test_a_database_that_was_removed_is_noticed_and_not_made_anew(sqlite: Database, tmp_path: Path) -> None:
    trial = WriteTrial(sqlite)
    path = tmp_path / "test.sqlite3"
    shutil.move(path, tmp_path / "elsewhere")
    assert not trial.succeeds()
    assert not path.exists()


def test_a_server_without_our_tables_is_noticed(postgres: Any) -> None:
    with closing(Database(postgres())) as database:
        assert not WriteTrial(database).succeeds()


def test_a_lock_that_another_holds_for_a_moment_is_no_failure(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_trial, "PATIENCE", 0)
    with closing(sqlite3.connect(tmp_path / "test.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert WriteTrial(sqlite).succeeds()
        assert sqlite.outages.total == 0


def test_the_outcome_holds_for_a_while(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    trial, tried = WriteTrial(sqlite), []
    monkeypatch.setattr(trial, "_try", lambda: tried.append(1) or True)
    assert [trial.succeeds() for _ in range(3)] == [True] * 3
    assert len(tried) == 1


def test_room_is_given_up_for_files_first(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free // 2**20
    settings = Settings(data=tmp_path, free_for_files=2 * free, free_at_least=free // 2)
    space = FreeSpace(settings)
    assert (space.takes_files, space.is_enough) == (False, True)
    assert abs(space.bytes - free * 2**20) < 2**30
    assert not FreeSpace(Settings(data=tmp_path, free_at_least=2 * free)).is_enough
    assert FreeSpace(Settings(data=tmp_path / "not" / "yet", free_for_files=0)).takes_files


def test_the_volume_is_the_databases(tmp_path: Path) -> None:
    at = FreeSpace(Settings(data=tmp_path, database=f"sqlite:///{tmp_path / 'other' / 'a.sqlite3'}"))
    assert at.folder == tmp_path / "other"
    assert FreeSpace(Settings(data=tmp_path, database="postgresql+psycopg://db/jiedai")).folder == tmp_path


async def test_all_checks_have_a_name_and_each_can_fail(
    sqlite: Database, rules: Any, clock: Any, tmp_path: Path
) -> None:
    alarms = AlarmClock(sqlite, lambda: rules, clock)
    ready = Readiness(sqlite, FreeSpace(Settings(data=tmp_path, free_at_least=0)), lambda: alarms.is_alive)
    assert {name for name, holds in ready.checks().items() if not holds} == {"sweep", "answers"}
    await alarms.run_due()
    ready.answers = True
    assert all(ready.checks().values())
    sqlite.outages.failed(sqlite3.OperationalError("x"), "written")
    assert all(ready.checks().values())  # no outage's error
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    sqlite.outages.failed(error, "written")
    assert {name for name, holds in ready.checks().items() if not holds} == {"writes"}
