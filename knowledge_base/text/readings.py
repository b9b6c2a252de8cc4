"""Characters with several readings: which there are, and which one a word takes; from pypinyin's dictionaries."""

from __future__ import annotations

import mmap
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.text.normalise import phonetic_key, sound_of, sounds_of, toneless

_PHRASE = re.compile(rb'"([^"]+)":\s*\[([^:]*?)\]\s*\]\s*[,}]')
_QUOTED = re.compile(r'"([^"]+)"')
_LIVING = 2  # words of the dictionary in which a character has a reading, from which the reading is in use
_SHORT = 3  # characters of a word whose pairs of neighbours tell that they are written rightly; a saying has others
_LAST = "\uffff"  # above every sound
_SPOKEN, _USUAL, _OTHER, _AGAINST = 1.0, 1.0, 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Readings:
    """How the company's characters are read.

    `sounds`: the sounds of a character that has several, the usual first. `spoken`: pairs of neighbours that stand in
    words of the dictionary, with the two sounds that they have there.
    """

    sounds: Mapping[str, str] = field(default_factory=dict)
    spoken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, character: str) -> str:
        """Return the sounds of a character."""
        return self.sounds.get(character) or phonetic_key(character)

    def weight(self, left: str, right: str) -> float:
        """Return how far a pair of neighbours speaks for the sounds they are read by, 0 to 1.

        Each is a character, or a character and one of its sounds.
        """
        known = self.spoken.get(left[0] + right[0])
        if known is not None:  # the dictionary errs (还款 hai, 薄膜 bao): what it does not say is possible
            says = any(left[1:] in ("", both[0]) and right[1:] in ("", both[1]) for both in known)
            return _SPOKEN if says else _AGAINST
        usual = all(one[1:] in ("", self.of(one[0])[0]) for one in (left, right))
        return _USUAL if usual else _OTHER


@lru_cache(maxsize=16_384)
def sounds_in_use(character: str) -> str:
    """Return the sounds of a character, the usual first; a sign that is no character has itself."""
    return _dictionary().sounds.get(character) or phonetic_key(character)


def pairs_in_words(pairs: Sequence[str]) -> frozenset[str]:
    """Return those of these pairs of neighbours that stand in short words of the dictionary."""
    known, asked = _dictionary().word_pairs, np.array(pairs, "U2")
    if not len(known) or not len(asked):
        return frozenset()
    places = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return frozenset(asked[known[places] == asked].tolist())


def learn_readings(characters: Iterable[str], pairs: Iterable[str]) -> Readings:
    """Return the readings of these characters, and of those of these pairs that stand in words."""
    dictionary = _dictionary()
    sounds = {one: dictionary.sounds[one] for one in characters if one in dictionary.sounds}
    asked = [pair for pair in pairs if pair[0] in sounds or pair[1] in sounds]
    return Readings(sounds, dictionary.spoken(asked))


@dataclass(frozen=True, slots=True)
class _Dictionary:
    """The characters of several readings, and pairs of neighbours in words followed by their sounds, sorted."""

    sounds: dict[str, str]
    spoken_pairs: NDArray[np.str_]
    word_pairs: NDArray[np.str_]

    def spoken(self, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Of the pairs asked for, those that stand in words."""
        begins = np.searchsorted(self.spoken_pairs, np.array(asked, "U4")).tolist()
        ends = np.searchsorted(self.spoken_pairs, np.array([f"{pair}{_LAST}" for pair in asked], "U4")).tolist()
        return {
            pair: tuple(found[2:] for found in self.spoken_pairs[begin:end].tolist())
            for pair, begin, end in zip(asked, begins, ends, strict=True)
            if begin < end
        }


@cache
def _dictionary() -> _Dictionary:
    """Read once, and of it only what is kept here: the dictionary as a dict takes 44 MB."""
    counts: Counter[str] = Counter()
    pairs: set[str] = set()
    ordinary: set[str] = set()
    for word, syllables in _words():
        if len(word) <= _SHORT:
            ordinary.update(left + right for left, right in pairwise(word))
        several = [len(sounds_of(one)) > 1 for one in word]
        sounds = "".join(map(_sound_of_toned, syllables)) if any(several) else ""
        if len(sounds) == len(word) == len(syllables):
            counts.update(one + sound for one, sound, many in zip(word, sounds, several, strict=True) if many)
            places = (at for at in range(len(word) - 1) if several[at] or several[at + 1])
            pairs.update(word[at : at + 2] + sounds[at : at + 2] for at in places)
    sounds_in_words = _living(counts)
    kept = sorted(pair for pair in pairs if pair[0] in sounds_in_words or pair[1] in sounds_in_words)
    return _Dictionary(sounds_in_words, np.array(kept, "U4"), np.array(sorted(ordinary), "U2"))


def _living(counts: Counter[str]) -> dict[str, str]:
    """Of each character with several readings in use their sounds, the usual first; `counts` by character and sound."""
    found = {}
    for character in {one[0] for one in counts}:
        sounds = sounds_of(character)
        if others := [sound for sound in sounds[1:] if counts[character + sound] >= _LIVING]:
            found[character] = sounds[0] + "".join(others)
    return found


def _words() -> Iterator[tuple[str, list[str]]]:
    """Every word of pypinyin's dictionary of words with its syllables; none where it keeps no such file."""
    spec = find_spec("pypinyin")
    file = Path(spec.origin).parent / "phrases_dict.json" if spec and spec.origin else Path()
    if not file.is_file():
        return
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as text:
        for match in _PHRASE.finditer(text):
            yield match[1].decode(), _QUOTED.findall(match[2].decode())


@cache
def _sound_of_toned(syllable: str) -> str:
    return sound_of(toneless(syllable))
