"""How the values of many sums are spread over the buckets of histograms; pure."""

from __future__ import annotations

import numpy as np

from escalation.measures.histogram import Histogram
from escalation.measures.packed_arrays import Numbers

WIDE = 1_200  # buckets, zero's among them: the highest holds centuries of seconds
_AT_ONCE = 1 << 19  # values that are counted in one go


class Spreads:
    """A row for each sum, from 1 on; row 0 is nobody's."""

    def __init__(self) -> None:
        self._counts = np.zeros((1, WIDE), dtype=np.int32)  # it has rows to spare
        self._rows = 1
        self._waiting: list[Numbers] = []  # places in the table of values that are not counted yet
        self._number = 0

    def new_rows(self, number: int) -> Numbers:
        """Return so many rows that are nobody's yet."""
        found = np.arange(self._rows, self._rows + number)
        self._rows += number
        if self._rows > len(self._counts):
            grown = np.zeros((2 * self._rows, WIDE), dtype=np.int32)
            grown[: len(self._counts)] = self._counts
            self._counts = grown
        return found

    def count(self, rows: Numbers, buckets: Numbers) -> None:
        """Add a value to the bucket of each row; buckets are counted from 0, which is zero's."""
        self._waiting.append(rows * WIDE + buckets)
        self._number += len(rows)
        if self._number > _AT_ONCE:
            self._settle()

    def add(self, rows: Numbers, buckets: Numbers, counts: Numbers) -> None:
        """Add counts to buckets, none of which is named twice."""
        self._counts.reshape(-1)[rows * WIDE + buckets] += counts.astype(np.int32)

    def filled(self, rows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return of rows every filled bucket: which of the rows it is of, the bucket, the count."""
        self._settle()
        counts = self._counts[rows]
        which, buckets = np.nonzero(counts)
        return which, buckets, counts[which, buckets].astype(np.int64)

    def histogram(self, row: int) -> Histogram:
        """Return the histogram of a row."""
        self._settle()
        spread = self._counts[row]
        filled = np.flatnonzero(spread)
        return dict(zip((filled - 1).tolist(), spread[filled].tolist(), strict=True))

    def _settle(self) -> None:
        if self._waiting:
            flat = self._counts.reshape(-1)[: self._rows * WIDE]
            flat += np.bincount(np.concatenate(self._waiting), minlength=len(flat)).astype(np.int32)
            self._waiting, self._number = [], 0
