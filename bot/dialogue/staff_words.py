"""What staff write of a customer's matter is read for dangers as the customer's own words are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bot.dialogue.understanding import LONGEST, understand
from bot.rules import Rules
from knowledge_base.acts.going_on import when_going_on
from knowledge_base.acts.reading import Reading

Danger = Literal["heard", "doubted", ""]
_OVERLAP = 50  # characters that two parts of a long text share, so that no word is cut in both


def danger_in(rules: Rules, texts: Iterable[str], *, goes_on: bool, clearly: bool = False) -> Danger:
    """Return whether a danger is heard in these texts, or only doubted; each is read to its end.

    `goes_on`: a matter is known already, of which most that is written are details. `clearly`: what only the policy's
    words make a danger, and nothing that was learned, is doubted.
    """
    parts = [part for text in texts for part in _parts(text)]
    readings = [_read(rules, part, goes_on=goes_on) for part in parts]
    heard = [part for part, reading in zip(parts, readings, strict=True) if "danger" in reading.heard]
    # Where nothing was learned only the policy's words tell of a danger.
    if clearly and rules.acts.head is not None:
        sure = any("danger" in _read(rules, part, goes_on=goes_on, listed=False).heard for part in heard)
        return "heard" if sure else "doubted" if heard or _doubts(readings) else ""
    return "heard" if heard else "doubted" if _doubts(readings) else ""


def _read(rules: Rules, part: str, *, goes_on: bool, listed: bool = True) -> Reading:
    reading = understand(rules, part, listed=listed)
    return when_going_on(reading) if goes_on else reading


def _doubts(readings: Iterable[Reading]) -> bool:
    return any("danger" in reading.doubted for reading in readings)


def _parts(text: str) -> Iterator[str]:
    for begin in range(0, max(len(text) - _OVERLAP, 1), LONGEST - _OVERLAP):
        if part := text[begin : begin + LONGEST].strip():
            yield part
