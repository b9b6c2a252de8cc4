"""The journal: chains per subject that need the key, and a database that refuses to change them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from escalation.journal.journal_store import journal_heads, journal_lines, line_hash, lines_of, record, seal
from escalation.journal.keyed import key_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_a_line_keeps_who_what_before_and_after(database: Database) -> None:
    database.write_now(record, "staff:lin", "role", "chen", NOW, before={"role": "agent"}, after={"role": "lead"})
    (line,) = database.read_now(lines_of, "staff:lin")
    assert (line.seq, line.at, line.what, line.by) == (1, NOW, "role", "chen")
    assert (line.before, line.after) == ({"role": "agent"}, {"role": "lead"})


def test_each_line_covers_the_one_before_and_the_head_covers_the_last(database: Database) -> None:
    for role in ("lead", "manager"):
        database.write_now(record, "staff:lin", "role", "chen", NOW, after={"role": role})
    first, second = database.read_now(lines_of, "staff:lin")
    assert first.hash == line_hash(b"", "", first._mapping)
    assert second.hash == line_hash(b"", first.hash, second._mapping)
    heads = database.read_now(lambda db: db.execute(select(journal_heads)).all())
    assert {head.subject: head.lines for head in heads} == {"staff:lin": 2, "subjects": 1}
    (mine,) = (head for head in heads if head.subject == "staff:lin")
    assert (mine.hash, mine.seal) == (second.hash, seal(b"", "staff:lin", 2, second.hash))


def test_a_new_subject_is_named_once_in_the_chain_of_subjects(database: Database) -> None:
    for subject in ("policy", "roster", "policy"):
        database.write_now(record, subject, "changed", "cli", NOW)
    assert [line.after for line in database.read_now(lines_of, "subjects")] == [
        {"subject": "policy"},
        {"subject": "roster"},
    ]


def test_another_key_makes_other_hashes(tmp_path, database: Database) -> None:
    database.write_now(record, "policy", "changed", "cli", NOW)
    (without,) = database.read_now(lines_of, "policy")
    keyed = Database(database.url, journal_key=b"k" * 32)
    keyed.write_now(record, "roster", "changed", "cli", NOW)
    assert keyed.read_now(key_of) == b"k" * 32
    (line,) = keyed.read_now(lines_of, "roster")
    assert line.hash == line_hash(b"k" * 32, "", line._mapping) != line_hash(b"", "", line._mapping)
    assert without.hash == line_hash(b"", "", without._mapping)
    keyed.close()


def test_instants_and_texts_of_any_kind_verify_as_they_are_read_back(database: Database) -> None:
    shanghai = timezone(timedelta(hours=8))
    after = {"due": NOW.astimezone(shanghai), "queues": ("b", "a"), "name": "林", "until": None}
    database.write_now(record, "staff:林", "changed", "chen", NOW.astimezone(shanghai), after=after)
    (line,) = database.read_now(lines_of, "staff:林")
    assert line.hash == line_hash(b"", "", line._mapping)
    assert line.after == {"due": "2026-11-23T02:00:00.000000+00:00", "queues": ["b", "a"], "name": "林", "until": None}


def test_a_subject_too_long_for_its_column_keeps_a_digest_of_the_whole(database: Database) -> None:
    for end in ("a", "b"):
        database.write_now(record, "customer:" + "K" * 200 + end, "changed", "key crm", NOW)
    (first,) = database.read_now(lines_of, "customer:" + "K" * 200 + "a")
    assert len(first.subject) == 128
    assert first.subject.startswith("customer:KKK")


@pytest.mark.parametrize("change", [update(journal_lines).values(by="nobody"), delete(journal_lines)])
def test_the_database_refuses_to_change_or_drop_a_line(database: Database, change) -> None:
    database.write_now(record, "policy", "changed", "cli", NOW)
    with pytest.raises(DBAPIError, match=r"The journal is only ever added to\."):
        database.write_now(lambda db: db.execute(change))


def test_sqlite_refuses_to_replace_a_line(sqlite: Database) -> None:
    sqlite.write_now(record, "policy", "changed", "cli", NOW)
    statement = text("INSERT OR REPLACE INTO journal_lines SELECT * FROM journal_lines")
    with pytest.raises(DBAPIError, match=r"The journal is only ever added to\."):
        sqlite.write_now(lambda db: db.execute(statement))
