"""Facts as columns of numbers, with a list of the strings that they name; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from escalation.measures.facts import Fact
from escalation.measures.packed_arrays import Numbers

NAMES = ("measure", "part", "tier", "queue", "topic", "channel")  # whose numbers are places in `strings`
FIGURES = ("staff_id", "ticket_id", "value", "at")  # `at` in whole seconds since 1970
COLUMNS = (*NAMES, *FIGURES)


@dataclass
class FactColumns:
    """Facts as arrays of equal length, by the name of the column."""

    strings: Sequence[str]
    arrays: dict[str, Numbers] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many facts there are."""
        return len(self.arrays["value"])

    def place_of(self, text: str) -> int:
        """Return the number of a string in these columns; -1 if no fact has it."""
        try:
            return self.strings.index(text)
        except ValueError:
            return -1


def columns_of(facts: Iterable[Fact]) -> FactColumns:
    """Return facts as columns."""
    rows = (tuple(getattr(fact, name) for name in COLUMNS) for fact in facts)
    return columns_of_rows(rows)


def columns_of_rows(rows: Iterable[Sequence[Any]]) -> FactColumns:
    """Return rows of the values of COLUMNS, in that order, as columns."""
    places: dict[str, int] = {}
    numbers = [
        [places.setdefault(text, len(places)) for text in row[: len(NAMES)]]
        + [*row[len(NAMES) : -1], _seconds(row[-1])]
        for row in rows
    ]
    table = np.array(numbers, dtype=np.int64).reshape(-1, len(COLUMNS))
    return FactColumns(list(places), {name: table[:, index].copy() for index, name in enumerate(COLUMNS)})


def facts_of(columns: FactColumns) -> Iterator[Fact]:
    """Yield the facts of columns, their instants to the second."""
    arrays = [columns.arrays[name].tolist() for name in COLUMNS]
    for row in zip(*arrays, strict=True):
        texts = [columns.strings[place] for place in row[: len(NAMES)]]
        values = dict(zip(COLUMNS, (*texts, *row[len(NAMES) : -1]), strict=False))
        yield Fact(at=datetime.fromtimestamp(row[-1], UTC), **values)


def _named(row: Sequence[Any], places: dict[str, int]) -> Iterator[int]:
    return (places.setdefault(text, len(places)) for text in row[: len(NAMES)])


def _seconds(at: datetime) -> int:
    return int(at.timestamp() // 1)
