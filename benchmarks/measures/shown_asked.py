"""What a report shows of a period, by groups: rates, means, percentiles and what it cost."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from benchmarks.measures.asked import TIMES, Question, asked
from benchmarks.measures.recording import Fact
from benchmarks.measures.shown import load, organisations, percentile, rates, values_of, within

SHARES = (0.5, 0.9, 0.95)
Shown = Mapping[tuple[str, str], tuple[float | None, ...]]  # by group and name: the value, and percentiles of a time
A_DAY = timedelta(days=1)
YUAN = {"特级": 200, "一级": 120, "三级": 70}  # an hour of handling


def asked_to_show(dice: random.Random, facts: Sequence[Fact], last: date) -> Question:
    """A whole week or month, or any days, with filters and a grouping at random."""
    question = asked(dice, facts, last)
    kind = dice.choice(("week", "month", "days"))
    if kind == "week":
        first = question.last - question.last.weekday() * A_DAY
        return replace(question, first=first, last=min(last, first + 6 * A_DAY))
    if kind == "month":
        first = question.last.replace(day=1)
        return replace(question, first=first, last=min(last, (first + 31 * A_DAY).replace(day=1) - A_DAY))
    return question


def expected(facts: Sequence[Fact], question: Question, by_bot: Collection[str]) -> Shown:
    """What the page says is shown."""
    groups = defaultdict(list)
    for fact in within(facts, question.first, question.last, question.wanted):
        groups[str(getattr(fact, question.by)) if question.by else ""].append(fact)
    on_file = organisations(facts, question.first, question.last)
    found: dict[tuple[str, str], tuple[float | None, ...]] = {}
    for group, these in groups.items():
        found |= {(group, name): (value,) for name, value in rates(these, by_bot, on_file).items()}
        for measure in TIMES:
            found[group, measure] = _time(values_of(these, measure))
        for part in {fact.part for fact in these if fact.measure == "milestone_time"}:
            found[group, f"milestone_time:{part}"] = _time(values_of(these, "milestone_time", {part}))
        if question.by == "agent" and group != "0":
            found[group, "load"] = (load(these).get(int(group)),)
    if question.by == "tier":
        spent = {tier: values_of(these, "handling_time") for tier, these in groups.items() if tier in YUAN}
        costs = [sum(values) / 3600 * YUAN[tier] for tier, values in spent.items() if values]
        found["", "cost"] = (rounded(sum(costs)) if costs else None,)
    return with_numbers(found)


def rounded(cost: float | None) -> float | None:
    """A sum of costs without what the order of adding makes of its last digits."""
    return None if cost is None else round(cost, 6)


def _time(values: Sequence[int]) -> tuple[float | None, ...]:
    mean = sum(values) / len(values) if values else None
    return (mean, *(percentile(values, share) for share in SHARES))


def with_numbers(found: Shown) -> Shown:
    """Only what has a sample."""
    return {key: values for key, values in found.items() if values[0] is not None}
