"""One level of what was learned: the sources that look at a message together, and what they see in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.calibration import CANDIDATES, VIEWS, Calibration
from knowledge_base.model.classifier import Classifier
from knowledge_base.model.embeddings import Meaning, fade
from knowledge_base.model.similarity import Floats, Ints

WRITING = 0.25  # what likeness in writing and sound counts beside likeness in meaning
_NEAR = 48  # questions looked at closely where there is no classifier
_LOOKED_AT = 3_000  # questions, at least, for those that may be shown


@dataclass(frozen=True, slots=True)
class Level:
    """Encoders (none on the first stage), a classifier (none for very large knowledge bases), a calibration."""

    meanings: tuple[Meaning, ...]
    classifier: Classifier | None
    calibration: Calibration
    self_accuracy: float | None = None  # share of rehearsed phrasings whose question was found without them
    contradictions: tuple[tuple[int, int], ...] = ()  # (phrasing, the question that would surely take it)


@dataclass(frozen=True, slots=True)
class View:
    """What one level sees in one message: candidate questions, best first, and `VIEWS` figures for each."""

    questions: Ints
    seen: Floats


def everyone(_question: int) -> bool:
    """Nothing is hidden."""
    return True


class Sight:
    """How one message looks from here; each figure is worked out once."""

    def __init__(self, written: Floats, directions: Sequence[Floats], firsts: NDArray[np.int64]) -> None:
        self.written = written  # likeness to every phrasing
        self.directions = directions
        self.firsts = firsts

    def view(self, level: Level, shows: Callable[[int], bool] = everyone) -> View:
        """The candidates of a level, of those that may be shown, and what speaks for each."""
        written = np.maximum.reduceat(self.written, self.firsts)
        if level.classifier is None:
            scores: Floats = np.zeros(len(written), np.float32)
            near = self._neighbours(level, written, shows)
        else:
            scores = level.classifier.scores(self.likeness(level, level.classifier.landmarks))
            near = best_shown(scores, CANDIDATES, shows)
        seen = np.zeros((len(near), VIEWS), np.float32)
        seen[:, 0], seen[:, 1] = scores[near], written[near]
        if level.meanings:
            seen[:, 2] = [self._meant(level, int(question)) for question in near]
        if level.classifier is None:
            order = best_of(seen.sum(1), CANDIDATES)
            near, seen = near[order], seen[order]
        return View(near, seen)

    def likeness(self, level: Level, phrasings: Ints | slice) -> Floats:
        """To these phrasings, all sources together."""
        return together(self.written[phrasings], self._faded(level, phrasings))

    def span(self, question: int) -> slice:
        """Where its phrasings are."""
        end = self.firsts[question + 1] if question + 1 < len(self.firsts) else len(self.written)
        return slice(int(self.firsts[question]), int(end))

    def _faded(self, level: Level, phrasings: Ints | slice) -> list[Floats]:
        pairs = zip(level.meanings, self.directions, strict=False)
        return [fade(meaning.cosines(direction, phrasings)) for meaning, direction in pairs]

    def _meant(self, level: Level, question: int) -> float:
        return float(np.mean([faded.max() for faded in self._faded(level, self.span(question))]))

    def _neighbours(self, level: Level, written: Floats, shows: Callable[[int], bool]) -> Ints:
        near = best_shown(written, _NEAR, shows)
        for meaning, direction in zip(level.meanings, self.directions, strict=False):
            near = np.union1d(near, best_shown(meaning.heads @ direction, _NEAR, shows)).astype(np.int32)
        return near


def best_of(scores: Floats, number: int) -> Ints:
    """The places of the highest scores, best first."""
    all_places = np.arange(len(scores))
    top = np.argpartition(-scores, number - 1)[:number] if len(scores) > number else all_places
    return top[np.lexsort((top, -scores[top]))].astype(np.int32)


def best_shown(scores: Floats, number: int, shows: Callable[[int], bool]) -> Ints:
    """The same, of those that may be shown: a campaign's many questions, out of date, must not hide what is left."""
    width = number
    while True:
        found = [place for place in best_of(scores, width).tolist() if shows(place)][:number]
        if len(found) == number or width >= min(len(scores), _LOOKED_AT):
            return np.array(found, np.int32)
        width *= 4


def together(written: Floats, meant: Sequence[Floats]) -> Floats:
    """Likeness in writing and in meaning as one; a kernel, since each of them is."""
    if not meant:
        return written
    mean = sum(meant[1:], meant[0]) / len(meant)
    return np.asarray(WRITING * written + (1 - WRITING) * mean, np.float32)
