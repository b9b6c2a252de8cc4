"""The learned head: the probability of every act in a clause, from its writing, its sound and its meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.embeddings import likeness_of
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.features import parts_of
from knowledge_base.model.recent import RecentResults
from knowledge_base.model.similarity import Floats, InvertedIndex
from knowledge_base.model.stages import combined
from knowledge_base.text.correction import correct
from knowledge_base.text.normalise import normalise, readable
from knowledge_base.text.vocabulary import Vocabulary

Doubles = NDArray[np.float64]
LONGEST = 200  # characters of a clause that are read
_KEPT = 512  # clauses: what is said while a turn is held is read again when it goes on

Look = tuple[Doubles, Floats]  # of a clause: the probability of each act, and its likeness to each landmark


@dataclass(frozen=True, slots=True, eq=False)
class ActHead:
    """One column per act over the landmark utterances, and the calibration of each.

    `names`: the acts. `inverted`: the landmarks' writing. `centre`: shape (dimensions,), `vectors`: shape (landmarks,
    dimensions), rows of length 1; both empty without an encoder. `weights`: shape (landmarks, acts). `slope`, `offset`:
    shape (acts,), of the logistic calibration. `heard_at`, `doubted_at`: shape (acts,), probabilities. `groups`: the
    group of each landmark if it is an utterance of `act_of`, shape (landmarks,).
    """

    names: tuple[str, ...]
    inverted: InvertedIndex
    writing: Vocabulary
    encoder: Encoder | None
    centre: Floats
    vectors: Floats
    weights: Floats
    slope: Doubles
    offset: Doubles
    heard_at: Doubles
    doubted_at: Doubles
    groups: tuple[str, ...]
    _looks: RecentResults[str, Look] = field(default_factory=lambda: RecentResults(_KEPT), init=False, repr=False)
    _rows: dict[str, NDArray[np.intp]] = field(default_factory=dict, init=False, repr=False)  # landmarks of an act

    @property
    def key(self) -> str:
        """A digest of what was learned."""
        return hashlib.sha256(self.weights.tobytes() + self.slope.tobytes()).hexdigest()[:32]

    def likeness(self, clauses: Sequence[str]) -> Floats:
        """Return the likeness, 0 to 1, to the landmarks, shape (clauses, landmarks); raises what the encoder raises."""
        plain = [normalise(clause[:LONGEST]) for clause in clauses]
        restored = [correct(text, self.writing) for text in plain]
        found = [self.inverted.likeness(self.inverted.vector(parts_of(text))) for text in restored]
        written = np.stack(found) if found else np.zeros((0, self.inverted.size), np.float32)
        if self.encoder is None or not clauses:
            return written
        sentences = [
            sentence_of(clause) if same == text else same
            for clause, text, same in zip(clauses, plain, restored, strict=True)
        ]
        directions = directions_of(self.encoder.encode(sentences), self.centre)
        return combined(written, [likeness_of((self.vectors @ directions.T).T)])

    def look(self, clauses: Sequence[str]) -> dict[str, Look]:
        """Return what is seen in each clause, new ones in one batch; raises what the encoder raises."""
        kept = {clause: self._looks.get(clause) for clause in clauses}
        found = {clause: look for clause, look in kept.items() if look is not None}
        if unread := [clause for clause in kept if clause not in found]:
            likeness = self.likeness(unread)
            looks = zip(self.chances(likeness), likeness, strict=True)
            found |= {clause: self._looks.keep(clause, look) for clause, look in zip(unread, looks, strict=True)}
        return found

    def chances(self, likeness: Floats) -> Doubles:
        """Return the probability of each act, shape (clauses, acts), for the likeness of clauses to the landmarks."""
        return chances_of(likeness @ self.weights, self.slope, self.offset)

    def nearest_group(self, likeness: Floats, act: str) -> str:
        """Return the group of the utterance of this act that is nearest to a clause; `likeness`: (landmarks,)."""
        if act not in self._rows:
            self._rows[act] = np.flatnonzero([group.startswith(f"{act}/") for group in self.groups])
        mine = self._rows[act]
        return self.groups[mine[int(likeness[mine].argmax())]].partition("/")[2] if len(mine) else ""


def sentence_of(clause: str) -> str:
    """Return a clause as the encoder reads it."""
    return readable(clause[:LONGEST]) or clause[:LONGEST]


def directions_of(points: Floats, centre: Floats) -> Floats:
    """Return embeddings centred and of length 1, shape (sentences, dimensions)."""
    away = points - centre
    found: Floats = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return found


def chances_of(scores: NDArray[np.floating], slope: Doubles, offset: Doubles) -> Doubles:
    """Return 1 / (1 + exp(−(slope · score + offset))), elementwise."""
    return np.asarray(1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30))), np.float64)
