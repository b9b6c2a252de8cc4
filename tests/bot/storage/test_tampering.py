"""What is changed past the product is found: each known tampering, and whatever a random mutator does."""

# ruff: noqa: E501  # statements and sentences stand whole, each on one line

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import tampering
from bot.config.settings import DATABASE_FILE, Settings

TAMPERINGS: dict[str, tuple[str, str]] = {
    "a line of history changed": (
        "UPDATE ticket_events SET kind = 'called' WHERE id = 2",
        "does not fit its hash; it was changed",
    ),
    "a line of history removed": ("DELETE FROM ticket_events WHERE ticket_id = 1 AND seq = 2", "line 2 is missing"),
    "a line of history slipped in": (
        "INSERT INTO ticket_events SELECT 99, ticket_id, at, kind, staff_id, data, 99, hash, salt, NULL, NULL, NULL FROM ticket_events LIMIT 1",
        "are missing",
    ),
    "the end of a history cut off": (
        "DELETE FROM ticket_events WHERE ticket_id = 1 AND seq = (SELECT max(seq) FROM ticket_events WHERE ticket_id = 1)",
        "the end was cut off",
    ),
    "the end of a history moved": ("UPDATE tickets SET head = 'x' WHERE id = 1", "is not the one the ticket ends with"),
    "a message rewritten": (
        "UPDATE messages SET text = '谢谢' WHERE author = 'customer' AND id = (SELECT min(id) FROM messages)",
        "Conversation 1: rows of messages are not as the product wrote them last; some were changed.",
    ),
    "a reply rewritten": (
        "UPDATE messages SET text = '没问题' WHERE author = 'agent'",
        "Conversation 1: rows of messages are not as the product wrote them last; some were changed.",
    ),
    "a message removed": (
        "DELETE FROM messages WHERE id = (SELECT max(id) FROM messages WHERE conversation_id = 2)",
        "Conversation 2: 8 rows of messages are counted, 7 are there; some were removed.",
    ),
    "a file exchanged": ("UPDATE attachments SET content = x'00'", "rows of attachments are not as the product wrote"),
    "a breach erased": (
        "UPDATE deadlines SET breached_at = NULL, state = 'met'",
        "Ticket 1: rows of deadlines are not",
    ),
    "a due time moved": (
        "UPDATE deadlines SET due_at = '2027-01-01 00:00:00.000000'",
        "Ticket 1: rows of deadlines are",
    ),
    "a tier changed": ("UPDATE tickets SET tier = 'vip' WHERE id = 1", "Ticket 1: rows of tickets are not"),
    "a holder changed": ("UPDATE tickets SET holder_id = 1 WHERE id = 1", 'Ticket 1: its holder_id is "1", though'),
    "a rating changed": ("UPDATE tickets SET rating = 5 WHERE id = 1", "Ticket 1: rows of tickets are not"),
    "a policy edition changed": (
        "UPDATE policy_versions SET text = ''",
        "Policy versions 1: rows of policy_versions are",
    ),
    "an answer changed": (
        "UPDATE kb_articles SET answer = '好' WHERE place = 0",
        "Kb revisions 1: rows of kb_articles are",
    ),
    "a customer's amount changed": ("UPDATE organisations SET annual_amount = 1", "rows of organisations are not"),
    "a role raised": ("UPDATE staff SET role = 'admin' WHERE login = 'lin'", "Staff 2: rows of staff are not"),
    "the roster's history dropped": (
        "DELETE FROM roster_events",
        "The list of roster_events: 1 rows of roster_events are",
    ),
    "a calendar's author changed": (
        "UPDATE calendar_years SET by = 'chen'",
        "Calendar years 1: rows of calendar_years",
    ),
    "a whole ticket removed": (
        "; ".join(
            [
                *(f"DELETE FROM {table} WHERE ticket_id = 2" for table in ("ticket_events", "deadlines", "notes")),
                "UPDATE messages SET ticket_id = NULL WHERE ticket_id = 2",
                "DELETE FROM tickets WHERE id = 2",
                "DELETE FROM seals WHERE kind = 'ticket' AND number = 2",
            ]
        ),
        "Conversation 2: 1 rows of tickets are counted, 0 are there; some were removed.",
    ),
    "a line of the journal changed": (
        "UPDATE journal_lines SET by = 'chen' WHERE what = 'staff added'",
        "Journal of staff",
    ),
    "a line of the journal spoilt": (
        "UPDATE journal_lines SET after = '{', at = 'x' WHERE what = 'staff added'",
        "does not fit its hash",
    ),
    "a ticket of no conversation": (
        "UPDATE tickets SET conversation_id = 'x' WHERE id = 1",
        "Conversation 1: 1 rows of tickets are counted, 0",
    ),
    "a subject of the journal removed": (
        "DELETE FROM journal_lines WHERE subject = 'staff:admin'; DELETE FROM journal_heads WHERE subject = 'staff:admin'",
        "Journal of staff:admin: it had begun, but is gone; it was deleted past the product.",
    ),
    "a member of staff removed with their seal": (
        "DELETE FROM staff WHERE id = 1; DELETE FROM seals WHERE kind = 'staff' AND number = 1",
        "The list of staff: 5 rows of staff are counted, 4 are there; some were removed.",
    ),
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return tampering.build(tmp_path_factory.mktemp("tampering") / "data")


def tampered(installation: Settings, file: Path, statements: Sequence[str]) -> list[str]:
    tampering.copy_database(installation.data / DATABASE_FILE, file)
    with closing(sqlite3.connect(file)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        before = db.total_changes
        for statement in statements:
            db.execute(statement)
        assert db.total_changes > before
        db.commit()
    return tampering.faults(installation, file)


def test_what_nobody_touched_verifies(installation: Settings) -> None:
    assert tampering.faults(installation, installation.data / DATABASE_FILE) == []


@pytest.mark.parametrize("what", TAMPERINGS)
def test_each_known_tampering_is_found(installation: Settings, tmp_path: Path, what: str) -> None:
    statements, sentence = TAMPERINGS[what]
    found = tampered(installation, tmp_path / "copy.sqlite3", statements.split("; "))
    assert any(sentence in fault for fault in found), found


@pytest.mark.parametrize("table", tampering.TABLES)
def test_whatever_is_changed_at_random_in_a_table_is_found(installation: Settings, tmp_path: Path, table: str) -> None:
    luck, file = random.Random(f"{table} 20261123"), tmp_path / "copy.sqlite3"
    for way in tampering.WAYS:
        tampering.copy_database(installation.data / DATABASE_FILE, file)
        done = tampering.tamper(file, table, way, luck)
        assert done is None or tampering.faults(installation, file), done


def test_what_the_product_writes_afterwards_does_not_make_a_tampering_good(
    installation: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "copy.sqlite3"
    tampered(installation, file, ["UPDATE tickets SET tier = 'vip' WHERE id = 1"])
    tampering.urge(installation, file, 1)
    assert "Ticket 1: rows of tickets are not as the product wrote them last; some were changed." in tampering.faults(
        installation, file
    )


def test_a_seal_written_by_hand_stays_damaged_when_the_product_writes_it(
    installation: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "copy.sqlite3"
    tampered(installation, file, ["UPDATE seals SET parts = '{}' WHERE kind = 'ticket' AND number = 1"])
    tampering.urge(installation, file, 1)
    assert "Ticket 1: its seal had been changed past the product when the product came to write it." in (
        tampering.faults(installation, file)
    )
