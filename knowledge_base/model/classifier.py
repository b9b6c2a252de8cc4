"""A classifier trained on the phrasings, with its left-out predictions in closed form.

Kernel ridge regression, one column per question (Rifkin, Yeo and Poggio 2003), over some of the phrasings as landmarks
(Nyström method, Williams and Seeger 2001; with all of them it is exact). Leaving out one phrasing, or all of a
question, needs no second training: the closed form for linear smoothers (Hastie, Tibshirani and Friedman 2009, section
7.10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.roots import inverse_root
from knowledge_base.model.similarity import Floats, Ints

LANDMARKS = 2_500
MOST_LANDMARKS = 5_000
PER_LANDMARK = 3  # phrasings for each one, where there are many
QUESTIONS = 3_000  # beyond it a classifier would cost more time and memory than it is worth
PHRASINGS = 30_000
RIDGE = 0.05  # how much a phrasing's own label is doubted, against a likeness of 1 to itself
_JITTER = 1e-4
_BLOCK = 512

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Scores questions, about 1 for the correct one and 0 for others.

    `landmarks`: shape (landmarks,), rows of phrasings. `weights`: shape (questions, landmarks).
    """

    landmarks: Ints  # numbers of phrasings
    weights: Floats  # one row per question, one column per landmark

    def scores(self, likeness: Floats, questions: Ints | None = None) -> Floats:
        """Return the scores, shape (questions,), or of `questions` only, of a message.

        `likeness`: shape (landmarks,), 0 to 1.
        """
        weights = self.weights if questions is None else self.weights[questions]
        scores: Floats = weights @ likeness
        return scores


@dataclass(frozen=True, slots=True)
class LeftOutScores:
    """Left-out predictions of some phrasings.

    `rows`: shape (rows,), numbers of phrasings, rising. The scores: shape (rows, questions), without the phrasing
    itself, and without its whole question.
    """

    rows: Ints  # numbers of phrasings
    without_phrasing: Floats  # one row per phrasing, one column per question
    without_question: Floats


