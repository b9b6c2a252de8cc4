"""Trains the levels: each phrasing is left out in turn, to calibrate confidences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.calibration import (
    CANDIDATES,
    FEW,
    VIEWS,
    Calibration,
    calibrate,
    foreign_share,
    typical_weights,
)
from knowledge_base.model.classifier import PHRASINGS, QUESTIONS, choose_landmarks, train
from knowledge_base.model.embeddings import PhrasingEmbeddings, embed_phrasings, likeness_of
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.features import Parts, is_word, words_of
from knowledge_base.model.progress import Progress, no_progress
from knowledge_base.model.question_words import QuestionWords
from knowledge_base.model.similarity import Floats, Ints, InvertedIndex
from knowledge_base.model.stages import LOOKED_UP, WRITING, Level, MessageLikeness, best_of, combined
from knowledge_base.training.labels import trust_labels
from knowledge_base.training.strangers import foreign_weights, margins_of, stranger_weights

REHEARSED = 2_000  # phrasings that are left out in turn, to learn how far to trust the rest
SURE = 0.95  # the precision from which a wrong question taken for a phrasing counts as a contradiction
_BLOCK = 128  # phrasings at a time where one multiplication of matrices does the work of many


class ForeignMessage(NamedTuple):
    """A message that no question answers: its key, its features, and the sentence for encoders."""

    key: str
    parts: Parts
    sentence: str


ForeignMessages = Sequence[ForeignMessage]


def learn(
    inverted: InvertedIndex,
    question_of: Ints,
    words: QuestionWords,
    sentences: Sequence[str],
    encoders: Sequence[Encoder],
    progress: Progress = no_progress,
    foreign: ForeignMessages = (),
) -> tuple[Level, ...]:
    """Train one level per encoder, each with those before; a single one without encoders when there are none.

    `question_of`: shape (phrasings,), rising. `words`: those of each question, whose first phrasing is its standard
    wording. `sentences`: one per phrasing, for encoders. `foreign`: messages that no question answers.
    `progress` is called with the share done, 0 to 1. Raises what an encoder raises.
    """
    if not len(words.firsts):
        return (Level((), None, Calibration()),)
    steps = 2 * len(encoders) or 1
    meanings: tuple[PhrasingEmbeddings, ...] = ()
    levels = []
    for number in range(max(1, len(encoders))):
        if encoders:
            seen = embed_phrasings(encoders[number], sentences, words.firsts, _part(progress, 2 * number, steps))
            meanings = (*meanings, seen)
        room = _Trainer(inverted, question_of, words, meanings, foreign)
        levels.append(room.teach(_part(progress, 2 * number + bool(encoders), steps)))
    return tuple(levels)


def _part(progress: Progress, step: int, steps: int) -> Progress:
    return lambda share: progress((step + share) / steps)


class _Trainer:
    """The data of one level in training."""

    def __init__(
        self,
        inverted: InvertedIndex,
        question_of: Ints,
        words: QuestionWords,
        meanings: tuple[PhrasingEmbeddings, ...],
        foreign: ForeignMessages,
    ) -> None:
        self.inverted, self.question_of, self.words, self.meanings = inverted, question_of, words, meanings
        self.firsts, self.foreign = words.firsts, foreign
        self.vectors = inverted.own_vectors()
        self.features = list(inverted.vocabulary)
        self.rows = _some(question_of)

    def teach(self, progress: Progress) -> Level:
        bare = Level(self.meanings, None, Calibration(typical_weights(classifier=False, meaning=False)))
        if len(self.firsts) < 2:
            return bare
        trains = len(self.firsts) <= QUESTIONS and len(self.question_of) <= PHRASINGS
        if not trains:
            return self._rehearse(bare, None, None, progress)
        landmarks = choose_landmarks(self.question_of)
        likeness = self._likeness(landmarks, progress)
        classifier, rehearsal = train(likeness, self.question_of, landmarks, self.rows)
        del likeness
        learned = Level(self.meanings, classifier, Calibration())
        return self._rehearse(learned, rehearsal.without_phrasing, rehearsal.without_question, progress)

    def _likeness(self, landmarks: Ints, progress: Progress) -> Floats:
        """Of every phrasing to every landmark."""
        size = len(self.question_of)
        found = np.empty((size, len(landmarks)), np.float32)
        for begin in range(0, size, _BLOCK):
            block = slice(begin, min(begin + _BLOCK, size))
            # Whole: with parts left out the likenesses of phrasings to each other would be no kernel.
            rows = [self.inverted.likeness(self.vectors[row], whole=True)[landmarks] for row in range(size)[block]]
            meant = [likeness_of(each.vectors[block] @ each.vectors[landmarks].T) for each in self.meanings]
            found[block] = combined(np.stack(rows), meant)
            progress(0.5 * begin / size)
        return found

    def _rehearse(self, level: Level, alone: Floats | None, whole: Floats | None, progress: Progress) -> Level:
        """Ask each phrasing as if it were unknown, then as if its question were; calibrate on both."""
        width = min(CANDIDATES, len(self.firsts))
        seen = np.zeros((2, len(self.rows), width, VIEWS), np.float32)
        truth = np.full((2, len(self.rows)), width, np.int32)
        candidates = np.zeros((len(self.rows), width), np.int32)
        for at, (row, written, meant) in enumerate(self._nearest()):
            mine = int(self.question_of[row])
            features = (self.features[part] for part in self.vectors[row].parts.tolist())
            asked = self.words.asked(self.words.keys[row], list(filter(is_word, features)))
            for round_, scores in enumerate((alone, whole)):
                hidden = None if round_ == 0 else mine
                found, view = _view(written, meant, None if scores is None else scores[at], hidden, width)
                seen[round_, at, :, :LOOKED_UP] = view
                seen[round_, at, :, LOOKED_UP:] = self.words.views(asked, found, row) * (found != hidden)[:, None]
                if round_ == 0:
                    candidates[at] = found
                    place = np.flatnonzero(found == mine)
                    truth[0, at] = place[0] if len(place) else width
            progress(0.9 + 0.1 * at / len(self.rows))
        return self._judged(level, seen, truth, candidates)

    def _nearest(self) -> Iterator[tuple[int, Floats, Floats]]:
        """Per row and question the likeness of the nearest phrasing other than the row, in writing and in meaning."""
        for begin in range(0, len(self.rows), _BLOCK):
            block = self.rows[begin : begin + _BLOCK]
            meant = np.zeros((len(block), len(self.question_of)), np.float32)
            for meaning in self.meanings:
                meant += likeness_of(meaning.vectors[block] @ meaning.vectors.T) / len(self.meanings)
            meant[np.arange(len(block)), block] = 0
            nearest = np.maximum.reduceat(meant, self.firsts, axis=1)
            for at, row in enumerate(block.tolist()):
                written = self.inverted.likeness(self.vectors[row])
                written[row] = 0
                yield row, np.maximum.reduceat(written, self.firsts), nearest[at]

    def _judged(self, level: Level, seen: Floats, truth: Ints, candidates: Ints) -> Level:
        sizes = np.bincount(self.question_of)
        has_company = sizes[self.question_of[self.rows]] > 1
        rows, found, place = self.rows[has_company], candidates[has_company], truth[0][has_company]
        first, second, third = seen[0][has_company], seen[1], self._of_no_trade(level, seen[0], truth[0])
        truths = np.r_[place, truth[1], np.full(len(third), seen.shape[2])]
        known = np.arange(len(truths)) < len(first)
        # By the first views: the words of those filed wrongly are among the words of the questions.
        trust = trust_labels(first[..., :LOOKED_UP], place, len(self.firsts)) if len(first) >= FEW else None
        believed = np.ones(len(second))
        if trust is not None:
            believed[has_company] = trust.true
        asked, elsewhere = self._as_strangers(first, place, rows), foreign_weights(len(second), len(third))
        elsewhere[: len(second)] *= believed  # the question that a mislabelled one belongs to was not left out
        weight = np.r_[asked * believed[has_company], elsewhere]
        foreign = foreign_share(len(self.firsts))
        calibration = calibrate(np.concatenate([first, second, third]), truths, known, foreign, weight)
        if not len(first):
            return Level(level.meanings, level.classifier, calibration)
        chances = np.stack([calibration.probabilities(each) for each in first])
        best = chances.argmax(1)
        right = best == place
        sure = ~right & (chances.max(1) >= calibration.thresholds(SURE).answer_at)
        contradictions = _pairs(rows, found, best, sure)
        suspects = () if trust is None else _pairs(rows, found, trust.rival, trust.is_suspect)
        return Level(level.meanings, level.classifier, calibration, float(right.mean()), contradictions, suspects)

    def _as_strangers(self, first: Floats, truth: Ints, rows: Ints) -> NDArray[np.float64]:
        """What each phrasing says of strangers' messages."""
        return stranger_weights(margins_of(first, truth), np.isin(rows, self.firsts)) if len(first) else np.zeros(0)

    def _of_no_trade(self, level: Level, seen: Floats, truth: Ints) -> Floats:
        """The foreign messages as this level sees them, but for those that may be of this company's own trade.

        A message is, that is as near to a question as every second phrasing is to its own. None where there are too few
        phrasings to learn from.
        """
        if len(truth) < FEW:
            return np.zeros((0, *seen.shape[1:]), np.float32)
        own = seen[np.arange(len(truth)), np.minimum(truth, seen.shape[1] - 1)][truth < seen.shape[1]]
        found = np.zeros((len(self.foreign), *seen.shape[1:]), np.float32)
        read = [meaning.of([each.sentence for each in self.foreign]) for meaning in self.meanings if self.foreign]
        for at, message in enumerate(self.foreign):
            written = self.inverted.likeness(self.inverted.vector(message.parts))
            asked = self.words.asked(message.key, words_of(message.parts))
            likeness = MessageLikeness(written, [directions[at] for directions in read], self.words, asked)
            view = likeness.view(level).seen[: seen.shape[1]]
            found[at, : len(view)] = view
        usual = np.median(self._nearness(own)) if len(own) else np.inf
        kept: Floats = found[self._nearness(found).max(1, initial=0.0) < usual]
        return kept

    def _nearness(self, seen: Floats) -> Floats:
        share = WRITING if self.meanings else 1.0
        found: Floats = share * seen[..., 1] + (1 - share) * seen[..., 2]
        return found


def _pairs(rows: Ints, candidates: Ints, place: Ints, chosen: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    return tuple((int(rows[at]), int(candidates[at, place[at]])) for at in np.flatnonzero(chosen))


def _view(written: Floats, meant: Floats, scores: Floats | None, hidden: int | None, width: int) -> tuple[Ints, Floats]:
    total = (written + meant if scores is None else scores).copy()
    if hidden is not None:
        total[hidden] = -np.inf
    found = best_of(total, width)
    seen = np.stack([np.zeros(len(found)) if scores is None else scores[found], written[found], meant[found]], 1)
    if hidden is not None and len(total) <= width:
        seen[-1] = 0  # the hidden one comes last
    return found, seen.astype(np.float32)


def _some(question_of: Ints) -> Ints:
    """As many phrasings as `REHEARSED` allows, spread evenly over the questions."""
    size = len(question_of)
    return np.unique(np.linspace(0, size - 1, min(size, REHEARSED)).round()).astype(np.int32)
