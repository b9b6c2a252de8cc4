"""Remove invisible and deceptive characters from texts from outside."""

from __future__ import annotations

import re
import unicodedata

_KEPT = "\n\t"
_JOINER = "\u200d"
# What makes one emoji of several characters: a joiner, and the letters that make a region's flag of a black one.
_TOGETHER = re.compile(f"(\U0001f3f4[\U000e0030-\U000e007a]{{1,6}}\U000e007f|{_JOINER})")
_SYMBOLS = ("So", "Sk", "Sm", "Me")


def clean(text: str) -> str:
    """Return the text trimmed and without control characters, bidirectional overrides, zero-width marks, surrogates.

    What holds an emoji of several characters together stays.
    """
    parts = _TOGETHER.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(part if _holds_emoji(parts, at) else _visible(part) for at, part in enumerate(parts)).strip()


def _visible(text: str) -> str:
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))


def _holds_emoji(parts: list[str], at: int) -> bool:
    """Whether a part, every second of which `_TOGETHER` found, is a flag, or a joiner between two symbols."""
    if at % 2 == 0:
        return False
    return parts[at] != _JOINER or (_is_symbol(parts[at - 1][-1:]) and _is_symbol(parts[at + 1][:1]))


def _is_symbol(char: str) -> bool:
    return char == "\ufe0f" or (bool(char) and unicodedata.category(char) in _SYMBOLS)
