"""A sheet's part without the rows that hold nothing: there may be a million, each as dear to parse as any other."""

from __future__ import annotations

import re
from typing import IO

_PIECE = 1 << 20  # bytes
_LONGEST_ROW = 16 << 20  # bytes; a longer one is passed on unseen
_OPENS = re.compile(rb"<(?:\w+:)?row\b")
_CELL = rb"<(?:\w+:)?c\b[^<>]*(?:/>|>\s*</(?:\w+:)?c>)"
_ROW = rb"<(?:\w+:)?row\b(?=[^<>]* r=\"[0-9]+\")[^<>]*"  # one that says its number, on which those below may rely
_EMPTY = re.compile(rb"(?:" + _ROW + rb"(?:/>|>(?:\s*" + _CELL + rb")*\s*</(?:\w+:)?row>)\s*)+")


class WithoutEmptyRows:
    """Reads a part; rows without a value, however formatted, are left out. The others keep their numbers."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part, self._held = part, b""

    def read(self, _size: int = -1) -> bytes:
        """Return a further piece of the part; of any length, empty only at its end."""
        while piece := self._part.read(_PIECE):
            self._held += piece
            begins = self._held.rfind(b"row ")
            cut = self._held.rfind(b"<", 0, begins) if begins > 0 else -1
            if cut <= 0 or not _OPENS.match(self._held, cut):
                if len(self._held) < _LONGEST_ROW:
                    continue
                cut = len(self._held)
            ready, self._held = self._held[:cut], self._held[cut:]
            if kept := _EMPTY.sub(b"", ready):
                return kept
        ready, self._held = self._held, b""
        return _EMPTY.sub(b"", ready)
