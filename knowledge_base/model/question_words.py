"""What each question's article says and how its phrasings are spelt: sources that look at a few candidates only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from knowledge_base.model.features import is_word, words_in
from knowledge_base.model.similarity import Floats, Ints, InvertedIndex

_ANSWER = 300  # normalised characters of an answer; what comes after it rarely tells what is asked
_MOST = 400  # phrasings of a question whose spelling is compared, evenly chosen
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)

Digests = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class AskedWords:
    """A message: its `key`, and the digests and weights of its words, both of shape (words,); the weights sum to 1."""

    key: str
    words: Digests
    weights: Floats


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """The words of every question's phrasings and answer, and the keys of its phrasings.

    `words[starts[q]:starts[q + 1]]` are the digests of question q, rising; `once` marks those that only one phrasing
    has. `starts`: shape (questions + 1,). `keys`: one per phrasing. `firsts`: shape (questions,), the first phrasing of
    each question.
    """

    inverted: InvertedIndex
    starts: NDArray[np.int64]
    words: Digests
    once: NDArray[np.bool_]
    keys: Sequence[str]
    firsts: NDArray[np.int64]

    def asked(self, key: str, words: Sequence[str]) -> AskedWords:
        """Return a message of these words, which weigh as much as they are rare."""
        weights = self.inverted.rarities(words)
        return AskedWords(key, _digests(words), weights / max(float(weights.sum()), 1e-6))

    def views(self, asked: AskedWords, questions: Ints, left_out: int | None = None) -> Floats:
        """Return for each of these questions what its article covers of a message, and the nearest spelling.

        Shape (questions, 2), 0 to 1: the share of the words, weighed, that its phrasings or its answer have; the
        likeness of the phrasing that takes the fewest characters to be changed. `left_out`: a phrasing that is asked
        itself, and is looked at as if it were not there.
        """
        found = np.zeros((len(questions), 2), np.float32)
        for at, question in enumerate(questions.tolist()):
            span = self._span(question)
            is_own = left_out is not None and span.start <= left_out < span.stop
            found[at, 0] = self._covered(asked, question, is_own=is_own)
            found[at, 1] = self._spelt(asked.key, span, left_out)
        return found

    def _span(self, question: int) -> range:
        end = self.firsts[question + 1] if question + 1 < len(self.firsts) else len(self.keys)
        return range(int(self.firsts[question]), int(end))

    def _covered(self, asked: AskedWords, question: int, *, is_own: bool) -> float:
        span = slice(self.starts[question], self.starts[question + 1])
        held = self.words[span]
        if not len(held):
            return 0.0
        at = np.minimum(np.searchsorted(held, asked.words), len(held) - 1)
        has = held[at] == asked.words
        if is_own:
            has &= ~self.once[span][at]
        return float(asked.weights[has].sum())

    def _spelt(self, key: str, span: range, left_out: int | None) -> float:
        keys = [self.keys[row] for row in span[:: -(-len(span) // _MOST)] if row != left_out]
        found = process.extractOne(key, keys, scorer=fuzz.ratio)
        return found[1] / 100 if found is not None else 0.0


def learn_question_words(
    inverted: InvertedIndex,
    question_of: Ints,
    firsts: NDArray[np.int64],
    keys: Sequence[str],
    answers: Iterable[str],
) -> QuestionWords:
    """Gather the words of all questions.

    `question_of`: shape (phrasings,), rising. `keys`: one per phrasing. `answers`: each question's answer,
    normalised.
    """
    gathered = [_of_phrasings(inverted, question_of)]
    for question, answer in enumerate(answers):
        words = _digests(words_in(answer[:_ANSWER]))
        # Twice: what the answer says stays said when a phrasing is left out.
        gathered += [_pairs(np.full(len(words), question), words)] * 2
    found, times = np.unique(np.concatenate(gathered), return_counts=True)
    starts = np.searchsorted(found, np.arange(len(firsts) + 1, dtype=np.uint64) << _HIGH)
    return QuestionWords(inverted, starts, (found & _LOW).astype(np.uint32), times == 1, keys, firsts)


def _of_phrasings(inverted: InvertedIndex, question_of: Ints) -> NDArray[np.uint64]:
    is_kept = np.array([is_word(name) for name in inverted.vocabulary], bool)
    of_posting = np.repeat(np.arange(len(is_kept)), np.diff(inverted.starts))
    kept = is_kept[of_posting]
    return _pairs(question_of[inverted.rows[kept]], _digests(inverted.vocabulary)[of_posting[kept]])


def _pairs(questions: NDArray[np.integer], words: Digests) -> NDArray[np.uint64]:
    found: NDArray[np.uint64] = (questions.astype(np.uint64) << _HIGH) | words
    return found


def _digests(words: Collection[str]) -> Digests:
    return np.fromiter((crc32(word.encode()) for word in words), np.uint32, len(words))
