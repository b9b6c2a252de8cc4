"""The inverse root of a positive definite matrix, in place, by blocks.

numpy's own factorisation and inverse need four matrices more of the same size, and its inverse knows of no triangles.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_BLOCK = 256


def inverse_root(matrix: Doubles) -> Doubles:
    """Return the upper triangular B with B Bᵗ the inverse of a matrix; raises LinAlgError if it has none.

    In place of the matrix, of which the lower half is read.
    """
    _factorise(matrix)
    _invert(matrix)
    found: Doubles = matrix.T
    return found


def _factorise(matrix: Doubles) -> None:
    """Cholesky's lower factor, column by column of blocks; above it zeros."""
    for here in _blocks(len(matrix)):
        matrix[here.start :, here] -= matrix[here.start :, : here.start] @ matrix[here, : here.start].T
        corner = np.linalg.cholesky(matrix[here, here])
        matrix[here, here.start :] = 0
        matrix[here, here] = corner
        matrix[here.stop :, here] = matrix[here.stop :, here] @ np.linalg.inv(corner).T


def _invert(lower: Doubles) -> None:
    """The inverse of a lower triangular matrix, row by row of blocks: those above are inverted already."""
    for here in _blocks(len(lower)):
        corner = np.tril(np.linalg.inv(lower[here, here]))
        lower[here, : here.start] = -corner @ _times_lower(lower[here, : here.start], lower[: here.start])
        lower[here, here] = corner


def _times_lower(rows: Doubles, lower: Doubles) -> Doubles:
    """rows @ lower, without multiplying by most of the zeros."""
    found = np.empty_like(rows)
    for here in _blocks(len(lower), 4 * _BLOCK):
        found[:, here] = rows[:, here.start :] @ lower[here.start :, here]
    return found


def _blocks(size: int, width: int = _BLOCK) -> Iterator[slice]:
    for begin in range(0, size, width):
        yield slice(begin, min(begin + width, size))
