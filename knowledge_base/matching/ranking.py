"""Ranks the articles for a message, each with a confidence and the sources that found it; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, IndexedPhrasing, Prepared, as_ranked
from knowledge_base.model.calibration import CANDIDATES, VIEWS
from knowledge_base.model.similarity import Floats
from knowledge_base.model.stages import Level, LevelCandidates, MessageLikeness
from knowledge_base.text.clauses import clauses_of

_BARE = 3  # characters
_BARE_WORD = 0.8  # "退货" alone asks nothing yet; sure as we may be of the topic, a suggestion suits it better
_LEAST = 0.01  # below it a candidate is noise
_CLEAR = 0.5  # from this confidence on, the message as a whole says what is meant
_OF_A_CLAUSE = 0.8  # what a clause's candidate is worth against the same for a whole message
_DOUBT = (0.02, 0.97)  # between these, a stronger encoder is worth its milliseconds
AGREES = 0.35  # likeness of the nearest phrasing from which a source is said to agree


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may answer a message, with its closest phrasing.

    `confidence` is the probability that this article answers it, calibrated on the knowledge base itself. `sources` say
    what found it: exact, classifier, writing, meaning; and clause, when only a part of the message asks it.
    """

    article: Article
    phrasing: str
    confidence: float
    exact: bool
    sources: tuple[str, ...] = ()


def rank(
    text: str, index: Index, *, tier: str | None = None, now: datetime | None = None, limit: int = 8
) -> tuple[Candidate, ...]:
    """Return the articles closest to a message, the best first, one candidate each.

    The confidences are 0 to 1 and sum to at most 1. Without a tier no article is hidden for its tier, without `now`
    (aware UTC) none for its validity. Raises what an encoder raises.
    """
    text = as_ranked(text)
    asked = index.prepare(text)
    if not asked.key or not index.entries:
        return ()
    entries = [index.entries[at] for at in index.exact.get(asked.key, ())]
    meant = _meant_exactly([entry for entry in entries if is_visible(entry.article, tier, now)])
    if meant is not None:
        return (Candidate(meant.article, meant.phrasing, 1.0, exact=True, sources=("exact",)),)

    def shows(question: int) -> bool:
        return is_visible(index.entries[index.firsts[question]].article, tier, now)

    return tuple(_near(text, index, shows)[:limit])


def is_visible(article: Article, tier: str | None, now: datetime | None) -> bool:
    """Whether a customer of this tier may see the article at this instant; None: no such limit."""
    if tier is not None and article.tiers and tier not in article.tiers:
        return False
    if now is None:
        return True
    begun = article.valid_from is None or article.valid_from <= now
    return begun and (article.valid_until is None or now < article.valid_until)


def _meant_exactly(entries: Sequence[IndexedPhrasing]) -> IndexedPhrasing | None:
    """The entry that a message is word by word: the only one, or the only one written for some tiers.

    The same words under two questions for the same people decide nothing.
    """
    for rivals in ([entry for entry in entries if entry.article.tiers], entries):
        if len({entry.place for entry in rivals}) == 1:
            return rivals[0]
    return None


def _near(text: str, index: Index, shows: Callable[[int], bool]) -> list[Candidate]:
    """By the cheap level; by the next while in doubt."""
    parts = [_Part(text, index)]
    for number, level in enumerate(index.levels):
        last = number + 1 == len(index.levels)
        outlook = _outlook(parts, level, shows)
        if outlook.best < _CLEAR and len(parts) == 1:
            parts += [_Part(clause, index, is_clause=True) for clause in clauses_of(text)]
            outlook = _outlook(parts, level, shows) if len(parts) > 1 else outlook
        if last or not _DOUBT[0] < outlook.best < _DOUBT[1]:
            break
    return _named(outlook, index, level, is_bare=len(parts[0].asked.key) <= _BARE)


class _Part:
    """A message or one of its clauses, as far as it had to be looked at."""

    def __init__(self, text: str, index: Index, *, is_clause: bool = False) -> None:
        self.asked: Prepared = index.prepare(text)
        self.is_clause = is_clause
        self.sight = index.sight(text)
        self.directions = self.sight.directions
        self._seen: tuple[Level, LevelCandidates] | None = None

    def view(self, level: Level, shows: Callable[[int], bool]) -> LevelCandidates:
        """What the level sees in it; looked at once, though the whole message comes up again with its clauses."""
        if self._seen is None or self._seen[0] is not level:
            # What nobody may be given takes no chance from the others either.
            self._seen = (level, self.sight.view(level, shows))
        return self._seen[1]


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What a level makes of all parts together: each question's best figures, and where they come from."""

    questions: list[int]
    seen: Floats
    parts: list[_Part]
    chances: NDArray[np.float64]

    @property
    def best(self) -> float:
        """The chance of the likeliest question."""
        return float(self.chances.max(initial=0.0))


def read_by(level: Level, text: str, index: Index) -> MessageLikeness:
    """Return a message as this level sees it; raises what an encoder raises."""
    part = _Part(text, index)
    _understand([part], level)
    return part.sight


def _understand(parts: list[_Part], level: Level) -> None:
    """Ask the level's encoders about the parts they have not read yet, all in one go."""
    for number, meaning in enumerate(level.meanings):
        unread = [part for part in parts if len(part.directions) == number]
        if unread:
            for part, direction in zip(unread, meaning.of([part.asked.sentence for part in unread]), strict=True):
                # Not appended: another thread may have read the same message meanwhile.
                part.directions[number : number + 1] = [direction]


def _outlook(parts: list[_Part], level: Level, shows: Callable[[int], bool]) -> _Outlook:
    """A question is as near as its nearest part; a clause counts a little less than the whole message."""
    _understand(parts, level)
    best: dict[int, tuple[Floats, _Part]] = {}
    for number, part in enumerate(parts):
        view = part.view(level, shows)
        for question, seen in zip(view.questions.tolist(), view.seen, strict=True):
            weighed = seen if number == 0 else seen * _OF_A_CLAUSE
            if question not in best or weighed.sum() > best[question][0].sum():
                best[question] = (weighed, part)
    order = sorted(best, key=lambda question: (-float(best[question][0].sum()), question))[:CANDIDATES]
    seen = np.array([best[question][0] for question in order], np.float32).reshape(-1, VIEWS)
    return _Outlook(order, seen, [best[question][1] for question in order], level.calibration.probabilities(seen))


def _named(outlook: _Outlook, index: Index, level: Level, *, is_bare: bool) -> list[Candidate]:
    found: list[Candidate] = []
    trust = _BARE_WORD if is_bare else 1.0
    for place in np.argsort(-outlook.chances, kind="stable").tolist():
        chance = round(min(float(outlook.chances[place]) * trust, 0.9999), 4)
        if chance < _LEAST:
            break
        question, sight = outlook.questions[place], outlook.parts[place].sight
        span = sight.span(question)
        entry = index.entries[span.start + int(np.argmax(sight.likeness(level, span)))]
        sources = _sources(outlook.seen, place)
        if outlook.parts[place].is_clause:
            sources = (*sources, "clause")
        found.append(Candidate(entry.article, entry.phrasing, chance, exact=False, sources=sources))
    return found


def _sources(seen: Floats, place: int) -> tuple[str, ...]:
    """Each source for which this candidate comes first and is near."""
    names: Sequence[str] = ("classifier", "writing", "meaning")
    return tuple(
        name for column, name in enumerate(names) if seen[:, column].argmax() == place and seen[place, column] >= AGREES
    )
