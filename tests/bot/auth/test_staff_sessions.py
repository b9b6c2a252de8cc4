"""Staff sign-in: sessions end by themselves, guessing is slowed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.auth import staff_sessions as sessions
from bot.auth.staff_sessions import IDLE, LIFETIME, TRIES, TRIES_PER_LOGIN, TRIES_PER_PLACE, WINDOW
from bot.storage.database import Database
from escalation import staff
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


@pytest.fixture
def li(sqlite: Database) -> staff.Staff:
    found = sqlite.read_now(staff.get_staff, sqlite.write_now(staff.add_staff, "li", "李雷", "agent", [], "-", NOW))
    assert found is not None
    return found


def signed_in(database: Database, token: str, now: datetime) -> bool:
    return database.read_now(sessions.find_session, token, now) is not None


def test_a_session_knows_its_person_and_their_forms(sqlite: Database, li: staff.Staff) -> None:
    token = sqlite.write_now(sessions.open_session, li, NOW)
    found = sqlite.read_now(sessions.find_session, token, NOW)
    assert found is not None
    assert found.staff == li
    assert len(found.csrf) >= 32
    [row] = sqlite.read_now(lambda db: db.execute(select(sessions.staff_sessions)).all())
    assert token not in tuple(row)


def test_idle_too_long_it_ends(sqlite: Database, li: staff.Staff) -> None:
    token = sqlite.write_now(sessions.open_session, li, NOW)
    assert signed_in(sqlite, token, NOW + IDLE - timedelta(seconds=1))
    assert not signed_in(sqlite, token, NOW + IDLE)


def test_in_use_it_lasts_a_long_shift_and_no_longer(sqlite: Database, li: staff.Staff) -> None:
    token = sqlite.write_now(sessions.open_session, li, NOW)
    for hour in range(3, 12, 3):
        sqlite.write_now(sessions.touch, token, NOW + timedelta(hours=hour))
    assert signed_in(sqlite, token, NOW + LIFETIME - timedelta(seconds=1))
    assert not signed_in(sqlite, token, NOW + LIFETIME)


def test_expired_sessions_are_forgotten_whether_idle_or_old(sqlite: Database, li: staff.Staff) -> None:
    idle, old, alive = (
        sqlite.write_now(sessions.open_session, li, NOW - span)
        for span in (IDLE, LIFETIME, IDLE - timedelta(seconds=1))
    )
    sqlite.write_now(sessions.touch, old, NOW)
    assert sqlite.write_now(sessions.forget_expired, NOW, 1) == 1
    assert sqlite.write_now(sessions.forget_expired, NOW, 1000) == 1
    assert [signed_in(sqlite, token, NOW) for token in (idle, old, alive)] == [False, False, True]
    assert len(sqlite.read_now(lambda db: db.execute(select(sessions.staff_sessions)).all())) == 1


def test_signed_out_here_or_everywhere(sqlite: Database, li: staff.Staff) -> None:
    one, two, three = (sqlite.write_now(sessions.open_session, li, NOW) for _ in range(3))
    sqlite.write_now(sessions.close_session, one)
    assert [signed_in(sqlite, token, NOW) for token in (one, two, three)] == [False, True, True]
    sqlite.write_now(sessions.close_all, li.id)
    assert [signed_in(sqlite, token, NOW) for token in (two, three)] == [False, False]


def test_a_disabled_person_is_signed_out_at_once(sqlite: Database, li: staff.Staff) -> None:
    token = sqlite.write_now(sessions.open_session, li, NOW)
    sqlite.write_now(staff.disable_staff, "li", NOW)
    assert not signed_in(sqlite, token, NOW)


def wait(database: Database, login: str = "li", place: str = "10.0.0.1", now: datetime = NOW) -> Any:
    return database.read_now(sessions.wait_before_sign_in, login, place, now)


def fail(database: Database, times: int, login: str = "li", place: str = "10.0.0.1", now: datetime = NOW) -> None:
    for _ in range(times):
        database.write_now(sessions.note_failure, login, place, now)


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


def test_the_right_password_forgets_the_failures_of_its_name(sqlite: Database) -> None:
    fail(sqlite, TRIES)
    sqlite.write_now(sessions.forget_failures, "li")
    assert wait(sqlite) == timedelta()


def test_old_failures_are_forgotten_by_themselves(sqlite: Database) -> None:
    fail(sqlite, TRIES)
    fail(sqlite, 1, now=NOW + WINDOW + timedelta(seconds=1))
    assert len(sqlite.read_now(lambda db: db.execute(select(sessions.sign_in_failures)).all())) == 1


def test_names_of_any_length_are_slowed(sqlite: Database) -> None:
    fail(sqlite, TRIES, login="x" * 5_000, place="y" * 5_000)
    assert wait(sqlite, login="x" * 64, place="y" * 64) == WINDOW
