"""What staff write of a customer's matter is read for dangers as the customer's own words are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bot.dialogue.understanding import LONGEST, understand
from bot.rules import Rules
from knowledge_base.acts.going_on import when_going_on

Danger = Literal["heard", "doubted", ""]
_OVERLAP = 50  # characters that two parts of a long text share, so that no word is cut in both


def danger_in(rules: Rules, texts: Iterable[str], *, goes_on: bool) -> Danger:
    """Return whether a danger is heard in these texts, or only doubted; each is read to its end.

    `goes_on`: a matter is known already, of which most that is written are details.
    """
    readings = [understand(rules, part) for text in texts for part in _parts(text)]
    if goes_on:
        readings = [when_going_on(reading) for reading in readings]
    if any("danger" in reading.heard for reading in readings):
        return "heard"
    return "doubted" if any("danger" in reading.doubted for reading in readings) else ""


def _parts(text: str) -> Iterator[str]:
    for begin in range(0, max(len(text) - _OVERLAP, 1), LONGEST - _OVERLAP):
        if part := text[begin : begin + LONGEST].strip():
            yield part
