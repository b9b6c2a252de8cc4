"""One-time links: each good once and for a while, the newest only, and kept as a digest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.auth import password_links as links
from bot.auth.password_links import FOR_NEW_STAFF, KEPT
from bot.storage.database import Database
from escalation import staff
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def hired(database: Database, login: str = "li") -> int:
    return database.write_now(staff.add_staff, login, "李雷", "agent", [], staff.NO_PASSWORD, NOW)


def test_a_link_is_good_for_its_person_once(database: Database) -> None:
    token = database.write_now(links.issue, hired(database), FOR_NEW_STAFF, NOW)
    for _ in range(2):  # looking uses nothing up
        state, who = database.read_now(links.owner, token, NOW)
        assert (state, who.login if who else "") == ("good", "li")
    states = [database.write_now(links.redeem, token, NOW)[0] for _ in range(2)]
    assert states == ["good", "used"]


def test_it_expires_on_the_second(sqlite: Database) -> None:
    token = sqlite.write_now(links.issue, hired(sqlite), FOR_NEW_STAFF, NOW)
    last = NOW + FOR_NEW_STAFF - timedelta(seconds=1)
    assert sqlite.read_now(links.owner, token, last)[0] == "good"
    assert sqlite.write_now(links.redeem, token, NOW + FOR_NEW_STAFF) == ("expired", None)


def test_a_newer_link_ends_the_earlier_ones_of_its_person_only(sqlite: Database) -> None:
    li, wang = hired(sqlite), hired(sqlite, "wang")
    first, foreign, second = (sqlite.write_now(links.issue, who, FOR_NEW_STAFF, NOW) for who in (li, wang, li))
    states = [sqlite.read_now(links.owner, token, NOW)[0] for token in (first, foreign, second)]
    assert states == ["used", "good", "good"]


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --", "x" * 100_000])
def test_anything_else_is_unknown(sqlite: Database, token: str) -> None:
    sqlite.write_now(links.issue, hired(sqlite), FOR_NEW_STAFF, NOW)
    assert sqlite.write_now(links.redeem, token, NOW) == ("unknown", None)


def test_the_link_of_a_disabled_person_is_unknown(sqlite: Database) -> None:
    token = sqlite.write_now(links.issue, hired(sqlite), FOR_NEW_STAFF, NOW)
    sqlite.write_now(staff.disable_staff, "li", NOW)
    assert sqlite.read_now(links.owner, token, NOW) == ("unknown", None)


def test_the_link_itself_is_not_kept_and_old_ones_go(sqlite: Database) -> None:
    li = hired(sqlite)
    token = sqlite.write_now(links.issue, li, FOR_NEW_STAFF, NOW)
    [row] = sqlite.read_now(lambda db: db.execute(select(links.password_links)).all())
    assert token not in tuple(row)
    sqlite.write_now(links.issue, li, FOR_NEW_STAFF, NOW + FOR_NEW_STAFF + KEPT + timedelta(seconds=1))
    assert len(sqlite.read_now(lambda db: db.execute(select(links.password_links)).all())) == 1
