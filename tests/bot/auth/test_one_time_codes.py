"""One-time codes: signed, used once, for ten minutes, and for nothing else than they were made for."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.auth import one_time_codes
from bot.storage.database import Database
from tests.conftest import MONDAY_MORNING as NOW

SECRET = "s" * 32


def issue(database: Database, purpose: Any = "customer", subject: str = "C1001", now: Any = NOW) -> str:
    code: str = database.write_now(one_time_codes.issue, SECRET, purpose, subject, now)
    return code


def redeem(database: Database, code: str, purpose: Any = "customer", secret: str = SECRET, now: Any = NOW) -> Any:
    return database.write_now(one_time_codes.redeem, secret, purpose, code, now)


def was_issued(db: Connection, code: str) -> bool:
    """Whether a code is known, used or expired though it may be."""
    digest = hashlib.sha256(code.encode()).hexdigest()
    return (
        db.scalar(select(one_time_codes.link_codes.c.digest).where(one_time_codes.link_codes.c.digest == digest))
        is not None
    )


def test_a_code_names_its_subject_once(database: Database) -> None:
    code = issue(database)
    assert redeem(database, code) == "C1001"
    assert redeem(database, code) is None


def test_a_newer_code_ends_the_earlier_ones_of_its_subject_only(database: Database) -> None:
    others = [issue(database, "staff", "7"), issue(database, "customer", "8")]
    earlier, newer = issue(database, "staff", "8"), issue(database, "staff", "8")
    assert redeem(database, earlier, "staff") is None
    assert redeem(database, newer, "staff") == "8"
    assert [redeem(database, others[0], "staff"), redeem(database, others[1])] == ["7", "8"]


def test_no_code_begins_as_an_option_of_a_command_does(sqlite: Database) -> None:
    assert not [code for code in (issue(sqlite) for _ in range(300)) if code.startswith("-")]


def test_a_code_fits_a_deep_link_with_room_for_its_prefix(database: Database) -> None:
    code = issue(database)
    assert re.fullmatch("[A-Za-z0-9_-]{30,62}", code)
    url = database.write_now(one_time_codes.issue_url, SECRET, "JiedaiBot", "customer", "C1001", NOW)
    assert re.fullmatch(r"https://t\.me/JiedaiBot\?start=c_[A-Za-z0-9_-]{30,62}", url)
    assert redeem(database, url.rpartition("c_")[2] if url.count("c_") == 1 else url.split("start=c_")[1]) == "C1001"


def test_ten_minutes_are_ten_minutes(database: Database) -> None:
    early, late = issue(database), issue(database, subject="C1002")
    assert redeem(database, early, now=NOW + timedelta(minutes=10) - timedelta(seconds=1)) == "C1001"
    assert redeem(database, late, now=NOW + timedelta(minutes=10)) is None


def test_a_code_is_good_for_its_purpose_and_its_house_only(database: Database) -> None:
    code = issue(database)
    assert redeem(database, code, "staff") is None
    assert redeem(database, code, secret="x" * 32) is None
    assert redeem(database, code) == "C1001"


@pytest.mark.parametrize(
    "code", ["", "c", "验证码", "A" * 38, "A" * 10_000, "'; DROP TABLE link_codes; --", "\x00", "a b", "=" * 38]
)
def test_what_was_never_issued_is_refused_without_a_look_at_the_table(database: Database, code: str) -> None:
    assert redeem(database, code) is None
    assert not database.read_now(was_issued, code)


def test_a_code_changed_by_one_character_is_forged(database: Database) -> None:
    code = issue(database)
    for place in (0, 10, 20, 30):
        other = "A" if code[place] != "A" else "B"
        assert redeem(database, code[:place] + other + code[place + 1 :]) is None
    assert redeem(database, code) == "C1001"


def test_the_table_holds_no_code(database: Database) -> None:
    code = issue(database)
    rows = database.read_now(lambda db: db.execute(select(one_time_codes.link_codes)).all())
    assert code not in str(rows)
    assert database.read_now(was_issued, code)


def test_codes_long_expired_are_forgotten_when_the_next_is_made(database: Database) -> None:
    old = issue(database)
    issue(database, now=NOW + timedelta(days=2))
    assert not database.read_now(was_issued, old)
