"""What an encoder makes of all phrasings: where each lies, seen from the middle of this knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.encoders import Encoder
from knowledge_base.model.progress import Progress, silent
from knowledge_base.model.similarity import Floats, Ints

WIDTH = 0.7  # how fast likeness fades with the angle between two sentences
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Meaning:
    """An encoder, the mean of the phrasings' points, and the phrasings' directions from it."""

    encoder: Encoder
    centre: Floats
    vectors: Floats  # phrasing × dimension, length 1
    heads: Floats  # question × dimension: each question's first phrasing, side by side for speed

    def of(self, sentences: Sequence[str]) -> Floats:
        """The direction of each message, one a row; raises what the encoder raises."""
        return _directions(self.encoder.encode(sentences), self.centre)

    def cosines(self, direction: Floats, phrasings: Ints | slice) -> Floats:
        """How close a message lies to these phrasings, -1 to 1."""
        found: Floats = self.vectors[phrasings] @ direction
        return found


def understand(
    encoder: Encoder, sentences: Sequence[str], firsts: NDArray[np.int64], progress: Progress = silent
) -> Meaning:
    """Place all phrasings; `firsts` are the numbers of each question's first."""
    points: list[Floats] = []
    for begin in range(0, len(sentences), _BATCH):
        points.append(encoder.encode(sentences[begin : begin + _BATCH]))
        progress(min(1.0, (begin + _BATCH) / len(sentences)))
    together = np.concatenate(points)
    centre = together.mean(0)
    vectors = _directions(together, centre)
    return Meaning(encoder, centre, vectors, vectors[firsts])


def fade(cosines: Floats) -> Floats:
    """From a cosine to a likeness, 1 at the same place (a Gaussian of the distance)."""
    found: Floats = np.exp((cosines - 1) / WIDTH)
    return found


def _directions(points: Floats, centre: Floats) -> Floats:
    away = points - centre
    # A single phrasing is its own middle: it has no direction, and no likeness to anything.
    found: Floats = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return found
