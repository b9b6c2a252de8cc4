"""A clock that follows the database server's, whatever this machine's does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.app import database_clock, utc_now
from bot.jobs.alarm_clock import AlarmClock
from bot.storage.database import Database
from bot.storage.database_clock import STEP, ServerClock, elapsed

HOUR = timedelta(hours=1)


class Counting:
    """A machine's counter of seconds, which the test may stop or turn."""

    def __init__(self) -> None:
        self.asleep = 0.0

    def __call__(self) -> float:
        return elapsed() - self.asleep


@pytest.fixture
def postgresql(migrated_postgres: Any) -> Iterator[Database]:
    with closing(Database(migrated_postgres())) as found:
        yield found


def there(database: Database) -> datetime:
    found: datetime = database.read_now(lambda db: db.scalar(text("SELECT clock_timestamp()")))
    return found


def apart(clock: ServerClock, database: Database) -> timedelta:
    """How far the clock is outside of what the server's may have been; zero if it is right."""
    before = there(database)
    found = clock()
    after = there(database)
    return max(before - STEP - found, found - after - STEP, timedelta(0))


def test_a_machine_that_slept_for_an_hour_is_right_again_after_one_look(
    postgresql: Database, caplog: pytest.LogCaptureFixture
) -> None:
    counter = Counting()
    clock = ServerClock(postgresql, counter)
    assert apart(clock, postgresql) == timedelta(0)
    counter.asleep = 3600
    assert HOUR - 2 * STEP <= apart(clock, postgresql) <= HOUR
    postgresql.read_now(clock.look)
    assert apart(clock, postgresql) == timedelta(0)
    assert [record.message for record in caplog.records] == [
        "The database server's clock is +3600 s from where it was; it counts."
    ]


@pytest.mark.parametrize("jump", [3600, -3600])
def test_a_servers_clock_that_is_put_right_is_followed_after_one_look(postgresql: Database, jump: int) -> None:
    clock = ServerClock(postgresql)
    clock._anchor = (clock() - timedelta(seconds=jump), elapsed())  # as if the server had been elsewhere until now
    postgresql.read_now(clock.look)
    assert apart(clock, postgresql) == timedelta(0)


def test_a_slow_answer_is_no_jump(postgresql: Database, caplog: pytest.LogCaptureFixture) -> None:
    moments = iter([0.0, 0.0, 10.0, 20.0])
    clock = ServerClock(postgresql, lambda: next(moments))
    anchor = clock._anchor
    assert anchor is not None
    clock._anchor = (anchor[0] - timedelta(seconds=15), 0.0)  # the answer falls between the tenth and twentieth second
    held = clock._anchor
    postgresql.read_now(clock.look)
    assert clock._anchor is held
    assert caplog.text == ""


async def test_each_sweep_looks_at_the_servers_clock(postgresql: Database, rules: Any) -> None:
    counter = Counting()
    clock = ServerClock(postgresql, counter)
    alarms = AlarmClock(postgresql, lambda: rules, clock)
    counter.asleep = 3600
    await alarms.run_due()
    assert apart(clock, postgresql) == timedelta(0)
    assert alarms.last_sweep is not None
    assert abs(alarms.last_sweep - there(postgresql)) < HOUR / 2


def test_replicas_whose_machines_slept_agree(postgresql: Database) -> None:
    counters = [Counting(), Counting()]
    clocks = [ServerClock(postgresql, counter) for counter in counters]
    counters[1].asleep = 7200
    for clock in clocks:
        postgresql.read_now(clock.look)
    assert [apart(clock, postgresql) for clock in clocks] == [timedelta(0)] * 2


def test_sqlite_goes_by_this_machine(sqlite: Database) -> None:
    assert database_clock(sqlite) is utc_now


def test_reading_the_clock_asks_nobody(postgresql: Database) -> None:
    clock = ServerClock(postgresql)
    postgresql.close()
    assert clock() <= clock()
