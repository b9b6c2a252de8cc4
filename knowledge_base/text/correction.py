"""Corrects errors of input methods, homophones and typed pinyin, by the company's vocabulary; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from knowledge_base.text.models import outside_models, spell_models
from knowledge_base.text.normalise import is_sound, sound_of, syllables_of
from knowledge_base.text.readings import pairs_in_words, sounds_in_use
from knowledge_base.text.vocabulary import BEGIN, END, HAN, LETTERS, Vocabulary

_SPACE_AT_HAN = re.compile(rf"(?<={HAN.pattern}) | (?={HAN.pattern})")
_SYLLABLE = 6  # letters of the longest: zhuang, shuang, chuang
_STATES = 8
# What a way to write is worth. A pair of neighbours the company writes speaks for it, by about 1; changing what was
# typed needs more than one such pair, unless the character typed is one the company never writes.
_SAME, _CHANGED, _FOREIGN, _SWAPPED = 0.0, -1.4, -0.8, -1.7
_FIRST_SYLLABLE, _SYLLABLE_MORE, _LETTERS_STAY = -0.7, -0.5, -0.6  # of a run of letters, or the whole run as it is
_SYLLABLES_STAY = -2.0  # of syllables, in a text that is pinyin as a whole or where nothing sounds like them
_INNER_VOWEL = -1.0  # a syllable that begins inside a run with a vowel: xiang is hardly xi ang
_CONFUSED, _CONFUSED_HAN = -0.8, -0.7  # a sound that is only confused with the one typed: zh and z, ing and in
_THREE = 0.3  # what a third neighbour adds
_ORDINARY = 1.4  # a pair of neighbours as typed that the company never writes but the dictionary does
_MOST = 2.5 + _THREE  # what one step may gain
_FOREIGN_SHARE = 0.25  # letters that spell no syllables, from which a text without Han characters is no pinyin

# Where the text so far ends, with its sound if one is chosen, and without; what is worth; its end; the text.
_State = tuple[str, str, float, str, str]


class _Way(NamedTuple):
    """A way to write the next `width` characters; a character of several readings is followed by its sound."""

    width: int
    text: str
    worth: float
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """A text as it was typed.

    `fits`: per character whether it is written beside both neighbours by the company or the
    dictionary; it then stays. `runs`:
    where runs of letters that may be pinyin begin and end; `ends`: per place in one its end. `ordinary`: pairs of
    neighbours that the dictionary knows. `is_pinyin`: no Han characters.
    """

    plain: str
    fits: list[bool]
    runs: dict[int, int]
    ends: dict[int, int]
    ordinary: frozenset[str]
    is_pinyin: bool


def correct(plain: str, writing: Vocabulary) -> str:
    """Return a normalised text with homophones and pinyin corrected where the vocabulary supports it.

    The best reading by pairs of neighbours (Viterbi 1967) over the characters as typed, characters of the vocabulary
    that sound alike, and syllables found in runs of letters. Models are written in one word, as `spell_models` does.
    """
    plain = spell_models(plain, writing.models)
    known = _known(plain, writing)
    if not writing.pairs or _is_familiar(plain, known, writing):
        return plain
    typed = _typed(plain, known, writing)
    # Per place reached: the last character → (worth, text so far).
    reached: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(plain) + 1)]
    reached[0][BEGIN] = (0.0, "")
    for at in range(len(plain)):
        if plain[at] == " " and at - 1 in typed.ends and at + 1 in typed.ends:  # pinyin is often typed with spaces
            reached[at + 1] = {last: (total, text + " ") for last, (total, text) in reached[at].items()}
            continue
        states = _best_of(reached[at])
        for way in _ways(typed, at, writing) if states else ():
            _step(reached[at + way.width], states, way, writing, typed.ordinary)
        reached[at] = {}
    total = {last: worth + writing.worth(last, END) for last, (worth, _) in reached[-1].items()}
    return _SPACE_AT_HAN.sub("", reached[-1][max(total, key=lambda last: total[last])][1])


def _typed(plain: str, known: list[bool], writing: Vocabulary) -> _Typed:
    runs = _pinyin_runs(plain, writing)
    ends = {at: end for start, end in runs.items() for at in range(start, end)}
    unknown = [f"{BEGIN}{plain}{END}"[at : at + 2] for at, fits in enumerate(known) if not fits]
    ordinary = pairs_in_words(unknown)
    written = [fits or plain[max(0, at - 1) : at + 1] in ordinary for at, fits in enumerate(known)]
    fits = [before and after for before, after in pairwise(written)]
    return _Typed(plain, fits, runs, ends, ordinary, not HAN.search(plain))


def _pinyin_runs(plain: str, writing: Vocabulary) -> dict[int, int]:
    """Where runs of letters that may be pinyin begin and end: none in a sentence that is English."""
    unknown = [match for match in LETTERS.finditer(plain) if match[0] not in writing.words]
    places = [outside_models(plain, *match.span(), writing.models) for match in unknown]
    if HAN.search(plain):  # letters before a digit are a model, known or not: ji200
        places = [(start, end) for start, end in places if not plain[end : end + 1].isdecimal()]
    else:
        foreign = sum(end - start for start, end in places if not _is_spelled(plain[start:end]))
        places = places if foreign <= _FOREIGN_SHARE * len(plain) else []
    return {start: end for start, end in places if start < end}


@lru_cache(maxsize=4_096)
def _is_spelled(letters: str) -> bool:
    """Whether letters can be read as syllables from end to end."""
    reached = {0}
    for at in range(len(letters)):
        if at in reached:
            widths = range(1, _SYLLABLE + 1)
            reached |= {at + width for width in widths if _sound_of_syllable(_syllable(letters[at : at + width]))}
    return len(letters) in reached


def _best_of(there: dict[str, tuple[float, str]]) -> list[_State]:
    best = sorted(there.items(), key=lambda one: -one[1][0])[:_STATES]
    return [(last, last[0], total, text[-2:] if len(text) > 1 else BEGIN + text, text) for last, (total, text) in best]


def _step(
    there: dict[str, tuple[float, str]], states: list[_State], way: _Way, writing: Vocabulary, ordinary: frozenset[str]
) -> None:
    pairs, first, sounded = writing.pairs, way.first[0], len(way.first) > 1
    best, before = there[way.last][0] - way.worth if way.last in there else -math.inf, None
    for last, character, total, end, text in states:  # the best first; this loop is most of the time that is taken
        if total + _MOST <= best:
            break
        pair, gained = character + first, total
        if pair in pairs:
            gained += writing.worth(last, way.first) if sounded or len(last) > 1 else pairs[pair]
            if end + first in writing.threes:
                gained += _THREE
        elif pair in ordinary:
            gained += _ORDINARY
        if gained > best:
            best, before = gained, text
    if before is not None:
        there[way.last] = (best + way.worth, before + way.text)


def _known(plain: str, writing: Vocabulary) -> list[bool]:
    """Per pair of neighbours, the ends among them, whether the company writes it."""
    edged = f"{BEGIN}{plain}{END}"
    return [edged[at : at + 2] in writing.pairs for at in range(len(plain) + 1)]


def _is_familiar(plain: str, known: list[bool], writing: Vocabulary) -> bool:
    """Every character beside a neighbour it is known with: nothing to restore."""
    if any(match[0] not in writing.words for match in LETTERS.finditer(plain)):
        return False
    return all(before or after for before, after in pairwise(known))


def _ways(typed: _Typed, at: int, writing: Vocabulary) -> list[_Way]:
    one = typed.plain[at]
    if at in typed.ends:
        return [*_run_as_it_is(typed, at), *_syllable_ways(typed, at, writing)]
    if typed.fits[at] or not HAN.match(one):
        return [_Way(1, one, _SAME, one, one)]
    found = [_Way(1, one, _SAME if one in writing.characters else _FOREIGN, one, one), *_homophones(one, writing)]
    swapped = typed.plain[at + 1 : at + 2] + one
    if len(swapped) == 2 and swapped in writing.pairs:
        found.append(_Way(2, swapped, _SWAPPED + writing.pairs[swapped], swapped[0], swapped[1]))
    return found


def _run_as_it_is(typed: _Typed, at: int) -> list[_Way]:
    if at not in typed.runs:
        return []
    run = typed.plain[at : typed.runs[at]]
    worth = _SYLLABLES_STAY if typed.is_pinyin and _is_spelled(run) else _LETTERS_STAY
    return [_Way(len(run), run, worth, run[0], run[-1])]


def _syllable_ways(typed: _Typed, at: int, writing: Vocabulary) -> Iterator[_Way]:
    worth = _FIRST_SYLLABLE if at in typed.runs else _SYLLABLE_MORE
    if at not in typed.runs and typed.plain[at] in "aeo":
        worth += _INNER_VOWEL
    for width in range(1, min(_SYLLABLE, typed.ends[at] - at) + 1):
        letters = typed.plain[at : at + width]
        syllable = _syllable(letters)
        sound = _sound_of_syllable(syllable)
        ways = writing.by_sound.get(sound, ()) if sound else ()
        for way in ways:
            confused = 0.0 if syllable in syllables_of(way[0]) else _CONFUSED
            yield _Way(width, way[0], worth + confused, way, way)
        if sound and not ways:
            yield _Way(width, letters, worth + _SYLLABLES_STAY, letters[0], letters[-1])


def _homophones(one: str, writing: Vocabulary) -> Iterator[_Way]:
    for sound in sounds_in_use(one):
        yield from _homophones_among(one, writing.by_sound.get(sound, ()))


@lru_cache(maxsize=1_024)
def _homophones_among(one: str, alike: tuple[str, ...]) -> tuple[_Way, ...]:
    own = frozenset(syllables_of(one))
    exact = {way: not own.isdisjoint(syllables_of(way[0])) for way in alike if way[0] != one}
    return tuple(_Way(1, way[0], _CHANGED + (0.0 if exact[way] else _CONFUSED_HAN), way, way) for way in exact)


def _syllable(letters: str) -> str:
    return letters.replace("v", "ü")  # as everybody types it: nv, lv


@lru_cache(maxsize=4_096)
def _sound_of_syllable(syllable: str) -> str:
    """Empty for what is no syllable."""
    sound = sound_of(syllable)
    return sound if is_sound(sound) else ""
