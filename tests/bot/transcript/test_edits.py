"""Versions of a line: the first stays, the last holds, and an edit that came first waits for its message."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.database import Database
from bot.transcript import conversations, message_store
from bot.transcript.edits import keep_first, keep_latest, newest_revision, revise, revisions_of
from bot.transcript.message_store import Message
from tests.conftest import MONDAY_MORNING as NOW


def line(database: Database, text: str = "第一版", **meta: object) -> Message:
    def add(db: object) -> Message:
        conversation = conversations.lock_conversation(db, "telegram", "77", NOW)  # type: ignore[arg-type]
        number = message_store.add_message(db, conversation, "customer", text, NOW, **meta)  # type: ignore[arg-type]
        return message_store.get_message(db, number)  # type: ignore[arg-type]

    found: Message = database.write_now(add)
    return found


def again(database: Database, line: Message) -> Message:
    found: Message = database.read_now(message_store.get_message, line.id)
    return found


def test_versions_are_kept_in_order_each_with_its_instant(database: Database) -> None:
    one, other = line(database), line(database, "别的")
    database.write_now(revise, one.id, "第二版", NOW)
    database.write_now(revise, one.id, "第三版", NOW + timedelta(hours=1))
    found = database.read_now(revisions_of, [one.id, other.id])
    assert [(each.text, each.at) for each in found[one.id]] == [
        ("第二版", NOW),
        ("第三版", NOW + timedelta(hours=1)),
    ]
    assert other.id not in found
    assert database.read_now(newest_revision, one.conversation_id) == 2


def test_a_line_never_changed_has_no_newest_revision(database: Database) -> None:
    assert database.read_now(newest_revision, line(database).conversation_id) == 0


def test_what_a_line_says_by_now_is_its_latest_version_by_the_customers_own_order(database: Database) -> None:
    one = line(database)
    assert database.write_now(keep_latest, one, "第三版", (3, 1), NOW)
    assert database.write_now(keep_latest, again(database, one), "第二版", (2, 9), NOW)
    assert not database.write_now(keep_latest, again(database, one), "第三版", (4, 1), NOW)
    assert (again(database, one).text, again(database, one).words) == ("第一版", "第三版")


def test_first_words_that_come_late_take_their_place(database: Database) -> None:
    one = line(database, "改过的话", overtaken=True, edited=[1, 1])
    assert database.write_now(keep_first, one.id, "第一版", NOW) is None
    found = again(database, one)
    assert (found.text, found.words, "overtaken" in found.meta) == ("第一版", "改过的话", False)
    database.write_now(keep_first, one.id, "再来一次", NOW)
    assert again(database, one).text == "第一版"


def test_first_words_of_a_line_that_nothing_overtook_change_nothing(database: Database) -> None:
    one = line(database)
    database.write_now(keep_first, one.id, "别的话", NOW)
    assert again(database, one) == one
