"""An inverted index of the features of phrasings, for their TF-IDF likeness to a message."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.features import VIEWS, Parts

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

POSTINGS = 200_000  # entries looked at for one message, the rarest parts first: what bounds the worst message's time


@dataclass(frozen=True, slots=True)
class Vector:
    """The known features of a text (`parts`) and their weights, both of shape (features,); length at most 1."""

    parts: Ints
    weights: Floats


@dataclass(frozen=True, slots=True)
class InvertedIndex:
    """An inverted index; the phrasings (`rows`) of feature p and its `weights` are at `starts[p]:starts[p + 1]`.

    `rarity`: shape (features,), inverse document frequency. `starts`: shape (features + 1,). `rows`, `weights`: shape
    (postings,). Weights are TF-IDF, logarithmic in both and of length 1 per view (Salton and Buckley 1988, "ltc"), so
    that the likeness of two texts is the mean over the views of their cosines.
    """

    vocabulary: dict[str, int]
    rarity: Floats  # inverse document frequency per part
    unseen: float  # that of a part nobody wrote yet
    starts: NDArray[np.int64]
    rows: Ints
    weights: Floats
    size: int

    def vector(self, parts: Parts) -> Vector:
        """Return the vector of a message; unknown features reduce its length, so that half a match stays half."""
        filled = sum(bool(view) for view in parts) or 1
        places: list[int] = []
        weights: list[float] = []
        for view in parts:
            here, there, square = self._known(view)
            scale = 1 / math.sqrt(square * filled) if square else 0.0
            places += here
            weights += [weight * scale for weight in there]
        return Vector(np.array(places, np.int32), np.array(weights, np.float32))

    def _known(self, view: Counter[str]) -> tuple[list[int], list[float], float]:
        found = [self.vocabulary.get(part) for part in view]
        places = [place for place in found if place is not None]
        rarities = iter(self.rarity[places].tolist())  # all at once: number by number costs ten times as much
        weights: list[float] = []
        square = 0.0
        for place, times in zip(found, view.values(), strict=True):
            damped = 1.0 if times == 1 else 1 + math.log(times)
            weight = damped * (self.unseen if place is None else next(rarities))
            square += weight * weight
            if place is not None:
                weights.append(weight)
        return places, weights, square

    def rarities(self, parts: Sequence[str]) -> Floats:
        """Return the inverse document frequency of these features, shape (features,)."""
        places = [self.vocabulary.get(part) for part in parts]
        rarities = iter(self.rarity[[place for place in places if place is not None]].tolist())
        return np.array([self.unseen if place is None else next(rarities) for place in places], np.float32)

    def own_vectors(self) -> list[Vector]:
        """Return the vector of every phrasing, in order."""
        if not self.size:
            return []
        order = np.argsort(self.rows, kind="stable")
        part_of = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))[order]
        weights = self.weights[order]
        cuts = np.searchsorted(self.rows[order], np.arange(1, self.size))
        pairs = zip(np.split(part_of, cuts), np.split(weights, cuts), strict=True)
        return [Vector(parts, weighed) for parts, weighed in pairs]

    def likeness(self, vector: Vector, *, whole: bool = False) -> Floats:
        """Return the likeness of a message to every phrasing, shape (phrasings,), 0 to 1.

        At most `POSTINGS` postings are read, those of the rarest features first; all with `whole`.
        """
        begin = self.starts[vector.parts]
        lengths = self.starts[vector.parts + 1] - begin
        weights = vector.weights
        if lengths.sum() > POSTINGS and not whole:  # common parts say little and cost most
            order = np.argsort(lengths, kind="stable")
            order = order[: max(1, int(np.searchsorted(np.cumsum(lengths[order]), POSTINGS)))]
            begin, lengths, weights = begin[order], lengths[order], weights[order]
        ends = np.cumsum(lengths)
        total = int(ends[-1]) if len(ends) else 0
        at = np.arange(total) + np.repeat(begin - ends + lengths, lengths)
        found = np.bincount(self.rows[at], self.weights[at] * np.repeat(weights, lengths), self.size)
        return found.astype(np.float32)


def build_inverted_index(texts: Iterable[Parts]) -> InvertedIndex:
    """Index phrasings, numbered in their order; holds the features of one text at a time in memory."""
    gathered = _Gathered()
    for views in texts:
        gathered.add(views)
    return gathered.inverted()


class _Gathered:
    """Features as numbers, text by text, view by view: those of 100,000 phrasings would not fit in memory as text."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.parts, self.times, self.groups = array("i"), array("H"), array("i")

    def add(self, views: Parts) -> None:
        for view in views:
            self.parts.extend(self.vocabulary.setdefault(part, len(self.vocabulary)) for part in view)
            self.times.extend(min(times, 65_535) for times in view.values())
            self.groups.append(len(view))

    def inverted(self) -> InvertedIndex:
        parts = np.frombuffer(self.parts, np.int32) if self.parts else np.zeros(0, np.int32)
        times = np.frombuffer(self.times, np.uint16) if self.times else np.zeros(0, np.uint16)
        groups = np.array(self.groups, np.int32).reshape(-1, len(VIEWS))
        size, words = len(groups), len(self.vocabulary)
        held = np.bincount(parts, minlength=words)
        rarity = (1 + np.log((1 + size) / (1 + held))).astype(np.float32)
        weights = rarity[parts] * (1 + np.log(times, dtype=np.float32))
        group_of = np.repeat(np.arange(groups.size, dtype=np.int32), groups.ravel())
        lengths = np.sqrt(np.bincount(group_of, weights * weights, groups.size)).astype(np.float32)
        filled = np.sqrt((groups > 0).sum(1)).astype(np.float32)
        rows = group_of // len(VIEWS)
        weights /= lengths[group_of] * filled[rows]
        del group_of
        order = np.argsort(parts, kind="stable")
        starts = np.zeros(words + 1, np.int64)
        np.cumsum(held, out=starts[1:])
        return InvertedIndex(self.vocabulary, rarity, 1 + math.log(1 + size), starts, rows[order], weights[order], size)
