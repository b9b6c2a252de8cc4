"""What a line of history said can be erased by the product, and by nobody else; the chain stays whole."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from bot.storage.database import Database
from escalation.journal import erased_subjects, journal_store
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.journal.journal_queries import JournalFilter, find_lines
from escalation.tickets import audit, history
from escalation.tickets.erased_history import erase_history
from escalation.tickets.history import history_of, ticket_events
from tests.escalation.tickets.history_scene import NOW, open_ticket, unguarded

LATER = NOW + timedelta(hours=1)
BY = "lin + wang"


@pytest.fixture
def keyed(database: Database) -> Iterator[Database]:
    with closing(Database(database.url, journal_key=b"k" * 32)) as found:
        yield found


def said(database: Database, **given: Any) -> list[str]:
    return [str(fault) for fault in database.read_now(audit.verify, **given).faults]


def told(database: Database) -> list[str]:
    return [str(fault) for fault in database.read_now(lambda db: list(verify_journal(db, JournalCount())))]


def test_an_erased_history_verifies_and_says_by_whom_and_when(keyed: Database) -> None:
    ticket = keyed.write_now(open_ticket)
    kept = keyed.read_now(lambda db: dict(audit.heads(db)))
    assert keyed.write_now(erase_history, ticket, BY, LATER) == 3
    keyed.write_now(history.log, ticket, "erased", LATER)
    assert said(keyed, kept=kept) == []
    assert keyed.read_now(audit.verify).erased.of == {(BY, LATER): 3}
    lines = keyed.read_now(history_of, ticket)
    assert [(line.data, line.salt) for line in lines[:3]] == [({}, "")] * 3


def test_what_is_counted_stays(keyed: Database) -> None:
    ticket = keyed.write_now(open_ticket)
    moved = {"after": {"tier": "二级", "contact_id": "C2"}, "before": {"contact_id": "C1"}, "said": "你好"}
    keyed.write_now(history.log, ticket, "bound", NOW, **moved)
    keyed.write_now(erase_history, ticket, BY, LATER)
    assert keyed.read_now(history_of, ticket)[-1].data == {"after": {"tier": "二级"}}


def test_lines_are_erased_once(keyed: Database) -> None:
    ticket = keyed.write_now(open_ticket)
    keyed.write_now(erase_history, ticket, BY, LATER)
    assert keyed.write_now(erase_history, ticket, "zhao", LATER + timedelta(days=1)) == 0
    assert said(keyed) == []


@pytest.mark.parametrize(
    "change",
    [
        {"data": {}},
        {"data": {}, "salt": ""},
        {"data": {}, "salt": "", "erased_by": BY, "erased_at": LATER},
        {"data": {}, "salt": "", "erased_by": BY, "erased_at": LATER, "erasure": "f" * 64},
        {"erasure": "x"},
        {"erased_by": BY},
        {"erased_at": LATER},
    ],
)
def test_a_line_blanked_past_the_product_is_a_fault(keyed: Database, change: dict[str, Any]) -> None:
    ticket = keyed.write_now(open_ticket)
    keyed.write_now(unguarded)
    second = (ticket_events.c.ticket_id == ticket, ticket_events.c.seq == 2)
    keyed.write_now(lambda db: db.execute(update(ticket_events).where(*second).values(**change)))
    assert said(keyed) == [
        f'Ticket {ticket}, line 2: "claimed" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
    ]


@pytest.mark.parametrize(
    "change", [{"erased_by": "zhao"}, {"erased_at": NOW}, {"data": {"after": {"tier": "一级"}}}, {"salt": "s"}]
)
def test_an_erased_line_that_is_changed_is_a_fault(keyed: Database, change: dict[str, Any]) -> None:
    ticket = keyed.write_now(open_ticket)
    keyed.write_now(erase_history, ticket, BY, LATER)
    first = (ticket_events.c.ticket_id == ticket, ticket_events.c.seq == 1)
    keyed.write_now(unguarded)
    keyed.write_now(lambda db: db.execute(update(ticket_events).where(*first).values(**change)))
    assert said(keyed)[0] == (
        f'Ticket {ticket}, line 1: "opened" does not fit its hash; it was changed, or the line before it was put in another\'s place.'
    )


@pytest.mark.parametrize("change", [{"data": {}}, {"kind": "x", "erasure": "x"}, {"hash": "x", "erasure": "x"}])
def test_the_database_refuses_every_other_change(keyed: Database, change: dict[str, Any]) -> None:
    ticket = keyed.write_now(open_ticket)

    def blank(db: Connection) -> None:
        db.execute(update(ticket_events).where(ticket_events.c.ticket_id == ticket).values(**change))

    with pytest.raises(DBAPIError, match=r"The history of a ticket is only ever added to\."):
        keyed.write_now(blank)


def test_two_lines_alike_do_not_have_one_hash(keyed: Database) -> None:
    one, other = (keyed.write_now(open_ticket, 1) for _ in range(2))
    salts = {keyed.read_now(history_of, ticket)[0].salt for ticket in (one, other)}
    assert len(salts) == 2


def note(database: Database, subject: str, by: str = "lin", **after: Any) -> None:
    database.write_now(journal_store.record, subject, "changed", by, NOW, after=after)


def erase(database: Database, number: str, instead: str) -> None:
    database.write_now(erased_subjects.erase_subject, f"customer:{number}", f"customer:{instead}", BY, LATER)
    last = 0
    while (last := database.write_now(erased_subjects.erase_mentions, {number: instead}, BY, LATER, last, 2)) > 0:
        pass


def test_a_person_is_taken_out_of_the_journal_and_its_chains_stay_whole(keyed: Database) -> None:
    note(keyed, "customer:C2", phone="digest")
    note(keyed, "customer:C2", into="C1")
    note(keyed, "look:lin", about="customer C2")
    note(keyed, "look:lin", about="customer C22")
    note(keyed, "organisation:o", by="customer C2", tier="一级")
    erase(keyed, "C2", "erased-1")
    note(keyed, "customer:erased-1", request=7)
    assert told(keyed) == []
    lines = keyed.read_now(find_lines, JournalFilter(), 100)
    words = [(line.subject, line.by, line.after) for line in reversed(lines)]
    assert words == [
        ("subjects", "lin", {"subject": "customer:erased-1"}),
        ("customer:erased-1", "lin", {}),
        ("customer:erased-1", "lin", {}),
        ("subjects", "lin", {"subject": "look:lin"}),
        ("look:lin", "lin", {}),
        ("look:lin", "lin", {"about": "customer C22"}),
        ("subjects", "customer erased-1", {"subject": "organisation:o"}),
        ("organisation:o", "customer erased-1", {}),
        ("customer:erased-1", "lin", {"request": 7}),
    ]


def test_a_chain_of_the_journal_taken_away_is_still_missed(keyed: Database) -> None:
    note(keyed, "customer:C2", phone="digest")
    erase(keyed, "C2", "erased-1")

    def take_away(db: Connection) -> None:
        for what in ("update", "delete", "replace"):
            if db.dialect.name == "sqlite":
                db.exec_driver_sql(f"DROP TRIGGER journal_lines_no_{what}")
        if db.dialect.name != "sqlite":
            db.exec_driver_sql("ALTER TABLE journal_lines DISABLE TRIGGER USER")
        db.exec_driver_sql("DELETE FROM journal_lines WHERE subject = 'customer:erased-1'")
        db.exec_driver_sql("DELETE FROM journal_heads WHERE subject = 'customer:erased-1'")

    keyed.write_now(take_away)
    assert told(keyed) == ["Journal of customer:erased-1: it had begun, but is gone; it was deleted past the product."]
