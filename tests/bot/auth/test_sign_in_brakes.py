"""Brakes on guessing: strangers wait, and cannot make a person's own browser wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from sqlalchemy import select

from bot.auth import known_devices
from bot.auth import sign_in_brakes as brakes
from bot.auth.sign_in_brakes import (
    TRIES,
    TRIES_PER_DEVICE,
    TRIES_PER_LOGIN,
    TRIES_PER_PLACE,
    WINDOW,
    Attempt,
)
from bot.storage.database import Database
from escalation import staff
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING
DEVICE = "d" * 64


def wait(
    database: Database, login: str = "li", place: str = "10.0.0.1", now: datetime = NOW, device: str = ""
) -> timedelta:
    return database.read_now(brakes.wait_before_sign_in, Attempt(login, place, device), now)


def fail(
    database: Database,
    times: int,
    login: str = "li",
    place: str = "10.0.0.1",
    now: datetime = NOW,
    device: str = "",
) -> None:
    for _ in range(times):
        database.write_now(brakes.begin_attempt, Attempt(login, place, device), now)


def test_five_failures_make_a_name_wait_until_the_window_is_over(database: Database) -> None:
    fail(database, TRIES - 1)
    assert wait(database) == timedelta()
    fail(database, 1)
    assert wait(database) == WINDOW
    assert wait(database, place="10.9.9.9") == timedelta()  # a stranger elsewhere locks nobody out
    assert wait(database, login="wang") == timedelta()
    assert wait(database, now=NOW + timedelta(minutes=10)) == timedelta(minutes=5)
    assert wait(database, now=NOW + WINDOW) == timedelta()


def test_a_name_guessed_at_from_many_places_waits_everywhere(sqlite: Database) -> None:
    for number in range(TRIES_PER_LOGIN):
        fail(sqlite, 1, place=f"10.1.{number // 4}.{number % 4}")
    assert wait(sqlite, place="10.9.9.9") == WINDOW


def test_many_names_from_one_place_make_the_place_wait(sqlite: Database) -> None:
    for number in range(TRIES_PER_PLACE):
        fail(sqlite, 1, login=f"guess{number}")
    assert wait(sqlite, login="somebody") == WINDOW
    assert wait(sqlite, login="somebody", place="10.0.0.2") == timedelta()


def test_the_right_password_forgets_the_failures_of_its_name_there(sqlite: Database) -> None:
    fail(sqlite, TRIES)
    sqlite.write_now(brakes.end_attempt, Attempt("li", "10.0.0.1"))
    assert wait(sqlite) == timedelta()


def test_old_failures_are_forgotten_by_themselves(sqlite: Database) -> None:
    fail(sqlite, TRIES)
    fail(sqlite, 1, now=NOW + WINDOW + timedelta(seconds=1))
    assert len(sqlite.read_now(lambda db: db.execute(select(brakes.sign_in_failures)).all())) == 1


def test_names_of_any_length_are_slowed(sqlite: Database) -> None:
    fail(sqlite, TRIES, login="x" * 5_000, place="y" * 5_000)
    assert wait(sqlite, login="x" * 64, place="y" * 64) == WINDOW


def test_whatever_strangers_do_a_known_device_need_not_wait(database: Database) -> None:
    for number in range(TRIES_PER_LOGIN):
        fail(database, 1, place=f"10.1.{number // 4}.{number % 4}")
    for number in range(TRIES_PER_PLACE):
        fail(database, 1, login=f"guess{number}")
    assert wait(database) == WINDOW
    assert wait(database, device=DEVICE) == timedelta()


def test_a_known_device_has_a_brake_of_its_own_that_holds_nobody_else(database: Database) -> None:
    fail(database, TRIES_PER_DEVICE, device=DEVICE)
    assert wait(database, device=DEVICE) == WINDOW
    assert wait(database) == timedelta()
    assert wait(database, device="e" * 64) == timedelta()


def test_no_more_guesses_are_counted_once_one_must_wait(database: Database) -> None:
    fail(database, TRIES + 3)
    assert len(database.read_now(lambda db: db.execute(select(brakes.sign_in_failures)).all())) == TRIES


def test_of_guesses_at_the_same_instant_no_more_are_judged_than_one_after_the_other(database: Database) -> None:
    guess, all_at_once = Attempt("li", "10.0.0.1"), Barrier(8)

    def begin(_number: int) -> bool:
        all_at_once.wait(30)
        return database.write_now(brakes.begin_attempt, guess, NOW) == timedelta()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(begin, range(8))) == TRIES


def test_after_the_clock_was_set_back_nobody_waits_longer_than_the_window(database: Database) -> None:
    fail(database, TRIES)
    assert wait(database, now=NOW - timedelta(hours=5)) == timedelta()
    fail(database, TRIES, now=NOW - timedelta(hours=5))
    assert wait(database, now=NOW - timedelta(hours=5)) == WINDOW
    assert wait(database, now=NOW - timedelta(hours=5, seconds=30)) == WINDOW


def test_a_device_is_known_for_its_person_and_for_half_a_year(database: Database) -> None:
    li, wang = (database.write_now(staff.add_staff, each, each, "agent", [], "-", NOW) for each in ("li", "wang"))
    token = database.write_now(known_devices.remember, "made up by a stranger", li, NOW)
    assert token != "made up by a stranger"

    def knows(who: int, now: datetime = NOW) -> bool:
        return database.read_now(known_devices.is_known, token, who, now)

    assert (knows(li), knows(wang)) == (True, False)
    assert database.write_now(known_devices.remember, token, wang, NOW) == token  # a shared browser
    assert knows(wang)
    half_a_year = NOW + known_devices.LIFETIME
    assert not knows(li, half_a_year)
    assert database.write_now(known_devices.forget_expired, half_a_year, 1000) == 2
    database.write_now(known_devices.remember, token, li, NOW)
    database.write_now(known_devices.forget, li)
    assert not knows(li)


def test_a_person_has_a_bounded_number_of_devices(sqlite: Database) -> None:
    li = sqlite.write_now(staff.add_staff, "li", "李雷", "agent", [], "-", NOW)
    tokens = [
        sqlite.write_now(known_devices.remember, "", li, NOW + timedelta(minutes=minute))
        for minute in range(known_devices.MOST + 1)
    ]
    known = [sqlite.read_now(known_devices.is_known, token, li, NOW + timedelta(hours=1)) for token in tokens]
    assert known == [False] + [True] * known_devices.MOST
