"""The company's vocabulary, from which errors of writing are corrected; pure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge_base.text.models import learn_models
from knowledge_base.text.normalise import phonetic_key
from knowledge_base.text.readings import Readings, learn_readings, pairs_in_words

HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
LETTERS = re.compile(r"[a-zü]+")
BEGIN, END = "\x02", "\x03"
_HOMOPHONES = 16  # ways to write a syllable that are tried, the company's commonest first
_EDGE, _WORD = 0.5, 1.4  # what the ends of texts are worth, and neighbours in a word, where others count 1
_FREQUENT = 0.1  # what a pair of neighbours gains by each time that its frequency is e times as high
_RARE_READING = 0.1  # how often a character is meant by a reading that is not its usual one, where no word tells


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The company's characters by sound, its pairs of neighbours with what they are worth, threes, Latin words, models.

    `by_sound`: a character of several readings is followed by the sound it is found by.
    """

    by_sound: Mapping[str, tuple[str, ...]]
    characters: frozenset[str]
    pairs: Mapping[str, float]
    threes: frozenset[str]
    words: frozenset[str]
    readings: Readings = field(default_factory=Readings)
    models: Mapping[str, str] = field(default_factory=dict)

    def worth(self, left: str, right: str) -> float:
        """Return what two neighbours are worth, each a character or one with its sound; 0 for unknown ones."""
        found = self.pairs.get(left[0] + right[0], 0.0)
        return found * self.readings.weight(left, right) if found and len(left) + len(right) > 2 else found


def learn_vocabulary(texts: Iterable[str], names: Iterable[str] = ()) -> Vocabulary:
    """Return the vocabulary of these normalised texts; of `names`, also normalised, only Latin words and models."""
    counts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    threes: set[str] = set()
    words: set[str] = set()
    texts, names = list(texts), list(names)
    for text in texts:
        han = ["" if not HAN.match(one) else one for one in text]
        counts.update(one for one in han if one)
        edged = [BEGIN, *han, END]
        pairs.update(left + right for left, right in pairwise(edged) if left and right)
        threes.update(a + b + c for a, b, c in zip(edged, edged[1:], edged[2:], strict=False) if a and b and c)
        words.update(LETTERS.findall(text))
    words.update(word for name in names for word in LETTERS.findall(name))
    readings = learn_readings(counts, pairs)
    return Vocabulary(
        by_sound=_by_sound(counts, readings),
        characters=frozenset(counts),
        pairs=_worths(pairs),
        threes=frozenset(threes),
        words=frozenset(words),
        readings=readings,
        models=learn_models([*texts, *names]),
    )


def _worths(pairs: Counter[str]) -> dict[str, float]:
    words = pairs_in_words([*pairs])
    return {
        pair: (_EDGE if pair[0] == BEGIN or pair[1] == END else _WORD if pair in words else 1.0)
        + _FREQUENT * math.log(count)
        for pair, count in pairs.items()
    }


def _by_sound(counts: Counter[str], readings: Readings) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for character, count in counts.items():
        sounds = readings.sounds.get(character)
        if sounds is None:
            found[phonetic_key(character)].append((count, character))
            continue
        for place, sound in enumerate(sounds):
            found[sound].append((count * _RARE_READING if place else count, character + sound))
    return {
        sound: tuple(written for _, written in sorted(some, key=lambda one: -one[0])[:_HOMOPHONES])
        for sound, some in found.items()
    }
