"""Customers' web sessions: opaque, kept as a digest, gone after a day unused and thirty days used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.auth import visitor_sessions
from bot.storage.database import Database
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def test_a_token_stands_for_its_address_for_a_day(database: Database) -> None:
    token, address = database.write_now(visitor_sessions.open_session, NOW)
    for span, found in ((timedelta(days=1, seconds=-1), address), (timedelta(days=1), None)):
        assert database.read_now(visitor_sessions.address_of, token, NOW + span) == found


def test_one_that_is_used_for_thirty_days_from_its_creation(database: Database) -> None:
    token, address = database.write_now(visitor_sessions.open_session, NOW)
    for _ in range(2):
        database.write_now(visitor_sessions.keep, token)
    found = database.read_now(visitor_sessions.find, token, NOW)
    assert found == visitor_sessions.VisitorSession(address, is_unused=False)
    for span, found in ((timedelta(days=30, seconds=-1), address), (timedelta(days=30), None)):
        assert database.read_now(visitor_sessions.address_of, token, NOW + span) == found


def test_the_token_itself_is_not_kept(sqlite: Database) -> None:
    token, _ = sqlite.write_now(visitor_sessions.open_session, NOW)
    [row] = sqlite.read_now(lambda db: db.execute(select(visitor_sessions.visitor_sessions)).all())
    assert token not in tuple(row)


def test_two_sessions_are_two_addresses(sqlite: Database) -> None:
    one, two = (sqlite.write_now(visitor_sessions.open_session, NOW) for _ in range(2))
    assert one[0] != two[0]
    assert one[1] != two[1]


def test_a_token_nobody_was_given_stands_for_nobody(sqlite: Database) -> None:
    tokens: list[Any] = ["", "x", "\ud800", "' OR 1=1 --", "x" * 100_000]
    assert [sqlite.read_now(visitor_sessions.address_of, token, NOW) for token in tokens] == [None] * 5


def test_expired_sessions_are_forgotten(sqlite: Database) -> None:
    token, address = sqlite.write_now(visitor_sessions.open_session, NOW)
    sqlite.write_now(visitor_sessions.open_session, NOW - timedelta(days=31))
    assert sqlite.write_now(visitor_sessions.forget_expired, NOW, 1000) == 1
    assert sqlite.read_now(visitor_sessions.address_of, token, NOW) == address
