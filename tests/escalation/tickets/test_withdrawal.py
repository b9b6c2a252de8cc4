"""A customer withdraws a ticket: nothing of it is owed any more, nothing was kept or broken by that; it can reopen."""

from __future__ import annotations

from typing import Any

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.tickets import (
    audit,
    dissatisfaction,
    ending,
    facts,
    history,
    holding,
    opening,
    rerouting,
    sweep,
    ticket_store,
)
from escalation.tickets.deadline_store import DeadlineRow, deadlines_of
from escalation.tickets.events import TicketWithdrawn
from escalation.tickets.lifecycle import Refused
from tests.escalation.tickets.desk_scene import NOW, Desk, changed, later

TIERS = ["特级", "一级", "二级", "三级"]


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


def withdraw(desk: Desk, ticket_id: int, at: Any = NOW) -> TicketWithdrawn:
    event: TicketWithdrawn = desk.write(ending.withdraw, desk.policy, ticket_id, at)
    return event


def clocks(desk: Desk, ticket_id: int) -> list[DeadlineRow]:
    found: list[DeadlineRow] = desk.read(deadlines_of, ticket_id)
    return found


@pytest.mark.parametrize("tier", TIERS)
def test_every_clock_is_cancelled_and_nothing_follows(anywhere: Desk, tier: str) -> None:
    ticket = anywhere.open(tier).ticket.id
    event = withdraw(anywhere, ticket, later(minutes=1))
    found = anywhere.ticket(ticket)
    assert event == TicketWithdrawn(found, None, ())
    assert (found.state, found.withdrawn_at, found.closed_at) == ("closed", later(minutes=1), later(minutes=1))
    assert (found.resolved_at, found.first_contact_at) == (None, None)
    rows = clocks(anywhere, ticket)
    assert rows
    assert {(row.state, row.settled_at, row.breached_at) for row in rows} == {("cancelled", later(minutes=1), None)}
    assert anywhere.read(sweep.next_due) is None
    assert anywhere.sweep(later(days=30)) == []


@pytest.mark.parametrize("tier", TIERS)
def test_in_the_middle_of_the_work_too_even_while_it_waits_for_its_customer(anywhere: Desk, tier: str) -> None:
    ticket = anywhere.at_work(tier)
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, "assessed", later(minutes=2))
    anywhere.happen(ticket, "waiting_for_customer", later(minutes=3))
    met = {row.id for row in clocks(anywhere, ticket) if row.state == "met"}
    event = withdraw(anywhere, ticket, later(minutes=4))
    assert event.ticket.holder_id == anywhere.holder(ticket).id
    assert anywhere.ticket(ticket).waits_since is None
    rows = clocks(anywhere, ticket)
    assert {row.id for row in rows if row.state == "met"} == met
    assert {row.state for row in rows} <= {"met", "cancelled"}
    assert [row for row in rows if row.breached_at or row.is_paused] == []
    (pause,) = anywhere.read(ticket_store.pause_rows, ticket)
    assert (pause.ended_at, pause.ended_why) == (later(minutes=4), "withdrawn")
    assert anywhere.sweep(later(days=30)) == []


