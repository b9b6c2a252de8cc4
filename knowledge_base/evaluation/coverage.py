"""Figures over confidences: what every threshold would come to, which one to choose, how well in and out part."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ABOVE_ALL = 1.01  # a threshold no confidence reaches: only what is asked word for word is answered


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold comes to: of all messages this many answered, of those this many rightly."""

    threshold: float
    given: int
    right: int
    total: int

    @property
    def answered(self) -> float:
        """The share of all messages that are answered."""
        return self.given / self.total

    @property
    def precision(self) -> float:
        """The share of the answers that are right."""
        return self.right / self.given


def curve_of(outcomes: Iterable[tuple[float, bool]]) -> tuple[Point, ...]:
    """What every threshold that makes a difference would come to, the highest first.

    An outcome is up to which threshold a message would be answered (−inf: at none), and whether rightly.
    """
    outcomes = sorted(outcomes, key=lambda one: -one[0])
    points: list[Point] = []
    right = 0
    for given, (threshold, is_right) in enumerate(outcomes, start=1):
        if threshold == -math.inf:
            break
        right += is_right
        point = Point(threshold, given, right, len(outcomes))
        if points and points[-1].threshold == point.threshold:
            points.pop()  # messages of one confidence are answered together or not at all
        points.append(point)
    return tuple(points)


def best_for(target: float, curve: Iterable[Point]) -> Point | None:
    """The point that answers most while the target precision is kept; None if no threshold keeps it."""
    return max((point for point in curve if point.precision >= target), key=lambda point: point.given, default=None)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """How often a value from inside is above one from outside; equal ones count half."""
    if not inside or not outside:
        return None
    ordered = sorted(outside)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in inside)
    return wins / (2 * len(inside) * len(outside))


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def mean(values: Sequence[float]) -> float | None:
    """The mean, of true and false values the share of true ones; None of nothing."""
    return sum(values) / len(values) if values else None
