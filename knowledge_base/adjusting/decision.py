"""Decides how far the confidence for answering moves, by what became of the answers given; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from statistics import mean
from typing import Literal

from knowledge_base.evaluation.coverage import wilson
from knowledge_base.matching.decide import PROBABLE
from knowledge_base.model.calibration import Thresholds

CASES = 30  # at least; fewer say nothing
CUSTOMERS = 10  # at least that they come from: one who taps every day for a month is no real use
LOOKED_BACK = timedelta(days=30)
STEP, STEPS = 0.01, 5  # the threshold moves by whole steps, at most so many a night
LOWEST, HIGHEST = PROBABLE, 0.99
_ONLY_EXACT = 1.0  # the threshold where nothing may be answered but word for word

Why = Literal["too_few", "few_customers", "only_exact", "as_promised", "worse", "better", "at_the_end"]


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer, or a question that was asked back or listed first, and whether it was the right one.

    `customer`: the same text for the same customer. `confidence`: as it was when it was given, 0 to 1.
    """

    at: datetime
    customer: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class CustomerDay:
    """What one customer's answers of one day came to: their mean confidence, and the share of right ones."""

    customer: str
    day: date
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The promise held against use, and the threshold that follows; `to` is `threshold` where it does not move.

    `judged`: the answers from the threshold on that were judged, `cases` and `customers` what they come to. `realised`:
    the share of right ones, with its 95 % interval; None without a case.
    """

    threshold: float
    promise: float
    judged: int
    cases: int
    customers: int
    realised: float | None
    interval: tuple[float, float] | None
    why: Why
    to: float

    @property
    def is_move(self) -> bool:
        """Whether the threshold moves."""
        return self.to != self.threshold


def compare(judged: Iterable[JudgedAnswer], threshold: float, promise: float, zone: tzinfo) -> Comparison:
    """Hold the answers from this threshold on against the share that should be right (0 to 1).

    It rises where fewer are right than promised, falls where more are, with 97.5 % certainty either way, and never
    beyond `LOWEST` and `HIGHEST`. `judged`: none from before the latest move, or one night's cases would move it again
    and again. Days are those of `zone`.
    """
    judged = tuple(judged)
    given = [each for each in judged if each.confidence >= threshold]
    cases = cases_of(given, zone)
    right, customers = sum(case.right for case in cases), len({case.customer for case in cases})
    interval = wilson(right, len(cases))
    found = Comparison(
        threshold,
        promise,
        len(given),
        len(cases),
        customers,
        right / len(cases) if cases else None,
        interval,
        "as_promised",
        threshold,
    )
    if threshold >= _ONLY_EXACT:
        return replace(found, why="only_exact")
    if interval is None or len(cases) < CASES:
        return replace(found, why="too_few")
    if customers < CUSTOMERS:
        return replace(found, why="few_customers")
    if interval[1] < promise:
        return _moved(found, "worse", _raised(cases, threshold, promise))
    if interval[0] >= promise:
        return _moved(found, "better", _lowered(judged, threshold, promise, zone))
    return found


def cases_of(judged: Iterable[JudgedAnswer], zone: tzinfo) -> tuple[CustomerDay, ...]:
    """Return one case per customer and day: whoever taps a thousand times has one voice."""
    voices: dict[tuple[str, date], list[JudgedAnswer]] = defaultdict(list)
    for each in judged:
        voices[each.customer, each.at.astimezone(zone).date()].append(each)
    return tuple(
        CustomerDay(customer, day, mean(one.confidence for one in said), mean(one.is_right for one in said))
        for (customer, day), said in voices.items()
    )


def shifted(learned: Thresholds, shift: float) -> Thresholds:
    """Return the learned thresholds with the one for answering moved by `shift`, within `LOWEST` and `HIGHEST`.

    Unchanged where only exact matches are answered.
    """
    if not shift or learned.answer_at >= _ONLY_EXACT:
        return learned
    answer_at = round(min(max(learned.answer_at + shift, LOWEST), HIGHEST), 4)
    return Thresholds(answer_at, min(learned.suggest_at, answer_at))


def _moved(found: Comparison, why: Why, to: float) -> Comparison:
    to = round(min(max(to, min(LOWEST, found.threshold)), max(HIGHEST, found.threshold)), 4)
    return replace(found, why=why if to != found.threshold else "at_the_end", to=to)


def _raised(cases: Sequence[CustomerDay], threshold: float, promise: float) -> float:
    """The first step from which on as many would have been right as promised; the last where none is."""
    for step in range(1, STEPS):
        raised = round(threshold + step * STEP, 4)
        left = [case.right for case in cases if case.confidence >= raised]
        if left and mean(left) >= promise:
            return raised
    return threshold + STEPS * STEP


def _lowered(judged: Sequence[JudgedAnswer], threshold: float, promise: float, zone: tzinfo) -> float:
    """The last step down to which what was judged below the threshold would not have broken the promise."""
    to = threshold
    for step in range(1, STEPS + 1):
        lowered = round(threshold - step * STEP, 4)
        with_it = cases_of((each for each in judged if each.confidence >= lowered), zone)
        if mean(case.right for case in with_it) < promise:
            break
        to = lowered
    return to
