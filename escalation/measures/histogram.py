"""Histograms with buckets of two percent, and the percentiles read from them; pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

GROWTH = 1.02
ZERO = -1  # the bucket of zero
_MOST = 2_400  # 1.02 ** 2400 is beyond any span of seconds that a database holds
_EDGES = np.array([GROWTH**bucket for bucket in range(_MOST)])

Histogram = Mapping[int, int]  # how many values are in each bucket


def buckets_of(values: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """Return the bucket of each value, whole numbers of 0 or more."""
    return (np.searchsorted(_EDGES, values, side="right") - 1).astype(np.int32)


def fast_buckets_of(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """As `buckets_of`; most values are small enough to be looked up."""
    large = np.flatnonzero(values >= len(_SMALL))
    found: npt.NDArray[np.int32] = _SMALL[np.minimum(values, len(_SMALL) - 1)]
    if len(large):
        found[large] = buckets_of(values[large])
    return found


def histogram_of(values: Iterable[int]) -> dict[int, int]:
    """Return how many of the values are in each bucket."""
    found = np.unique(buckets_of(np.fromiter(values, dtype=np.int64)), return_counts=True)
    return {int(bucket): int(number) for bucket, number in zip(*found, strict=True)}


def joined(histograms: Iterable[Histogram]) -> dict[int, int]:
    """Return one histogram of several."""
    all_of_them: dict[int, int] = {}
    for each in histograms:
        for bucket, number in each.items():
            all_of_them[bucket] = all_of_them.get(bucket, 0) + number
    return all_of_them


_SMALL = buckets_of(np.arange(1 << 16))


def percentile(histogram: Histogram, share: float) -> int | None:
    """Return the value that is shown for a percentile (0.5, 0.9 …); None of no values."""
    number = sum(histogram.values())
    if not number:
        return None
    wanted, so_far = math.ceil(share * number), 0
    for bucket in sorted(histogram):
        so_far += histogram[bucket]
        if so_far >= wanted:
            return 0 if bucket == ZERO else round(GROWTH ** (bucket + 0.5))
    return None
