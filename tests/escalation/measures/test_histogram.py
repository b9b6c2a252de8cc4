"""Histograms and percentiles, against the document's own words."""

from __future__ import annotations

import math
import random

from escalation.measures.histogram import histogram_of, joined, percentile


def bucket_by_the_book(value: int) -> int:
    """The b of `1.02**b <= v < 1.02**(b+1)`; zero has -1."""
    if value == 0:
        return -1
    found = max(0, int(math.log(value, 1.02)) - 2)
    while not 1.02**found <= value < 1.02 ** (found + 1):
        found += 1
    return found


def test_buckets_are_those_of_the_book() -> None:
    chance = random.Random(7)
    values = [0, 1, 2, 3, 49, 50, 51, 86_400, 10**8, *(chance.randrange(10**6) for _ in range(2_000))]
    assert all(histogram_of([value]) == {bucket_by_the_book(value): 1} for value in values)


def test_a_percentile_is_of_the_bucket_that_reaches_it() -> None:
    values = [0, 0, 10, 20, 1000]
    spread = histogram_of(values)
    assert percentile(spread, 0.4) == 0
    assert percentile(spread, 0.5) == round(1.02 ** (bucket_by_the_book(10) + 0.5))
    assert percentile(spread, 0.9) == round(1.02 ** (bucket_by_the_book(1000) + 0.5))
    assert abs((percentile(spread, 1) or 0) - 1000) <= 20


def test_no_values_have_no_percentile() -> None:
    assert percentile({}, 0.5) is None


def test_histograms_are_joined_bucket_by_bucket() -> None:
    assert joined([histogram_of([1, 60]), histogram_of([60])]) == histogram_of([1, 60, 60])
    assert joined([]) == {}
