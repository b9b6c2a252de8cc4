"""What one would take otherwise: rapidfuzz, BM25 and TF-IDF nearest neighbour, each scoring every phrasing."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

Scores = NDArray[np.float32]

_UNITS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")


class Peer(Protocol):
    """One score per phrasing; higher is closer."""

    def scores(self, text: str) -> Scores:
        """How close a message is to each phrasing."""
        ...

    def best(self, text: str) -> object:
        """The nearest phrasing, as most programs ask for it; what the speed is measured with."""
        ...


class Fuzzy:
    """A scorer of rapidfuzz over all phrasings, both sides in lower case and without signs."""

    def __init__(self, phrasings: Sequence[str], scorer: Callable[..., float]) -> None:
        self.scorer = scorer
        self.keys = [utils.default_process(phrasing) for phrasing in phrasings]

    def scores(self, text: str) -> Scores:
        asked = [utils.default_process(text)]
        found: Scores = process.cdist(asked, self.keys, scorer=self.scorer, workers=1, dtype=np.float32)[0]
        return found

    def best(self, text: str) -> object:
        """The nearest phrasing alone."""
        return process.extractOne(utils.default_process(text), self.keys, scorer=self.scorer, processor=None)


class _Postings:
    """From a term to the phrasings that hold it and what it is worth there."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.places: dict[str, array[int]] = {}
        self.values: dict[str, array[float]] = {}
        self.ready: dict[str, tuple[NDArray[np.int32], Scores]] = {}

    def add(self, term: str, place: int, value: float) -> None:
        self.places.setdefault(term, array("i")).append(place)
        self.values.setdefault(term, array("f")).append(value)

    def freeze(self) -> None:
        for term, places in self.places.items():
            values = np.frombuffer(self.values[term], dtype=np.float32)
            self.ready[term] = np.frombuffer(places, dtype=np.int32), values

    def sum(self, terms: Iterable[tuple[str, float]]) -> Scores:
        found = np.zeros(self.size, dtype=np.float32)
        for term, weight in terms:
            if term in self.ready:
                places, values = self.ready[term]
                found[places] += weight * values
        return found


class BM25:
    """Okapi BM25 (k1 1.5, b 0.75) over an inverted index; Han characters and pairs of them, other words whole."""

    def __init__(self, phrasings: Sequence[str], k1: float = 1.5, b: float = 0.75) -> None:
        size = len(phrasings)
        held = Counter(term for phrasing in phrasings for term in set(_terms(phrasing)))
        rarity = {term: math.log(1 + (size - times + 0.5) / (times + 0.5)) for term, times in held.items()}
        usual = sum(sum(1 for _ in _terms(phrasing)) for phrasing in phrasings) / size
        self.postings = _Postings(size)
        for place, phrasing in enumerate(phrasings):
            counts = Counter(_terms(phrasing))
            damp = k1 * (1 - b + b * counts.total() / usual)
            for term, times in counts.items():
                self.postings.add(term, place, rarity[term] * times * (k1 + 1) / (times + damp))
        self.postings.freeze()

    def scores(self, text: str) -> Scores:
        return self.postings.sum(Counter(_terms(text)).items())

    def best(self, text: str) -> object:
        """The nearest phrasing alone."""
        return int(self.scores(text).argmax())


class Tfidf:
    """Cosine of character n-grams weighed by how rare they are; the nearest neighbour answers.

    One to three Han characters, two or three others within a word: what did best for it on the dev.csv of two sets.
    """

    def __init__(self, phrasings: Sequence[str]) -> None:
        size = len(phrasings)
        held = Counter(gram for phrasing in phrasings for gram in set(_grams(phrasing)))
        self.rarity = {gram: 1 + math.log((1 + size) / (1 + times)) for gram, times in held.items()}
        self.postings = _Postings(size)
        for place, phrasing in enumerate(phrasings):
            for gram, weight in self._weighed(phrasing):
                self.postings.add(gram, place, weight)
        self.postings.freeze()

    def scores(self, text: str) -> Scores:
        return self.postings.sum(self._weighed(text))

    def best(self, text: str) -> object:
        """The nearest phrasing alone."""
        return int(self.scores(text).argmax())

    def _weighed(self, text: str) -> list[tuple[str, float]]:
        counts = Counter(gram for gram in _grams(text) if gram in self.rarity)
        weights = [(gram, times * self.rarity[gram]) for gram, times in counts.items()]
        length = math.sqrt(sum(weight * weight for _, weight in weights)) or 1.0
        return [(gram, weight / length) for gram, weight in weights]


PEERS: dict[str, Callable[[Sequence[str]], Peer]] = {
    "rapidfuzz WRatio": lambda phrasings: Fuzzy(phrasings, fuzz.WRatio),
    "rapidfuzz ratio": lambda phrasings: Fuzzy(phrasings, fuzz.ratio),
    "BM25": BM25,
    "TF-IDF": Tfidf,
}


def _terms(text: str) -> Iterable[str]:
    for unit in _UNITS.findall(text.lower()):
        if unit[0] < "\u3400":
            yield unit
        else:
            yield from unit
            yield from (unit[place : place + 2] for place in range(len(unit) - 1))


def _grams(text: str) -> Iterable[str]:
    """Within runs of Han characters, and within other words with a blank at either edge."""
    for unit in _UNITS.findall(text.lower()):
        word, lengths = (unit, (1, 2, 3)) if unit[0] >= "\u3400" else (f" {unit} ", (2, 3))
        for length in lengths:
            yield from (word[place : place + length] for place in range(len(word) - length + 1))
