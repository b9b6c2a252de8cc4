"""Text lengths in UTF-16 code units, as messengers count: characters beyond the basic plane are two."""

from __future__ import annotations

from itertools import accumulate


def units(text: str) -> int:
    """Return the length in code units; half of a surrogate pair is one."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, most: int) -> int:
    """Return how many leading characters fit into `most` units."""
    if len(text) * 2 <= most:
        return len(text)
    return sum(end <= most for end in accumulate(2 if character > "\uffff" else 1 for character in text))


def cut(text: str, most: int) -> str:
    """Return the text within `most` units, with an ellipsis if it was cut."""
    return text if units(text) <= most else f"{text[: fitting(text, most - 1)].rstrip()}…"