def choose_landmarks(question_of: Ints) -> Ints:
    """Choose landmarks: all phrasings if few; else the first of every question, then the second, …

    `question_of`: shape (phrasings,), rising. Returns shape (landmarks,), rising.
    """
    wanted = min(MOST_LANDMARKS, max(LANDMARKS, len(question_of) // PER_LANDMARK))
    if len(question_of) <= wanted:
        return np.arange(len(question_of), dtype=np.int32)
    turn = _turn_within_question(question_of)
    return np.sort(np.lexsort((question_of, turn))[:wanted]).astype(np.int32)


def train(likeness: Floats, question_of: Ints, landmarks: Ints, rows: Ints) -> tuple[Classifier, LeftOutScores]:
    """Train on all phrasings; return the classifier and the left-out predictions of `rows` (rising).

    `likeness`: shape (phrasings, landmarks), 0 to 1, overwritten. `question_of`: shape (phrasings,), rising.
    `landmarks`: shape (landmarks,). Raises numpy.linalg.LinAlgError when the likeness is not a kernel.
    """
    questions = int(question_of[-1]) + 1
    # One square matrix of doubles serves all three steps: a second one would be the most memory ever used.
    square = np.empty((len(landmarks), len(landmarks)))
    for block in _steps(len(landmarks)):
        square[block] = likeness[landmarks[block]]
    back = whitening(square).astype(np.float32)
    basis = _turned(likeness, back)
    _multiply_with_itself(basis, square)
    square[np.diag_indices_from(square)] += RIDGE
    root = _single(inverse_root(square))
    # In the space turned once more the matrix to invert is the identity: hats are products of rows with themselves.
    basis = _turned(basis, root)
    sums = np.stack([basis[span].sum(0) for span in _spans(question_of, questions)], 1)
    classifier = Classifier(landmarks, np.ascontiguousarray((back @ (root @ sums)).T, np.float32))
    del square, root, back
    return classifier, _Smoother(basis, sums).rehearsal(question_of, rows)


def whitening(kernel: Doubles) -> Doubles:
    """Return B with K (B Bᵗ) K ≈ K; shape (landmarks, landmarks). Raises LinAlgError when K is not a kernel.

    In place of `kernel`, of which the lower half is read.
    """
    kernel[np.diag_indices_from(kernel)] += _JITTER
    return inverse_root(kernel)


def _multiply_with_itself(basis: Floats, found: Doubles) -> None:
    """The lower half of basisᵗ basis."""
    for block in _steps(len(found)):
        found[block, : block.stop] = basis[:, block].T @ basis[:, : block.stop]


def _single(root: Doubles) -> Floats:
    """A transposed matrix of doubles in single precision, in the same memory."""
    size = len(root)
    rows = root.T
    found: Floats = rows.reshape(-1).view(np.float32)[: size * size].reshape(size, size)
    for row in range(size):  # rising: what is written lies before what is still to be read
        found[row] = rows[row].astype(np.float32)
    return found.T


def _turned(rows: Floats, by: Floats) -> Floats:
    """rows @ by, in place: for a large knowledge base a second copy would be the most memory ever used."""
    for block in _steps(len(rows)):
        rows[block] = rows[block] @ by
    return rows


@dataclass(frozen=True, slots=True)
class _Smoother:
    """The fit, with what left-out predictions need."""

    basis: Floats  # phrasing × landmark, turned so that a row times a row is an entry of the hat matrix
    coefficients: Floats

    def rehearsal(self, question_of: Ints, rows: Ints) -> LeftOutScores:
        """Some whole questions at a time: all of a question is needed even where one phrasing of it is asked."""
        alone: list[Floats] = []
        whole: list[Floats] = []
        for block in _blocks(question_of):
            wanted = rows[(rows >= block.start) & (rows < block.stop)] - block.start
            if len(wanted):
                basis = self.basis[block]
                fitted = basis @ self.coefficients
                one, all_ = _left_out(basis, fitted, question_of[block])
                alone.append((fitted + one)[wanted])
                whole.append((fitted + all_)[wanted])
        return LeftOutScores(rows, np.concatenate(alone), np.concatenate(whole))


def _blocks(question_of: Ints) -> Iterator[slice]:
    """Whole questions, together some hundreds of phrasings."""
    begin = 0
    ends = [*(np.flatnonzero(np.diff(question_of)) + 1).tolist(), len(question_of)]
    for end in ends:
        if end - begin >= _BLOCK or end == len(question_of):
            yield slice(begin, end)
            begin = end


def _left_out(basis: Floats, fitted: Floats, question_of: Ints) -> tuple[Floats, Floats]:
    """What to add to a fitted row when its own label, or those of its whole question, had not been known."""
    alone, whole = np.empty_like(fitted), np.empty_like(fitted)
    for question in np.unique(question_of):
        span = slice(*np.searchsorted(question_of, (question, question + 1)))
        hat = (basis[span] @ basis[span].T).astype(np.float64)
        surprise = -fitted[span].astype(np.float64)
        surprise[:, question] += 1
        # y - r/(1-h) without the phrasing, y - (1-H)⁻¹r without its question; here as differences from the fit, y - r.
        alone[span] = surprise - surprise / np.maximum(1 - np.diag(hat)[:, None], 1e-3)
        whole[span] = surprise - np.linalg.solve((1 + 1e-6) * np.eye(len(hat)) - hat, surprise)
    return alone, whole


def _steps(size: int) -> Iterator[slice]:
    for begin in range(0, size, _BLOCK):
        yield slice(begin, min(begin + _BLOCK, size))


def _spans(question_of: Ints, questions: int) -> Iterator[slice]:
    ends = np.searchsorted(question_of, np.arange(questions + 1))
    for begin, end in pairwise(ends.tolist()):
        yield slice(begin, end)


def _turn_within_question(question_of: Ints) -> NDArray[np.int64]:
    first = np.searchsorted(question_of, question_of)
    turn: NDArray[np.int64] = np.arange(len(question_of)) - first
    return turn
