"""Each due step happens once, at its time, with the right people told: on both databases, with two sweepers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.tickets import facts, holding, sweep, ticket_store
from escalation.tickets.events import DeadlineReached
from tests.escalation.tickets.desk_scene import NOW, Desk, later
from tests.patience import patience


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


def first_contacts(reached: list[DeadlineReached]) -> list[DeadlineReached]:
    return [one for one in reached if one.milestone == "first_contact"]


def steps(reached: list[DeadlineReached], milestone: str = "first_contact") -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kind, one.to) for one in reached if one.milestone == milestone]


def test_warning_then_breach_then_overdue_each_once_at_its_time(anywhere: Desk) -> None:
    ticket = anywhere.open("特级").ticket.id
    expected = [
        (later(minutes=7.5), "warning", ("holder",)),
        (later(minutes=11.25), "warning", ("holder", "lead")),
        (later(minutes=15), "breach", ("holder", "lead", "manager")),
        (later(minutes=20), "overdue", ("holder", "lead", "manager")),
        (later(minutes=25), "overdue", ("holder", "lead", "manager")),
        (later(minutes=30), "overdue", ("queue", "lead", "manager", "on_call")),
    ]
    for at, kind, to in expected:
        assert first_contacts(anywhere.sweep(at - timedelta(seconds=1))) == []
        [reached] = first_contacts(anywhere.sweep(at))
        assert (reached.kind, reached.to, reached.due_at) == (kind, to, later(minutes=15))
        assert (reached.scheduled_at, reached.noticed_at) == (at, at)
        assert reached.ticket.id == ticket
    clock = anywhere.clock(ticket, "first_contact")
    assert (clock.state, clock.breached_at, clock.next_at) == ("open", later(minutes=15), later(minutes=45))


def test_after_an_outage_the_stale_warning_is_skipped_and_the_breach_comes_once_with_its_true_time(
    anywhere: Desk,
) -> None:
    anywhere.open("三级")
    reached = anywhere.sweep(later(hours=2, minutes=20))
    assert steps(reached) == [("breach", ("holder", "lead"))]
    assert (reached[0].due_at, reached[0].scheduled_at) == (later(hours=2), later(hours=2))
    assert reached[0].noticed_at == later(hours=2, minutes=20)
    assert anywhere.sweep(later(hours=2, minutes=20)) == []
    assert steps(anywhere.sweep(later(hours=2, minutes=30))) == [("overdue", ("lead", "manager"))]


def test_after_a_long_outage_breach_and_overdue_both_come_in_order(here: Desk) -> None:
    here.open("三级")
    assert steps(here.sweep(later(days=2))) == [("breach", ("holder", "lead")), ("overdue", ("lead", "manager"))]


def test_at_the_due_instant_itself_the_breach_comes_without_a_warning(here: Desk) -> None:
    here.open("三级")
    assert steps(here.sweep(later(hours=2))) == [("breach", ("holder", "lead"))]


def test_a_warning_settles_nothing_and_a_met_deadline_warns_no_more(here: Desk) -> None:
    li, ticket = here.staff(), here.open("三级").ticket.id
    assert steps(here.sweep(later(minutes=90))) == [("warning", ("holder",))]
    here.write(holding.claim, ticket, li, later(minutes=91))
    here.write(holding.answer, here.policy, ticket, li, "您好", later(minutes=92))
    assert steps(here.sweep(later(days=1))) == []
    assert here.clock(ticket, "first_contact").breached_at is None


def test_a_claim_does_not_stop_the_breach(here: Desk) -> None:
    li, ticket = here.staff(), here.open("特级").ticket.id
    here.write(holding.claim, ticket, li, NOW)
    here.write(facts.record, here.policy, ticket, li, "call_missed", NOW)
    assert ("breach", ("holder", "lead", "manager")) in steps(here.sweep(later(minutes=15)))


def test_answered_after_the_breach_it_stays_breached_and_escalates_no_further(here: Desk) -> None:
    li, ticket = here.staff(), here.open("特级").ticket.id
    here.write(holding.claim, ticket, li, NOW)
    here.sweep(later(minutes=16))
    here.write(holding.answer, here.policy, ticket, li, "您好", later(minutes=17))
    clock = here.clock(ticket, "first_contact")
    assert (clock.state, clock.breached_at, clock.settled_at) == ("met", later(minutes=15), later(minutes=17))
    assert steps(here.sweep(later(hours=5))) == []


def test_the_earliest_step_is_taken_first(here: Desk) -> None:
    slow, fast = here.open("三级").ticket.id, here.open("特级").ticket.id
    order = [one.ticket.id for one in here.sweep(later(minutes=95)) if one.milestone == "first_contact"]
    assert order == [fast, fast, slow]


def test_every_step_is_written_into_the_tickets_history(here: Desk) -> None:
    ticket = here.open("特级").ticket.id
    here.sweep(later(minutes=8))
    here.sweep(later(minutes=15))
    assert here.history(ticket) == ["opened", "warning", "breach"]


def test_next_due_is_the_earliest_step_of_all(here: Desk) -> None:
    assert here.read(sweep.next_due) is None
    here.open("三级")
    assert here.read(sweep.next_due) == later(minutes=90)
    here.open("特级")
    assert here.read(sweep.next_due) == later(minutes=7.5)


def test_two_sweepers_at_once_take_every_step_once(anywhere: Desk) -> None:
    for _ in range(12):
        anywhere.open("特级")
    together = Barrier(2)

    def work() -> list[tuple[int, str, str]]:
        together.wait()
        found = []
        for _ in range(60):
            reached = anywhere.write(sweep.take_due_steps, later(minutes=40), 1)
            found += [(one.ticket.id, one.milestone, one.kind) for one in reached]
        return found

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(work) for _ in range(2)]
    both = [one for future in futures for one in future.result()]
    rest = [(one.ticket.id, one.milestone, one.kind) for one in anywhere.sweep(later(minutes=40))]
    taken = both + rest
    expected = [("first_contact", "breach"), ("first_contact", "overdue"), ("assessed", "warning")]
    assert sorted(taken) == sorted((ticket, *step) for ticket in range(1, 13) for step in expected)


def test_a_sweep_that_is_rolled_back_leaves_the_step_due(anywhere: Desk) -> None:
    anywhere.open("特级")

    def take_and_fail(db: Any) -> None:
        assert sweep.take_due_steps(db, later(minutes=15), 10)
        raise RuntimeError("the power is cut")

    with pytest.raises(RuntimeError):
        anywhere.write(take_and_fail)
    assert steps(anywhere.sweep(later(minutes=15))) == [("breach", ("holder", "lead", "manager"))]


def test_a_sweep_never_waits_for_an_answer_that_holds_the_ticket(
    migrated_postgres: Any, policy: Policy, request: pytest.FixtureRequest
) -> None:
    """The ticket that somebody is busy with is passed over; the next look finds it."""
    database = Database(migrated_postgres())
    request.addfinalizer(database.close)
    here = Desk(database, policy)
    ticket, other = here.open("特级").ticket.id, here.open("特级").ticket.id
    locked, finish = Event(), Event()

    def hold(db: Any) -> None:
        ticket_store.lock_ticket(db, ticket)
        locked.set()
        finish.wait(patience(30))

    def take(db: Any) -> list[DeadlineReached]:
        db.execute(text("SET LOCAL lock_timeout = '3s'"))
        return sweep.take_due_steps(db, later(minutes=15), 10)

    with ThreadPoolExecutor(1) as thread:
        holding = thread.submit(here.write, hold)
        assert locked.wait(patience(30))
        try:
            assert [one.ticket.id for one in here.write(take)] == [other]
        finally:
            finish.set()
            holding.result()
    assert [one.ticket.id for one in here.write(take)] == [ticket]
