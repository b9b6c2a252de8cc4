"""A notice reaches somebody who is there."""

from __future__ import annotations

from bot.notifications.notice import Audience, Notice
from bot.notifications.recipients import present
from escalation.staffing.choose import AgentCandidate
from escalation.staffing.on_duty import People
from tests.escalation.tickets.ticket_examples import WAITING as TICKET

LI, WANG, HAN = 1, 2, 3
HOLDER = Audience("staff", str(LI))
QUEUE, LEAD, ON_CALL = Audience("queue", TICKET.queue), Audience("role", "lead"), Audience("role", "on_call")
ON_DUTY = AgentCandidate(WANG, "wang", queues=["*"], on_duty=True)


def told(people: People | None, *to: Audience) -> tuple[Audience, ...]:
    return present(people, TICKET, Notice(TICKET.id, "breach", "已超时", to)).to


def test_for_a_holder_who_went_home_the_queue_on_duty_and_the_lead_hear_of_it_too() -> None:
    elsewhere = AgentCandidate(HAN, "han", queues=["投诉处理"], on_duty=True)
    assert told(People((), (ON_DUTY, elsewhere)), HOLDER) == (HOLDER, Audience("staff", str(WANG)), LEAD)


def test_a_holder_who_is_there_hears_of_it_alone() -> None:
    assert told(People((), (ON_DUTY, AgentCandidate(LI, "li", queues=["*"], on_duty=True))), HOLDER) == (HOLDER,)
    assert told(People((), (AgentCandidate(LI, "li", queues=["*"], on_call=True),)), HOLDER) == (HOLDER,)


def test_on_call_means_people_by_name() -> None:
    assert told(People((), (ON_DUTY, AgentCandidate(HAN, "han", on_call=True))), QUEUE, ON_CALL) == (
        QUEUE,
        Audience("staff", str(HAN)),
    )


def test_with_nobody_on_call_the_lead_hears_of_it_once() -> None:
    assert told(People((), (ON_DUTY,)), LEAD, ON_CALL) == (LEAD,)
    assert told(People(), ON_CALL) == (LEAD,)


def test_without_a_roster_everybody_is_there_and_the_lead_is_on_call() -> None:
    assert told(None, HOLDER, QUEUE, ON_CALL) == (HOLDER, QUEUE, LEAD)
