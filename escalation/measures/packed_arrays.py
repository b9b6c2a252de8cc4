"""Arrays of numbers and the strings they name as bytes, each by itself, so that a reader opens only some; pure."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
_LEVEL = 6
_KINDS = ("u1", "u2", "u4", "i8")  # the narrowest that holds all numbers of an array
_HEAD = 4  # bytes that say how long the head is


def pack_arrays(strings: Sequence[str], arrays: Mapping[str, Numbers]) -> bytes:
    """Return strings and named arrays as bytes."""
    bodies: list[bytes] = []
    head: dict[str, Any] = {"strings": list(strings), "arrays": {}}
    for name, numbers in arrays.items():
        kind, body = _packed(numbers)
        head["arrays"][name] = (kind, len(body))
        bodies.append(body)
    written = zlib.compress(json.dumps(head, ensure_ascii=False).encode(), _LEVEL)
    return b"".join((len(written).to_bytes(_HEAD, "big"), written, *bodies))


def unpack_arrays(packed: bytes, wanted: Collection[str] | None = None) -> tuple[list[str], dict[str, Numbers]]:
    """Return the strings and the wanted arrays; None: all of them."""
    begins = _HEAD + int.from_bytes(packed[:_HEAD], "big")
    head = json.loads(zlib.decompress(packed[_HEAD:begins]))
    arrays = {}
    for name, (kind, length) in head["arrays"].items():
        if wanted is None or name in wanted:
            body = zlib.decompress(packed[begins : begins + length])
            arrays[name] = np.frombuffer(body, dtype=f"<{kind}").astype(np.int64)
        begins += length
    return head["strings"], arrays


def _packed(numbers: Numbers) -> tuple[str, bytes]:
    lowest, highest = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    fits = (kind for kind in _KINDS if lowest >= np.iinfo(kind).min and highest <= np.iinfo(kind).max)
    kind = next(fits)
    return kind, zlib.compress(numbers.astype(f"<{kind}").tobytes(), _LEVEL)
