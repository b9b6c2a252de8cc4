"""Features of a text: units, pairs, pieces of words and syllables, each view counted apart; pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from knowledge_base.text.normalise import phonetic_key

Parts = tuple[Counter[str], ...]  # one Counter per view, in the order of `VIEWS`

VIEWS = ("units", "pairs", "pieces", "sounds")

_UNIT = re.compile(r"[^\W_\u2e80-\U000323af]+|[^\s]")  # a Latin word or number whole, every other character alone
_RUN = re.compile(r"[^\W_\u2e80-\U000323af]+|[\u2e80-\U000323af]+")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_PIECES = (3, 4, 5)  # characters of a Latin word, its two ends marked


def units_of(plain: str) -> list[str]:
    """Return each Han character and each whole Latin word or number of a normalised text."""
    return _UNIT.findall(plain)


def parts_of(plain: str) -> Parts:
    """Return the feature counts of a normalised text, one Counter per view in the order of `VIEWS`.

    `units`; `pairs` of neighbours and of units one or two apart; `pieces`: three Han characters, or three to five
    letters of a word; `sounds`: syllables that sound alike, and pairs of them. Each feature is prefixed with the letter
    of its view, so that all views share one vocabulary.
    """
    units = units_of(plain)
    pairs = [f"b{left}\t{right}" for left, right in pairwise(units)]
    for apart in (2, 3):
        pairs += [f"s{left}\t{right}" for left, right in zip(units, units[apart:], strict=False)]
    sounds = [_sound(unit) for unit in units if _HAN.match(unit)]
    heard = [f"p{sound}" for sound in sounds]
    heard += [f"p{left}{right}" for left, right in pairwise(sounds)]
    return Counter(f"u{unit}" for unit in units), Counter(pairs), Counter(_pieces(plain)), Counter(heard)


def words_of(parts: Parts) -> list[str]:
    """Return the features that are units or pairs of neighbours, each once."""
    return [*parts[0], *filter(is_word, parts[1])]


def words_in(plain: str) -> set[str]:
    """Return the same features of a normalised text."""
    units = units_of(plain)
    return {f"u{unit}" for unit in units} | {f"b{left}\t{right}" for left, right in pairwise(units)}


def is_word(feature: str) -> bool:
    """Return whether a feature is a unit or a pair of neighbours."""
    return feature[0] in "ub"


def _pieces(plain: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(plain):
        if run[0] >= "\u2e80":
            found += [f"h{run[at : at + 3]}" for at in range(len(run) - 2)]
        else:
            word = f"<{run}>"
            found += [f"w{word[at : at + size]}" for size in _PIECES for at in range(len(word) - size + 1)]
    return found


@lru_cache(maxsize=16_384)
def _sound(character: str) -> str:
    return phonetic_key(character)
