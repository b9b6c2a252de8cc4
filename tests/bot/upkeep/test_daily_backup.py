"""The server's own daily backup."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import secret_files
from bot.config.settings import Settings
from bot.upkeep.daily_backup import DailyBackup
from bot.upkeep.refusals import UpkeepRefusal
from tests.databases import migrated_folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(data=migrated_folder(tmp_path / "data"), backup_folder=str(tmp_path / "copies"), backup_keep=2)
    secret_files.open_vault(found)
    return found


@pytest.fixture
def daily(settings: Settings, clock: Any) -> DailyBackup:
    return DailyBackup(settings, clock)


def names(daily: DailyBackup) -> list[str]:
    assert daily.folder is not None
    return sorted(path.name for path in daily.folder.iterdir() if path.is_file())


async def test_one_a_day_is_made_and_two_are_kept(daily: DailyBackup, clock: Any) -> None:
    for _ in range(13):
        assert await daily.make_if_due()
        clock.advance(hours=6)
    assert (daily.made, daily.failed) == (4, 0)
    assert names(daily) == ["jiedai-20261125T020000Z.sqlite3", "jiedai-20261126T020000Z.sqlite3"]
    assert daily.last == clock.now - timedelta(hours=6)
    assert daily.folder is not None
    assert (daily.folder / "jiedai-20261126T020000Z.sqlite3.secrets" / "vault-keys.json").exists()


async def test_one_made_by_a_clock_that_ran_ahead_holds_up_no_other(daily: DailyBackup, clock: Any) -> None:
    clock.advance(days=400)
    await daily.make_if_due()
    clock.advance(days=-400)
    assert daily.last is None
    await daily.make_if_due()
    await daily.make_if_due()
    assert daily.made == 2


async def test_a_failure_is_logged_and_counted_and_costs_no_earlier_copy(
    daily: DailyBackup, clock: Any, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await daily.make_if_due()
    kept = names(daily)
    database = settings.data / "jiedai.sqlite3"
    database.write_bytes(b"no database any more" * 100)
    clock.advance(days=2)
    assert not await daily.make_if_due()
    assert (names(daily), daily.failed) == (kept, 1)
    (told,) = caplog.messages
    assert told == (
        "The daily backup failed, and is tried again in an hour: "
        f"{database} is not a database of Jiedai: it is no SQLite file."
    )


async def test_without_a_folder_none_are_made(tmp_path: Path, clock: Any) -> None:
    daily = DailyBackup(Settings(data=tmp_path), clock)
    await daily.run()
    assert (daily.made, daily.last) == (0, None)


def test_postgresql_is_refused(clock: Any) -> None:
    with pytest.raises(UpkeepRefusal) as refused:
        DailyBackup(Settings(database="postgresql+psycopg://db/jiedai", backup_folder="copies"), clock)
    assert str(refused.value) == (
        "JIEDAI_BACKUP_FOLDER is for the embedded database; PostgreSQL is backed up with its own tool: "
        "`pg_dump --format=custom --file=FILE URL`."
    )
