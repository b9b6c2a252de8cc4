"""Was a ticket solved at once? Told seven days after its first resolution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from escalation.measures.first_contact_resolution import fcr_fact
from escalation.measures.ticket_case import TicketCase
from escalation.policy.model import Policy
from tests.escalation.measures.fact_examples import LI, WANG, Story, at

DAY = 24 * 60
WEEK = 7 * DAY


@pytest.fixture
def solved(policy: Policy) -> Story:
    return Story(policy).open().claimed(1).then("replied", 2, LI).then("resolved", 3, LI)


def judged(story: Story, *others: TicketCase, line: int = 104) -> Any:
    fact = fcr_fact(story.told(), line, others)
    return None if fact is None else fact.value


def another(story: Story, minutes: float, **values: Any) -> TicketCase:
    """Another ticket of the same customer and topic, opened so much later."""
    told = Story(story.policy).open(minutes).told()
    return replace(told, **{"id": 2, "conversation_id": 6, **values})


def test_who_is_solved_at_once_counts_seven_days_later_as_the_resolvers(solved: Story) -> None:
    fact = fcr_fact(solved.told(), 104, [])
    assert fact is not None
    assert (fact.measure, fact.value, fact.at, fact.staff_id) == ("fcr", 1, at(3 + WEEK), LI)
    assert (fact.tier, fact.queue, fact.topic) == ("三级", "通用客服", "订单")


def test_a_second_resolution_makes_none(solved: Story) -> None:
    solved.then("reopened", 10).then("resolved", 20, LI)
    assert (judged(solved), judged(solved, line=106)) == (0, None)


def test_a_resolution_that_was_taken_back_makes_none(solved: Story) -> None:
    assert judged(solved.then("undone", 3.5, LI, undoes=[4])) is None


def test_a_transfer_in_the_first_run_spoils_it(policy: Policy) -> None:
    story = Story(policy).open().claimed(1).then("transferred", 2, LI).then("resolved", 3, WANG)
    assert judged(story) == 0


@pytest.mark.parametrize("kind", ["reopened", "dissatisfied"])
def test_who_comes_back_within_seven_days_was_not_helped(solved: Story, policy: Policy, kind: str) -> None:
    assert judged(solved.then(kind, 3 + WEEK)) == 0
    later = Story(policy).open().claimed(1).then("replied", 2, LI).then("resolved", 3, LI).then(kind, 4 + WEEK)
    assert judged(later) == 1


def test_another_ticket_of_the_same_matter_spoils_it(solved: Story) -> None:
    assert judged(solved, another(solved, DAY)) == 0
    assert judged(solved, another(solved, 4 + WEEK)) == 1
    assert judged(solved, another(solved, 2)) == 1  # opened before it was solved


def test_other_topics_and_other_customers_do_not(solved: Story) -> None:
    other_topic = Story(solved.policy).open(DAY, topic="发票").told()
    assert judged(solved, replace(other_topic, id=2)) == 1
    assert judged(solved, another(solved, DAY, contact_id="C2")) == 1
    assert judged(solved, another(solved, DAY, contact_id=None, conversation_id=5)) == 1


def test_of_a_customer_nobody_knows_the_conversation_counts(solved: Story) -> None:
    solved.case = replace(solved.case, contact_id=None)
    assert judged(solved, another(solved, DAY, conversation_id=5, contact_id="C9")) == 0
    assert judged(solved, another(solved, DAY, contact_id=None)) == 1


def test_a_ticket_that_was_merged_into_it_is_not_another(solved: Story) -> None:
    merged = Story(solved.policy).open(DAY).then("merged_away", DAY + 5, LI, into=1).told()
    assert judged(solved, replace(merged, id=2, conversation_id=6)) == 1


def test_customer_and_topic_of_the_other_are_those_of_the_seventh_day(solved: Story) -> None:
    moved = Story(solved.policy).open(DAY, topic="发票")
    moved.then("corrected", 2 * DAY, LI, before={"topic": "发票"}, after={"topic": "订单"})
    assert judged(solved, replace(moved.told(), id=2, conversation_id=6)) == 0
