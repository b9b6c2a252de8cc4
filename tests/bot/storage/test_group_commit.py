"""Units that wait for SQLite's writer share a commit; each is still all or nothing, and nobody is told too early."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.delivery import outbox
from bot.delivery.outbox import post
from bot.storage.database import Database
from tests.conftest import MONDAY_MORNING
from tests.patience import patience

NOW = MONDAY_MORNING


def texts(database: Database) -> list[str]:
    return list(database.read_now(lambda db: db.scalars(select(outbox.outbox.c.text).order_by(outbox.outbox.c.id))))


def say(db: Connection, text: str) -> str:
    post(db, "telegram", "anna", text, NOW)
    return text


def say_and_fail(db: Connection, text: str) -> str:
    say(db, text)
    raise ValueError(text)


class Gate:
    """Keeps the writer busy until a test has queued what it wants."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def hold(self, _db: Connection) -> None:
        assert self.open.wait(patience(20))


async def together(database: Database, *units: Any) -> list[Any]:
    """These, queued behind a unit that is under way."""
    gate = Gate()
    first = asyncio.ensure_future(database.unit(gate.hold))
    others = [asyncio.ensure_future(database.unit(*each)) for each in units]
    await asyncio.sleep(0)
    gate.open.set()
    async with asyncio.timeout(patience(20)):
        _, *found = await asyncio.gather(first, *others, return_exceptions=True)
        return found


async def test_what_waits_is_committed_in_its_order(sqlite: Database) -> None:
    commits: list[int] = []
    sqlite.on_commit = lambda _names: commits.append(1)
    found = await together(sqlite, *((say, str(number)) for number in range(40)))
    assert found == texts(sqlite) == [str(number) for number in range(40)]
    assert len(commits) == 4, "the gate alone, and sixteen at most in one commit"


async def test_one_that_fails_undoes_itself_alone(sqlite: Database) -> None:
    found = await together(sqlite, (say, "1"), (say_and_fail, "2"), (say, "3"))
    assert (found[0], found[2]) == ("1", "3")
    assert isinstance(found[1], ValueError)
    assert texts(sqlite) == ["1", "3"]


async def test_a_commit_that_fails_is_told_to_all_who_shared_it(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(sqlite.engine.dialect, "do_commit", full)
    found = await together(sqlite, (say, "1"), (say, "2"))
    monkeypatch.undo()
    assert [type(each) for each in found] == [OSError, OSError]
    assert texts(sqlite) == []
    assert await sqlite.unit(say, "3") == "3"


async def test_somebody_who_no_longer_waits_changes_nothing(sqlite: Database) -> None:
    gate = Gate()
    first = asyncio.ensure_future(sqlite.unit(gate.hold))
    leaving = asyncio.ensure_future(sqlite.unit(say, "1"))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.open.set()
    await first
    assert await sqlite.unit(say, "2") == "2"
    assert texts(sqlite) == ["1", "2"]
