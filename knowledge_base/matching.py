"""rank(question, index) → candidates, best first, each with how sure we are; its inside may be replaced whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process

from knowledge_base.articles import Article
from knowledge_base.index import Index, Prepared, Weights, prepare

_READ = 2000  # characters of a message that are looked at: normalising shrinks text, so more than is compared
_SHORTLIST = 60
_HOMOPHONE = 0.9  # what the same sound is worth against the same writing
_DOUBT = 2.0  # weights of the rarest part held against every comparison: little text is little evidence
_BARE_WORD = (
    0.8  # "退货" alone asks nothing yet; sure as we may be of the topic, a suggestion suits it better than an answer
)
_INSIDE = 0.9  # what a phrasing found within a longer story is worth against the phrasing alone
_LEAST = 0.05  # below it a candidate is noise


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article that may answer a message, by its phrasing that came closest."""

    article: Article
    phrasing: str
    confidence: float
    exact: bool


def rank(
    text: str, index: Index, *, tier: str | None = None, now: datetime | None = None, limit: int = 8
) -> tuple[Candidate, ...]:
    """The articles closest to a message, best first, one candidate each.

    Without a tier nothing is hidden for its tier; without `now` nothing for its validity.
    """
    asked = prepare(text[:_READ], index.fillers)
    if not asked.key:
        return ()
    found = [one for one in _candidates(asked, index) if is_visible(one.article, tier, now)]
    found.sort(key=lambda one: (not one.exact, -one.confidence, one.article.id))
    return tuple(found[:limit])


def _candidates(asked: Prepared, index: Index) -> Iterator[Candidate]:
    likeness, typical = _likeness(asked, index), _typical(asked, index)
    trust = _BARE_WORD if len(asked.key) <= 3 else 1.0
    exact = {index.entries[entry].place: entry for entry in index.exact.get(asked.key, ())}
    for place in likeness.keys() | typical.keys() | exact.keys():
        article = index.articles[place]
        alike, phrasing = likeness.get(place, (0.0, article.question))
        confidence = round(trust * _probability(alike, typical.get(place, 0.0)), 4)
        if place in exact:
            yield Candidate(article, index.entries[exact[place]].phrasing, 1.0, exact=True)
        elif confidence >= _LEAST:
            yield Candidate(article, phrasing, confidence, exact=False)


def is_visible(article: Article, tier: str | None, now: datetime | None) -> bool:
    """Whether a customer of this tier may be given this article at this instant; None asks for no such limit."""
    if tier is not None and article.tiers and tier not in article.tiers:
        return False
    if now is None:
        return True
    begun = article.valid_from is None or article.valid_from <= now
    return begun and (article.valid_until is None or now < article.valid_until)


def _probability(alike: float, typical: float) -> float:
    """How often an article seen so is the right one: a logistic curve over both views.

    Fitted on the sample content, each phrasing asked with itself left out, with its whole article left out, garbled,
    and within a longer story.
    """
    return min(0.99, 1 / (1 + math.exp(6.0 - 2.9 * alike - 14.5 * alike**3 - 16.1 * typical)))


def _likeness(asked: Prepared, index: Index) -> dict[int, tuple[float, str]]:
    """Per article the phrasing that is most alike, in writing or (worth a little less) in sound."""
    weight, heard = index.weights.sum(asked.parts), index.weights.sum(asked.sounds)
    best: dict[int, tuple[float, str]] = {}
    for entry in (index.entries[number] for number in _shortlist(asked, index)):
        there = entry.prepared
        written = _in_common(asked.parts & there.parts, weight, entry.written, index.weights)
        spoken = _HOMOPHONE * _in_common(asked.sounds & there.sounds, heard, entry.spoken, index.weights)
        best[entry.place] = max(best.get(entry.place, (0.0, "")), (max(written, spoken), entry.phrasing))
    return best


def _in_common(both: frozenset[str], asked: float, held: float, weights: Weights) -> float:
    """The shared weight against both sides, so that a part of a question is never 1; or a phrasing within a story."""
    shared, doubt = weights.sum(both), _DOUBT * weights.unseen
    return max(2 * shared / (asked + held + doubt), _INSIDE * shared / (held + doubt)) if shared else 0.0


def _typical(asked: Prepared, index: Index) -> dict[int, float]:
    """Per article how typical of it the message is: the message's parts, by weight and by how usual each is there."""
    found: dict[int, float] = {}
    for part in asked.parts:
        weight = index.weights.sum([part])
        for place, share in index.profile.get(part, {}).items():
            found[place] = found.get(place, 0.0) + weight * share
    total = index.weights.sum(asked.parts) + _DOUBT * index.weights.unseen
    return {place: weight / total for place, weight in found.items()}


def _shortlist(asked: Prepared, index: Index) -> Iterable[int]:
    """Entries worth a closer look: those sharing the most weight, and those that look or sound most alike."""
    shared: dict[int, float] = {}
    for part in asked.parts:
        weight = index.weights.sum([part])
        for entry in index.postings.get(part, ()):
            shared[entry] = shared.get(entry, 0.0) + weight
    most = sorted(shared, key=lambda entry: -shared[entry] / (9 + len(index.keys[entry])))[:_SHORTLIST]
    alike = process.extract(asked.key, index.keys, scorer=fuzz.ratio, processor=None, limit=_SHORTLIST)
    sounding = process.extract(asked.sound, index.sounds, scorer=fuzz.ratio, processor=None, limit=_SHORTLIST)
    return {*most, *(entry for _, _, entry in alike), *(entry for _, _, entry in sounding)}
