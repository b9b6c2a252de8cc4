"""Adds facts up block by block; what it holds grows with the groups, measures and parts, not with the facts; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from escalation.measures.catalogue import OF_ARTICLES, WITH_PERCENTILES
from escalation.measures.columns import FactColumns
from escalation.measures.histogram import Histogram, fast_buckets_of
from escalation.measures.packed_arrays import Numbers, pack_arrays, unpack_arrays
from escalation.measures.spreads import WIDE, Spreads
from escalation.measures.sums import ALL, Dimension, Key, Mask, Sum


class Adding:
    """Sums of facts by group, measure and part: of `by`'s values, or of all.

    Unless `articles`, what is counted by article is summed over all of them, as part "": there are hundreds of
    articles, and as many sums in every group.
    """

    def __init__(self, by: Dimension | None, *, articles: bool = True) -> None:
        self.by = by
        self._joined = frozenset() if articles else OF_ARTICLES
        self._keys: dict[Key, int] = {}  # the row of each in the tables below …
        self._groups: dict[str, int] = {}  # … and the column of each group
        self._number = self._total = np.zeros((0, 0), dtype=np.int64)
        self._rows = self._number  # of each sum in the spreads, from 1 on; 0: it has none
        self._spreads = Spreads()

    def add(self, columns: FactColumns, mask: Mask) -> None:
        """Add the facts that count."""
        chosen = np.flatnonzero(mask)
        if not len(chosen):
            return
        arrays = columns.arrays
        values = arrays["value"][chosen]
        keys, timed = self._keys_of(columns.strings, arrays["measure"][chosen], arrays["part"][chosen])
        groups = self._groups_of(columns, chosen)
        cells = self._cells(keys, groups)
        size = self._number.size
        self._number.reshape(-1)[:] += np.bincount(cells, minlength=size)
        # Weights are floats, exact up to 2 ** 53: no day has so many seconds.
        self._total.reshape(-1)[:] += np.bincount(cells, weights=values, minlength=size).astype(np.int64)
        times = np.flatnonzero(timed)
        if len(times):
            rows = self._rows_of(cells[times], np.flatnonzero(np.bincount(cells[times])))
            self._spreads.count(rows, np.minimum(fast_buckets_of(values[times]) + 1, WIDE - 1))

    def add_packed(self, packed: bytes, measures: Collection[str] = ()) -> None:
        """Add sums that `packed` wrote; of some measures, or all."""
        strings, arrays = unpack_arrays(packed)
        kept = np.ones(len(arrays["group"]), dtype=bool)
        if measures:
            kept = np.isin(arrays["measure"], [place for place, text in enumerate(strings) if text in measures])
        if not kept.any():
            return
        keys, _ = self._keys_of(strings, arrays["measure"][kept], arrays["part"][kept])
        cells = np.full(len(kept), -1)
        cells[kept] = self._cells(keys, self._named(strings, arrays["group"][kept]))
        np.add.at(self._number.reshape(-1), cells[kept], arrays["number"][kept])
        np.add.at(self._total.reshape(-1), cells[kept], arrays["total"][kept])
        of, bucket, count = (arrays[name] for name in ("of", "bucket", "count"))
        if measures:
            here = kept[of]
            of, bucket, count = of[here], bucket[here], count[here]
        if len(of):
            self._spreads.add(self._rows_of(cells[of], np.unique(cells[of])), bucket, count)

    def packed(self) -> bytes:
        """Return the sums as bytes."""
        strings: dict[str, int] = {}
        groups = _placed_in(strings, list(self._groups))
        measures, parts = (_placed_in(strings, [key[place] for key in self._keys]) for place in (0, 1))
        cells = np.flatnonzero(self._number)
        width = self._number.shape[1] or 1
        rows = self._rows.reshape(-1)[cells]
        of = np.flatnonzero(rows)
        which, buckets, counts = self._spreads.filled(rows[of])
        arrays = {"group": groups[cells % width], "measure": measures[cells // width], "part": parts[cells // width]}
        arrays |= {"number": self._number.reshape(-1)[cells], "total": self._total.reshape(-1)[cells]}
        return pack_arrays(list(strings), arrays | {"of": of[which], "bucket": buckets, "count": counts})

    def result(self) -> dict[str, dict[Key, Sum]]:
        """Return the sums of what was added, by group."""
        found = dict[str, dict[Key, Sum]]()
        for group, column in self._groups.items():
            number, total = self._number[:, column].tolist(), self._total[:, column].tolist()
            rows = self._rows[:, column].tolist()
            for key, row in self._keys.items():
                if number[row]:
                    found.setdefault(group, {})[key] = Sum(number[row], total[row], self._histogram(rows[row]))
        return found

    def _histogram(self, row: int) -> Histogram:
        return self._spreads.histogram(row) if row else {}

    def _keys_of(self, strings: Sequence[str], measure: Numbers, part: Numbers) -> tuple[Numbers, Mask]:
        """The row of each fact's measure and part, and whether it is a time; facts alike mostly stand together."""
        codes = measure * len(strings) + part
        begins = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
        known, of = np.unique(codes[begins], return_inverse=True)
        named = [(strings[code // len(strings)], strings[code % len(strings)]) for code in known.tolist()]
        rows = np.array([self._row(*key) for key in named])
        timed = np.array([name in WITH_PERCENTILES for name, _ in named])
        lengths = np.diff(begins, append=len(codes))
        return np.repeat(rows[of], lengths), np.repeat(timed[of], lengths)

    def _row(self, measure: str, part: str) -> int:
        key = (measure, "" if measure in self._joined else part)
        return self._keys.setdefault(key, len(self._keys))

    def _groups_of(self, columns: FactColumns, chosen: Numbers) -> Any:
        """The column of each fact's group."""
        if self.by is None:
            return self._groups.setdefault(ALL, 0)
        if self.by != "agent":
            return self._named(columns.strings, columns.arrays[self.by][chosen])
        people = columns.arrays["staff_id"][chosen]
        return self._named(range(int(people.max()) + 1), people)

    def _named(self, names: Sequence[Any], places: Numbers) -> Numbers:
        present = np.flatnonzero(np.bincount(places))
        table = np.zeros(len(names), dtype=np.int64)
        table[present] = [self._groups.setdefault(str(names[place]), len(self._groups)) for place in present.tolist()]
        return table[places]

    def _cells(self, keys: Numbers, groups: Any) -> Numbers:
        """Where in the tables the sums are, which are made larger if need be."""
        height, width = self._number.shape
        if len(self._keys) > height or len(self._groups) > width:
            shape = tuple(_room(now, wanted) for now, wanted in ((height, len(self._keys)), (width, len(self._groups))))
            self._number, self._total, self._rows = (
                _grown(each, shape) for each in (self._number, self._total, self._rows)
            )
        found: Numbers = keys * self._number.shape[1] + groups
        return found

    def _rows_of(self, cells: Numbers, present: Numbers) -> Numbers:
        """The rows in the spreads; `present`: each of the cells once."""
        rows = self._rows.reshape(-1)
        fresh = present[rows[present] == 0]
        if len(fresh):
            rows[fresh] = self._spreads.new_rows(len(fresh))
        return rows[cells]


def _room(now: int, wanted: int) -> int:
    return now if wanted <= now else max(wanted, 2 * now)


def _grown(table: Numbers, shape: tuple[int, ...]) -> Numbers:
    found = np.zeros(shape, dtype=np.int64)
    found[: table.shape[0], : table.shape[1]] = table
    return found


def _placed_in(strings: dict[str, int], texts: Sequence[str]) -> Numbers:
    return np.array([strings.setdefault(text, len(strings)) for text in texts], dtype=np.int64)
