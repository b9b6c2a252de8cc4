"""A sum of facts, which facts count, and by what they are grouped; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from escalation.measures.columns import FactColumns
from escalation.measures.histogram import Histogram, joined, percentile

Dimension = Literal["tier", "queue", "topic", "channel", "agent"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
ALL = ""  # the group of everything, where there is no dimension

Key = tuple[str, str]  # measure, part
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many facts there are, their total, and how their values are spread, if they are times."""

    number: int = 0
    total: int = 0
    histogram: Histogram = field(default_factory=dict)

    @property
    def mean(self) -> float | None:
        """The total divided by the number; None without facts."""
        return self.total / self.number if self.number else None

    def percentile(self, share: float) -> int | None:
        """Return what is shown for a percentile (0.5, 0.9 …); None without facts."""
        return percentile(self.histogram, share)


Sums = Mapping[str, Mapping[Key, Sum]]  # by group


@dataclass(frozen=True, slots=True)
class Filters:
    """Which facts count; None leaves a dimension open."""

    tier: str | None = None
    queue: str | None = None
    topic: str | None = None
    channel: str | None = None
    staff_id: int | None = None

    @property
    def are_none(self) -> bool:
        """Whether every fact counts."""
        return self == Filters()

    @property
    def columns(self) -> set[str]:
        """The columns that they look at."""
        return {name for name in ("tier", "queue", "topic", "channel", "staff_id") if getattr(self, name) is not None}


def added(several: Collection[Sum]) -> Sum:
    """Return one sum of several."""
    return Sum(
        sum(each.number for each in several),
        sum(each.total for each in several),
        joined(each.histogram for each in several),
    )


def column_of(by: Dimension) -> str:
    """Return the column of facts that holds a dimension."""
    return "staff_id" if by == "agent" else by


def chosen(columns: FactColumns, filters: Filters, measures: Collection[str] = ()) -> Mask:
    """Return which facts count."""
    found: Mask = np.ones(len(columns), dtype=bool)
    for name in filters.columns:
        value = getattr(filters, name)
        found &= columns.arrays[name] == (value if name == "staff_id" else columns.place_of(value))
    if measures:
        found &= np.isin(columns.arrays["measure"], [columns.place_of(each) for each in measures])
    return found
