"""Sessions of staff: they end by themselves, and their person can list and end them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.auth import staff_sessions as sessions
from bot.auth.staff_sessions import IDLE, LIFETIME, MOST
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


def test_a_person_has_a_bounded_number_of_sessions_and_the_longest_unused_ends(database: Database) -> None:
    number = database.write_now(staff.add_staff, "li", "李雷", "agent", [], "-", NOW)
    who = database.read_now(staff.get_staff, number)
    tokens = [
        database.write_now(sessions.open_session, who, NOW + timedelta(minutes=minute)) for minute in range(MOST + 2)
    ]
    later = NOW + timedelta(minutes=20)
    assert [signed_in(database, token, later) for token in tokens] == [False] * 2 + [True] * MOST


def test_a_person_sees_their_own_sessions_and_ends_one_or_all_others(database: Database) -> None:
    numbers = [database.write_now(staff.add_staff, login, login, "agent", [], "-", NOW) for login in ("li", "wang")]
    li, wang = (database.read_now(staff.get_staff, number) for number in numbers)
    here = database.write_now(sessions.open_session, li, NOW, agent="Chrome · Windows", network="203.0.113.7")
    phone, tablet = (
        database.write_now(sessions.open_session, li, NOW + timedelta(minutes=minute), agent=agent)
        for minute, agent in ((1, "Safari · iPhone"), (2, "Safari · iPad"))
    )
    foreign = database.write_now(sessions.open_session, wang, NOW)
    found = database.read_now(sessions.sessions_of, li.id, here, NOW)
    told = [(each.agent, each.network, each.is_this) for each in found]
    assert told == [
        ("Chrome · Windows", "203.0.113.7", True),
        ("Safari · iPad", "", False),
        ("Safari · iPhone", "", False),
    ]
    [handle] = [each.handle for each in database.read_now(sessions.sessions_of, wang.id, foreign, NOW)]
    assert not database.write_now(sessions.close_one, li.id, handle)  # nobody else's
    assert database.write_now(sessions.close_one, li.id, found[2].handle)
    assert [signed_in(database, each, NOW) for each in (here, phone, tablet, foreign)] == [True, False, True, True]
    assert database.write_now(sessions.close_others, li.id, here) == 1
    assert [signed_in(database, each, NOW) for each in (here, tablet, foreign)] == [True, False, True]
