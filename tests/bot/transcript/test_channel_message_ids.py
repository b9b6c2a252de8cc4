"""A message's number at its channel leads to its line, for ever, whatever happens to either."""

from __future__ import annotations

from bot.storage.database import Database
from bot.transcript.channel_message_ids import ChannelMessage, find_id, id_in, remember_id, remember_ids
from bot.transcript.conversations import lock_conversation
from bot.transcript.message_store import add_message
from tests.conftest import MONDAY_MORNING

GROUP = -1001234567890
FAR = 2**40  # accounts have outgrown 32 bits


def line(database: Database) -> int:
    def add(db: object) -> int:
        conversation = lock_conversation(db, "telegram", str(FAR), MONDAY_MORNING)  # type: ignore[arg-type]
        return add_message(db, conversation, "customer", "您好", MONDAY_MORNING)  # type: ignore[arg-type]

    found: int = database.write_now(add)
    return found


def test_a_number_leads_to_its_line_in_every_chat_that_shows_it(database: Database) -> None:
    message = line(database)
    database.write_now(remember_id, FAR, 5, message_id=message)
    database.write_now(remember_id, GROUP, 900_000, message_id=message)
    assert database.read_now(find_id, FAR, 5) == ChannelMessage(FAR, 5, message, None)
    assert database.read_now(find_id, GROUP, 900_000) == ChannelMessage(GROUP, 900_000, message, None)
    assert database.read_now(id_in, GROUP, message) == 900_000


def test_a_number_stays_what_it_was_first(database: Database) -> None:
    first, second = line(database), line(database)
    database.write_now(remember_id, FAR, 5, message_id=first)
    database.write_now(remember_id, FAR, 5, message_id=second)
    assert database.read_now(find_id, FAR, 5) == ChannelMessage(FAR, 5, first, None)
    assert database.read_now(id_in, FAR, second) is None


def test_of_several_numbers_of_a_line_the_first_is_meant(database: Database) -> None:
    message = line(database)
    database.write_now(remember_ids, [ChannelMessage(FAR, n, message, None) for n in (7, 6)])
    assert database.read_now(id_in, FAR, message) == 6


def test_what_is_not_ours_has_no_line(database: Database) -> None:
    assert database.read_now(find_id, FAR, 5) is None
    database.write_now(remember_ids, [])
