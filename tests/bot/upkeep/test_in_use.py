"""A database in use is not restored, and one that is being restored not used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import open_service
from bot.config.settings import Settings
from bot.upkeep import in_use
from bot.upkeep.refusals import UpkeepRefusal
from tests.databases import migrated_folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return migrated_folder(tmp_path / "data") / "jiedai.sqlite3"


def test_many_use_it_and_it_is_free_when_the_last_is_done(path: Path) -> None:
    first, second = in_use.use(path), in_use.use(path)
    first()
    with pytest.raises(UpkeepRefusal), in_use.alone(path):
        pass
    second()
    with in_use.alone(path):
        pass


def test_while_it_is_restored_nobody_begins(path: Path) -> None:
    with in_use.alone(path), pytest.raises(UpkeepRefusal) as refused:
        in_use.use(path)
    assert str(refused.value) == f"{path} is being restored; start again when that is done."
    in_use.use(path)()


@pytest.mark.proof
def test_a_program_without_our_lock_is_noticed_by_sqlites_own(path: Path) -> None:
    # In another process: a process's own locks are no hindrance to itself.
    from tests.forked import processes

    ready, done = processes.Event(), processes.Event()
    other = processes.Process(target=_shell, args=(str(path), ready, done))
    other.start()
    assert ready.wait(60)
    try:
        with pytest.raises(UpkeepRefusal), in_use.alone(path):
            pass
    finally:
        done.set()
        other.join()
    with in_use.alone(path):
        pass


def _shell(path: str, ready: object, done: object) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("SELECT count(*) FROM tickets").fetchone()
        ready.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


def test_an_open_service_uses_it_until_it_is_closed(path: Path) -> None:
    service = open_service(Settings(data=path.parent), "none")
    with pytest.raises(UpkeepRefusal), in_use.alone(path):
        pass
    service.database.close()
    with in_use.alone(path):
        pass
