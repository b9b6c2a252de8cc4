"""Learns from phrasings, leaves out those that are probably filed under the wrong question, and learns again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.classifier import PHRASINGS
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.features import parts_of
from knowledge_base.model.progress import Progress
from knowledge_base.model.question_words import QuestionWords, learn_question_words
from knowledge_base.model.similarity import Floats, Ints, InvertedIndex, build_inverted_index
from knowledge_base.model.stages import Level
from knowledge_base.training.cache import KeptLearning, load, save
from knowledge_base.training.trainer import ForeignMessages, learn

_ROUNDS = 3  # with few wrong labels the second finds none


@dataclass(frozen=True, slots=True)
class Phrasings:
    """The phrasings of a knowledge base, those of a question side by side.

    `plain`: normalised; `sentences`: for encoders, empty without any; `places`: shape (phrasings,), the place of the
    article of each, rising. `answers`: the answer of each article, normalised.
    """

    plain: Sequence[str]
    sentences: Sequence[str]
    places: Ints
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of the phrasings that are believed.

    `taught`: shape (phrasings learned from,), their numbers among all, rising; the other arrays go by their order.
    `suspects`: the number of a phrasing that was left out, and the place of the article it probably belongs to.
    """

    taught: Ints
    suspects: tuple[tuple[int, int], ...]
    inverted: InvertedIndex
    question_of: Ints
    firsts: NDArray[np.int64]
    words: QuestionWords
    levels: tuple[Level, ...]


def study(
    given: Phrasings, encoders: Sequence[Encoder], foreign: ForeignMessages, progress: Progress, file: Path | None
) -> Learned:
    """Learn from these phrasings, or read what was learned from `file`, where it is kept; None: nowhere.

    `foreign`: messages that nothing answers. `progress` is called with the share done, 0 to 1. Raises what an encoder
    raises.
    """
    kept = load(file, encoders, given.places) if file is not None else None
    if kept is not None:
        return Learned(kept.taught, kept.suspects, *_arranged(given, kept.taught), kept.levels)
    learned = _learn(given, encoders, foreign, progress)
    if file is not None:
        save(file, KeptLearning(learned.taught, learned.suspects, learned.levels))
    return learned


def _learn(given: Phrasings, encoders: Sequence[Encoder], foreign: ForeignMessages, progress: Progress) -> Learned:
    readers = [_ReadOnce(encoder) for encoder in encoders] if len(given.plain) <= PHRASINGS else encoders
    taught = np.arange(len(given.plain), dtype=np.int32)
    suspects: tuple[tuple[int, int], ...] = ()
    for round_ in range(_ROUNDS):
        inverted, question_of, firsts, words = _arranged(given, taught)
        sentences = [given.sentences[row] for row in taught.tolist()] if encoders else []
        levels = learn(inverted, question_of, words, sentences, readers, _share(progress, round_), foreign)
        found = _to_leave_out(levels[-1], question_of) if round_ + 1 < _ROUNDS else []
        if not found:
            break
        places = given.places[taught]
        suspects += tuple((int(taught[row]), int(places[firsts[question]])) for row, question in found)
        taught = np.delete(taught, [row for row, _ in found])
    return Learned(taught, suspects, inverted, question_of, firsts, words, _with(encoders, levels))


def _share(progress: Progress, round_: int) -> Progress:
    """Of the whole: nobody knows how many rounds will follow the first, which reads the phrasings."""
    begin, end = (0.0, 0.96, 0.98, 1.0)[round_ : round_ + 2]
    return lambda done: progress(begin + (end - begin) * done)


def _arranged(given: Phrasings, taught: Ints) -> tuple[InvertedIndex, Ints, NDArray[np.int64], QuestionWords]:
    plain = [given.plain[row] for row in taught.tolist()]
    inverted = build_inverted_index(map(parts_of, plain))
    firsts = np.flatnonzero(np.diff(given.places[taught], prepend=-1))
    sizes = np.diff([*firsts, len(taught)])
    question_of = np.repeat(np.arange(len(firsts)), sizes).astype(np.int32)
    answers = (given.answers[place] for place in given.places[taught[firsts]].tolist())
    keys = [text.replace(" ", "") for text in plain]
    return inverted, question_of, firsts, learn_question_words(inverted, question_of, firsts, keys, answers)


def _to_leave_out(level: Level, question_of: Ints) -> list[tuple[int, int]]:
    """The suspects, but for a question that would have no phrasing left."""
    left = np.bincount(question_of)
    found = []
    for row, question in level.suspects:
        left[question_of[row]] -= 1
        if left[question_of[row]]:
            found.append((row, question))
    return found


def _with(encoders: Sequence[Encoder], levels: Sequence[Level]) -> tuple[Level, ...]:
    pairs = zip(levels[-1].meanings, encoders, strict=False)  # without phrasings nothing was read
    meanings = tuple(replace(meaning, encoder=encoder) for meaning, encoder in pairs)
    return tuple(replace(level, meanings=meanings[: len(level.meanings)]) for level in levels)


class _ReadOnce:
    """An encoder that reads each sentence once, however often is learned from it."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.known: dict[str, Floats] = {}

    def encode(self, sentences: Sequence[str]) -> Floats:
        unread = [sentence for sentence in dict.fromkeys(sentences) if sentence not in self.known]
        if unread:
            self.known.update(zip(unread, self.encoder.encode(unread), strict=True))
        return np.stack([self.known[sentence] for sentence in sentences])

    def name(self) -> str:
        return self.encoder.name()