def test_a_promise_that_was_late_before_stays_broken(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    withdraw(anywhere, ticket, later(minutes=20))  # promised within 15, and no sweep has looked
    first, assessed = anywhere.clock(ticket, "first_contact"), anywhere.clock(ticket, "assessed")
    assert (first.state, first.breached_at) == ("cancelled", later(minutes=15))
    assert (assessed.state, assessed.breached_at) == ("cancelled", None)


@pytest.mark.parametrize("claimed", [False, True])
def test_danger_and_complaints_are_left_to_a_person(anywhere: Desk, *, claimed: bool) -> None:
    make = anywhere.at_work if claimed else lambda **known: anywhere.open(**known).ticket.id
    danger = make(tier="三级", urgency="critical")
    complaint = make(tier="三级", topic="投诉", complaint=True, conversation_id=2)
    for ticket, code in ((danger, "critical_not_withdrawn"), (complaint, "complaint_not_withdrawn")):
        before = (anywhere.ticket(ticket), clocks(anywhere, ticket), anywhere.history(ticket))
        with pytest.raises(Refused, match=code):
            withdraw(anywhere, ticket, later(minutes=1))
        assert (anywhere.ticket(ticket), clocks(anywhere, ticket), anywhere.history(ticket)) == before


def test_what_became_danger_or_a_complaint_while_it_waited_is_not_withdrawn_either(here: Desk) -> None:
    danger, complaint = here.open().ticket.id, here.open(conversation_id=2).ticket.id
    here.write(rerouting.escalate_urgency, here.policy, danger, "critical", NOW)
    here.write(rerouting.turn_into_complaint, here.policy, complaint, NOW)
    for ticket, code in ((danger, "critical_not_withdrawn"), (complaint, "complaint_not_withdrawn")):
        with pytest.raises(Refused, match=code):
            withdraw(here, ticket, NOW)


def test_what_has_ended_is_not_withdrawn(here: Desk) -> None:
    solved, gone = here.at_work("三级"), here.open(conversation_id=2).ticket.id
    here.happen(solved, "replied", NOW)
    here.happen(solved, "resolved", NOW)
    withdraw(here, gone)
    for ticket in (solved, gone):
        with pytest.raises(Refused, match="finished"):
            withdraw(here, ticket, later(minutes=1))
    here.write(ending.close, here.policy, solved, NOW)
    with pytest.raises(Refused, match="finished"):
        withdraw(here, solved, later(minutes=1))
    with pytest.raises(Refused, match="not_found"):
        withdraw(here, 4711)


def test_it_is_a_line_of_the_chain(anywhere: Desk) -> None:
    ticket = anywhere.at_work("三级")
    withdraw(anywhere, ticket, later(minutes=1))
    line = anywhere.read(history.history_of, ticket)[-1]
    assert (line.kind, line.at, line.staff_id) == ("withdrawn", later(minutes=1), None)
    assert (line.data["before"], line.data["after"]) == ({"state": "claimed"}, {"state": "closed"})
    anywhere.write(opening.reopen, anywhere.policy, ticket, later(minutes=2))
    assert anywhere.history(ticket)[-2:] == ["withdrawn", "reopened"]
    found = anywhere.read(audit.verify)
    assert (found.tickets, found.faults) == (1, [])


def test_no_move_is_left_to_staff(here: Desk) -> None:
    ticket = here.at_work("三级")
    who = here.holder(ticket)
    withdraw(here, ticket)
    with pytest.raises(Refused, match="finished"):
        here.write(holding.claim, ticket, who, NOW)
    with pytest.raises(Refused, match="finished"):
        here.write(ending.resolve, here.policy, ticket, who, NOW)
    with pytest.raises(Refused, match="finished"):
        here.write(ending.close, here.policy, ticket, NOW)


def test_a_reply_of_whoever_held_it_leaves_it_withdrawn(here: Desk) -> None:
    ticket = here.at_work("三级")
    who = here.holder(ticket)
    withdraw(here, ticket)
    answered = here.write(holding.answer, here.policy, ticket, who, "您好", NOW)
    assert answered.ticket.is_withdrawn
    assert not answered.ticket.is_open


@pytest.mark.parametrize("tier", TIERS)
def test_no_fact_recorded_afterwards_owes_anything(here: Desk, tier: str) -> None:
    """Neither a survey nor a service report, nor the prevention of what was complained of in the end."""
    ticket = here.at_work(tier)
    withdraw(here, ticket)
    who = here.holder(ticket)
    for minute, fact in enumerate((*here.policy.facts, "called"), start=1):
        here.write(facts.record, here.policy, ticket, who, fact, later(minutes=minute), here.policy.complaint_causes[0])
    here.customer_writes(ticket, later(hours=1))
    here.write(dissatisfaction.rate, here.policy, ticket, 5, later(hours=1))
    assert here.running(ticket) == set()
    assert here.sweep(later(days=30)) == []


def test_no_service_report_is_owed(here: Desk) -> None:
    ticket = here.at_work("特级")
    withdraw(here, ticket)
    assert not facts.owes_report(here.policy, here.ticket(ticket))
    with pytest.raises(Refused, match="no_report_owed"):
        here.write(facts.report, here.policy, ticket, here.holder(ticket), "……", NOW)


# ── undone ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tier", TIERS)
def test_reopened_it_is_owed_what_a_solved_one_is(anywhere: Desk, tier: str) -> None:
    ticket, solved = anywhere.open(tier).ticket.id, anywhere.at_work(tier, conversation_id=2)
    withdraw(anywhere, ticket, later(minutes=5))
    anywhere.happen(solved, "replied", later(minutes=5))
    anywhere.happen(solved, "resolved", later(minutes=5))
    mine, other = (anywhere.write(opening.reopen, anywhere.policy, one, later(minutes=30)) for one in (ticket, solved))
    assert mine.promised == other.promised
    assert mine.promised is not None
    found = anywhere.ticket(ticket)
    assert (found.state, found.withdrawn_at, found.closed_at, found.reopened) == ("waiting", None, None, 1)
    assert anywhere.running(ticket) == anywhere.running(solved) - {"follow_up"}
    assert {row.due_at for row in clocks(anywhere, ticket) if row.state == "open"} == {
        row.due_at for row in clocks(anywhere, solved) if row.state == "open" and row.milestone != "follow_up"
    }


def test_withdrawn_again_after_that(here: Desk) -> None:
    ticket = here.open().ticket.id
    for minute in (1, 3):
        withdraw(here, ticket, later(minutes=minute))
        here.write(opening.reopen, here.policy, ticket, later(minutes=minute + 1))
    assert here.ticket(ticket).reopened == 2
    assert here.running(ticket) == {"first_contact", "answer_fixed"}


@pytest.mark.parametrize("reopened", [False, True])
def test_other_rules_bring_nothing_back_that_was_withdrawn(anywhere: Desk, *, reopened: bool) -> None:
    ticket = anywhere.at_work("特级")
    anywhere.happen(ticket, "replied", later(minutes=1))
    anywhere.happen(ticket, "assessed", later(minutes=2))  # the plan is to be explained
    withdraw(anywhere, ticket, later(minutes=3))
    if reopened:
        anywhere.write(opening.reopen, anywhere.policy, ticket, later(minutes=4))
    running = anywhere.running(ticket)
    assert running == ({"first_contact", "assessed"} if reopened else set())
    anywhere.recompute(ticket, changed(anywhere.policy, "特级", "assessed", label="评估方案"), later(minutes=5))
    assert anywhere.running(ticket) == running
    anywhere.retier(ticket, "一级", later(minutes=6))
    assert anywhere.running(ticket) == running


# ── who is to hear of it ──────────────────────────────────────────────


def test_nobody_beyond_its_queue_was_paged_for_a_ticket_that_just_waits(here: Desk) -> None:
    assert withdraw(here, here.open().ticket.id, later(minutes=1)).paged == ()


def test_whoever_a_step_has_called_is_named_once(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    assert [one.kind for one in anywhere.sweep(later(minutes=16))] == ["breach"]
    assert [one.kind for one in anywhere.sweep(later(minutes=17))] == []
    assert withdraw(anywhere, ticket, later(minutes=18)).paged == ("lead", "manager")


def test_who_was_paged_before_a_reopening_is_not_called_again_by_a_withdrawal(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.sweep(later(minutes=26))
    withdraw(here, ticket, later(minutes=27))
    here.write(opening.reopen, here.policy, ticket, later(minutes=30))
    assert withdraw(here, ticket, later(minutes=31)).paged == ()


def test_the_lead_who_heard_of_a_second_wish_to_hurry_hears_of_the_withdrawal(here: Desk) -> None:
    ticket = here.open().ticket.id
    for minute in (1, 2):
        here.write(facts.urge, ticket, later(minutes=minute))
    assert withdraw(here, ticket, later(minutes=3)).paged == ("lead",)
