"""Facts of lines of conversations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from escalation.measures.transcript_facts import CountedLine, alone_fact, facts_of_line, values_in
from tests.escalation.measures.fact_examples import at


def line(author: str = "customer", **values: Any) -> CountedLine:
    return CountedLine(**{"at": at(0), "author": author, "tier": "三级", "channel": "web", **values})


def counted(said: CountedLine) -> list[tuple[str, int, str]]:
    return [(fact.measure, fact.value, fact.part) for fact in facts_of_line(said)]


def test_a_customers_line_is_one() -> None:
    assert counted(line()) == [("customer_line", 1, "")]


def test_what_agents_and_the_system_say_is_none() -> None:
    assert counted(line("agent")) == counted(line("system")) == []


def test_the_bots_answer_counts_for_its_article_and_takes_time() -> None:
    answer = line("bot", article="a1", topic="订单", asked_at=at(0) - timedelta(seconds=2.9))
    assert counted(answer) == [("bot_answered", 1, "a1"), ("bot_answer_time", 2, "")]
    assert {fact.topic for fact in facts_of_line(answer)} == {"订单"}


def test_what_else_the_bot_says_is_no_answer() -> None:
    assert counted(line("bot")) == []


def test_taps_say_what_helped() -> None:
    assert counted(line(helped="a1")) == [("customer_line", 1, ""), ("bot_helped", 1, "a1")]
    assert counted(line(rejected="a1")) == [("customer_line", 1, ""), ("bot_rejected", 1, "a1")]


def test_a_strangers_first_line_and_what_was_said_again() -> None:
    assert counted(line(is_strangers_first=True)) == [("customer_line", 1, ""), ("stranger_wrote", 1, "")]
    assert counted(line(retold=2, ticket_id=3)) == [("customer_line", 1, ""), ("retold", 2, "")]


def test_a_line_on_a_ticket_is_of_it_and_its_queue() -> None:
    [fact] = facts_of_line(line(ticket_id=3, queue="技术支持"))
    assert (fact.ticket_id, fact.queue, fact.tier, fact.channel, fact.staff_id) == (3, "技术支持", "三级", "web", 0)


def test_an_answer_is_judged_a_day_later() -> None:
    fact = alone_fact(line("bot", article="a1"), is_alone=True)
    assert (fact.measure, fact.value, fact.at) == ("bot_alone", 1, at(24 * 60))
    assert alone_fact(line("bot", article="a1"), is_alone=False).value == 0


def test_numbers_and_codes_are_words_of_six_and_four_digits() -> None:
    assert values_in("订单A-123456，电话13800138000，型号HP1020") == {"A-123456", "13800138000", "HP1020"}
    assert values_in("abc123 printer 12345 ABCDEF") == frozenset()
