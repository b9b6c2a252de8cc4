"""Cuts a turn into clauses, and a long clause without marks into overlapping windows; pure."""

from __future__ import annotations

import math
import re

_HAN = "\u3400-\u9fff"
# A conjunction that begins another thought; what stands before it must be more than a single character.
_CONJUNCTION = (
    "但是|可是|不过|然后|(?<![要会會需得不])另外|顺便|对了|算了|所以|"
    "再问下|再问一下|还想问|还有个|还有就是|and then|by the way|but"
)
_CUT = re.compile(
    r"[，。！？；、!?;…~～\n]+|,+(?!\d)"
    r"|(?<!\d)\.+(?=\s|$)"
    rf"|(?<=[{_HAN}])\s+(?=[{_HAN}])"
    rf"|(?<=[{_HAN}a-z]{{2}})\s*(?={_CONJUNCTION})"
)
_WINDOW = 10  # characters: about one act with its object
_LONG = 18  # characters of a clause that may hold several thoughts without a mark, as voice typing writes them
_MOST_CLAUSES = 300
_MOST_WINDOWS = 6
LONGEST = 200  # characters of a clause; a longer one is cut into several


def clauses_of(text: str) -> tuple[str, ...]:
    """Return the clauses of a text in order; of very many, neighbours together."""
    parts = [part.strip() for part in _CUT.split(text) if part and part.strip()]
    found = [part[at : at + LONGEST] for part in parts for at in range(0, len(part), LONGEST)]
    together = -(-len(found) // _MOST_CLAUSES)
    return tuple(" ".join(found[at : at + together]) for at in range(0, len(found), together or 1))


def windows_of(clause: str) -> tuple[str, ...]:
    """Return overlapping windows that cover a long clause; empty for a short one or one in Latin letters."""
    if len(clause) <= _LONG or not re.search(f"[{_HAN}]", clause):
        return ()
    width = max(_WINDOW, 2 * len(clause) // (_MOST_WINDOWS + 1))
    rest = len(clause) - width
    steps = min(_MOST_WINDOWS - 1, math.ceil(rest / (width // 2)))
    return tuple(clause[at : at + width] for at in (round(step * rest / steps) for step in range(steps + 1)))
