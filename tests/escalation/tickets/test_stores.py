"""Rows as they were meant: what is written is read back alike on both databases, and a schedule speaks for itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.sla.deadlines import Deadline, initial_deadlines
from escalation.tickets import deadline_store, history, ticket_store
from escalation.tickets.lifecycle import Refused
from tests.escalation.tickets.desk_scene import NOW, Desk, later


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


def test_a_ticket_is_read_back_as_it_was_written(anywhere: Desk) -> None:
    candidates = [{"id": "a", "question": "「引号」'\"<b>", "confidence": 0.91, "answer": "答"}]
    written = anywhere.open("特级", candidates=candidates, rejected=["b"], subject="'; DROP TABLE tickets; --").ticket
    assert anywhere.ticket(written.id) == written
    changed = replace(written, state="resolved", resolved_at=later(hours=1), rating=5, rating_reason="好")
    anywhere.write(ticket_store.update_ticket, changed)
    assert anywhere.ticket(written.id) == changed


def test_an_unknown_ticket_is_refused(here: Desk) -> None:
    for read in (ticket_store.get_ticket, ticket_store.lock_ticket):
        with pytest.raises(Refused, match="not_found"):
            here.read(read, 1)


def test_the_schedule_of_a_deadline_needs_no_policy_to_be_understood(here: Desk) -> None:
    clock = here.clock(here.open("特级").ticket.id, "first_contact")
    assert clock.schedule == [
        {"kind": "warning", "at": -450.0, "to": ["holder"]},
        {"kind": "warning", "at": -225.0, "to": ["holder", "lead"]},
        {"kind": "breach", "at": 0, "to": ["holder", "lead", "manager"], "repeat": 300},
        {
            "kind": "overdue",
            "at": 900.0,
            "to": ["queue", "lead", "manager", "on_call"],
            "repeat": 900,
            "reassign": "on_call",
        },
    ]
    half = later(minutes=7, seconds=30)
    assert (clock.step, clock.next_at, clock.warn_at, clock.within_s) == (0, half, half, 900)


def first_contact(here: Desk) -> Deadline:
    policy = here.policy
    return initial_deadlines(policy, policy.tiers["特级"], policy.urgencies["normal"], NOW, NOW)[0]


def test_a_clock_that_has_not_started_is_no_row(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    with pytest.raises(ValueError, match="a deadline is written when its clock starts, not before"):
        here.write(
            deadline_store.insert_deadlines, ticket, [replace(first_contact(here), due_at=None, started_at=None)], "v"
        )


def test_the_promise_is_the_earliest_running_first_contact(here: Desk) -> None:
    ticket = here.open("三级").ticket.id
    assert here.read(deadline_store.promised, ticket) == later(hours=2)
    here.write(deadline_store.insert_deadlines, ticket, [first_contact(here)], "v")
    assert here.read(deadline_store.promised, ticket) == later(minutes=15)
    here.write(deadline_store.settle, ticket, ["first_contact"], "met", NOW)
    assert here.read(deadline_store.promised, ticket) is None


def test_settling_what_does_not_run_settles_nothing(here: Desk) -> None:
    ticket = here.open("三级").ticket.id
    assert here.write(deadline_store.settle, ticket, ["plan_explained"], "met", NOW) == 0
    assert here.write(deadline_store.settle, ticket, [], "met", NOW) == 0
    assert here.write(deadline_store.settle, ticket, ["first_contact"], "met", NOW) == 1
    assert here.write(deadline_store.settle, ticket, ["first_contact"], "cancelled", later(hours=1)) == 0
    assert here.clock(ticket, "first_contact").state == "met"


def test_only_this_tickets_clocks_are_settled(here: Desk) -> None:
    one, two = here.open("三级").ticket.id, here.open("三级").ticket.id
    here.write(deadline_store.settle, one, ["first_contact"], "met", NOW)
    assert here.clock(two, "first_contact").state == "open"


def test_met_exactly_on_time_is_met(here: Desk) -> None:
    ticket = here.open("三级").ticket.id
    here.write(deadline_store.settle, ticket, ["first_contact"], "met", later(hours=2))
    assert here.clock(ticket, "first_contact").breached_at is None


def test_tickets_are_found_newest_first(here: Desk) -> None:
    numbers = [here.open("三级").ticket.id for _ in range(3)]
    assert [ticket.id for ticket in here.read(ticket_store.find_tickets, limit=2)] == numbers[:0:-1]
    assert here.read(ticket_store.find_tickets, ticket_store.tickets.c.state == "claimed") == []


def test_history_and_notes_are_kept_in_order(anywhere: Desk) -> None:
    ticket, li = anywhere.open().ticket.id, anywhere.staff()
    anywhere.write(history.log, ticket, "urged", later(minutes=1), times=1)
    for text in ("一", "二"):
        anywhere.write(ticket_store.insert_note, ticket, li.id, text, NOW)
    assert [(row.kind, row.at, row.data) for row in anywhere.read(history.history_of, ticket)][1:] == [
        ("urged", later(minutes=1), {"times": 1})
    ]
    assert [row.text for row in anywhere.read(ticket_store.notes_of, ticket)] == ["一", "二"]
