"""Adds facts up block by block; what it holds grows with the groups, measures and parts, not with the facts; pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from escalation.measures.catalogue import WITH_PERCENTILES
from escalation.measures.columns import FactColumns
from escalation.measures.histogram import Histogram, buckets_of
from escalation.measures.packed_arrays import Numbers, pack_arrays, unpack_arrays
from escalation.measures.sums import ALL, Dimension, Key, Mask, Sum

_WIDE = 1_200  # buckets, zero's among them: the highest holds centuries of seconds
_SHIFT = 20  # bits of a string's number in a key
_LOW = (1 << _SHIFT) - 1


class Adding:
    """Sums of facts by group, measure and part: of `by`'s values, or of all."""

    def __init__(self, by: Dimension | None) -> None:
        self.by = by
        self._strings: dict[str, int] = {}
        self._keys = self._places = _none()  # keys, sorted, and where the sums of each are
        self._number, self._total = _none(), _none()
        self._rows = _none()  # of each sum in the spreads; -1: it has none
        self._spreads = np.zeros((0, _WIDE), dtype=np.int32)  # how many in each bucket; it has rows to spare
        self._spread_rows = 0

    def add(self, columns: FactColumns, mask: Mask) -> None:
        """Add the facts that count."""
        if not mask.any():
            return
        values = columns.arrays["value"][mask]
        places = self._placed(self._keys_of(columns, mask))
        self._number += np.bincount(places, minlength=len(self._number))
        np.add.at(self._total, places, values)
        timed = [columns.place_of(name) for name in WITH_PERCENTILES]
        is_time = np.isin(columns.arrays["measure"][mask], timed)
        buckets = np.minimum(buckets_of(values[is_time]) + 1, _WIDE - 1)
        self._spread(places[is_time], buckets, 1)

    def add_packed(self, packed: bytes, measures: Collection[str] = ()) -> None:
        """Add sums that `packed` wrote; of some measures, or all."""
        strings, arrays = unpack_arrays(packed)
        ours = self._ours(strings)
        group, measure, part = (ours[arrays[name]] for name in ("group", "measure", "part"))
        places = self._placed(_key(group, measure, part))
        kept = np.isin(measure, [self._place(each) for each in measures]) if measures else np.ones(len(places), bool)
        np.add.at(self._number, places[kept], arrays["number"][kept])
        np.add.at(self._total, places[kept], arrays["total"][kept])
        spread = kept[arrays["of"]]
        self._spread(places[arrays["of"]][spread], arrays["bucket"][spread], arrays["count"][spread])

    def packed(self) -> bytes:
        """Return the sums as bytes."""
        order = self._places
        shifts = {"group": 2 * _SHIFT, "measure": _SHIFT, "part": 0}
        arrays = {name: (self._keys >> shift) & _LOW for name, shift in shifts.items()}
        of = np.flatnonzero(self._rows[order] >= 0)
        which, buckets = np.nonzero(self._spreads[self._rows[order][of]]) if len(of) else (_none(), _none())
        counts = self._spreads[self._rows[order][of][which], buckets] if len(of) else _none()
        sums = {"number": self._number[order], "total": self._total[order]}
        return pack_arrays(list(self._strings), arrays | sums | {"of": of[which], "bucket": buckets, "count": counts})

    def result(self) -> dict[str, dict[Key, Sum]]:
        """Return the sums of what was added, by group."""
        texts, found = list(self._strings), dict[str, dict[Key, Sum]]()
        for key, place in zip(self._keys.tolist(), self._places.tolist(), strict=True):
            if not self._number[place]:
                continue
            group, measure, part = (texts[each & _LOW] for each in (key >> 2 * _SHIFT, key >> _SHIFT, key))
            one = Sum(int(self._number[place]), int(self._total[place]), self._histogram(place))
            found.setdefault(group, {})[measure, part] = one
        return found

    def _histogram(self, place: int) -> Histogram:
        row = int(self._rows[place])
        if row < 0:
            return {}
        spread = self._spreads[row]
        filled = np.flatnonzero(spread)
        return dict(zip((filled - 1).tolist(), spread[filled].tolist(), strict=True))

    def _keys_of(self, columns: FactColumns, mask: Mask) -> Numbers:
        ours = self._ours(columns.strings)
        measure, part = (ours[columns.arrays[name][mask]] for name in ("measure", "part"))
        group: Any = self._place(ALL)
        if self.by == "agent":
            people, which = np.unique(columns.arrays["staff_id"][mask], return_inverse=True)
            group = self._ours([str(each) for each in people.tolist()])[which]
        elif self.by is not None:
            group = ours[columns.arrays[self.by][mask]]
        return _key(group, measure, part)

    def _ours(self, strings: Collection[str]) -> Numbers:
        return np.array([self._place(text) for text in strings], dtype=np.int64)

    def _place(self, text: str) -> int:
        return self._strings.setdefault(text, len(self._strings))

    def _placed(self, keys: Numbers) -> Numbers:
        """Where each key's sums are, with new ones at the end."""
        at = np.searchsorted(self._keys, keys)
        known = at < len(self._keys)
        known[known] = self._keys[at[known]] == keys[known]
        if not known.all():
            self._learn(np.unique(keys[~known]))
            at = np.searchsorted(self._keys, keys)
        return self._places[at]

    def _learn(self, keys: Numbers) -> None:
        every = np.concatenate([self._keys, keys])
        places = np.concatenate([self._places, np.arange(len(keys)) + len(self._number)])
        order = np.argsort(every, kind="stable")
        self._keys, self._places = every[order], places[order]
        more = np.zeros(len(keys), dtype=np.int64)
        self._number, self._total = np.concatenate([self._number, more]), np.concatenate([self._total, more])
        self._rows = np.concatenate([self._rows, more - 1])

    def _spread(self, places: Numbers, buckets: Numbers, counts: Any) -> None:
        fresh = np.unique(places[self._rows[places] < 0])
        if len(fresh):
            self._rows[fresh] = np.arange(len(fresh)) + self._spread_rows
            self._spread_rows += len(fresh)
            if self._spread_rows > len(self._spreads):
                grown = np.zeros((2 * self._spread_rows, _WIDE), dtype=np.int32)
                grown[: len(self._spreads)] = self._spreads
                self._spreads = grown
        np.add.at(self._spreads.reshape(-1), self._rows[places] * _WIDE + buckets, counts)


def _key(group: Any, measure: Numbers, part: Numbers) -> Numbers:
    found: Numbers = (group << 2 * _SHIFT) | (measure << _SHIFT) | part
    return found


def _none() -> Numbers:
    return np.zeros(0, dtype=np.int64)
