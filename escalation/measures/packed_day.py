"""The facts of a day as bytes, with everything that says which ticket each is of; pure."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from escalation.measures.columns import COLUMNS, FactColumns
from escalation.measures.packed_arrays import pack_arrays, unpack_arrays


def pack(columns: FactColumns) -> bytes:
    """Return the facts as bytes, in order of their measure and part, which compresses well."""
    order = np.lexsort((columns.arrays["at"], columns.arrays["part"], columns.arrays["measure"]))
    return pack_arrays(columns.strings, {name: columns.arrays[name][order] for name in COLUMNS})


def unpack(packed: bytes, wanted: Collection[str] = COLUMNS) -> FactColumns:
    """Return the wanted columns of a day; `value` is always among them."""
    return FactColumns(*unpack_arrays(packed, {*wanted, "value"}))
