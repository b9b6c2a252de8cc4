"""A classifier trained from the phrasings alone, and how it would have done without each phrasing, in closed form.

Kernel ridge regression to one column per question (Rifkin, Yeo and Poggio 2003), over some of the phrasings as
landmarks (Nyström, Williams and Seeger 2001; with all of them it is exact). Leaving out one phrasing, or all of a
question's, needs no second training: the residuals of a linear smoother tell (Hastie, Tibshirani and Friedman 2009,
7.10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

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
    """A score per question, about 1 for the right one and 0 for the others, from the likeness to the landmarks."""

    landmarks: Ints  # numbers of phrasings
    weights: Floats  # one row per question, one column per landmark

    def scores(self, likeness: Floats, questions: Ints | None = None) -> Floats:
        """The score of these questions (all when None) for a message this alike to each landmark."""
        weights = self.weights if questions is None else self.weights[questions]
        scores: Floats = weights @ likeness
        return scores


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the classifier says of phrasings it was not told: of each alone, and of each with its whole question."""

    rows: Ints  # numbers of phrasings
    without_phrasing: Floats  # one row per phrasing, one column per question
    without_question: Floats


def choose_landmarks(question_of: Ints) -> Ints:
    """Phrasings to compare with: all when few; else the first of every question, then the second …"""
    wanted = min(MOST_LANDMARKS, max(LANDMARKS, len(question_of) // PER_LANDMARK))
    if len(question_of) <= wanted:
        return np.arange(len(question_of), dtype=np.int32)
    turn = _turn_within_question(question_of)
    return np.sort(np.lexsort((question_of, turn))[:wanted]).astype(np.int32)


def train(likeness: Floats, question_of: Ints, landmarks: Ints, rows: Ints) -> tuple[Classifier, Rehearsal]:
    """Train on all phrasings and rehearse with `rows`, some of them in rising order.

    `likeness` is of each phrasing to each landmark, and is used up; `question_of` gives each phrasing's question, in
    rising order.
    """
    questions = int(question_of[-1]) + 1
    back = _whitening(likeness[landmarks].astype(np.float64))
    basis = _turned(likeness, back.astype(np.float32))
    squares: Doubles = (basis.T @ basis).astype(np.float64)
    inverse = np.linalg.inv(squares + RIDGE * np.eye(len(landmarks)))
    sums = np.stack([basis[span].sum(0) for span in _spans(question_of, questions)], 1)
    coefficients = inverse @ sums  # landmark space × questions
    classifier = Classifier(landmarks, np.ascontiguousarray((back @ coefficients).T, np.float32))
    smoother = _Smoother(basis, inverse.astype(np.float32), coefficients.astype(np.float32))
    return classifier, smoother.rehearsal(question_of, rows)


def _whitening(kernel: Doubles) -> Doubles:
    """B with K (B Bᵗ) K ≈ K."""
    lower = np.linalg.cholesky(kernel + _JITTER * np.eye(len(kernel)))
    found: Doubles = np.linalg.inv(lower).T
    return found


def _turned(rows: Floats, by: Floats) -> Floats:
    """rows @ by, in place: for a large knowledge base a second copy would be the most memory ever used."""
    for begin in range(0, len(rows), 512):
        rows[begin : begin + 512] = rows[begin : begin + 512] @ by
    return rows


@dataclass(frozen=True, slots=True)
class _Smoother:
    """What was fitted, with all that is needed to say what each phrasing contributed."""

    basis: Floats  # phrasing × landmark
    inverse: Floats
    coefficients: Floats

    def rehearsal(self, question_of: Ints, rows: Ints) -> Rehearsal:
        """Some whole questions at a time: all of a question is needed even where one phrasing of it is asked."""
        alone: list[Floats] = []
        whole: list[Floats] = []
        for block in _blocks(question_of):
            wanted = rows[(rows >= block.start) & (rows < block.stop)] - block.start
            if len(wanted):
                basis = self.basis[block]
                fitted = basis @ self.coefficients
                one, all_ = _left_out(basis, basis @ self.inverse, fitted, question_of[block])
                alone.append((fitted + one)[wanted])
                whole.append((fitted + all_)[wanted])
        return Rehearsal(rows, np.concatenate(alone), np.concatenate(whole))


def _blocks(question_of: Ints) -> Iterator[slice]:
    """Whole questions, together some hundreds of phrasings."""
    begin = 0
    ends = [*(np.flatnonzero(np.diff(question_of)) + 1).tolist(), len(question_of)]
    for end in ends:
        if end - begin >= _BLOCK or end == len(question_of):
            yield slice(begin, end)
            begin = end


def _left_out(basis: Floats, toward: Floats, fitted: Floats, question_of: Ints) -> tuple[Floats, Floats]:
    """What to add to a fitted row when its own label, or those of its whole question, had not been known."""
    alone, whole = np.empty_like(fitted), np.empty_like(fitted)
    for question in np.unique(question_of):
        span = slice(*np.searchsorted(question_of, (question, question + 1)))
        hat = (toward[span] @ basis[span].T).astype(np.float64)
        surprise = -fitted[span].astype(np.float64)
        surprise[:, question] += 1
        # y - r/(1-h) without the phrasing, y - (1-H)⁻¹r without its question; here as differences from the fit, y - r.
        alone[span] = surprise - surprise / np.maximum(1 - np.diag(hat)[:, None], 1e-3)
        whole[span] = surprise - np.linalg.solve((1 + 1e-6) * np.eye(len(hat)) - hat, surprise)
    return alone, whole


def _spans(question_of: Ints, questions: int) -> Iterator[slice]:
    ends = np.searchsorted(question_of, np.arange(questions + 1))
    for begin, end in pairwise(ends.tolist()):
        yield slice(begin, end)


def _turn_within_question(question_of: Ints) -> NDArray[np.int64]:
    first = np.searchsorted(question_of, question_of)
    turn: NDArray[np.int64] = np.arange(len(question_of)) - first
    return turn
