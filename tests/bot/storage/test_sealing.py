"""Seals follow what the product writes, on both databases, and no longer fit what is written past it."""

# ruff: noqa: E501  # statements and sentences stand whole, each on one line

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine, delete, insert, select, text, update

from bot.storage import seal_begin
from bot.storage.database import Database
from bot.storage.seal_check import verify_seals
from bot.storage.seal_table import seals
from escalation.journal.journal_store import lines_of
from escalation.staff import add_staff, staff
from escalation.tickets import audit, history
from escalation.tickets.hash_chain import link
from escalation.tickets.ticket_store import insert_note, notes, tickets
from tests.escalation.tickets.history_scene import open_ticket, unguarded

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def faults(database: Database) -> list[str]:
    return [str(fault) for fault in database.read_now(lambda db: list(verify_seals(db)))]


def past_the_product(database: Database, *statements: str) -> None:
    """A person with the database in hand, and a connection of their own."""
    engine = create_engine(database.url)
    with engine.begin() as db:
        for statement in statements:
            assert db.execute(text(statement)).rowcount > 0
    engine.dispose()


@pytest.fixture
def noted(database: Database) -> Database:
    """A ticket with two notes, in a database whose seals have begun."""
    database.write_now(seal_begin.begin, NOW)
    database.write_now(add_staff, "lin", "林", "agent", ["*"], "x", NOW)
    database.write_now(open_ticket, 2)
    for words in ("一", "二"):
        database.write_now(insert_note, 1, 1, words, NOW)
    return database


def test_what_the_product_writes_changes_and_deletes_verifies(noted: Database) -> None:
    assert faults(noted) == []
    noted.write_now(lambda db: db.execute(update(notes).values(text="三")))
    noted.write_now(lambda db: db.execute(delete(notes).where(notes.c.id == 2)))
    noted.write_now(lambda db: db.execute(update(tickets).values(holder_id=1)))
    assert faults(noted) == []


def test_a_transaction_that_is_rolled_back_leaves_the_seals_alone(noted: Database) -> None:
    def fail(db: Connection) -> None:
        insert_note(db, 1, 1, "三", NOW)
        raise KeyError

    with pytest.raises(KeyError):
        noted.write_now(fail)
    noted.write_now(insert_note, 1, 1, "四", NOW)
    assert faults(noted) == []


def test_changes_that_cancel_out_leave_the_seals_alone(noted: Database) -> None:
    def there_and_back(db: Connection) -> None:
        db.execute(update(tickets).values(urged=7))
        db.execute(update(tickets).values(urged=0))
        db.execute(delete(notes).where(notes.c.id == insert_note(db, 1, 1, "四", NOW)))

    before = noted.read_now(lambda db: db.execute(select(seals)).all())
    noted.write_now(there_and_back)
    assert noted.read_now(lambda db: db.execute(select(seals)).all()) == before
    noted.write_now(insert_note, 1, 1, "五", NOW)
    assert faults(noted) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE notes SET text = 'x' WHERE id = 1", "rows of notes are not as the product wrote them last; some were changed."),
        ("DELETE FROM notes WHERE id = 2", "2 rows of notes are counted, 1 are there; some were removed."),
        (
            "INSERT INTO notes (id, ticket_id, staff_id, at, text) SELECT 9, ticket_id, staff_id, at, text FROM notes WHERE id = 1",
            "2 rows of notes are counted, 3 are there; some were added.",
        ),
        ("DELETE FROM seals WHERE kind = 'ticket'", "rows of notes stand there without a seal; they were written past the product."),
        (
            "UPDATE seals SET parts = '{}' WHERE kind = 'ticket'",
            "its seal is not one the product wrote; it was changed, or written with another key.",
        ),
    ],
)  # fmt: skip
def test_what_is_written_past_the_product_is_found(noted: Database, statement: str, sentence: str) -> None:
    past_the_product(noted, statement)
    assert f"Ticket 1: {sentence}" in faults(noted)
    noted.write_now(lambda db: db.execute(update(tickets).values(urged=5)))  # what it writes next makes nothing good
    assert faults(noted) != []


