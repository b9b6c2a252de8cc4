"""Questions of a report: a period, filters and a grouping at random, and what the oracle answers."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from benchmarks.measures.recording import Fact
from benchmarks.measures.shown import percentile, within

By = Literal["tier", "queue", "topic", "channel", "agent"]
BY: tuple[By, ...] = ("tier", "queue", "topic", "channel", "agent")
# number, total and two percentiles by group, measure and part
Answer = Mapping[tuple[str, str, str], tuple[int, int, int | None, int | None]]
TIMES = (
    *("resolution_time", "response_raised", "response_raised_working", "response_received"),
    *("response_received_working", "handover_gap", "step_wait", "milestone_time", "complaint_response"),
    *("complaint_closure", "handling_time", "bot_answer_time"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """The days from `first` to `last`, facts with these values, by a dimension or all together."""

    first: date
    last: date
    wanted: Mapping[str, Any]
    by: By | None


def asked(dice: random.Random, facts: Sequence[Fact], last: date) -> Question:
    """A question that some of the facts answer; none is of a day after `last`."""
    days = sorted({fact.day for fact in facts if fact.day <= last}) or [last]
    one, other = dice.choice(days), dice.choice(days)
    like = dice.choice(facts)
    wanted: dict[str, Any] = {name: getattr(like, name) for name in dice.sample(BY, dice.choice((0, 0, 1, 2)))}
    spare = timedelta(days=dice.choice((0, 0, 40)))  # whole months are summed otherwise
    first, end = min(one, other) - spare, min(last, max(one, other) + spare)
    return Question(first, max(first, end), wanted, dice.choice((None, None, *BY)))


def answer(facts: Sequence[Fact], question: Question) -> Answer:
    """What the facts say."""
    values = defaultdict(list)
    for fact in within(facts, question.first, question.last, question.wanted):
        group = str(getattr(fact, question.by)) if question.by else ""
        values[(group, fact.measure, fact.part)].append(fact.value)
    return {key: _summed(key[1], these) for key, these in values.items()}


def _summed(measure: str, values: Sequence[int]) -> tuple[int, int, int | None, int | None]:
    shares = (percentile(values, 0.5), percentile(values, 0.9)) if measure in TIMES else (None, None)
    return (len(values), sum(values), *shares)
