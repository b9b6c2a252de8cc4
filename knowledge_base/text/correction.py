"""Corrects errors of input methods, homophones and typed pinyin, by the company's vocabulary; pure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from knowledge_base.text.normalise import phonetic_key, sound_of

_HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_SPACE_AT_HAN = re.compile(rf"(?<={_HAN.pattern}) | (?={_HAN.pattern})")
_LETTERS = re.compile(r"[a-zü]+")
_SYLLABLE = 6  # letters of the longest: zhuang, shuang, chuang
_READINGS = 8  # ways to write a syllable that are tried, the company's commonest first
_STATES = 24
# What a reading is worth. A pair of neighbours the company writes speaks for it; changing what was typed needs more
# than one such pair, unless the character typed is one the company never writes.
_PAIR, _SAME, _CHANGED, _FOREIGN, _SWAPPED = 1.0, 0.0, -1.3, -0.45, -1.3
_FIRST_SYLLABLE, _SYLLABLE_MORE, _LETTERS_STAY = -0.7, -0.1, -0.6  # of a run of letters, or the whole run as it is
_FOREIGN_SHARE = 0.25  # letters that spell no syllables, from which a text without Han characters is no pinyin
_BEGIN, _END = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The company's vocabulary: its characters by sound, its pairs of neighbours, its Latin words."""

    by_sound: dict[str, tuple[str, ...]]
    characters: frozenset[str]
    pairs: frozenset[str]
    words: frozenset[str]


def learn_vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Return the vocabulary of these normalised texts."""
    counts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    words: set[str] = set()
    for text in texts:
        han = ["" if not _HAN.match(one) else one for one in text]
        counts.update(one for one in han if one)
        edged = [_BEGIN, *han, _END]
        pairs.update(left + right for left, right in pairwise(edged) if left and right)
        words.update(_LETTERS.findall(text))
    sounds: dict[str, list[str]] = defaultdict(list)
    for character, _ in counts.most_common():
        sounds[phonetic_key(character)].append(character)
    by_sound = {sound: tuple(found[:_READINGS]) for sound, found in sounds.items()}
    return Vocabulary(by_sound, frozenset(counts), frozenset(pairs), frozenset(words))


def correct(plain: str, writing: Vocabulary) -> str:
    """Return a normalised text with homophones and pinyin corrected where the vocabulary supports it.

    The best reading by pairs of neighbours (Viterbi 1967) over the characters as typed, characters of the vocabulary
    that sound alike, and syllables found in runs of letters.
    """
    if not writing.pairs or _is_familiar(plain, writing):
        return plain
    runs = _pinyin_runs(plain, writing)
    ends = {at: end for start, end in runs.items() for at in range(start, end)}
    # Per place reached: the last character → (worth, text so far).
    reached: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(plain) + 1)]
    reached[0][_BEGIN] = (0.0, "")
    for at in range(len(plain)):
        if plain[at] == " " and at - 1 in ends and at + 1 in ends:  # pinyin is often typed with spaces
            reached[at + 1] = {last: (total, text + " ") for last, (total, text) in reached[at].items()}
            continue
        states = sorted(reached[at].items(), key=lambda state: -state[1][0])[:_STATES]
        for width, written, worth in _readings(plain, at, runs.get(at, 0), ends.get(at, 0), writing) if states else ():
            _step(reached[at + width], states, written, worth, writing)
        reached[at] = {}
    total = {last: worth + _pair(last, _END, writing) for last, (worth, _) in reached[-1].items()}
    return _SPACE_AT_HAN.sub("", reached[-1][max(total, key=lambda last: total[last])][1])


def _pinyin_runs(plain: str, writing: Vocabulary) -> dict[int, int]:
    """Where runs of letters that may be pinyin begin and end: none in a sentence that is English."""
    unknown = [match for match in _LETTERS.finditer(plain) if match[0] not in writing.words]
    if _HAN.search(plain):  # letters before a digit are a model: ji200
        unknown = [match for match in unknown if not plain[match.end() : match.end() + 1].isdecimal()]
    else:
        foreign = sum(len(match[0]) for match in unknown if not _is_spelled(match[0]))
        unknown = unknown if foreign <= _FOREIGN_SHARE * len(plain) else []
    return {match.start(): match.end() for match in unknown}


@lru_cache(maxsize=4_096)
def _is_spelled(letters: str) -> bool:
    """Whether letters can be read as syllables from end to end."""
    reached = {0}
    for at in range(len(letters)):
        if at in reached:
            widths = range(1, _SYLLABLE + 1)
            reached |= {at + width for width in widths if _sound_of_syllable(letters[at : at + width])}
    return len(letters) in reached


def _step(
    there: dict[str, tuple[float, str]],
    states: list[tuple[str, tuple[float, str]]],
    written: str,
    worth: float,
    writing: Vocabulary,
) -> None:
    first, end, pairs = written[0], written[-1], writing.pairs
    best = there[end][0] if end in there else -math.inf
    for last, (total, text) in states:
        gained = total + worth + (_PAIR if last + first in pairs else 0.0)
        if gained > best:
            best, there[end] = gained, (gained, text + written)


def _pair(left: str, right: str, writing: Vocabulary) -> float:
    return _PAIR if left + right in writing.pairs else 0.0


def _is_familiar(plain: str, writing: Vocabulary) -> bool:
    """Every character beside a neighbour it is known with: nothing to restore."""
    if any(match[0] not in writing.words for match in _LETTERS.finditer(plain)):
        return False
    edged = f"{_BEGIN}{plain}{_END}"
    known = [edged[at : at + 2] in writing.pairs for at in range(len(plain) + 1)]
    return all(before or after for before, after in pairwise(known))


def _readings(plain: str, at: int, run_end: int, letters_end: int, writing: Vocabulary) -> list[tuple[int, str, float]]:
    """(characters read, how they may be written, what that is worth)."""
    one = plain[at]
    if letters_end:
        found = [(run_end - at, plain[at:run_end], _LETTERS_STAY)] if run_end else []
        worth = _FIRST_SYLLABLE if run_end else _SYLLABLE_MORE
        for width in range(1, min(_SYLLABLE, letters_end - at) + 1):
            sound = _sound_of_syllable(plain[at : at + width])
            found += [(width, written, worth) for written in writing.by_sound.get(sound, ())] if sound else []
        return found
    if not _HAN.match(one):
        return [(1, one, _SAME)]
    as_typed = _SAME if one in writing.characters else _FOREIGN
    alike = writing.by_sound.get(_sound(one), ())
    found = [(1, one, as_typed), *((1, written, _CHANGED) for written in alike if written != one)]
    swapped = plain[at + 1 : at + 2] + one
    if len(swapped) == 2 and swapped in writing.pairs:
        found.append((2, swapped, _SWAPPED + _PAIR))
    return found


@lru_cache(maxsize=16_384)
def _sound(character: str) -> str:
    return phonetic_key(character)


@lru_cache(maxsize=4_096)
def _sound_of_syllable(letters: str) -> str:
    """Empty when these letters spell no syllable."""
    sound = sound_of(letters.replace("v", "ü"))  # as everybody types it: nv, lv
    return sound if len(sound) == 1 and sound > "\ue000" else ""