def test_only_one_ticket_can_be_verified(noted: Database) -> None:
    noted.write_now(open_ticket, 1)
    past_the_product(noted, "UPDATE notes SET text = 'x' WHERE id = 1")
    assert noted.read_now(lambda db: list(verify_seals(db, 2))) == []
    assert len(noted.read_now(lambda db: list(verify_seals(db, 1)))) == 1


def test_another_key_fits_no_seal(noted: Database) -> None:
    with closing(Database(noted.url, journal_key=b"k" * 32)) as other:
        assert len(faults(other)) == noted.read_now(lambda db: len(db.execute(select(seals)).all()))


def test_what_stood_there_before_is_sealed_once_and_its_chain_is_keyed(database: Database) -> None:
    with closing(Database(database.url, journal_key=b"k" * 32)) as keyed:
        database.write_now(open_ticket, 3)  # as before there was a key
        old = database.read_now(lambda db: dict(audit.heads(db)))
        keyed.write_now(seal_begin.begin, NOW)
        assert keyed.read_now(audit.verify).faults == []
        assert faults(keyed) == []
        (line,) = keyed.read_now(lines_of, "seals")
        assert (line.before["tickets"], line.before["lines"], line.before["faults"]) == (1, 3, 0)
        assert line.before["digest"] == audit_digest(old)
        first = keyed.read_now(history.history_of, 1)[0]
        said = (1, 1, first.at, first.kind, first.staff_id, first.data)
        assert first.hash == link("", *said, key=b"k" * 32, salt=first.salt)
        keyed.write_now(seal_begin.begin, NOW)
        assert len(keyed.read_now(lines_of, "seals")) == 1


def audit_digest(heads: object) -> str:
    from escalation.tickets.hash_chain import digest

    assert isinstance(heads, dict)
    return digest(sorted(heads.items()))


def test_a_chain_that_was_wrong_before_is_told_in_the_journal_for_good(database: Database) -> None:
    database.write_now(open_ticket, 3)
    database.write_now(unguarded)
    database.write_now(lambda db: db.execute(text("UPDATE ticket_events SET kind = 'called' WHERE id = 2")))
    with closing(Database(database.url, journal_key=b"k" * 32)) as keyed:
        keyed.write_now(seal_begin.begin, NOW)
        (line,) = keyed.read_now(lines_of, "seals")
        assert line.before["faults"] == 1
        assert line.before["found"] == [
            'Ticket 1, line 2: "called" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
        ]
        assert keyed.read_now(audit.verify).faults == []


def test_new_columns_are_sealed_at_the_next_start_and_what_was_wrong_before_is_told(database: Database) -> None:
    database.write_now(seal_begin.begin, NOW)
    database.write_now(add_staff, "lin", "林", "agent", ["*"], "x", NOW)
    past: Callable[[Connection], object] = lambda db: db.exec_driver_sql(  # noqa: E731
        "ALTER TABLE staff ADD COLUMN desk INTEGER DEFAULT 7"
    )
    database.write_now(past)
    past_the_product(database, "UPDATE staff SET role = 'admin'")
    with closing(Database(database.url)) as later:
        assert not later.read_now(seal_begin.is_sealed)
        later.write_now(seal_begin.begin, NOW)
        assert faults(later) == []
        first, second = later.read_now(lines_of, "seals")
        assert first.before["faults"] == 0
        assert second.before == {
            "faults": 1,
            "found": ["Staff 1: rows of staff are not as the product wrote them last; some were changed."],
        }
        later.write_now(lambda db: db.execute(insert(staff).values(**ANOTHER)))
        assert faults(later) == []


ANOTHER = {"login": "wu", "name": "吴", "role": "agent", "queues": [], "password_hash": "x", "created_at": NOW}
