"""How alike two messages are: by meaning and by writing, as learned from one knowledge base's own phrasings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge_base.matching.index import Index, Prepared, as_ranked
from knowledge_base.model.embeddings import PhrasingEmbeddings
from knowledge_base.model.features import Parts
from knowledge_base.model.recent import RecentResults
from knowledge_base.model.similarity import Floats, InvertedIndex

WRITING = 0.1  # what likeness in writing and sound counts, where there is an encoder
SHRINKAGE = 10.0  # of the mean variance, added to every direction: few phrasings know few directions
OF_PHRASINGS = 0.8  # what the knowledge base's phrasings count, against the messages, for how alike any two texts are
ENOUGH = 2.5  # standard deviations above the likeness of any two texts, from which messages are one gap …
HINTED = 1 / 3  # … and how much of that is enough where they were solved by the same reply or article
WRITTEN = 0.35  # a cosine that is enough without an encoder: by writing, what is less alike is rarely one question
FEWEST = 100  # phrasings from which it is learned how alike any two texts are
USUAL = 0.2  # a cosine that is enough where there are fewer
SAMPLED = 4_000  # phrasings that are learned from
SKETCH = 512  # dimensions of the writing's projection
_BATCH = 64
_KEPT = 12_000

# Raw embeddings by encoder and sentence, half as large: a page of gaps is looked at again soon.
_embedded: RecentResults[tuple[str, str], NDArray[np.float16]] = RecentResults(_KEPT)
_spaces: RecentResults[int, tuple[Index, WordingSpace]] = RecentResults(1)


@dataclass(frozen=True, slots=True)
class Moments:
    """How texts are spread: `mean`, shape (dimensions,), and `squares`, their second moments about the origin."""

    mean: Floats
    squares: Floats

    def with_messages(self, vectors: Floats) -> Moments:
        """Return the moments of both, the messages counting what `OF_PHRASINGS` leaves."""
        rest = 1 - OF_PHRASINGS
        mean: Floats = OF_PHRASINGS * self.mean + rest * vectors.mean(0)
        squares: Floats = OF_PHRASINGS * self.squares + rest / len(vectors) * (vectors.T @ vectors)
        return Moments(mean, squares)


@dataclass(frozen=True, slots=True)
class WordingSpace:
    """Turns messages into vectors whose dot product is their likeness; `enough` of it is one gap.

    `whitening`: shape (dimensions, dimensions). `moments` of the phrasings. Both None without an encoder, the latter
    also where there are too few phrasings: then likeness is a cosine, else it counts standard deviations.
    """

    index: Index
    meaning: PhrasingEmbeddings | None
    whitening: Floats | None
    moments: Moments | None
    enough: float
    rows: RecentResults[str, NDArray[np.float16]] = field(
        default_factory=lambda: RecentResults(_KEPT), init=False, compare=False, repr=False
    )

    @property
    def hinted(self) -> float:
        """The mean likeness from which messages with a common solution are one gap."""
        return HINTED * self.enough

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return one row per message; raises what the encoder raises."""
        kept = {text: self.rows.get(text) for text in texts}
        rows = {text: row for text, row in kept.items() if row is not None}
        unread = [text for text in kept if text not in rows]
        if unread:
            for text, row in zip(unread, self._read(unread).astype(np.float16), strict=True):
                rows[text] = self.rows.keep(text, row)
        together = np.stack([rows[text] for text in texts]).astype(np.float32)
        return together if self.moments is None else _standardised(together, self.moments.with_messages(together))

    def _read(self, texts: Sequence[str]) -> Floats:
        asked = [self.index.prepare(as_ranked(text)) for text in texts]
        written = _sketches([each.parts for each in asked], self.index.inverted)
        if self.meaning is None or self.whitening is None:
            return written
        return _joined(_meant(self.meaning, self.whitening, asked), written)


def space_of(index: Index) -> WordingSpace:
    """Return the space learned from this index, learned once."""
    kept = _spaces.of(id(index), lambda: (index, _learn(index)))
    return kept[1]


