"""Levels of the ranking model: the sources that judge a message together, and the candidates they find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge_base.model.calibration import CANDIDATES, VIEWS, Calibration
from knowledge_base.model.classifier import Classifier
from knowledge_base.model.embeddings import PhrasingEmbeddings, likeness_of
from knowledge_base.model.question_words import AskedWords, QuestionWords
from knowledge_base.model.similarity import Floats, Ints

WRITING = 0.25  # what likeness in writing and sound counts beside likeness in meaning
_NEAR = 48  # questions looked at closely where there is no classifier
LOOKED_UP = 3  # the view from which on they are worked out for the candidates alone
_LOOKED_AT = 3_000  # questions, at least, for those that may be shown


@dataclass(frozen=True, slots=True)
class Level:
    """Encoders (none on the first level), a classifier (none for very large knowledge bases), a calibration.

    `self_accuracy`: share (0 to 1) of left-out phrasings that found their question; None without any. `contradictions`:
    pairs of a phrasing and a wrong question that would take it with high confidence. `suspects`: pairs of a phrasing
    that is probably filed under the wrong question, and the one it probably belongs to. `marks`: per encoder the
    embeddings of the classifier's landmarks, shape (landmarks, dimensions).
    """

    meanings: tuple[PhrasingEmbeddings, ...]
    classifier: Classifier | None
    calibration: Calibration
    self_accuracy: float | None = None  # share of rehearsed phrasings whose question was found without them
    contradictions: tuple[tuple[int, int], ...] = ()  # (phrasing, the question that would surely take it)
    suspects: tuple[tuple[int, int], ...] = ()
    marks: tuple[Floats, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Lay the vectors of the landmarks side by side: gathered for each message they cost more than all else."""
        object.__setattr__(self, "marks", tuple(self._marks(meaning.vectors) for meaning in self.meanings))

    def _marks(self, vectors: Floats) -> Floats:
        if self.classifier is None:
            return vectors[:0]
        landmarks = self.classifier.landmarks
        return vectors if len(landmarks) == len(vectors) else vectors[landmarks]


@dataclass(frozen=True, slots=True)
class LevelCandidates:
    """The candidates of a level for a message.

    `questions`: shape (candidates,), the best first. `seen`: shape (candidates, `VIEWS`): score of the classifier,
    likeness in writing and sound, likeness in meaning, and the two views of `QuestionWords`.
    """

    questions: Ints
    seen: Floats


def show_all(_question: int) -> bool:
    """Show every question."""
    return True


class MessageLikeness:
    """A message as the levels judge it.

    `written`: shape (phrasings,), likeness in writing and sound, 0 to 1. `directions`: per encoder its embedding, shape
    (dimensions,). `asked`: its words, as `words` compares them with each question's.
    """

    def __init__(self, written: Floats, directions: list[Floats], words: QuestionWords, asked: AskedWords) -> None:
        self.written = written  # likeness to every phrasing
        self.directions = directions
        self.firsts = words.firsts
        self._words, self._asked = words, asked
        # What does not depend on who asks is worked out once.
        self._scores: dict[int, Floats] = {}  # by the level's identity
        self._likeness: dict[tuple[int, int], float] = {}  # in meaning, by the level's identity and the question

    def view(self, level: Level, shows: Callable[[int], bool] = show_all) -> LevelCandidates:
        """Return the candidates of a level among the questions that `shows` allows."""
        written = np.maximum.reduceat(self.written, self.firsts)
        if level.classifier is None:
            scores: Floats = np.zeros(len(written), np.float32)
            near = self._neighbours(level, written, shows)
        else:
            scores = self.scores(level)
            near = best_shown(scores, CANDIDATES, shows)
        seen = np.zeros((len(near), VIEWS), np.float32)
        seen[:, 0], seen[:, 1] = scores[near], written[near]
        if level.meanings:
            seen[:, 2] = self._meant(level, near.tolist())
        if level.classifier is None:
            order = best_of(seen.sum(1), CANDIDATES)
            near, seen = near[order], seen[order]
        seen[:, LOOKED_UP:] = self._words.views(self._asked, near)
        return LevelCandidates(near, seen)

    def scores(self, level: Level) -> Floats:
        """Return the scores of a level that has a classifier, shape (questions,)."""
        assert level.classifier is not None, "the caller knows"
        if id(level) not in self._scores:
            pairs = zip(level.marks, self.directions, strict=False)
            meant = [likeness_of(marks @ direction) for marks, direction in pairs]
            likeness = combined(self.written[level.classifier.landmarks], meant)
            self._scores[id(level)] = level.classifier.scores(likeness)
        return self._scores[id(level)]

    def likeness(self, level: Level, phrasings: slice) -> Floats:
        """Return the likeness to these phrasings by all sources together, shape (phrasings,), 0 to 1."""
        return combined(self.written[phrasings], self._faded(level, [phrasings]))

    def span(self, question: int) -> slice:
        """Return the rows of the phrasings of a question."""
        end = self.firsts[question + 1] if question + 1 < len(self.firsts) else len(self.written)
        return slice(int(self.firsts[question]), int(end))

    def _faded(self, level: Level, phrasings: Sequence[slice]) -> list[Floats]:
        pairs = zip(level.meanings, self.directions, strict=False)
        return [
            likeness_of(np.concatenate([meaning.cosines(direction, span) for span in phrasings]))
            for meaning, direction in pairs
        ]

    def _meant(self, level: Level, questions: Sequence[int]) -> list[float]:
        """Of the nearest phrasing of each question, those not known yet in one go."""
        keys = [(id(level), question) for question in questions]
        if unknown := [key for key in keys if key not in self._likeness]:
            spans = [self.span(question) for _, question in unknown]
            begins = np.cumsum([0, *(span.stop - span.start for span in spans[:-1])])
            best = np.mean([np.maximum.reduceat(each, begins) for each in self._faded(level, spans)], axis=0)
            self._likeness.update(zip(unknown, best.tolist(), strict=True))
        return [self._likeness[key] for key in keys]

    def _neighbours(self, level: Level, written: Floats, shows: Callable[[int], bool]) -> Ints:
        near = best_shown(written, _NEAR, shows)
        for meaning, direction in zip(level.meanings, self.directions, strict=False):
            near = np.union1d(near, best_shown(meaning.heads @ direction, _NEAR, shows)).astype(np.int32)
        return near


def best_of(scores: Floats, number: int) -> Ints:
    """Return the places of the `number` highest scores, the best first; ties in order of place."""
    all_places = np.arange(len(scores))
    top = np.argpartition(-scores, number - 1)[:number] if len(scores) > number else all_places
    return top[np.lexsort((top, -scores[top]))].astype(np.int32)


def best_shown(scores: Floats, number: int, shows: Callable[[int], bool]) -> Ints:
    """Return the same among places that `shows` allows: many hidden questions must not displace the rest.

    Fewer when none is left among the best `_LOOKED_AT`.
    """
    width = number
    while True:
        found = [place for place in best_of(scores, width).tolist() if shows(place)][:number]
        if len(found) == number or width >= min(len(scores), _LOOKED_AT):
            return np.array(found, np.int32)
        width *= 4


def combined(written: Floats, meant: Sequence[Floats]) -> Floats:
    """Return likeness in writing and in meaning combined, elementwise; a kernel, since each of them is.

    `meant`: one array per encoder, of the shape of `written`.
    """
    if not meant:
        return written
    mean = sum(meant[1:], meant[0]) / len(meant)
    return np.asarray(WRITING * written + (1 - WRITING) * mean, np.float32)
