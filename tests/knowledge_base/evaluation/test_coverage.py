"""Figures over confidences, each worked out by hand."""

from __future__ import annotations

from math import inf

import pytest

from knowledge_base.evaluation.coverage import Point, auroc, best_for, curve_of, mean, percentile, wilson

OUTCOMES = [(0.9, True), (1.01, True), (0.5, False), (0.7, True), (0.7, False), (-inf, False), (0.2, True), (0.1, True)]


def test_a_threshold_answers_what_is_at_least_so_sure() -> None:
    assert curve_of(OUTCOMES) == (
        Point(1.01, 1, 1, 8),
        Point(0.9, 2, 2, 8),
        Point(0.7, 4, 3, 8),
        Point(0.5, 5, 3, 8),
        Point(0.2, 6, 4, 8),
        Point(0.1, 7, 5, 8),
    )
    assert (Point(0.7, 4, 3, 8).answered, Point(0.7, 4, 3, 8).precision) == (0.5, 0.75)
    assert curve_of([(-inf, False)]) == curve_of([]) == ()


@pytest.mark.parametrize(("target", "threshold"), [(1.0, 0.9), (0.75, 0.7), (0.7, 0.1), (0.1, 0.1)])
def test_the_best_threshold_answers_most_while_the_target_is_kept(target: float, threshold: float) -> None:
    best = best_for(target, curve_of(OUTCOMES))
    assert best is not None
    assert best.threshold == threshold


def test_a_target_nothing_keeps_has_no_best_threshold() -> None:
    assert best_for(0.5, curve_of([(0.9, False), (0.8, False)])) is None


@pytest.mark.parametrize(
    ("inside", "outside", "found"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1, 0.2], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.5, 0.1], [0.5, 0.1], (2 + 1.5 + 0.5) / 6),
        ([0.0], [0.0, 0.0], 0.5),
        ([], [0.5], None),
        ([0.5], [], None),
    ],
)
def test_auroc_counts_the_pairs_that_stand_in_order_and_ties_half(
    inside: list[float], outside: list[float], found: float | None
) -> None:
    assert auroc(inside, outside) == found


def test_percentiles_are_values_that_were_measured() -> None:
    hundred = [float(value) for value in range(100, 0, -1)]
    assert [percentile(hundred, share) for share in (0.0, 0.5, 0.99, 1.0)] == [1.0, 50.0, 99.0, 100.0]
    assert percentile([3.0], 0.99) == percentile([3.0], 0.5) == 3.0
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean([]) is None
    assert mean([True, False, False, True]) == 0.5


def test_the_interval_of_a_share() -> None:
    assert wilson(0, 0) is None
    low, high = wilson(73, 73) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.95, 1.0)
    low, high = wilson(5, 10) or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.237, 0.763)
