"""Figures over confidences: precision and coverage of every threshold, the best threshold, separation; pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ABOVE_ALL = 1.01  # a threshold no confidence reaches: only what is asked word for word is answered
_SIGMAS = 1.96


@dataclass(frozen=True, slots=True)
class Point:
    """The result of a threshold: of all messages, how many are answered, and how many of those correctly."""

    threshold: float
    given: int
    right: int
    total: int

    @property
    def answered(self) -> float:
        """The share of all messages that are answered, 0 to 1."""
        return self.given / self.total

    @property
    def precision(self) -> float:
        """The share of the answers that are correct, 0 to 1."""
        return self.right / self.given


def curve_of(outcomes: Iterable[tuple[float, bool]]) -> tuple[Point, ...]:
    """Return the result of every threshold that makes a difference, the highest first.

    An outcome is the highest threshold at which a message is answered (−inf: at none), and whether correctly.
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
    """Return the point with the most answers of those that keep the target precision; None without one."""
    return max((point for point in curve if point.precision >= target), key=lambda point: point.given, default=None)


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Return how often a value of `inside` is above one of `outside`, 0 to 1; ties count half.

    None when either is empty. The area under the ROC curve by the Mann–Whitney statistic.
    """
    if not inside or not outside:
        return None
    ordered = sorted(outside)
    wins = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in inside)
    return wins / (2 * len(inside) * len(outside))


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that this share (0 to 1) of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def mean(values: Sequence[float]) -> float | None:
    """Return the mean; of booleans the share of true ones; None of nothing."""
    return sum(values) / len(values) if values else None


def wilson(right: float, given: float) -> tuple[float, float] | None:
    """Return the 95 % interval (Wilson 1927) of the share `right` of `given`; None of nothing."""
    if not given:
        return None
    share, slack = right / given, _SIGMAS**2 / given
    middle = (share + slack / 2) / (1 + slack)
    half = _SIGMAS * math.sqrt(share * (1 - share) / given + slack / (4 * given)) / (1 + slack)
    return max(0.0, middle - half), min(1.0, middle + half)
