"""A group hears twenty messages a minute at most, whoever says them and whatever happens to them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from bot.storage.database import Database
from bot.topic_sync.group_rate import AT_ONCE, FLIGHT, MOST, ORDINARY, back_off, record_sent, reserve, wait_time
from tests.conftest import MONDAY_MORNING as NOW

CHAT, OTHER = -1001, -1002
FLEW = FLIGHT / 1000  # seconds


def taken(database: Database, at: datetime, *, urgent: bool, chat: int = CHAT, messages: int = 1) -> float:
    return database.write_now(reserve, chat, at, urgent=urgent, messages=messages)


def said(database: Database, at: datetime, *, urgent: bool = True, chat: int = CHAT) -> bool:
    """Taken, sent and arrived in one instant."""
    if taken(database, at, urgent=urgent, chat=chat) > 0:
        return False
    database.write_now(record_sent, chat, at)
    return True


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fullest(instants: Iterable[datetime]) -> int:
    """The most that any sliding minute holds."""
    every = sorted(instants)
    return max(sum(at <= other < at + timedelta(seconds=60) for other in every) for at in every)


def test_twenty_urgent_messages_go_at_once_and_the_next_when_the_first_is_a_minute_old(database: Database) -> None:
    assert all(said(database, NOW) for _ in range(MOST))
    assert taken(database, NOW, urgent=True) == 60.0
    assert taken(database, after(59.999), urgent=True) == pytest.approx(0.001)
    assert said(database, after(60))


def test_ordinary_messages_leave_room_for_urgent_ones(sqlite: Database) -> None:
    heard = [said(sqlite, after(second), urgent=False) for second in range(60)]
    assert heard[:AT_ONCE] == [True] * AT_ONCE
    assert sum(heard) <= ORDINARY
    assert heard.index(True, AT_ONCE) == 19  # the tenth was said at 9
    assert all(said(sqlite, after(59.5)) for _ in range(MOST - ORDINARY))


def test_what_does_not_come_in_heaps_need_not_be_spread(sqlite: Database) -> None:
    taken = [sqlite.write_now(reserve, CHAT, NOW, urgent=False, spread=False) for _ in range(MOST)]
    assert taken == [0.0] * ORDINARY + [60.0 + FLEW] * (MOST - ORDINARY)


def test_no_sliding_minute_holds_more_than_twenty_whatever_is_asked(sqlite: Database) -> None:
    rng, at, sent = random.Random(7), NOW, list[datetime]()
    for _ in range(600):
        at += timedelta(seconds=rng.choice([0, 0.001, 0.2, 1, 3, 20]))
        if said(sqlite, at, urgent=rng.random() < 0.6):
            sent.append(at)
    assert fullest(sent) <= MOST
    assert len(sent) > 100


def test_what_is_under_way_keeps_its_place_from_its_arrival_on(sqlite: Database) -> None:
    for _ in range(MOST):
        assert taken(sqlite, NOW, urgent=True) == 0.0
    for _ in range(MOST):
        sqlite.write_now(record_sent, CHAT, after(3))
    assert taken(sqlite, after(60), urgent=True) == pytest.approx(3)
    assert said(sqlite, after(63))


def test_a_sender_that_died_leaves_its_places_taken_as_long_as_it_might_have_arrived(sqlite: Database) -> None:
    for _ in range(MOST):
        assert taken(sqlite, NOW, urgent=True) == 0.0
    assert taken(sqlite, after(60), urgent=True) == pytest.approx(FLEW)
    assert said(sqlite, after(60 + FLEW))


def test_an_album_takes_as_many_places_as_it_has_pieces(sqlite: Database) -> None:
    assert taken(sqlite, NOW, urgent=True, messages=15) == 0.0
    assert taken(sqlite, NOW, urgent=True, messages=6) > 0
    assert taken(sqlite, NOW, urgent=True, messages=5) == 0.0


def test_a_group_that_asked_for_silence_gets_it_though_sends_end_meanwhile(sqlite: Database) -> None:
    taken(sqlite, NOW, urgent=True)
    sqlite.write_now(back_off, CHAT, 90, NOW)
    sqlite.write_now(record_sent, CHAT, after(1))
    assert taken(sqlite, after(89), urgent=True) == pytest.approx(1)
    assert said(sqlite, after(90))


@pytest.mark.parametrize("seconds", [1_800, 86_400])
def test_a_silence_of_hours_is_not_taken_for_a_clock_that_was_set_back(sqlite: Database, seconds: int) -> None:
    sqlite.write_now(back_off, CHAT, seconds, NOW)
    assert sqlite.read_now(wait_time, CHAT, NOW, urgent=True) == pytest.approx(16 * 60, abs=1)
    assert not said(sqlite, after(15 * 60))


def test_a_silence_of_no_time_is_a_second_so_that_nobody_asks_again_at_once(sqlite: Database) -> None:
    sqlite.write_now(back_off, CHAT, 0, NOW)
    assert taken(sqlite, NOW, urgent=True) == pytest.approx(1)


def test_groups_do_not_count_for_each_other(sqlite: Database) -> None:
    assert all(said(sqlite, NOW) for _ in range(MOST))
    assert said(sqlite, NOW, chat=OTHER)


def test_a_look_takes_nothing(sqlite: Database) -> None:
    assert sqlite.read_now(wait_time, CHAT, NOW, urgent=False) == 0.0
    for _ in range(MOST):
        said(sqlite, NOW)
    assert sqlite.read_now(wait_time, CHAT, NOW, urgent=True) == 60.0


def test_a_clock_set_back_by_a_day_silences_nobody(sqlite: Database) -> None:
    for _ in range(MOST):
        said(sqlite, NOW + timedelta(days=1))
    assert said(sqlite, NOW)


def test_many_replicas_at_one_instant_take_twenty_places_between_them(database: Database) -> None:
    barrier = Barrier(4)

    def ask(_: int) -> int:
        barrier.wait()
        return sum(taken(database, NOW, urgent=True) == 0.0 for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, range(4))) == MOST
