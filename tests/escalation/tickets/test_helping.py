"""Colleagues asked on a ticket: they see it, their answer meets the fifteen minutes, and nothing is answered twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.staff import Staff, disable_staff
from escalation.tickets import (
    audit,
    ending,
    facts,
    helping,
    history,
    merging,
    rerouting,
    sweep,
    task_store,
    task_sweep,
    ticket_store,
)
from escalation.tickets.access import helps, is_in_hand, sees, visible_to
from escalation.tickets.id_list import of_ids
from escalation.tickets.lifecycle import Refused
from escalation.tickets.task_events import TaskAsked, TaskDue, TaskLapsed
from escalation.tickets.task_rules import TaskWish
from tests.escalation.tickets.desk_scene import NOW, Desk, later


@pytest.fixture
def desk(database: Database, policy: Policy) -> Desk:
    return Desk(database, policy)


@pytest.fixture
def here(sqlite: Database, policy: Policy) -> Desk:
    return Desk(sqlite, policy)


def elsewhere(desk: Desk, login: str = "chen", **known: Any) -> Staff:
    """A colleague who works another queue."""
    return desk.staff(login, queues=("技术支持",), **known)


def help_of(*people: Staff, text: str = "双机热备怎么配") -> TaskWish:
    return TaskWish("help", "技术", people, text)


def approval_of(*people: Staff, amount: int | None = None, **more: Any) -> TaskWish:
    return TaskWish("approval", "财务部", people, "老客户，让利", later(hours=4), amount=amount, **more)


def ask(desk: Desk, ticket: int, wish: TaskWish, minutes: float = 0, who: Staff | None = None) -> TaskAsked:
    asked: TaskAsked = desk.write(
        helping.ask, desk.policy, ticket, who or desk.holder(ticket), wish, later(minutes=minutes)
    )
    return asked


def answer(desk: Desk, task: int, who: Staff, minutes: float = 1, text: str = "先停备机", agreed: Any = None) -> Any:
    return desk.write(helping.answer, desk.policy, task, who, text, agreed, later(minutes=minutes))


def refusal(desk: Desk, task: int, who: Staff, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        answer(desk, task, who, **more)
    return refused.value.code


def sees_it(desk: Desk, who: Staff, ticket: int) -> bool:
    found = desk.read(ticket_store.find_tickets, visible_to(who), ticket_store.tickets.c.id == ticket)
    assert bool(found) == sees(who, desk.ticket(ticket))
    return bool(found)


def test_whoever_is_asked_sees_the_ticket_and_does_not_act_on_it(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    assert not sees_it(desk, chen, ticket)
    ask(desk, ticket, help_of(chen))
    assert sees_it(desk, chen, ticket)
    assert helps(chen, desk.ticket(ticket))
    assert not is_in_hand(chen, desk.ticket(ticket))


def test_the_answer_of_who_was_asked_meets_the_fifteen_minutes(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    asked = ask(desk, ticket, help_of(chen))
    clock = desk.clock(ticket, "internal_support")
    assert (clock.state, clock.due_at, asked.task.due_at) == ("open", later(minutes=15), later(minutes=15))
    answer(desk, asked.task.id, chen, minutes=9)
    clock = desk.clock(ticket, "internal_support")
    assert (clock.state, clock.settled_at, clock.breached_at) == ("met", later(minutes=9), None)


def test_a_note_of_who_was_asked_does_not_meet_them(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    ask(here, ticket, help_of(chen))
    here.write(facts.add_note, ticket, chen, "看到了", later(minutes=2))
    assert here.clock(ticket, "internal_support").state == "open"


def test_a_second_request_gives_the_first_no_more_time(here: Desk) -> None:
    ticket, chen, deng = here.at_work("三级"), elsewhere(here), elsewhere(here, "deng")
    first = ask(here, ticket, help_of(chen)).task
    second = ask(here, ticket, help_of(deng), minutes=10).task
    assert here.clock(ticket, "internal_support").due_at == later(minutes=15)
    assert second.due_at == later(minutes=25)
    answer(here, second.id, deng, minutes=12)
    assert here.clock(ticket, "internal_support").state == "open"
    answer(here, first.id, chen, minutes=16)
    clock = here.clock(ticket, "internal_support")
    assert (clock.state, clock.breached_at) == ("met", None)  # a target, which is never broken
    first_now, second_now = here.read(task_store.tasks_of, ticket)
    assert (first_now.breached_at, second_now.breached_at) == (later(minutes=15), None)


def test_withdrawn_help_cancels_the_clock_and_stays_cancelled_when_clocks_are_computed_anew(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    task = ask(desk, ticket, help_of(chen)).task
    desk.write(helping.withdraw, desk.policy, task.id, desk.holder(ticket), later(minutes=3))
    assert desk.clock(ticket, "internal_support").state == "cancelled"
    assert not sees_it(desk, chen, ticket)
    desk.write(rerouting.recompute, desk.policy, ticket, later(minutes=4))
    assert desk.clock(ticket, "internal_support").state == "cancelled"


def test_whoever_was_asked_twice_keeps_the_ticket_when_one_request_is_withdrawn(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    first = ask(here, ticket, help_of(chen)).task
    ask(here, ticket, help_of(chen), minutes=1)
    here.write(helping.withdraw, here.policy, first.id, here.holder(ticket), later(minutes=3))
    assert sees_it(here, chen, ticket)


def test_the_ticket_is_seen_until_it_ends_and_not_after_it_is_reopened(desk: Desk) -> None:
    ticket, chen, deng = desk.at_work("三级"), elsewhere(desk), elsewhere(desk, "deng")
    done, left = ask(desk, ticket, help_of(chen)).task, ask(desk, ticket, help_of(deng), minutes=1).task
    answer(desk, done.id, chen)
    assert sees_it(desk, chen, ticket)
    desk.write(ending.resolve, desk.policy, ticket, desk.holder(ticket), later(minutes=5))
    assert [sees_it(desk, one, ticket) for one in (chen, deng)] == [False, False]
    assert refusal(desk, left.id, deng) == "task_over"
    assert desk.read(audit.verify, ticket).faults == []


def test_the_history_of_a_ticket_with_requests_bears_its_audit(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    answer(desk, ask(desk, ticket, help_of(chen)).task.id, chen)
    assert desk.history(ticket)[-4:] == ["help_asked", "task_asked", "task_answered", "help_given"]
    assert desk.read(audit.verify, ticket).faults == []


def test_a_complaint_is_not_opened_by_asking_whom_it_is_closed_to(here: Desk) -> None:
    ticket, chen, deng = here.at_work("三级"), elsewhere(here), elsewhere(here, "deng")
    here.write(lambda db: ticket_store.update_ticket(db, _closed_to(ticket_store.get_ticket(db, ticket), chen)))
    with pytest.raises(Refused) as refused:
        ask(here, ticket, help_of(chen))
    assert refused.value.code == "closed_to_them"
    task = ask(here, ticket, help_of(chen, deng)).task
    assert task.asked == {deng.id}
    assert not sees_it(here, chen, ticket)


def test_whoever_a_complaint_is_closed_to_afterwards_sees_it_no_longer(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    task = ask(here, ticket, help_of(chen)).task
    here.write(lambda db: ticket_store.update_ticket(db, _closed_to(ticket_store.get_ticket(db, ticket), chen)))
    assert not sees_it(here, chen, ticket)
    assert refusal(here, task.id, chen) == "forbidden"


def _closed_to(ticket: Any, who: Staff) -> Any:
    return replace(ticket, closed_to=f",{who.id},")


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"text": " \n"}, "empty"),
        ({"text": "长" * 4_001}, "too_long"),
        ({"due_at": NOW}, "due_in_the_past"),
        ({"people": ()}, "nobody_to_ask"),
        ({"matter": "旅游", "amount": 100}, "unknown_approval"),
        ({"matter": "价格优惠", "amount": 100}, "beyond_their_limit"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(here: Desk, wish: dict[str, Any], code: str) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    values = {"kind": "approval", "asked_of": "财务部", "people": (chen,), "text": "让利", "due_at": later(hours=4)}
    with pytest.raises(Refused) as refused:
        ask(here, ticket, TaskWish(**{**values, **wish}))
    assert refused.value.code == code
    assert here.read(task_store.tasks_of, ticket) == []


def test_nobody_asks_themself(here: Desk) -> None:
    ticket = here.at_work("三级")
    with pytest.raises(Refused) as refused:
        ask(here, ticket, help_of(here.holder(ticket)))
    assert refused.value.code == "ask_yourself"


def test_only_the_holder_or_for_a_task_a_lead_asks(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    agent, lead = here.staff("other"), here.staff("lead", "lead")
    for who, wish in ((agent, help_of(chen)), (lead, help_of(chen)), (agent, approval_of(chen))):
        with pytest.raises(Refused) as refused:
            ask(here, ticket, wish, who=who)
        assert refused.value.code == "not_holder"
    assert ask(here, ticket, approval_of(chen), who=lead).task.asked_by == lead.id


def test_a_ticket_has_so_many_open_requests_and_no_more(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    for _ in range(helping.MOST_OPEN):
        ask(here, ticket, approval_of(chen))
    with pytest.raises(Refused) as refused:
        ask(here, ticket, approval_of(chen))
    assert refused.value.code == "too_many_tasks"


def test_an_approval_is_given_once_by_somebody_else_within_their_limit(desk: Desk) -> None:
    ticket = desk.at_work("三级")
    lead, manager = desk.staff("zhao", "lead", ("技术支持",)), desk.staff("sun", "manager", ())
    wish = approval_of(lead, manager, matter="价格优惠", amount=3_000_00)
    task = ask(desk, ticket, wish).task
    assert refusal(desk, task.id, desk.holder(ticket), agreed=True) == "own_approval"
    assert refusal(desk, task.id, lead) == "no_decision"
    assert refusal(desk, task.id, lead, agreed=True) == "beyond_your_limit"
    assert refusal(desk, task.id, lead, agreed=False, text="") == "no_reason"
    answered = answer(desk, task.id, manager, agreed=True, text="").task
    assert (answered.agreed, answered.answer, answered.answered_by) == (True, "", manager.id)
    assert refusal(desk, task.id, lead, agreed=False) == "already_answered"
    assert refusal(desk, task.id, manager, agreed=True) == "already_answered"


def test_a_refusal_needs_no_limit_and_says_why(here: Desk) -> None:
    ticket, sun = here.at_work("三级"), here.staff("sun", "manager", ())
    lead = here.staff("zhao", "lead", ("技术支持",))
    task = ask(here, ticket, approval_of(lead, sun, matter="价格优惠", amount=3_000_00)).task
    assert answer(here, task.id, lead, agreed=False, text="利润不够").task.agreed is False


def test_to_the_last_fen_the_limit_is_kept(here: Desk) -> None:
    ticket, lead = here.at_work("三级"), here.staff("zhao", "lead", ("技术支持",))
    with pytest.raises(Refused) as refused:
        ask(here, ticket, approval_of(lead, matter="价格优惠", amount=2_000_01))
    assert refused.value.code == "beyond_their_limit"
    task = ask(here, ticket, approval_of(lead, matter="价格优惠", amount=2_000_00)).task
    assert answer(here, task.id, lead, agreed=True).task.agreed is True


def test_nobody_answers_who_was_not_asked_or_may_no_longer_sign_in(here: Desk) -> None:
    ticket, chen, deng = here.at_work("三级"), elsewhere(here), elsewhere(here, "deng")
    task = ask(here, ticket, help_of(chen)).task
    assert refusal(here, task.id, deng) == "not_asked"
    assert refusal(here, task.id, here.holder(ticket)) == "own_request"
    assert refusal(here, 999, chen) == "unknown_task"
    assert refusal(here, task.id, chen, text=" ") == "empty"
    here.write(disable_staff, "chen", later(minutes=1))
    assert refusal(here, task.id, chen) == "disabled"


def test_a_withdrawn_request_is_not_answered_and_not_withdrawn_by_anybody_else(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    task = ask(here, ticket, help_of(chen)).task
    with pytest.raises(Refused) as refused:
        here.write(helping.withdraw, here.policy, task.id, chen, later(minutes=1))
    assert refused.value.code == "not_asker"
    here.write(helping.withdraw, here.policy, task.id, here.holder(ticket), later(minutes=1))
    assert refusal(here, task.id, chen) == "task_withdrawn"


def test_who_was_asked_is_reminded_before_the_end_and_both_at_the_end(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    task = ask(desk, ticket, approval_of(chen)).task

    def steps(at: timedelta) -> list[tuple[str, tuple[str, ...]]]:
        return [(one.kind, one.to) for one in desk.write(task_sweep.take_due_tasks, desk.policy, NOW + at, 100)]

    assert steps(timedelta(hours=2, minutes=59)) == []
    assert steps(timedelta(hours=3)) == [("warning", ("asked",))]
    assert steps(timedelta(hours=4)) == [("breach", ("asked", "asker"))]
    assert steps(timedelta(days=1)) == []
    (late,) = desk.read(task_store.tasks_of, ticket)
    assert (late.id, late.state, late.breached_at) == (task.id, "open", later(hours=4))
    assert desk.history(ticket)[-2:] == ["task_due", "task_late"]


def test_what_is_answered_is_not_reminded_of(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    answer(here, ask(here, ticket, help_of(chen)).task.id, chen)
    assert here.write(task_sweep.take_due_tasks, here.policy, later(days=2), 100) == []


def test_after_an_outage_the_stale_reminder_is_skipped(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    ask(here, ticket, help_of(chen))
    assert [one.kind for one in here.write(task_sweep.take_due_tasks, here.policy, later(days=1), 100)] == ["breach"]


def close_to(desk: Desk, ticket: int, *people: Staff) -> None:
    """Close the ticket to these, as every way of closing one does."""

    def close(db: Connection) -> None:
        old = ticket_store.lock_ticket(db, ticket)
        new = replace(old, closed_to=of_ids(one.id for one in people))
        history.save_change(db, old, new, "complaint_voiced", later(minutes=2))

    desk.write(close)


def swept(desk: Desk, minutes: float) -> list[TaskDue | TaskLapsed]:
    found: list[TaskDue | TaskLapsed] = desk.write(task_sweep.take_due_tasks, desk.policy, later(minutes=minutes), 100)
    return found


def test_a_request_lapses_once_the_ticket_is_closed_to_who_was_asked(desk: Desk) -> None:
    ticket, chen = desk.at_work("三级"), elsewhere(desk)
    task = ask(desk, ticket, help_of(chen)).task
    close_to(desk, ticket, chen)
    assert desk.read(sweep.next_due) == later(minutes=2)
    (lapsed,) = swept(desk, minutes=2)
    assert isinstance(lapsed, TaskLapsed)
    assert (lapsed.task.id, lapsed.task.state, lapsed.ticket.helpers) == (task.id, "withdrawn", "")
    assert desk.clock(ticket, "internal_support").state == "cancelled"
    assert desk.history(ticket)[-2:] == ["task_lapsed", "help_withdrawn"]
    assert swept(desk, minutes=60 * 24) == []


def test_a_request_without_an_end_lapses_too(here: Desk) -> None:
    ticket, chen = here.at_work("三级"), elsewhere(here)
    ask(here, ticket, replace(approval_of(chen), due_at=None))
    close_to(here, ticket, chen)
    assert [type(one) for one in swept(here, minutes=2)] == [TaskLapsed]


def test_a_request_that_somebody_else_was_asked_too_goes_on_to_its_end(here: Desk) -> None:
    ticket, chen, deng = here.at_work("三级"), elsewhere(here), elsewhere(here, "deng")
    task = ask(here, ticket, approval_of(chen, deng)).task
    close_to(here, ticket, chen)
    assert swept(here, minutes=2) == []
    assert here.read(task_store.get_task, task.id).next_at == later(hours=3)
    answer(here, task.id, deng, agreed=True)


def test_a_request_goes_with_a_ticket_that_is_merged_into_one_closed_to_who_was_asked(here: Desk) -> None:
    gone, into, chen = here.at_work("三级"), here.at_work("三级"), elsewhere(here)
    ask(here, gone, help_of(chen))
    close_to(here, into, chen)
    lead = here.staff("wu", role="lead", queues=("通用客服", "技术支持"))
    here.write(merging.merge, here.policy, gone, into, lead, later(minutes=3))
    assert [type(one) for one in swept(here, minutes=3)] == [TaskLapsed]
