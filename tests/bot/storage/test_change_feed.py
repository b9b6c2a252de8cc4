"""Whoever waits is woken by a commit, here or in another process."""

from __future__ import annotations

import asyncio

from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from tests.patience import patience


async def test_a_change_wakes_everybody_who_waits() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    waiting = [asyncio.create_task(change_feed.wait(0, 20)) for _ in range(3)]
    await asyncio.sleep(0)
    change_feed.notify()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_change_before_the_wait_is_not_missed() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    seen = change_feed.version
    change_feed.notify()
    assert await change_feed.wait(seen, 20) == 1


async def test_without_a_change_the_wait_ends_by_itself() -> None:
    assert await ChangeFeed("sqlite:///nowhere").wait(0, 0.01) == 0


async def test_another_process_commit_is_heard(database: Database) -> None:
    """`database` stands for the other process: it does not know of these wake-ups."""
    change_feed = ChangeFeed(database.url)
    change_feed.start()
    try:
        async with asyncio.timeout(patience(20)):
            seen = change_feed.version
            while change_feed.version == seen:  # the first commits may come before anybody listens
                await database.unit(
                    lambda db: db.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
                )
                await change_feed.wait(seen, 0.3)
    finally:
        await change_feed.stop()
    assert change_feed.version > seen


async def test_stopping_wakes_whoever_still_waits(sqlite: Database) -> None:
    change_feed = ChangeFeed(sqlite.url)
    change_feed.start()
    waiting = asyncio.create_task(change_feed.wait(change_feed.version, 20))
    await asyncio.sleep(0)
    await change_feed.stop()
    assert await waiting == change_feed.version
