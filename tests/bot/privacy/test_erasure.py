"""An erasure takes a person out of everything, leaves the figures and the chains, and may die at any step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.migrations.schema import all_metadata
from bot.privacy.agreeing import Restriction
from bot.privacy.carrying_out import carry_out, end_restrictions, key_of_restriction
from bot.storage.seal_begin import begin
from bot.storage.seal_check import verify_seals
from bot.transcript import business_connections, conversations
from bot.transcript.business_chats import BusinessChat
from bot.upkeep.copying import copy_database
from escalation.customers.customer_store import find_customer
from escalation.customers.data_requests import find_request
from escalation.customers.restricted_parts import open_parts, restricted_parts
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.supervision.erased_inspections import is_erased
from escalation.tickets import audit
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets
from tests.bot.inspected import records
from tests.bot.privacy.marked import OTHER, VALUES, Marked, found_in, ground_of, marked
from tests.bot.scene import Scene
from tests.databases import in_the_clear

FIGURES = ("id", "tier", "queue", "topic", "urgency", "complaint", "state", "raised_at", "resolved_at", "rating")


@pytest.fixture
def person(scene_anywhere: Scene) -> Marked:
    scene_anywhere.write(begin, scene_anywhere.now)
    return marked(scene_anywhere)


@pytest.fixture
def person_in_the_clear(scene_anywhere: Scene) -> Iterator[Marked]:
    """The same, in a database whose texts are not sealed: what is left of them can be seen."""
    with in_the_clear(scene_anywhere.database):
        scene_anywhere.write(begin, scene_anywhere.now)
        yield marked(scene_anywhere)


def figures(scene: Scene) -> list[tuple[object, ...]]:
    of_tickets = select(*(tickets.c[name] for name in FIGURES)).order_by(tickets.c.id)
    of_deadlines = select(deadlines).order_by(deadlines.c.id)
    return scene.read(lambda db: [tuple(row) for query in (of_tickets, of_deadlines) for row in db.execute(query)])


def faults(scene: Scene) -> list[str]:
    def look(db: object) -> list[str]:
        found = [*audit.verify(db).faults, *verify_journal(db, JournalCount()), *verify_seals(db)]  # type: ignore[arg-type]
        return [str(fault) for fault in found]

    found: list[str] = scene.read(look)
    return found


def test_none_of_a_persons_values_is_left_as_bytes_nor_in_a_later_backup(
    person_in_the_clear: Marked, tmp_path: Path
) -> None:
    person = person_in_the_clear
    scene, ground = person.scene, ground_of(person.scene, tmp_path / "data")
    if scene.database.is_sqlite:
        assert len(set(found_in(tmp_path))) > 8, "they are found before"
    assert carry_out(ground, person.erase().id)
    if ground.file is not None:
        copy_database(ground.file, tmp_path / "copy.sqlite3", live=True)
        assert list(found_in(tmp_path)) == []


def test_what_is_counted_stays(person: Marked, tmp_path: Path) -> None:
    before = figures(person.scene)
    carry_out(ground_of(person.scene, tmp_path / "data"), person.erase().id)
    assert figures(person.scene) == before


def test_the_chains_stay_whole_and_say_by_whom_it_was_erased(person: Marked, tmp_path: Path) -> None:
    scene = person.scene
    kept = scene.read(lambda db: dict(audit.heads(db)))
    assert faults(scene) == []
    request = person.erase()
    carry_out(ground_of(scene, tmp_path / "data"), request.id)
    assert faults(scene) == []
    found = scene.read(audit.verify, None, kept)
    assert found.faults == []
    assert {by for by, _ in found.erased.of} == {"lin + wang"}


def test_it_says_what_was_erased(person: Marked, tmp_path: Path) -> None:
    request = person.erase()
    carry_out(ground_of(person.scene, tmp_path / "data"), request.id)
    done = person.scene.read(find_request, request.id)
    assert (done.state, done.contact_id, done.progress) == ("done", done.pseudonym, {})
    assert done.delivered == {"conversations": 2, "lines": 13, "files": 1, "tickets": 1}


def test_what_is_kept_of_their_chat_with_an_owners_account_goes_too(person: Marked, tmp_path: Path) -> None:
    scene, chat = person.scene, BusinessChat(5550417, "conn")
    visitor = scene.visitor(chat.address, "telegram")
    visitor.identify(person.id)
    visitor.say("你好")
    scene.write(business_connections.hear, chat, 5, scene.now)
    carry_out(ground_of(scene, tmp_path / "data"), person.erase().id)
    assert scene.read(business_connections.chats_of, "conn") == []
    assert scene.read(conversations.find_conversation, "telegram", chat.address) is None


def naming(scene: Scene, words: list[str]) -> list[str]:
    """Every column of every table in which one of these words stands, sealed or not."""

    def look(db: Connection) -> list[str]:
        found = set()
        for table in (each for metadata in all_metadata() for each in metadata.sorted_tables):
            for row in db.execute(select(table)):
                for name, value in row._mapping.items():
                    told = value.decode("utf-8", "replace") if isinstance(value, bytes) else repr(value)
                    found |= {f"{table.name}.{name}" for word in words if word in told}
        return sorted(found)

    found: list[str] = scene.read(look)
    return found


def test_no_column_of_any_table_names_the_person_any_more(person: Marked, tmp_path: Path) -> None:
    scene = person.scene
    words = [*(value for what, value in VALUES.items() if what != "name"), "f" * 32, "5550417"]
    assert len(naming(scene, words)) > 10
    carry_out(ground_of(scene, tmp_path / "data"), person.erase().id)
    assert naming(scene, words) == []


def test_the_other_of_the_same_name_is_untouched(person: Marked, tmp_path: Path) -> None:
    scene = person.scene
    other = scene.read(find_customer, scene.vault, scene.policy, OTHER, scene.now)
    carry_out(ground_of(scene, tmp_path / "data"), person.erase().id)
    assert scene.read(find_customer, scene.vault, scene.policy, OTHER, scene.now) == other


def test_scores_stay_when_what_was_written_about_them_goes(person: Marked, tmp_path: Path) -> None:
    scene = person.scene
    (before,) = records(scene)
    assert VALUES["words"] in before.inspection.overall
    carry_out(ground_of(scene, tmp_path / "data"), person.erase().id)
    (after,) = records(scene)
    assert (after.score, after.answers) == (before.score, before.answers)
    assert after.objection is not None
    texts = (after.inspection.overall, after.inspection.remarks, after.objection.words, after.rectifications[0].measure)
    assert texts == ("", {}, "", "")
    assert scene.read(is_erased, after.inspection.ticket_id)


def test_what_is_kept_can_be_opened_with_its_key_and_nowhere_else(person: Marked, tmp_path: Path) -> None:
    scene, ground = person.scene, ground_of(person.scene, tmp_path / "data")
    number = scene.tickets[0].id
    wish = Restriction((str(number),), "投诉未结", date(2027, 1, 31))
    request = person.erase(wish)
    carry_out(ground, request.id)
    done = scene.read(find_request, request.id)
    assert done.state == "restricted"
    key = key_of_restriction(ground.folder, done)
    rows = scene.read(lambda db: list(open_parts(db, key, request.id)))
    assert {"messages", "tickets", "ticket_events", "notes", "contacts", "attachments", "rectifications"} <= {
        row["table"] for row in rows
    }
    assert any(VALUES["words"] in str(row.get("text")) for row in rows)
    scene.clock.now += timedelta(days=100)
    assert end_restrictions(ground) == 1
    assert key_of_restriction(ground.folder, done) is None
    assert scene.read(lambda db: db.execute(select(restricted_parts)).all()) == []
    assert faults(scene) == []
