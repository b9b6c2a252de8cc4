"""Kernel ridge regression over landmarks, with predictions that leave whole groups of examples out, in closed form.

With labels nobody gave (NaN): they are read from the rest, in a few passes over the same fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.classifier import whitening
from knowledge_base.model.similarity import Floats

Doubles = NDArray[np.float64]

RIDGE = 0.1  # how much a label is doubted, against a likeness of 1 to itself
_PASSES = 2  # in which labels nobody gave are read from the rest
_BLOCK = 512


def fit_leaving_groups_out(
    likeness: Floats, landmarks: NDArray[np.int64], labels: Doubles, weight: Doubles, groups: NDArray[np.int64]
) -> tuple[Floats, Doubles]:
    """Return the weights, shape (landmarks, columns), and each example's scores without its group, (examples, columns).

    `likeness`: shape (examples, landmarks), overwritten. `labels`: shape (examples, columns), NaN for unknown.
    `weight`, `groups`: shape (examples,); groups rise. Raises LinAlgError when the likeness is no kernel.
    """
    # The likeness in writing of two texts depends on which is looked up, by features only one of them knows.
    among = likeness[landmarks].astype(np.float64)
    among += among.T.copy()
    among /= 2
    back = whitening(among).astype(np.float32)
    del among
    scale = np.sqrt(weight)[:, None]
    for begin in range(0, len(likeness), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        likeness[block] = (likeness[block] @ back) * scale[block].astype(np.float32)
    squares = (likeness.T @ likeness).astype(np.float64)
    squares[np.diag_indices_from(squares)] += RIDGE
    inverse = np.linalg.inv(squares).astype(np.float32)
    del squares
    spans = _spans(groups)
    smoother = _GroupSmoother(likeness, inverse, scale, spans, _hats(likeness, inverse, spans))
    unknown = np.isnan(labels)
    coefficients, left_out = smoother.fit(np.where(unknown, 0, labels))
    for _ in range(_PASSES):
        coefficients, left_out = smoother.fit(np.where(unknown, np.clip(left_out, 0, 1), labels))
    return (back @ coefficients).astype(np.float32), left_out


def _spans(groups: NDArray[np.int64]) -> list[slice]:
    return [slice(*np.searchsorted(groups, (group, group + 1))) for group in np.unique(groups)]


def _hats(basis: Floats, inverse: Floats, spans: Sequence[slice]) -> list[Doubles]:
    """What the labels of a group count for their own predictions, per group."""
    return [((basis[span] @ inverse) @ basis[span].T).astype(np.float64) for span in spans]


@dataclass(frozen=True, slots=True)
class _GroupSmoother:
    """The fit of any labels to the same examples, with what leaving a group out needs."""

    basis: Floats
    inverse: Floats
    scale: Doubles
    spans: Sequence[slice]
    hats: Sequence[Doubles]

    def fit(self, labels: Doubles) -> tuple[Floats, Doubles]:
        targets = labels * self.scale
        coefficients = self.inverse @ (self.basis.T @ targets.astype(np.float32))
        surprise = targets - self.basis @ coefficients
        left_out = np.empty_like(targets)
        for span, hat in zip(self.spans, self.hats, strict=True):
            without = np.linalg.solve((1 + 1e-6) * np.eye(len(hat)) - hat, surprise[span])
            left_out[span] = (targets[span] - without) / self.scale[span]
        return coefficients, left_out
