"""Lengths of text in UTF-16 code units, as messengers count them: characters beyond the basic plane are two."""

from __future__ import annotations

from itertools import accumulate


def units(text: str) -> int:
    """The length in code units; half of a surrogate pair is one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, most: int) -> int:
    """How many characters, from the first, have at most `most` units."""
    if len(text) * 2 <= most:
        return len(text)
    return sum(end <= most for end in accumulate(2 if character > "\uffff" else 1 for character in text))


def cut(text: str, most: int) -> str:
    """The text within `most` units; the last is an ellipsis where something was cut off."""
    return text if units(text) <= most else f"{text[: fitting(text, most - 1)].rstrip()}…"
