"""Whoever waits is woken by a commit, here or in another process, and by none that does not concern them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage.change_feed import ChangeFeed, Follower
from bot.storage.commit_notice import LONGEST_PAYLOAD, notification
from bot.storage.database import Database
from escalation.tickets.changes import note
from tests.patience import patience

A_WHILE = 0.3  # seconds in which what must not happen does not


async def test_a_change_wakes_everybody_who_waits() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    waiting = [asyncio.create_task(change_feed.wait(0, 20)) for _ in range(3)]
    await asyncio.sleep(0)
    change_feed.notify(["t1"])
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_change_before_the_wait_is_not_missed() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    seen = change_feed.version
    change_feed.notify()
    assert await change_feed.wait(seen, 20) == 1


async def test_without_a_change_the_wait_ends_by_itself() -> None:
    assert await ChangeFeed("sqlite:///nowhere").wait(0, 0.01) == 0


# Followers


async def test_a_follower_is_woken_by_what_it_follows_only() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    with change_feed.follow("c1") as follower:
        change_feed.notify(["c2", "t1"])
        change_feed.notify([])
        assert not await follower.wait(0)
        change_feed.notify(["c1"])
        assert await follower.wait(20)
        assert not await follower.wait(0)


async def test_what_concerns_whoever_wakes_every_follower() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    with change_feed.follow("c1") as one, change_feed.follow("c2") as two:
        change_feed.notify()
        assert await one.wait(20)
        assert await two.wait(20)


async def test_a_change_between_two_waits_is_not_missed() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    with change_feed.follow("c1") as follower:
        for _ in range(2):
            change_feed.notify(["c1"])
            assert await follower.wait(0)


async def test_a_follower_learns_that_a_name_is_new_to_it() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    with change_feed.follow("a1") as follower:
        assert follower.also(["c1", "t1"])
        assert not follower.also(["t1"])
        change_feed.notify(["t1"])
        assert await follower.wait(20)


async def test_nothing_is_left_of_a_follower_that_has_gone() -> None:
    change_feed = ChangeFeed("sqlite:///nowhere")
    with change_feed.follow("c1") as one, change_feed.follow("c1") as two:
        one.also(["t1"])
        two.also(["t2"])
    assert change_feed._followers == {}


# Commits


@pytest.fixture
async def heard(database: Database) -> AsyncIterator[ChangeFeed]:
    change_feed = ChangeFeed(database.url, database.origin, database.foreign_version)
    database.on_commit = change_feed.notify
    yield change_feed
    await change_feed.stop()
    database.on_commit = lambda _names: None


def _touch(db: Connection, *names: str) -> None:
    db.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    for name in names:
        note(db, name)


async def test_a_commit_of_this_process_wakes_whom_it_concerns(database: Database, heard: ChangeFeed) -> None:
    with heard.follow("c1") as one, heard.follow("c2") as two:
        await database.unit(_touch, "c1")
        assert await one.wait(0)
        assert not await two.wait(0)


async def test_a_commit_is_told_although_nobody_awaits_it_any_more(database: Database, heard: ChangeFeed) -> None:
    with heard.follow("c1") as follower:
        left = asyncio.create_task(database.unit(_touch, "c1"))
        await asyncio.sleep(0)
        left.cancel()
        assert await follower.wait(patience(20))


async def test_a_commit_of_a_thread_of_this_process_is_told(database: Database, heard: ChangeFeed) -> None:
    await database.unit(_touch)
    with heard.follow("c1") as follower:
        await asyncio.to_thread(database.write_now, _touch, "c1")
        assert await follower.wait(patience(20))


def test_a_commit_after_the_event_loop_has_ended_is_a_commit_all_the_same(database: Database) -> None:
    asyncio.run(database.unit(_touch))
    database.write_now(_touch, "c1")


async def test_what_is_rolled_back_wakes_nobody(database: Database, heard: ChangeFeed) -> None:
    def fail(db: Connection) -> None:
        _touch(db, "c1")
        raise ZeroDivisionError

    with heard.follow("c1") as follower:
        with pytest.raises(ZeroDivisionError):
            await database.unit(fail)
        assert not await follower.wait(0)


async def _until(follower: Follower, act: Any) -> None:
    """Repeat until the follower is woken: the first times may come before anybody listens."""
    async with asyncio.timeout(patience(20)):
        while True:
            await act()
            if await follower.wait(A_WHILE):
                return


async def test_a_commit_of_another_process_is_heard(database: Database, heard: ChangeFeed) -> None:
    heard.start()
    other = Database(database.url)
    try:
        with heard.follow("c1") as follower:
            await _until(follower, lambda: other.unit(_touch, "c1"))
    finally:
        other.close()


async def test_the_watch_for_other_processes_takes_no_commit_of_this_one_for_theirs(
    database: Database, heard: ChangeFeed
) -> None:
    heard.start()
    with heard.follow("c1") as one, heard.follow("c2") as two:
        while await two.wait(A_WHILE):  # that it began to watch
            pass
        for _ in range(3):
            await database.unit(_touch, "c1")
            assert await one.wait(20)
            assert not await two.wait(A_WHILE)


async def test_another_process_on_a_server_tells_names(migrated_postgres: Callable[[], str]) -> None:
    url = migrated_postgres()
    change_feed = ChangeFeed(url, "me")
    change_feed.start()
    with closing(Database(url)) as other, change_feed.follow("c1") as one, change_feed.follow("c2") as two:
        await _until(one, lambda: other.unit(_touch, "c1"))
        while await two.wait(A_WHILE):  # that it began to listen
            pass
        await other.unit(_touch, "c1")
        assert await one.wait(patience(20))
        assert not await two.wait(0)
        await other.unit(_touch, *(f"c{number}" for number in range(3, 5000)))
        assert await two.wait(patience(20))
    await change_feed.stop()


def test_a_notification_is_never_longer_than_postgresql_takes() -> None:
    assert notification("me", ["c1", "t2"]) == "me c1 t2"
    assert notification("me", []) == "me"
    fitting = ["c" * 100] * 78
    assert notification("me", fitting) == " ".join(["me", *fitting])
    assert LONGEST_PAYLOAD - 101 < len(notification("me", fitting)) <= LONGEST_PAYLOAD
    assert notification("me", [*fitting, "c" * 100]) == "me *"


async def test_stopping_wakes_whoever_still_waits(database: Database, heard: ChangeFeed) -> None:
    heard.start()
    with heard.follow("c1") as follower:
        waiting = asyncio.create_task(heard.wait(heard.version, 20))
        await asyncio.sleep(0)
        await heard.stop()
        assert await waiting == heard.version
        assert await follower.wait(0)
