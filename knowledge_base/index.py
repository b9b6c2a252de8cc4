"""What a revision of the knowledge base becomes at load: frozen, prepared aside, cheap to swap whole."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from knowledge_base.articles import Article
from knowledge_base.text import FILLERS, normalise, phonetic_key, strip_fillers

LONGEST = 200  # characters of a normalised text that are compared; a question has been asked by then
ANSWER_SHARE = 0.5  # what a part of the answer says about an article, against a part of all its phrasings
PAIR_SHARE = 0.6  # what a pair of characters weighs against one character just as rare


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text ready to be compared: without fillers and spaces, and the parts of its writing and of its sound."""

    key: str
    sound: str
    parts: frozenset[str]
    sounds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrasing of an article, and the article's place in the index."""

    article: Article
    place: int
    phrasing: str
    prepared: Prepared
    written: float = 0.0  # the weight of all its parts together …
    spoken: float = 0.0  # … and of all its sounds


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part says; a part that no phrasing holds weighs as the rarest."""

    of: Mapping[str, float]
    unseen: float

    def sum(self, parts: Iterable[str]) -> float:
        """The weight of these parts together."""
        return sum(self.of.get(part) or self.unseen * _share(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Index:
    """One revision of the knowledge base, ready to be asked.

    `exact` and `postings` lead from a key or a part to entries, `profile` from a part to articles and how typical of
    each the part is.
    """

    revision: int
    fillers: tuple[str, ...]
    articles: tuple[Article, ...]
    entries: tuple[Entry, ...]
    keys: tuple[str, ...]
    sounds: tuple[str, ...]
    exact: Mapping[str, tuple[int, ...]]
    postings: Mapping[str, tuple[int, ...]]
    profile: Mapping[str, Mapping[int, float]]
    weights: Weights


def build(articles: Iterable[Article], *, revision: int = 0, fillers: Iterable[str] = FILLERS) -> Index:
    """Prepare these articles for matching; phrasings that are empty once normalised are left out."""
    articles, fillers = tuple(articles), tuple(fillers)
    entries = tuple(_entries(articles, fillers))
    weights = _weights(entries, len(articles))
    entries = tuple(_weighed(entry, weights) for entry in entries)
    return Index(
        revision=revision,
        fillers=fillers,
        articles=articles,
        entries=entries,
        keys=tuple(entry.prepared.key for entry in entries),
        sounds=tuple(entry.prepared.sound for entry in entries),
        exact=_places([entry.prepared.key] for entry in entries),
        postings=_places(entry.prepared.parts for entry in entries),
        profile=_profile(articles, entries),
        weights=weights,
    )


def prepare(text: str, fillers: Iterable[str]) -> Prepared:
    """What is compared of a text; the same for a message and for a phrasing."""
    plain = _plain(text, fillers)
    key = plain.replace(" ", "")
    sound = phonetic_key(key)
    return Prepared(key, sound, _parts(plain), _parts(sound))


def key_of(text: str, fillers: Iterable[str]) -> str:
    """Two texts with the same key are the same question; empty when there are no words."""
    return _plain(text, fillers).replace(" ", "")


def _plain(text: str, fillers: Iterable[str]) -> str:
    return strip_fillers(normalise(text), fillers)[:LONGEST].strip()


def _entries(articles: Sequence[Article], fillers: tuple[str, ...]) -> Iterable[Entry]:
    for place, article in enumerate(articles):
        for phrasing in article.phrasings:
            prepared = prepare(phrasing, fillers)
            if prepared.key:
                yield Entry(article, place, phrasing, prepared)


def _weighed(entry: Entry, weights: Weights) -> Entry:
    prepared = entry.prepared
    return replace(entry, written=weights.sum(prepared.parts), spoken=weights.sum(prepared.sounds))


def _parts(plain: str) -> frozenset[str]:
    """Each Han character, each whole Latin word or number, and each neighbouring pair of these."""
    units: list[str] = []
    inside = False
    for character in plain:
        word = character.isascii() and character != " "
        if word and inside:
            units[-1] += character
        elif character != " ":
            units.append(character)
        inside = word
    return frozenset(units).union(left + right for left, right in pairwise(units))


def _share(part: str) -> float:
    return PAIR_SHARE if len(part) > 1 and not part.isascii() else 1.0


def _weights(entries: Sequence[Entry], articles: int) -> Weights:
    """Rare parts weigh more. Counted by article: ten ways to ask one thing don't make its words common."""
    held = {(part, e.place) for e in entries for part in e.prepared.parts | e.prepared.sounds}
    counts = Counter(part for part, _ in held)
    weights = {part: _share(part) * math.log(1 + articles / count) for part, count in counts.items()}
    return Weights(MappingProxyType(weights), math.log(1 + articles))


def _profile(articles: Sequence[Article], entries: Sequence[Entry]) -> Mapping[str, Mapping[int, float]]:
    """Per part and article: the share of its phrasings that hold the part, and something more if its answer does."""
    profile: dict[str, dict[int, float]] = {}
    phrasings = Counter(entry.place for entry in entries)
    for place, count in phrasings.items():
        for part in _parts(_plain(articles[place].answer, ())):
            profile.setdefault(part, {})[place] = ANSWER_SHARE
        held = Counter(part for entry in entries if entry.place == place for part in entry.prepared.parts)
        for part, times in held.items():
            of_part = profile.setdefault(part, {})
            of_part[place] = min(1.0, of_part.get(place, 0.0) + times / count)
    return MappingProxyType(profile)


def _places(keyed: Iterable[Iterable[str]]) -> Mapping[str, tuple[int, ...]]:
    places: dict[str, list[int]] = {}
    for place, keys in enumerate(keyed):
        for key in keys:
            places.setdefault(key, []).append(place)
    return MappingProxyType({key: tuple(found) for key, found in places.items()})
