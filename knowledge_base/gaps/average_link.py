"""Agglomerative clustering by average link (Sokal and Michener 1958) of many short vectors, within bounds; pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

import numpy as np

from knowledge_base.model.similarity import Floats

NEIGHBOURS = 24  # nearest rows of each that are looked at, and as many rows with the same mark
_BLOCK = 512


def linked(vectors: Floats, enough: float, marks: Sequence[Collection[str]], bonus: float) -> list[list[int]]:
    """Return groups of rows whose mean likeness is `enough`, the closest joined first; each ascending, by first row.

    Likeness is the dot product, and `bonus` more for two rows that share a mark. O(rows² · dimensions) time, O(rows)
    memory. The order of rows matters only between equals.
    """
    merging = _Merging(vectors, enough, marks, bonus)
    for left, right in _edges(vectors, enough, marks):
        merging.near[left].add(right)
        merging.near[right].add(left)
    return merging.groups()


def _edges(vectors: Floats, enough: float, marks: Sequence[Collection[str]]) -> Iterator[tuple[int, int]]:
    """Pairs worth a look: a mean is enough only where some pair is, or shares a mark."""
    for begin in range(0, len(vectors), _BLOCK):
        alike = vectors[begin : begin + _BLOCK] @ vectors.T
        for row, likeness in enumerate(alike, begin):
            likeness[row] = -1.0
            places = np.flatnonzero(likeness >= enough)
            if len(places) > NEIGHBOURS:
                places = places[np.argpartition(-likeness[places], NEIGHBOURS)[:NEIGHBOURS]]
            yield from ((row, place) for place in places.tolist())
    holders: dict[str, list[int]] = {}
    for row, mine in enumerate(marks):
        for mark in mine:
            holders.setdefault(mark, []).append(row)
    for rows in holders.values():
        for begin in range(0, len(rows), NEIGHBOURS):
            yield from combinations(rows[begin : begin + NEIGHBOURS], 2)


class _Merging:
    """Groups as sums of their rows: the mean likeness of two is the product of their means."""

    def __init__(self, vectors: Floats, enough: float, marks: Sequence[Collection[str]], bonus: float) -> None:
        self.sums = vectors.astype(np.float32, copy=True)
        self.sizes = np.ones(len(vectors), np.float32)
        self.rows = [[row] for row in range(len(vectors))]
        self.marks = [Counter(mine) for mine in marks]
        self.near: list[set[int]] = [set() for _ in vectors]
        self.enough, self.bonus = enough, bonus
        self.age = [0] * len(vectors)
        self.heap: list[tuple[float, int, int, int, int]] = []

    def groups(self) -> list[list[int]]:
        for place, near in enumerate(self.near):
            self._offer(place, {other for other in near if other > place})
        while self.heap:
            _, left, right, age, other_age = heapq.heappop(self.heap)
            if (self.age[left], self.age[right]) == (age, other_age):
                self._merge(left, right)
        return [sorted(rows) for rows in self.rows if rows]

    def _merge(self, left: int, right: int) -> None:
        """The later one joins the earlier one."""
        self.sums[left] += self.sums[right]
        self.sizes[left] += self.sizes[right]
        self.rows[left] += self.rows[right]
        self.marks[left] += self.marks[right]
        self.rows[right] = []
        self.age[left] += 1
        self.age[right] = -1
        for other in self.near[right]:
            self.near[other].discard(right)
            self.near[other].add(left)
        self.near[left] |= self.near[right]
        self.near[left] -= {left, right}
        self.near[left].discard(left)
        self.near[right] = set()
        self._offer(left, self.near[left])

    def _offer(self, place: int, others: Collection[int]) -> None:
        if not others:
            return
        them = np.array(sorted(others))
        alike = (self.sums[them] @ self.sums[place]) / (self.sizes[them] * self.sizes[place])
        for other, likeness in zip(them.tolist(), alike.tolist(), strict=True):
            total = likeness + self.bonus * self._shared(place, other)
            if total >= self.enough:
                first, second = min(place, other), max(place, other)
                heapq.heappush(self.heap, (-round(total, 6), first, second, self.age[first], self.age[second]))

    def _shared(self, left: int, right: int) -> float:
        """The share of pairs with a common mark, at most 1."""
        mine, theirs = self.marks[left], self.marks[right]
        pairs = sum(mine[mark] * theirs[mark] for mark in mine.keys() & theirs.keys())
        return float(min(1.0, pairs / (self.sizes[left] * self.sizes[right]))) if pairs else 0.0
