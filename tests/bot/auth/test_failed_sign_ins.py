"""Failed sign-ins: counted by name, told to their person, and each in the journal exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.auth import failed_sign_ins as failed
from bot.auth.failed_sign_ins import RECORDED_AFTER, UNKNOWN
from bot.storage.database import Database
from escalation.journal.journal_store import journal_lines
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING
RIPE = NOW + RECORDED_AFTER


def fail(database: Database, times: int, login: str = "li", minutes: int = 0, **more: Any) -> None:
    for _ in range(times):
        database.write_now(failed.note_failure, login, "203.0.113.7", NOW + timedelta(minutes=minutes), **more)


def recorded(database: Database) -> list[tuple[str, int]]:
    lines = database.read_now(lambda db: db.execute(select(journal_lines).order_by(journal_lines.c.id)).all())
    return [(line.subject, line.after["times"]) for line in lines if line.what == "sign-in failed"]


def test_its_person_is_told_how_many_and_since_when_until_they_have_seen_it(database: Database) -> None:
    assert database.read_now(failed.unseen, "li") is None
    fail(database, 2)
    fail(database, 1, minutes=5)
    found = database.read_now(failed.unseen, "li")
    assert found is not None
    assert (found.count, found.since, found.last_at) == (3, NOW, NOW + timedelta(minutes=5))
    assert found.is_alarming
    database.write_now(failed.mark_seen, "li")
    assert database.read_now(failed.unseen, "li") is None


def test_what_went_wrong_in_their_own_browser_they_know(sqlite: Database) -> None:
    fail(sqlite, 5, is_own_device=True)
    assert sqlite.read_now(failed.unseen, "li") is None
    assert sqlite.write_now(failed.record_some, RIPE, 50) == 1
    assert recorded(sqlite) == [("staff:li", 5)]


def test_a_flood_is_one_line_in_a_quarter_of_an_hour_and_no_failure_is_lost(database: Database) -> None:
    fail(database, 40)
    fail(database, 25, UNKNOWN)
    assert not database.read_now(failed.are_to_record, RIPE - timedelta(seconds=1))
    assert database.read_now(failed.are_to_record, RIPE)
    assert database.write_now(failed.record_some, RIPE, 50) == 2
    assert database.write_now(failed.record_some, RIPE, 50) == 0
    fail(database, 2, minutes=16)
    database.write_now(failed.record_some, RIPE + RECORDED_AFTER + timedelta(minutes=1), 50)
    assert sorted(recorded(database)) == [("sign-in with unknown names", 25), ("staff:li", 2), ("staff:li", 40)]


def test_before_a_sign_in_that_succeeds_its_failures_are_written_down(sqlite: Database) -> None:
    fail(sqlite, 4)
    sqlite.write_now(failed.record_of, "li", NOW)
    sqlite.write_now(failed.record_of, "li", NOW)
    assert recorded(sqlite) == [("staff:li", 4)]
