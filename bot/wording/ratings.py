"""What a customer gave the solutions of a ticket, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Rows = Sequence[Any]  # of `ratings` and of `rating_dimensions`, the first one first


def solutions_in_words(labels: Mapping[str, str], scores: Rows, dimensions: Rows) -> tuple[str, ...]:
    """Return a line for each solution that was rated: 第 1 次处理：2 分 → 5 分；响应 4 分."""
    solutions = sorted({row.solution for row in (*scores, *dimensions)})
    return tuple(f"第 {each} 次处理：{'；'.join(_parts(labels, scores, dimensions, each))}" for each in solutions)


def _parts(labels: Mapping[str, str], scores: Rows, dimensions: Rows, solution: int) -> Iterator[str]:
    overall = [f"{row.score} 分" for row in scores if row.solution == solution]
    if overall:
        yield " → ".join(overall)
    latest = {row.dimension: row.score for row in dimensions if row.solution == solution}
    if latest:
        yield dimensions_in_words(labels, latest)


def dimensions_in_words(labels: Mapping[str, str], scores: Mapping[str, int]) -> str:
    """Return scores by their dimensions' labels, in the policy's order; a dimension it no longer has by its name."""
    order = [*(name for name in labels if name in scores), *(name for name in scores if name not in labels)]
    return "、".join(f"{labels.get(name, name)} {scores[name]} 分" for name in order)
