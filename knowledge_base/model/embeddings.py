"""Embeddings of all phrasings by one encoder, centred on the mean of this knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.encoders import Encoder
from knowledge_base.model.progress import Progress, no_progress
from knowledge_base.model.similarity import Floats

WIDTH = 0.7  # how fast likeness fades with the angle between two sentences
_BATCH = 64


@dataclass(frozen=True, slots=True)
class PhrasingEmbeddings:
    """An encoder, the mean of its embeddings, and the centred phrasings.

    `centre`: shape (dimensions,). `vectors`: shape (phrasings, dimensions), `heads`: shape (questions, dimensions), the
    first phrasing of each question, contiguous for speed; rows of length 1.
    """

    encoder: Encoder
    centre: Floats
    vectors: Floats  # phrasing × dimension, length 1
    heads: Floats  # question × dimension: each question's first phrasing, side by side for speed

    def of(self, sentences: Sequence[str]) -> Floats:
        """Return centred embeddings of length 1, shape (sentences, dimensions); raises what the encoder raises."""
        return _directions(self.encoder.encode(sentences), self.centre)

    def cosines(self, direction: Floats, phrasings: slice) -> Floats:
        """Return the cosines, −1 to 1, of a message with these phrasings, shape (phrasings,).

        `direction`: shape (dimensions,).
        """
        found: Floats = self.vectors[phrasings] @ direction
        return found


def embed_phrasings(
    encoder: Encoder, sentences: Sequence[str], firsts: NDArray[np.int64], progress: Progress = no_progress
) -> PhrasingEmbeddings:
    """Embed all phrasings; raises what the encoder raises.

    `firsts`: shape (questions,), the first phrasing of each question. `progress` is called with the share done, 0 to 1.
    """
    points: list[Floats] = []
    for begin in range(0, len(sentences), _BATCH):
        points.append(encoder.encode(sentences[begin : begin + _BATCH]))
        progress(min(1.0, (begin + _BATCH) / len(sentences)))
    together = np.concatenate(points)
    centre = together.mean(0)
    vectors = _directions(together, centre)
    return PhrasingEmbeddings(encoder, centre, vectors, vectors[firsts])


def likeness_of(cosines: Floats) -> Floats:
    """Return exp((cosine − 1) / `WIDTH`) elementwise: likeness by a Gaussian kernel of the distance, 1 at cosine 1."""
    found: Floats = np.exp((cosines - 1) / WIDTH)
    return found


def _directions(points: Floats, centre: Floats) -> Floats:
    away = points - centre
    # A single phrasing is its own middle: it has no direction, and no likeness to anything.
    found: Floats = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return found
