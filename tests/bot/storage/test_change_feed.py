"""Whoever waits is woken by a commit, here or in another process."""

from __future__ import annotations

import asyncio

from bot.storage.change_feed import Wakeups
from bot.storage.database import Database
from tests.patience import patience


async def test_a_change_wakes_everybody_who_waits() -> None:
    wakeups = Wakeups("sqlite:///nowhere")
    waiting = [asyncio.create_task(wakeups.wait(0, 20)) for _ in range(3)]
    await asyncio.sleep(0)
    wakeups.notify()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_change_before_the_wait_is_not_missed() -> None:
    wakeups = Wakeups("sqlite:///nowhere")
    seen = wakeups.version
    wakeups.notify()
    assert await wakeups.wait(seen, 20) == 1


async def test_without_a_change_the_wait_ends_by_itself() -> None:
    assert await Wakeups("sqlite:///nowhere").wait(0, 0.01) == 0


async def test_another_process_commit_is_heard(database: Database) -> None:
    """`database` stands for the other process: it does not know of these wake-ups."""
    wakeups = Wakeups(database.url)
    wakeups.start()
    try:
        async with asyncio.timeout(patience(20)):
            seen = wakeups.version
            while wakeups.version == seen:  # the first commits may come before anybody listens
                await database.unit(
                    lambda db: db.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
                )
                await wakeups.wait(seen, 0.3)
    finally:
        await wakeups.stop()
    assert wakeups.version > seen


async def test_stopping_wakes_whoever_still_waits(sqlite: Database) -> None:
    wakeups = Wakeups(sqlite.url)
    wakeups.start()
    waiting = asyncio.create_task(wakeups.wait(wakeups.version, 20))
    await asyncio.sleep(0)
    await wakeups.stop()
    assert await waiting == wakeups.version
