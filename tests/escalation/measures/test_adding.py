"""Packed days and sums of them, against sums made fact by fact."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from escalation.measures.adding import Adding
from escalation.measures.catalogue import WITH_PERCENTILES
from escalation.measures.columns import COLUMNS, columns_of, facts_of
from escalation.measures.facts import Fact
from escalation.measures.histogram import histogram_of
from escalation.measures.packed_day import pack, unpack
from escalation.measures.sums import ALL, DIMENSIONS, Dimension, Filters, Key, Sum, added, chosen, column_of
from tests.escalation.measures.fact_examples import at

MEASURES = ("raised", "resolution_time", "milestone_time", "rated")


def some_facts(number: int, seed: int = 1) -> list[Fact]:
    chance = random.Random(seed)
    return [
        Fact(
            at=at(chance.randrange(1440)),
            measure=chance.choice(MEASURES),
            value=chance.choice([0, 1, 1, 100, chance.randrange(10**6), 2**31]),
            ticket_id=chance.randrange(1, 10**6),
            tier=chance.choice(["特级", "三级"]),
            queue=chance.choice(["通用客服", "技术支持", "已改名的队列"]),
            topic=chance.choice(["", "订单"]),
            channel=chance.choice(["web", "phone"]),
            staff_id=chance.choice([0, 7, 70_000]),
            part=chance.choice(["", "first_contact", "a:b"]),
        )
        for _ in range(number)
    ]


def slowly(facts: Iterable[Fact], by: Dimension | None) -> dict[str, dict[Key, Sum]]:
    values: dict[str, dict[Key, list[int]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        values[ALL if by is None else str(getattr(fact, column_of(by)))][fact.measure, fact.part].append(fact.value)
    return {
        group: {
            key: Sum(len(these), sum(these), histogram_of(these) if key[0] in WITH_PERCENTILES else {})
            for key, these in keys.items()
        }
        for group, keys in values.items()
    }


def test_a_packed_day_holds_every_fact() -> None:
    facts = some_facts(500)
    found = list(facts_of(unpack(pack(columns_of(facts)))))
    assert sorted(map(repr, found)) == sorted(map(repr, facts))


def test_a_day_without_facts_can_be_packed_too() -> None:
    assert len(unpack(pack(columns_of([])))) == 0


def test_only_the_wanted_columns_are_opened() -> None:
    assert set(unpack(pack(columns_of(some_facts(3))), ["tier"]).arrays) == {"tier", "value"}
    assert set(unpack(pack(columns_of(some_facts(3)))).arrays) == set(COLUMNS)


def test_a_busy_day_takes_few_bytes_a_fact() -> None:
    assert len(pack(columns_of(some_facts(10_000)))) < 10_000 * 12


@pytest.mark.parametrize("by", [None, *DIMENSIONS])
def test_sums_over_several_days_are_those_made_fact_by_fact(by: Dimension | None) -> None:
    adding, every = Adding(by), []
    for seed in range(4):
        facts = some_facts(300, seed)
        every += facts
        columns = unpack(pack(columns_of(facts)))
        adding.add(columns, chosen(columns, Filters()))
    assert adding.result() == slowly(every, by)


@pytest.mark.parametrize("packs", [False, True])
def test_by_a_dimension_articles_are_counted_together_unless_they_are_asked_for(packs: bool) -> None:
    facts = [replace(fact, measure="bot_answered") if fact.measure == "rated" else fact for fact in some_facts(600)]
    every, together = Adding("tier"), Adding("tier", articles=False)
    every.add(columns_of(facts), np.ones(len(facts), dtype=bool))
    if packs:
        together.add_packed(every.packed())
    else:
        together.add(columns_of(facts), np.ones(len(facts), dtype=bool))
    joined = [replace(fact, part="") if fact.measure == "bot_answered" else fact for fact in facts]
    assert every.result() == slowly(facts, "tier")
    assert together.result() == slowly(joined, "tier")


@pytest.mark.parametrize("by", [None, "agent", "queue"])
def test_sums_that_were_kept_are_added_like_the_facts_themselves(by: Dimension | None) -> None:
    first, second, third = (some_facts(300, seed) for seed in range(3))
    kept = Adding(by)
    for facts in (first, second):
        kept.add(columns_of(facts), np.ones(len(facts), dtype=bool))
    adding = Adding(by)
    adding.add(columns_of(third), np.ones(len(third), dtype=bool))
    adding.add_packed(kept.packed())
    assert adding.result() == slowly([*first, *second, *third], by)
    only = Adding(by)
    only.add_packed(kept.packed(), ["rated"])
    assert only.result() == slowly([fact for fact in first + second if fact.measure == "rated"], by)


def test_kept_sums_of_nothing_add_nothing() -> None:
    adding = Adding(None)
    adding.add_packed(Adding(None).packed())
    assert adding.result() == {}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(tier="特级"),
        Filters(queue="技术支持", staff_id=7),
        Filters(topic="", channel="phone"),
        Filters(tier="二级"),
        Filters(staff_id=99),
    ],
)
def test_filters_choose_what_they_say(filters: Filters) -> None:
    facts = some_facts(400)
    wanted = [fact for fact in facts if all(getattr(fact, name) == getattr(filters, name) for name in filters.columns)]
    columns = unpack(pack(columns_of(facts)), {"measure", "part", *filters.columns})
    adding = Adding(None)
    adding.add(columns, chosen(columns, filters))
    assert adding.result() == slowly(wanted, None)


def test_sums_are_added_and_have_means_and_percentiles() -> None:
    both = added([Sum(1, 10, {5: 1}), Sum(3, 50, {5: 1, 9: 2})])
    assert both == Sum(4, 60, {5: 2, 9: 2})
    assert (both.mean, Sum().mean, Sum().percentile(0.5)) == (15.0, None, None)
    assert both.percentile(0.5) == round(1.02**5.5)


def test_a_fact_is_kept_to_the_second() -> None:
    fact = replace(some_facts(1)[0], at=at(3) + timedelta(microseconds=999_999))
    assert next(facts_of(columns_of([fact]))).at == at(3)
