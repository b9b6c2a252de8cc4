"""What nobody could handle waits, sealed, until a person has seen to it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.storage.database import Database
from bot.transcript import dead_letters
from escalation.vault import Vault
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def test_it_waits_newest_first_until_somebody_has_seen_to_it(database: Database, vault: Vault) -> None:
    for number in (1, 2):
        at = NOW + timedelta(minutes=number)
        database.write_now(dead_letters.keep, vault, f"tg:1:{number}", "text", 77, "ValueError", {"text": "您好"}, at)
    assert [each.key for each in database.read_now(dead_letters.waiting)] == ["tg:1:2", "tg:1:1"]
    assert database.write_now(dead_letters.mark_seen, "tg:1:2", NOW) is True
    assert database.write_now(dead_letters.mark_seen, "tg:1:2", NOW) is False
    assert database.read_now(dead_letters.count_waiting) == 1


def test_what_was_written_is_sealed_and_can_be_read_again(database: Database, vault: Vault) -> None:
    given = {"message": {"text": "我的电话是 13800138000"}}
    database.write_now(dead_letters.keep, vault, "tg:1:1", "text", 77, "ValueError", given, NOW)
    stored = database.read_now(lambda db: db.scalar(select(dead_letters.set_aside.c.content)))
    assert "13800138000" not in stored
    assert database.read_now(dead_letters.content_of, vault, "tg:1:1") == given
    assert database.read_now(dead_letters.content_of, vault, "tg:1:9") is None


def test_half_a_character_is_kept_as_what_can_be_read(database: Database, vault: Vault) -> None:
    given = {"message": {"text": "坏了\ud83d"}}
    database.write_now(dead_letters.keep, vault, "tg:1:1", "unreadable", 77, "", given, NOW)
    assert database.read_now(dead_letters.content_of, vault, "tg:1:1") == {"message": {"text": "坏了?"}}
