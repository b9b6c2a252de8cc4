"""A ticket finds somebody who is there: assigned, taken back, given on; and when nobody is there, the lead knows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import text

from bot.storage.database import Database
from escalation import staff
from escalation.customers import service_teams
from escalation.customers.customer_rows import organisations
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.staffing import dispatch, on_duty, roster_changes, roster_store
from escalation.tickets import ending, history, holding, opening, rerouting, ticket_store
from escalation.tickets.events import AssignmentExpired, NobodyOnDuty, TicketAssigned, TicketReassigned
from tests.escalation.staffing.roster_scene import MONDAY, RosteredDesk, told, with_queue
from tests.escalation.tickets.desk_scene import NOW, later
from tests.patience import patience

GENERAL = "通用客服"  # where an ordinary 三级 matter goes; assigned by load, to be claimed within 20 minutes
ELEVEN_AT_NIGHT = later(hours=13)


@pytest.fixture
def anywhere(database: Database, policy: Policy) -> RosteredDesk:
    return RosteredDesk(database, policy)


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> RosteredDesk:
    return RosteredDesk(sqlite, policy)


# Given


def test_without_a_roster_nobody_is_assigned_and_nobody_is_alarmed(anywhere: RosteredDesk) -> None:
    anywhere.staff("li")
    ticket = anywhere.open().ticket.id
    assert anywhere.assign(ticket) is None
    assert anywhere.tick(later(hours=1)) == []
    assert anywhere.history(ticket) == ["opened"]


def test_a_ticket_goes_to_somebody_on_duty_who_is_to_claim_it_in_time(anywhere: RosteredDesk) -> None:
    li = anywhere.hire("li")
    ticket = anywhere.open().ticket.id
    event = anywhere.assign(ticket)
    assert isinstance(event, TicketAssigned)
    assert (event.staff_id, event.promised) == (li.id, later(hours=2))
    assert (event.ticket.state, event.ticket.assignee_id) == ("waiting", li.id)
    assert anywhere.ticket(ticket) == event.ticket
    assert event.ticket.assigned_until == later(minutes=20)
    assert anywhere.history(ticket) == ["opened", "assigned"]
    assert anywhere.assign(ticket) is None


def test_a_queue_that_assigns_nobody_leaves_its_tickets_to_be_claimed(here: RosteredDesk) -> None:
    here.policy = with_queue(here.policy, GENERAL, assign="nobody")
    here.hire("li")
    ticket = here.open().ticket.id
    assert here.assign(ticket) is None
    assert here.tick(later(minutes=1)) == []


def test_an_assignment_ends_with_the_shift_of_whoever_has_it(here: RosteredDesk) -> None:
    here.hire("li", works="08:00-10:05")
    ticket = here.open().ticket.id
    here.assign(ticket)
    assert here.ticket(ticket).assigned_until == later(minutes=5)


def test_a_shift_that_follows_at_once_lets_them_finish(here: RosteredDesk) -> None:
    here.hire("li", works="08:00-10:05")
    here.roster("li", "10:05-20:00")
    ticket = here.open().ticket.id
    here.assign(ticket)
    assert here.ticket(ticket).assigned_until == later(minutes=20)


def test_tickets_go_round_by_load(anywhere: RosteredDesk) -> None:
    li, wang = anywhere.hire("li"), anywhere.hire("wang")
    numbers = [anywhere.open(at=later(seconds=n), conversation_id=n).ticket.id for n in range(4)]
    for n, number in enumerate(numbers):
        anywhere.assign(number, later(seconds=n))
    assert [anywhere.assignee(number) for number in numbers] == [li.id, wang.id, li.id, wang.id]
    anywhere.write(holding.claim, numbers[0], li, later(minutes=1))
    anywhere.write(holding.claim, numbers[2], wang, later(minutes=1))  # a colleague's: anybody of the queue may
    fifth = anywhere.open(at=later(minutes=2)).ticket.id
    anywhere.assign(fifth, later(minutes=2))
    assert anywhere.assignee(fifth) == li.id


def test_a_claim_by_anybody_ends_the_assignment(here: RosteredDesk) -> None:
    here.hire("li")
    wang = here.hire("wang")
    ticket = here.open().ticket.id
    here.assign(ticket)
    here.write(holding.claim, ticket, wang, later(minutes=1))
    assert (here.assignee(ticket), here.ticket(ticket).assigned_until) == (None, None)
    assert here.tick(later(hours=1)) == []


def test_skills_and_capacity_are_asked_for(here: RosteredDesk) -> None:
    from dataclasses import replace

    topics = {**here.policy.topics, "合同": replace(here.policy.topics["合同"], skills=("商务",))}
    here.policy = replace(here.policy, topics=topics)
    here.hire("li")
    zhao = here.hire("zhao", skills=["商务"], capacity=1)
    first, second = (here.open(topic="合同", conversation_id=n).ticket.id for n in (1, 2))
    assert isinstance(here.assign(first), TicketAssigned)
    assert here.assignee(first) == zhao.id
    assert isinstance(here.assign(second), NobodyOnDuty)


def test_the_customers_own_agent_comes_first_while_on_duty(here: RosteredDesk) -> None:
    here.hire("wang")
    li = here.hire("li", works="08:00-12:00")
    here.contact("C1")
    here.write(lambda db: db.execute(organisations.update().values(agent="li")))
    busy = here.open().ticket.id
    here.write(holding.claim, busy, li, NOW)
    ticket = here.open("二级", contact_id="C1", conversation_id=2).ticket.id
    here.assign(ticket)
    assert here.assignee(ticket) == li.id
    afternoon = here.open("二级", contact_id="C1", conversation_id=3, at=later(hours=3)).ticket.id
    here.assign(afternoon, later(hours=3))
    assert here.assignee(afternoon) != li.id


@pytest.mark.parametrize("tier", ["特级", "一级", "二级"])
def test_the_customers_own_people_come_first_in_every_tiers_queue(here: RosteredDesk, tier: str) -> None:
    here.hire("wang")
    zhao, li = here.hire("zhao"), here.hire("li", capacity=1)
    here.contact("C1")
    here.write(lambda db: db.execute(organisations.update().values(agent="li")))
    organisation = here.read(lambda db: db.execute(organisations.select()).one()).id
    here.write(service_teams.set_post, organisation, "zhao", "专家")
    here.write(service_teams.set_post, organisation, "nobody", "坐席")
    first, second = (here.open(tier, contact_id="C1", conversation_id=n).ticket.id for n in (1, 2))
    here.assign(first)
    here.assign(second)
    assert (here.assignee(first), here.assignee(second)) == (li.id, zhao.id)


# Reopened


def solved_by(desk: RosteredDesk, who: Staff, at: datetime) -> int:
    """A ticket that this person solved, while a colleague on duty has nothing to do."""
    ticket: int = desk.open().ticket.id
    desk.write(holding.claim, ticket, who, at)
    desk.write(ending.resolve, desk.policy, ticket, who, at)
    return ticket


def reopen(desk: RosteredDesk, ticket: int, at: datetime) -> None:
    desk.write(opening.reopen, desk.policy, ticket, at)


def test_reopened_a_ticket_goes_to_who_solved_it_and_not_to_the_idle_colleague(anywhere: RosteredDesk) -> None:
    anywhere.hire("wang")
    li = anywhere.hire("li")
    ticket = solved_by(anywhere, li, NOW)
    busy = anywhere.open(conversation_id=2).ticket.id
    anywhere.write(holding.claim, busy, li, NOW)
    reopen(anywhere, ticket, later(minutes=5))
    (event,) = anywhere.tick(later(minutes=5))
    assert isinstance(event, TicketAssigned)
    assert event.staff_id == li.id
    line = anywhere.read(history.history_of, ticket)[-1]
    assert (line.kind, line.data["why"]) == ("assigned", "上次由其经办")


def test_withdrawn_and_reopened_it_goes_to_who_had_claimed_it(anywhere: RosteredDesk) -> None:
    wang, li = anywhere.hire("wang"), anywhere.hire("li")
    ticket = anywhere.open().ticket.id
    anywhere.assign(ticket)
    assert anywhere.assignee(ticket) == wang.id
    anywhere.write(holding.claim, ticket, li, later(minutes=1))
    anywhere.write(ending.withdraw, anywhere.policy, ticket, later(minutes=2))
    reopen(anywhere, ticket, later(minutes=3))
    anywhere.tick(later(minutes=3))
    assert anywhere.assignee(ticket) == li.id


def test_withdrawn_before_it_was_claimed_again_it_still_goes_to_who_solved_it_first(here: RosteredDesk) -> None:
    here.hire("wang")
    li = here.hire("li")
    ticket = solved_by(here, li, NOW)
    for minute in (5, 7):
        reopen(here, ticket, later(minutes=minute))
        here.tick(later(minutes=minute))
        assert here.assignee(ticket) == li.id
        here.write(ending.withdraw, here.policy, ticket, later(minutes=minute + 1))
        assert here.assignee(ticket) is None


def test_who_solved_it_but_went_home_is_passed_over(here: RosteredDesk) -> None:
    wang, li = here.hire("wang"), here.hire("li", works="08:00-10:30")
    ticket = solved_by(here, li, NOW)
    reopen(here, ticket, later(hours=1))
    here.tick(later(hours=1))
    assert here.assignee(ticket) == wang.id


def test_who_solved_it_but_does_not_claim_it_again_is_not_asked_twice(here: RosteredDesk) -> None:
    wang, li = here.hire("wang"), here.hire("li")
    ticket = solved_by(here, li, NOW)
    reopen(here, ticket, later(minutes=1))
    here.tick(later(minutes=1))
    assert here.assignee(ticket) == li.id
    here.tick(later(minutes=21))
    assert here.assignee(ticket) == wang.id


def test_once_it_was_in_other_hands_whoever_solved_it_first_has_no_claim_to_it(here: RosteredDesk) -> None:
    wang, li, zhao = here.hire("wang"), here.hire("li"), here.hire("zhao")
    ticket = solved_by(here, li, NOW)
    busy = here.open(conversation_id=2).ticket.id
    here.write(holding.claim, busy, li, NOW)
    reopen(here, ticket, later(minutes=1))
    here.write(holding.claim, ticket, wang, later(minutes=2))
    here.write(holding.release, ticket, wang, later(minutes=3))
    here.tick(later(minutes=3))
    assert here.assignee(ticket) == zhao.id


def test_a_lead_takes_tickets_only_on_the_roster(here: RosteredDesk) -> None:
    here.staff("boss", "lead")
    agent = here.hire("li", works="20:00-21:00")
    ticket = here.open().ticket.id
    assert isinstance(here.assign(ticket), NobodyOnDuty)
    boss = here.roster("boss", "08:00-20:00").staff_id
    assert told(here.tick(later(seconds=1))) == ["TicketAssigned"]
    assert here.assignee(ticket) == boss != agent.id


def test_a_matter_that_moves_to_another_queue_is_given_to_that_queues_people(here: RosteredDesk) -> None:
    here.hire("li", [GENERAL])
    wang = here.hire("wang", ["特级专席"])
    ticket = here.open().ticket.id
    here.assign(ticket)
    here.write(rerouting.escalate_urgency, here.policy, ticket, "critical", later(minutes=1))
    assert told(here.tick(later(minutes=1))) == ["TicketAssigned"]
    assert here.assignee(ticket) == wang.id


def test_former_staff_are_never_assigned_and_what_they_had_goes_on(here: RosteredDesk) -> None:
    here.hire("li")
    ticket = here.open().ticket.id
    here.assign(ticket)
    here.write(staff.disable_staff, "li", later(minutes=1))
    wang = here.hire("wang")
    assert here.write(dispatch.withdraw_assignments, 1, later(minutes=1)) == 1
    assert told(here.tick(later(minutes=1))) == ["AssignmentExpired", "TicketAssigned"]
    assert here.assignee(ticket) == wang.id


# Night


def test_at_night_a_top_tier_matter_wakes_whoever_is_on_call(here: RosteredDesk) -> None:
    here.hire("li")
    han = here.staff("han")
    here.roster("han", "20:00-08:00", "on_call")
    ticket = here.open("特级", at=ELEVEN_AT_NIGHT).ticket.id
    assert isinstance(here.assign(ticket, ELEVEN_AT_NIGHT), TicketAssigned)
    assert here.assignee(ticket) == han.id


def test_by_day_on_call_people_are_left_alone_but_for_what_is_critical(here: RosteredDesk) -> None:
    here.hire("li", works="20:00-21:00")
    here.staff("han")
    here.roster("han", "08:00-20:00", "on_call")
    ordinary, critical = here.open("特级").ticket.id, here.open("三级", urgency="critical", conversation_id=2).ticket.id
    assert told([here.assign(ordinary), here.assign(critical)]) == ["NobodyOnDuty", "TicketAssigned"]


# Nobody


def test_nobody_on_duty_is_told_at_once_and_once(anywhere: RosteredDesk) -> None:
    anywhere.hire("li", works="12:00-20:00")
    ticket = anywhere.open().ticket.id
    event = anywhere.assign(ticket)
    assert isinstance(event, NobodyOnDuty)
    assert (event.ticket.id, event.promised) == (ticket, later(hours=2))
    assert anywhere.assign(ticket) is None
    assert anywhere.tick(later(minutes=30)) == []
    assert anywhere.history(ticket) == ["opened", "nobody_on_duty"]


def test_when_a_shift_begins_what_waits_is_assigned_the_most_pressing_first(anywhere: RosteredDesk) -> None:
    anywhere.policy = with_queue(anywhere.policy, "特级专席", assign="load")
    li = anywhere.hire("li", works="12:00-20:00", capacity=2)
    low, high, middle = (
        anywhere.open(tier, conversation_id=n).ticket.id for n, tier in enumerate(("三级", "特级", "一级"), 1)
    )
    for number in (low, high, middle):
        anywhere.assign(number)
    assert not anywhere.read(dispatch.is_anything_due, anywhere.policy, later(hours=1))
    assert told(anywhere.tick(later(hours=2))) == ["TicketAssigned", "TicketAssigned"]
    assert [anywhere.assignee(number) for number in (high, middle, low)] == [li.id, li.id, None]
    assert anywhere.tick(later(hours=2, seconds=1)) == []


def test_after_somebody_had_it_nobody_on_duty_is_told_again(here: RosteredDesk) -> None:
    here.hire("li", works="10:05-10:10")
    ticket = here.open().ticket.id
    assert isinstance(here.assign(ticket), NobodyOnDuty)
    assert told(here.tick(later(minutes=5))) == ["TicketAssigned"]
    assert told(here.tick(later(minutes=10))) == ["AssignmentExpired", "NobodyOnDuty"]
    assert here.tick(later(minutes=11)) == []


def test_while_a_queue_is_closed_nobody_is_missed_until_it_opens(here: RosteredDesk) -> None:
    here.hire("li", works="20:00-21:00")
    here.roster("li", "09:30-10:00", day=MONDAY + timedelta(days=1))  # before the first contact is due at 10:00
    ticket = here.open(at=ELEVEN_AT_NIGHT).ticket.id
    assert here.assign(ticket, ELEVEN_AT_NIGHT) is None
    assert here.tick(later(hours=21, minutes=59)) == []
    assert told(here.tick(later(hours=22))) == ["NobodyOnDuty"]


def test_a_promise_that_nobody_on_the_roster_can_keep_is_told_at_the_hand_off_and_again_when_the_queue_opens(
    anywhere: RosteredDesk,
) -> None:
    anywhere.hire("li", works="20:00-21:00")
    anywhere.hire("wang", ["技术支持"], works="")
    anywhere.roster("wang", "08:00-20:00", day=MONDAY + timedelta(days=1))  # there, but for another queue
    anywhere.roster("li", "10:00-20:00", day=MONDAY + timedelta(days=1))  # there when it is too late
    ticket = anywhere.open(at=ELEVEN_AT_NIGHT).ticket.id
    event = anywhere.assign(ticket, ELEVEN_AT_NIGHT)
    assert isinstance(event, NobodyOnDuty)
    assert event.promised == later(hours=24)
    assert anywhere.history(ticket) == ["opened", "nobody_ahead"]
    assert anywhere.assign(ticket, ELEVEN_AT_NIGHT) is None
    assert told(anywhere.tick(later(hours=22))) == ["NobodyOnDuty"]


def test_staff_on_call_can_keep_a_promise_only_to_whom_they_are_woken_for(anywhere: RosteredDesk) -> None:
    anywhere.hire("li", works="")
    anywhere.roster("li", "22:00-08:00", "on_call")
    ordinary = anywhere.open(at=ELEVEN_AT_NIGHT).ticket.id
    assert isinstance(anywhere.assign(ordinary, ELEVEN_AT_NIGHT), NobodyOnDuty)
    critical = anywhere.open(at=ELEVEN_AT_NIGHT, urgency="critical").ticket.id
    assert isinstance(anywhere.assign(critical, ELEVEN_AT_NIGHT), TicketAssigned)


def test_a_queue_whose_agents_claim_has_its_promises_asked_too(here: RosteredDesk) -> None:
    queue = replace(here.policy.queues["通用客服"], assign="nobody", claim_within=None)
    here.policy = replace(here.policy, queues={**here.policy.queues, "通用客服": queue})
    here.hire("li", works="20:00-21:00")
    ticket = here.open(at=ELEVEN_AT_NIGHT).ticket.id
    assert isinstance(here.assign(ticket, ELEVEN_AT_NIGHT), NobodyOnDuty)


# Lapsed


def test_what_is_not_claimed_in_time_goes_to_the_next_person(anywhere: RosteredDesk) -> None:
    li, wang = anywhere.hire("li"), anywhere.hire("wang")
    ticket = anywhere.open().ticket.id
    anywhere.assign(ticket)
    assert anywhere.tick(later(minutes=20) - timedelta(microseconds=1)) == []
    lapsed, given = anywhere.tick(later(minutes=20))
    assert isinstance(lapsed, AssignmentExpired)
    assert isinstance(given, TicketAssigned)
    assert (lapsed.staff_id, lapsed.ticket.assignee_id, given.staff_id) == (li.id, None, wang.id)
    assert anywhere.history(ticket) == ["opened", "assigned", "assignment_expired", "assigned"]


def test_whoever_a_change_of_the_roster_sends_home_loses_what_they_have_not_claimed(anywhere: RosteredDesk) -> None:
    li = anywhere.hire("li")
    ticket = anywhere.open().ticket.id
    anywhere.assign(ticket)
    wang = anywhere.hire("wang")
    [shift] = [one for one in anywhere.read(roster_store.shifts_at, NOW) if one.staff_id == li.id]
    assert anywhere.tick(later(minutes=1)) == []
    anywhere.write(roster_changes.remove_shift, anywhere.policy.zone, shift.id, "韩梅", later(minutes=1))
    assert told(anywhere.tick(later(minutes=1))) == ["AssignmentExpired", "TicketAssigned"]
    assert anywhere.assignee(ticket) == wang.id


def test_when_all_have_let_it_lapse_the_lead_is_told(anywhere: RosteredDesk) -> None:
    anywhere.hire("li")
    anywhere.hire("wang")
    ticket = anywhere.open().ticket.id
    anywhere.assign(ticket)
    anywhere.tick(later(minutes=20))
    assert told(anywhere.tick(later(minutes=40))) == ["AssignmentExpired", "NobodyOnDuty"]
    assert anywhere.tick(later(hours=1)) == []
    assert anywhere.assignee(ticket) is None


def test_a_new_shift_is_a_new_chance(here: RosteredDesk) -> None:
    li = here.hire("li", works="08:00-10:10")
    ticket = here.open().ticket.id
    here.assign(ticket)
    here.tick(later(minutes=10))
    here.roster("li", "12:00-20:00")
    assert told(here.tick(later(hours=2))) == ["TicketAssigned"]
    assert here.assignee(ticket) == li.id


def test_who_gave_it_back_is_not_given_it_again_at_once(here: RosteredDesk) -> None:
    li, wang = here.hire("li"), here.hire("wang")
    ticket = here.open().ticket.id
    here.assign(ticket)
    here.write(holding.claim, ticket, li, later(minutes=1))
    here.write(holding.release, ticket, li, later(minutes=2))
    here.tick(later(minutes=2))
    assert here.assignee(ticket) == wang.id


# Taken away


def test_a_step_that_lost_patience_gives_it_to_whoever_is_on_call(anywhere: RosteredDesk) -> None:
    li, han = anywhere.hire("li"), anywhere.staff("han")
    anywhere.roster("han", "08:00-20:00", "on_call")
    ticket = anywhere.open("特级").ticket.id
    anywhere.write(holding.claim, ticket, li, NOW)
    taken, given = anywhere.write(dispatch.reassign, anywhere.policy, ticket, "on_call", later(minutes=30))
    assert isinstance(taken, TicketReassigned)
    assert isinstance(given, TicketAssigned)
    assert (taken.from_staff, taken.ticket.holder_id, given.staff_id) == (li.id, None, han.id)
    assert anywhere.ticket(ticket).state == "waiting"
    again = anywhere.write(dispatch.reassign, anywhere.policy, ticket, "on_call", later(minutes=40))
    assert again == []


def test_without_anybody_on_call_a_lead_on_duty_gets_it(here: RosteredDesk) -> None:
    li, boss = here.hire("li"), here.hire("boss", ["投诉处理"], role="lead")
    ticket = here.open("特级").ticket.id
    here.write(holding.claim, ticket, li, NOW)
    here.write(dispatch.reassign, here.policy, ticket, "on_call", later(minutes=30))
    assert here.assignee(ticket) == boss.id


def test_back_to_its_queue_it_goes_to_somebody_else(here: RosteredDesk) -> None:
    li, wang = here.hire("li"), here.hire("wang")
    ticket = here.open().ticket.id
    here.write(holding.claim, ticket, li, NOW)
    here.write(dispatch.reassign, here.policy, ticket, "queue", later(hours=3))
    assert here.assignee(ticket) == wang.id


def test_somebody_who_only_just_claimed_it_keeps_it(here: RosteredDesk) -> None:
    li = here.hire("li")
    ticket = here.open().ticket.id
    here.write(holding.claim, ticket, li, later(minutes=119))
    assert here.write(dispatch.reassign, here.policy, ticket, "queue", later(minutes=121)) == []
    assert here.ticket(ticket).holder_id == li.id


def test_without_a_roster_a_holder_loses_it_to_the_queue_but_not_to_leads_that_nobody_knows_of(
    here: RosteredDesk,
) -> None:
    li = here.staff("li")
    ticket = here.open().ticket.id
    here.write(holding.claim, ticket, li, NOW)
    assert told(here.write(dispatch.reassign, here.policy, ticket, "lead", later(hours=3))) == []
    assert told(here.write(dispatch.reassign, here.policy, ticket, "queue", later(hours=3))) == ["TicketReassigned"]
    assert (here.ticket(ticket).state, here.assignee(ticket)) == ("waiting", None)


# The board


def test_a_queue_is_left_alone_while_something_waits_in_it_and_nobody_on_duty_works_it(here: RosteredDesk) -> None:
    here.open()
    left = lambda at: here.read(on_duty.unstaffed_queues, here.policy, at)  # noqa: E731
    assert left(NOW) == {}
    here.hire("li", [GENERAL], works="08:00-12:00")
    here.hire("zhao", ["投诉处理"])
    assert left(NOW) == {}
    assert left(later(hours=3)) == {GENERAL: 1}
    assert left(ELEVEN_AT_NIGHT) == {}  # closed: nobody should be there


# Together


def test_two_sweepers_at_once_never_assign_twice(anywhere: RosteredDesk) -> None:
    people = [anywhere.hire(login, capacity=3) for login in ("li", "wang")]
    numbers = [anywhere.open(conversation_id=n).ticket.id for n in range(1, 13)]
    together = Barrier(2)

    def work() -> list[Any]:
        together.wait()
        return [event for _ in range(6) for event in anywhere.write(dispatch.assign_waiting, anywhere.policy, NOW, 3)]

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(work) for _ in range(2)]
    both = [event for future in futures for event in future.result()]
    rest = anywhere.tick(NOW)
    given = [event.ticket.id for event in [*both, *rest] if isinstance(event, TicketAssigned)]
    assert len(given) == len(set(given)) == 6  # two people, three tickets each, never one more
    nobody = [event.ticket.id for event in [*both, *rest] if isinstance(event, NobodyOnDuty)]
    assert sorted(given + nobody) == numbers
    assert sorted(anywhere.assignee(number) or 0 for number in numbers) == [0] * 6 + [
        p.id for p in people for _ in "123"
    ]


def test_two_that_take_back_at_once_do_so_once(anywhere: RosteredDesk) -> None:
    for login in ("li", "wang"):
        anywhere.hire(login)
    numbers = [anywhere.open(conversation_id=n).ticket.id for n in range(1, 9)]
    for number in numbers:
        anywhere.assign(number)
    together = Barrier(2)

    def work() -> list[Any]:
        together.wait()
        return [
            event
            for _ in range(4)
            for event in anywhere.write(dispatch.expire_assignments, anywhere.policy, later(hours=1), 2)
        ]

    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(work) for _ in range(2)]
    both = [event for future in futures for event in future.result()] + anywhere.tick(later(hours=1))
    assert sorted(event.ticket.id for event in both if isinstance(event, AssignmentExpired)) == numbers
    assert sorted(event.ticket.id for event in both if isinstance(event, TicketAssigned)) == numbers


def test_a_claim_under_way_is_neither_waited_for_nor_taken_back(
    migrated_postgres: Any, policy: Policy, request: pytest.FixtureRequest
) -> None:
    """The agent has it locked and is about to claim: the sweep passes over it, and finds it claimed the next time."""
    database = Database(migrated_postgres())
    request.addfinalizer(database.close)
    here = RosteredDesk(database, policy)
    li = here.hire("li")
    ticket = here.open().ticket.id
    here.assign(ticket)
    locked, finish = Event(), Event()

    def claim(db: Any) -> None:
        ticket_store.lock_ticket(db, ticket)
        locked.set()
        finish.wait(patience(30))
        holding.claim(db, ticket, li, later(minutes=20))

    def expire(db: Any) -> list[Any]:
        db.execute(text("SET LOCAL lock_timeout = '3s'"))
        return dispatch.expire_assignments(db, policy, later(minutes=20))

    with ThreadPoolExecutor(1) as thread:
        claiming = thread.submit(here.write, claim)
        assert locked.wait(patience(30))
        try:
            assert here.write(expire) == []
        finally:
            finish.set()
            claiming.result()
    assert here.tick(later(minutes=21)) == []
    assert here.ticket(ticket).holder_id == li.id
