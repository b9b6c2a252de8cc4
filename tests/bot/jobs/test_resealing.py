"""Values written before sealing, or with an older key, are sealed with the current one in steps while others write."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from bot.delivery import outbox
from bot.delivery.outbox import STAFF_CHAT
from bot.jobs import resealing
from bot.jobs.sealed_values import BY_TYPE
from bot.jobs.unreadable_values import unreadable_values
from bot.migrations import schema
from bot.notifications import staff_chat
from bot.storage.database import Database
from bot.transcript.message_store import messages
from escalation import sealed_columns
from escalation.column_seal import MARK, UNREADABLE
from escalation.customers import items
from escalation.customers.items import CustomerItem
from escalation.customers.staged_imports import CONTENT, crm_chunks
from escalation.tickets import audit, ticket_store
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.databases import in_the_clear

WORDS = "打印机漏墨，我叫周文博，电话 13900001234"
SECOND = Vault({"k1": b"k" * 32, "k2": b"2" * 32}, "k2", b"l" * 32)
WITHOUT_THE_FIRST = Vault({"k2": b"2" * 32}, "k2", b"l" * 32)


def talked(scene: Scene) -> None:
    visitor = scene.visitor()
    visitor.say(WORDS)
    visitor.say("转人工")


def stored(db: Connection) -> str:
    """All that the database holds of lines, titles and histories, as it is stored."""
    found: list[Any] = []
    for table, column in (("messages", "text"), ("tickets", "subject"), ("ticket_events", "data")):
        found += db.execute(text(f"SELECT CAST({column} AS TEXT) FROM {table}")).scalars()
    return "\n".join(found)


def sealed_through(scene: Scene, vault: Vault) -> int:
    """Take steps until nothing is left; return how many values no key opened."""
    rules = replace(scene.rules, vault=vault)
    scene.database.vault = vault
    while scene.read(resealing.is_due, rules, scene.now):
        assert scene.write(resealing.seal_some, rules, scene.now) > 0
    return sum(each.unreadable for each in scene.read(resealing.passes, vault))


def test_every_column_whose_type_seals_is_among_them() -> None:
    kinds = (
        sealed_columns.SealedText,
        sealed_columns.SealedJson,
        sealed_columns.SealedBytes,
        sealed_columns.PartlySealedJson,
    )
    found = {
        table.name
        for metadata in schema.all_metadata()
        for table in metadata.sorted_tables
        if any(isinstance(column.type, kinds) for column in table.c)
    }
    assert set(BY_TYPE) == found


def test_what_customers_write_is_not_found_in_the_database(scene_anywhere: Scene) -> None:
    talked(scene_anywhere)
    held = scene_anywhere.read(stored)
    assert "周文博" not in held
    assert "漏墨" not in held
    assert json.loads(json.dumps(held)).count(MARK) or "u0002" in held


@pytest.fixture
def from_before(scene_anywhere: Scene) -> Scene:
    """A database from before anything was sealed, with a talk in it."""
    with in_the_clear(scene_anywhere.database):
        talked(scene_anywhere)
    assert "周文博" in scene_anywhere.read(stored)
    return scene_anywhere


def said(scene: Scene) -> list[str]:
    return [line.text for line in scene.visitor().lines()]


def test_what_was_written_before_is_sealed_and_reads_and_verifies_as_before(from_before: Scene) -> None:
    scene = from_before
    before = said(scene)
    assert WORDS in before
    assert sealed_through(scene, scene.vault) == 0
    assert "周文博" not in scene.read(stored)
    assert said(scene) == before
    assert scene.read(audit.verify).faults == []


def test_what_customers_have_of_us_is_sealed_and_still_counted_by_its_name(scene_anywhere: Scene) -> None:
    scene, clear = scene_anywhere, "SELECT what FROM customer_items ORDER BY id"
    scene.know("C1001")
    owner = scene.read(lambda db: db.scalar(text("SELECT organisation_id FROM contacts WHERE id = 'C1001'")))
    machines = [CustomerItem("device", f"SN-{place}", "数码印刷机 C7") for place in (1, 2)]
    with in_the_clear(scene.database):
        scene.write(items.save_items, owner, [*machines, CustomerItem("product", "P1", "墨粉 285A")], scene.now)
    assert sealed_through(scene, scene.vault) == 0
    stored = scene.read(lambda db: list(db.scalars(text(clear))))
    assert [each[:1] for each in stored] == [MARK] * 3
    assert scene.read(items.dealt_in, 10) == ("数码印刷机 C7", "墨粉 285A")
    assert {each.what for each in scene.read(items.items_of, owner)} == {"数码印刷机 C7", "墨粉 285A"}
    scene.database.vault = Vault({"k9": b"9" * 32}, "k9", b"l" * 32)
    assert scene.read(items.dealt_in, 10) == ()


def test_once_all_is_sealed_nothing_is_due(scene: Scene) -> None:
    talked(scene)
    sealed_through(scene, scene.vault)
    assert not scene.read(resealing.is_due, scene.rules, scene.now)
    assert scene.write(resealing.seal_some, scene.rules, scene.now) == 0


def test_after_a_rotation_the_old_key_is_needed_no_more(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    talked(scene)
    before = said(scene)
    assert sealed_through(scene, SECOND) == 0
    scene.database.vault = WITHOUT_THE_FIRST
    assert said(scene) == before
    assert scene.read(audit.verify).faults == []


def test_a_rotation_that_is_interrupted_goes_on_where_it_was(scene: Scene) -> None:
    talked(scene)
    rules = replace(scene.rules, vault=SECOND)
    scene.database.vault = SECOND
    for _ in range(3):
        scene.write(resealing.seal_some, rules, scene.now)
    done = [each.table_name for each in scene.read(resealing.passes, SECOND) if each.done]
    with closing(Database(scene.database.url, vault=SECOND)) as later:
        assert [each.table_name for each in later.read_now(resealing.passes, SECOND) if each.done] == done != []
    assert sealed_through(scene, SECOND) == 0


def test_what_no_key_opens_is_counted_kept_as_it_is_and_read_as_one_unreadable_line(scene: Scene) -> None:
    talked(scene)
    held = scene.read(stored)
    stranger = Vault({"k9": b"9" * 32}, "k9", b"l" * 32)
    assert sealed_through(scene, stranger) > 0
    assert scene.read(stored) == held
    assert UNREADABLE in said(scene)
    scene.database.vault = scene.vault
    assert WORDS in said(scene)


def test_once_the_missing_key_is_here_what_it_opens_is_sealed_anew(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    talked(scene)
    stranger = Vault({"k9": b"9" * 32}, "k9", b"l" * 32)
    lost = sealed_through(scene, stranger)
    assert "Values of the table messages that no key here opens: 4." in caplog.text
    found = Vault({"k1": b"k" * 32, "k9": b"9" * 32}, "k9", b"l" * 32)
    assert lost > 0
    assert sealed_through(scene, found) == 0
    scene.database.vault = stranger
    assert WORDS in said(scene)


def test_at_the_start_it_is_said_how_much_no_key_opens_and_as_of_when(scene: Scene) -> None:
    talked(scene)
    stranger = Vault({"k9": b"9" * 32}, "k9", b"l" * 32)
    assert scene.read(unreadable_values, stranger, scene.policy.zone) == "", "nothing was counted yet"
    lost = sealed_through(scene, stranger)
    counts = ", ".join(
        f"{each.table_name} {each.unreadable}" for each in scene.read(resealing.passes, stranger) if each.unreadable
    )
    assert "messages 4" in counts
    assert scene.read(unreadable_values, stranger, scene.policy.zone) == (
        f"Values that none of the keys here opens: {lost} ({counts}), as counted on 2026-11-23 10:00. An older "
        "vault-keys.json may hold theirs: add its keys to yours; a running service looks again."
    )
    assert scene.read(unreadable_values, scene.vault, scene.policy.zone) == ""


def test_what_is_read_as_unreadable_and_written_back_is_not_lost(scene: Scene) -> None:
    talked(scene)
    [before] = [ticket.subject for ticket in scene.tickets]
    scene.database.vault = Vault({"k9": b"9" * 32}, "k9", b"l" * 32)
    scene.write(lambda db: ticket_store.update_ticket(db, ticket_store.lock_ticket(db, 1)))
    scene.database.vault = scene.vault
    assert [ticket.subject for ticket in scene.tickets] == [before]


def test_a_row_in_other_hands_is_left_for_another_pass(postgres_scene: Scene) -> None:
    scene = postgres_scene
    talked(scene)
    with closing(Database(scene.database.url)) as other, other.engine.begin() as busy:
        busy.execute(text("SELECT 1 FROM tickets FOR UPDATE"))
        for _ in range(40):  # passes over everything, again and again
            scene.database.vault = SECOND
            scene.write(resealing.seal_some, replace(scene.rules, vault=SECOND), scene.now)
        waiting = [each.table_name for each in scene.read(resealing.passes, SECOND) if not each.done]
        assert "tickets" in waiting
    assert sealed_through(scene, SECOND) == 0


def test_a_comparison_that_sql_cannot_make_is_refused() -> None:
    with pytest.raises(TypeError, match=r"messages\.text is sealed: SQL cannot compare, search or sort it"):
        messages.c.text.contains("漏墨")


def test_what_an_earlier_version_sealed_twice_for_staffs_chats_is_sealed_anew_within_too(scene: Scene) -> None:
    twice = scene.vault.seal("周文博的打印机漏墨", row="r1", field="outbox.text")
    scene.write(lambda db: outbox.post(db, STAFF_CHAT, "-100", twice, scene.now, ref="r1"))
    assert sealed_through(scene, SECOND) == 0
    scene.database.vault = WITHOUT_THE_FIRST
    [row] = scene.posted(STAFF_CHAT)
    assert staff_chat.posted_text(WITHOUT_THE_FIRST, row.text, row.ref) == "周文博的打印机漏墨"


def test_what_waits_for_staffs_chats_is_sealed_once(scene: Scene) -> None:
    scene.write(staff_chat.post_to, "-100", "周文博的打印机漏墨", scene.now)
    [row] = scene.posted(STAFF_CHAT)
    assert (row.text, row.ref) == ("周文博的打印机漏墨", None)
    stored = scene.read(lambda db: db.scalar(text("SELECT text FROM outbox")))
    assert scene.vault.open_column(stored.removeprefix(MARK), "outbox.text") == "周文博的打印机漏墨"


def test_a_file_that_is_being_imported_goes_on_with_the_new_key(scene: Scene) -> None:
    chunk = scene.vault.seal("[]", row="1:1", field=CONTENT)
    with closing(sqlite3.connect(scene.database.url.removeprefix("sqlite:///"))) as past:  # keys are not asked there
        past.execute("INSERT INTO crm_chunks (import_id, number, content) VALUES (1, 1, ?)", (chunk,))
        past.commit()
    assert sealed_through(scene, SECOND) == 0
    kept = scene.read(lambda db: db.scalar(select(crm_chunks.c.content)))
    assert WITHOUT_THE_FIRST.open(kept, row="1:1", field=CONTENT) == "[]"