def _learn(index: Index) -> WordingSpace:
    """Directions in which phrasings of one question differ say little about what is asked, and count less."""
    meanings = index.levels[0].meanings
    if not meanings:
        return WordingSpace(index, None, None, None, WRITTEN)
    meaning, (places, questions) = meanings[0], _sample(index)
    meant = meaning.vectors[places]
    whitening = _whitening(meant, questions)
    if len(places) < FEWEST:
        return WordingSpace(index, meaning, whitening, None, USUAL)
    written = _sketches([index.prepare(index.entries[at].phrasing).parts for at in places.tolist()], index.inverted)
    together = _joined(_directions(meant @ whitening), written)
    squares: Floats = together.T @ together / np.float32(len(together))
    moments = Moments(together.mean(0), squares)
    return WordingSpace(index, meaning, whitening, moments, ENOUGH)


def _standardised(vectors: Floats, moments: Moments) -> Floats:
    """Divide likeness by its spread for either message: a long one is somewhat like everything (score normalisation).

    The product of two rows is their covariance over the geometric mean of both deviations.
    """
    away = vectors - moments.mean
    spread = moments.squares - np.outer(moments.mean, moments.mean)
    deviations = np.sqrt(np.maximum(((away @ spread) * away).sum(1), 1e-9))
    found: Floats = (away / np.sqrt(deviations)[:, None]).astype(np.float32)
    return found


def _sample(index: Index) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Phrasings of questions with several, evenly over the knowledge base: their places, and their questions."""
    counts = np.bincount(index.question_of, minlength=len(index.firsts))
    places = np.flatnonzero(counts[index.question_of] > 1)
    places = places[:: max(1, math.ceil(len(places) / SAMPLED))]
    return places, index.question_of[places]


def _whitening(vectors: Floats, questions: NDArray[np.int32]) -> Floats:
    """Within-class covariance normalisation (Hatch et al. 2006), shrunk towards the mean variance."""
    if not len(vectors):
        return np.eye(vectors.shape[1], dtype=np.float32)
    _, mine = np.unique(questions, return_inverse=True)
    sums = np.zeros((mine.max() + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, mine, vectors)
    rest = vectors - (sums / np.bincount(mine)[:, None])[mine]
    within = rest.T @ rest / len(rest)
    mean = max(float(np.trace(within)) / len(within), 1e-6)
    values, axes = np.linalg.eigh(within + SHRINKAGE * mean * np.eye(len(within)))
    return np.asarray((axes / np.sqrt(values)) @ axes.T, np.float32)


def _meant(meaning: PhrasingEmbeddings, whitening: Floats, asked: Sequence[Prepared]) -> Floats:
    name = meaning.encoder.name()
    kept = {one.sentence: _embedded.get((name, one.sentence)) for one in asked}
    points = {sentence: point for sentence, point in kept.items() if point is not None}
    unread = [sentence for sentence in kept if sentence not in points]
    for begin in range(0, len(unread), _BATCH):
        some = unread[begin : begin + _BATCH]
        for sentence, point in zip(some, meaning.encoder.encode(some), strict=True):
            points[sentence] = _embedded.keep((name, sentence), point.astype(np.float16))
    together = np.stack([points[one.sentence] for one in asked]).astype(np.float32)
    return _directions(_directions(together - meaning.centre) @ whitening)


def _directions(points: Floats) -> Floats:
    found: Floats = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-6)
    return found


def _joined(meant: Floats, written: Floats) -> Floats:
    return np.concatenate([meant * math.sqrt(1 - WRITING), written * math.sqrt(WRITING)], axis=1)


def _sketches(texts: Sequence[Parts], inverted: InvertedIndex) -> Floats:
    """TF-IDF vectors per view as the inverted index has them, hashed with signs (Weinberger et al. 2009).

    The rarities are the knowledge base's: other messages do not move a message.
    """
    found = np.zeros((len(texts), SKETCH), np.float32)
    for row, views in zip(found, texts, strict=True):
        filled = sum(bool(view) for view in views) or 1
        for view in views:
            weights = [(1 + math.log(times)) * _rarity(part, inverted) for part, times in view.items()]
            length = math.sqrt(filled * sum(weight * weight for weight in weights)) or 1.0
            for part, weight in zip(view, weights, strict=True):
                mark = crc32(part.encode())
                row[mark % SKETCH] += weight / length if mark & 0x80000000 else -weight / length
    return found


def _rarity(part: str, inverted: InvertedIndex) -> float:
    place = inverted.vocabulary.get(part)
    return inverted.unseen if place is None else float(inverted.rarity[place])
