"""Calibrates P(article answers the message), learned from the knowledge base by leaving parts of it out.

A conditional logit (McFadden 1974) over the candidate questions and "none of them", fitted by Newton's method with a
Gaussian prior around typical weights. Each phrasing teaches twice: left out alone (its question is a candidate), and
left out with its whole question (none is correct); messages that no knowledge base answers teach once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.similarity import Floats, Ints

CANDIDATES = 12  # questions weighed against each other for one message
FOREIGN = 0.15  # the share of messages that even many questions leave unanswered, as expected before any is seen
# Classifier's score; likeness of the nearest phrasing in writing and sound, and in meaning; words covered; spelling.
VIEWS = 5
FEW = 100  # phrasings whose question has others; with fewer there is nothing to learn from
_PRIOR = 1.0  # how firmly the weights found on other knowledge bases are kept
_STEPS = 30
_SUGGESTIONS = 5
SUGGESTION_RIGHT = 0.3  # a list of suggestions should hold the right question at least this often
SUGGEST_AT = 0.25  # one chance in four is worth a line on a customer's screen, one in ten is a nuisance
SUGGEST_AT_MOST = 0.4
ANSWER_AT_LEAST = 0.5  # however well rehearsal went: what is more likely wrong than right is no answer
_BELOW_TARGET = 0.1  # nor what is this much less likely: strangers' wordings are less alike than some keepers' are
_WINDOW = 60  # rehearsed messages of like confidence that are judged together
_DOUBT = 0.01  # by how much the share of right answers may fall short of what is wanted, with 97.5 % certainty
_SIGMAS = 1.96
_BELIEVED = 150  # rehearsed messages that speak as loudly as the calibrated confidences themselves
_CASES = 20  # rehearsed messages, at least, that a threshold is judged by

# Found on other knowledge bases, where they come out much the same; a small one stays close to them.
_OF_NONE = (0.0, 0.5, 0.5, 0.0, 0.0)
TYPICAL: tuple[float, ...] = (10.0, 0.0, 0.0, 0.0, 0.0, 3.5, *_OF_NONE)
WITHOUT_CLASSIFIER: tuple[float, ...] = (10.0, 13.0, 0.0, 0.0, 0.0, 3.5, *_OF_NONE)
BY_MEANING: tuple[float, ...] = (10.0, 7.0, 11.0, 0.0, 0.0, 6.0, *_OF_NONE)  # without a classifier, with an encoder

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidences from which a message is answered, and from which a question is suggested; 0 to 1."""

    answer_at: float
    suggest_at: float


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The fitted weights and the left-out predictions they were judged by.

    `weights`: shape (2 · `VIEWS` + 1,): per figure of a candidate, the constant of "none", per greatest figure of
    "none". The others: shape (messages,): `confidence` of the best candidate, whether it is `right` (0 or 1), the
    weight of the message (`share`), whether the correct one is `among` the best five (0 or 1), and whether nothing
    answers it (`foreign`, 0 or 1), of which `FOREIGN` are expected.
    """

    weights: Doubles = field(default_factory=lambda: np.array(TYPICAL))
    confidence: Doubles = field(default_factory=lambda: np.zeros(0))
    right: Doubles = field(default_factory=lambda: np.zeros(0))
    share: Doubles = field(default_factory=lambda: np.zeros(0))
    among: Doubles = field(default_factory=lambda: np.zeros(0))  # the right one is among the best five
    foreign: Doubles = field(default_factory=lambda: np.zeros(0))

    def probabilities(self, seen: Floats) -> Doubles:
        """Return P(correct) of each candidate, shape (candidates,); the rest to 1 is P(none).

        `seen`: shape (candidates, `VIEWS`).
        """
        if not len(seen):
            return np.zeros(0)
        found: Doubles = _probabilities(_alternatives(seen[None].astype(np.float64)), self.weights)[0, :-1]
        return found

    @lru_cache(maxsize=8)  # noqa: B019  # asked for every message, and few calibrations live at a time
    def thresholds(self, target: float, suggestions: float = SUGGESTION_RIGHT, foreign: float = FOREIGN) -> Thresholds:
        """Return the lowest thresholds that keep these precisions, going by left-out messages.

        `target`: share of answers that are correct; `suggestions`: share of lists of five that hold the correct
        question; `foreign`: the expected share of messages without an answer, where there are many questions; 0 to 1.
        Fixed figures where there were too few phrasings to learn from; 1, which only exact matches
        reach, where no threshold keeps `target`.
        """
        if not len(self.confidence):
            return Thresholds(_least(target), SUGGEST_AT)
        share = self.share * np.where(self.foreign > 0, _odds(foreign) / _odds(FOREIGN), 1.0)
        answer_at = round(self._answer_at(target, share), 4)
        suggest_at = min(max(self._suggest_at(suggestions, share), SUGGEST_AT), SUGGEST_AT_MOST)
        return Thresholds(answer_at, round(min(suggest_at, answer_at), 4))

    def _answer_at(self, target: float, share: Doubles) -> float:
        """1, which only a word-for-word hit reaches, where it is not certain enough that `target` is kept."""
        confidence = self.confidence.round(4)  # as candidates show it
        order = np.argsort(-confidence, kind="stable")
        least = _least(target)
        held = self._surely_right(order, share[order]) >= target - _DOUBT
        held[:-1] &= np.diff(confidence[order]) < 0  # equals are answered together or not at all
        reached = np.flatnonzero(held & (confidence[order] >= least))
        if not len(reached):
            return 1.0
        surer, others = np.split(confidence[order], [reached[-1] + 1])
        return float(surer[-1]) if len(others) and others[0] >= least else least

    def _surely_right(self, order: NDArray[np.intp], share: Doubles) -> Doubles:
        """Of the first 1, 2, 3 … messages in this order, the share that is right, at the lower end of its interval.

        Shape (messages,); 0 for fewer than `_CASES`. The interval is Wilson's (1927), over as many messages as weights
        so unequal are worth (Kish 1965) and `_BELIEVED` more, of which as many are right as the confidences say.
        """
        sums = np.cumsum([share, share * self.right[order], share * self.confidence[order], share**2], axis=1)
        total = np.maximum(sums[0], 1e-12)
        cases = total**2 / np.maximum(sums[3], 1e-12)
        size = cases + _BELIEVED
        right = (cases * sums[1] + _BELIEVED * sums[2]) / total / size
        square = _SIGMAS**2 / size
        spread = _SIGMAS * np.sqrt(right * (1 - right) / size + square / (4 * size))
        found: Doubles = np.where(cases >= _CASES, (right + square / 2 - spread) / (1 + square), 0.0)
        return found

    def _suggest_at(self, wanted: float, share: Doubles) -> float:
        """Where a list of the best five stops holding the right question often enough."""
        order = np.argsort(-self.confidence, kind="stable")
        if len(order) < 2 * _WINDOW:
            return SUGGEST_AT
        sums = np.cumsum([share[order], (share * self.among)[order]], axis=1)
        asked, hits = sums[:, _WINDOW:] - sums[:, :-_WINDOW]
        below = np.flatnonzero(hits < wanted * asked)
        return float(self.confidence[order[below[0] + _WINDOW // 2 if len(below) else -1]])


def _odds(share: float) -> float:
    return share / (1 - share)


def _least(target: float) -> float:
    """The least confidence that is answered, however well rehearsal went."""
    return max(ANSWER_AT_LEAST, round(target - _BELOW_TARGET, 4))


def typical_weights(*, classifier: bool, meaning: bool) -> Doubles:
    """Return the prior weights, shape (2 · `VIEWS` + 1,), by the sources the level has."""
    return np.array(TYPICAL if classifier else BY_MEANING if meaning else WITHOUT_CLASSIFIER)


def foreign_share(questions: int) -> float:
    """Return the share of messages (0 to 1) expected to have no answer among this many questions."""
    return FOREIGN + 0.5 * max(0.0, 1 - questions / 20) ** 2


def calibrate(
    seen: Floats,
    truth: Ints,
    known: NDArray[np.bool_],
    foreign: float = FOREIGN,
    weight: Doubles | None = None,
) -> Calibration:
    """Fit the weights on left-out messages.

    `seen`: shape (messages, candidates, `VIEWS`), the best candidate first. `truth`: shape (messages,), the place of
    the correct candidate, or the number of candidates for none. `known`: shape (messages,), the correct question was in
    the index; a known one that is no candidate teaches nothing. `foreign`: the expected share of messages without an
    answer. `weight`: shape (messages,), what each counts among the known ones, or among the others; None: all the same.
    Returns the typical weights when there are fewer than 100 usable messages.
    """
    usable = ~(known & (truth == seen.shape[1]))
    typical = typical_weights(classifier=bool(seen[..., 0].any()), meaning=bool(seen[..., 2].any()))
    if (known & usable).sum() < FEW or not (~known).any():
        return Calibration(typical)
    weight = np.ones(len(known)) if weight is None else weight
    kinds = np.where(known, (1 - foreign) / weight[known].sum(), foreign / weight[~known].sum())
    share = kinds * weight * known.sum()
    alternatives = _alternatives(seen.astype(np.float64))
    weights = _fit(alternatives, truth, share * usable, typical, VIEWS)
    chances = _probabilities(alternatives, weights)[:, :-1]
    order = np.argsort(-chances, axis=1)[:, :_SUGGESTIONS]
    right = (order[:, 0] == truth).astype(np.float64)
    among = (order == truth[:, None]).any(1).astype(np.float64)
    return Calibration(weights, chances.max(1), right, share, among, (~known).astype(np.float64))


def choose(taught: Floats, truth: Ints, share: Doubles, asked: Floats) -> Doubles:
    """Return P(correct) of each candidate, one of which is correct, shape (messages asked, candidates).

    `taught`: shape (messages, candidates, `VIEWS`), whose correct candidates are at `truth`, shape (messages,), and
    count as `share` says; `asked`: shape (messages asked, candidates, `VIEWS`); the first views will do.
    """
    typical = typical_weights(classifier=bool(taught[..., 0].any()), meaning=bool(taught[..., 2].any()))
    typical = typical[: taught.shape[2]]
    return _probabilities(
        asked.astype(np.float64), _fit(taught.astype(np.float64), truth, share, typical, len(typical))
    )


def _alternatives(seen: Doubles) -> Doubles:
    """Message × (candidates and none) × weight: what each weight is multiplied with."""
    messages, candidates, views = seen.shape
    found = np.zeros((messages, candidates + 1, 2 * views + 1))
    found[:, :-1, :views] = seen
    found[:, -1, views] = 1
    found[:, -1, views + 1 :] = seen.max(1)
    return found


def _probabilities(alternatives: Doubles, weights: Doubles) -> Doubles:
    raw = alternatives @ weights
    raised = np.exp(raw - raw.max(1, keepdims=True))
    found: Doubles = raised / raised.sum(1, keepdims=True)
    return found


def _fit(alternatives: Doubles, truth: Ints, share: Doubles, typical: Doubles, views: int) -> Doubles:
    """The weights of greatest likelihood, held back towards the typical ones; none of `views` is below 0.

    Where a keeper's phrasings of one question are less alike than those of two, it would be, which would take what is
    nearer for less likely. Strangers do not write so.
    """
    is_free = np.ones(len(typical), bool)
    while True:
        weights = np.where(is_free, typical, 0.0)
        weights[is_free] = _fit_all(alternatives[..., is_free], truth, share, typical[is_free])
        below = np.flatnonzero(weights[:views] < 0)
        if not len(below):
            return weights
        is_free[below[weights[below].argmin()]] = False


def _fit_all(alternatives: Doubles, truth: Ints, share: Doubles, typical: Doubles) -> Doubles:
    """By Newton's method; convex."""
    weights = typical.copy()
    chosen = alternatives[np.arange(len(truth)), truth]
    for _ in range(_STEPS):
        chances = _probabilities(alternatives, weights)
        expected = np.einsum("mc,mcw->mw", chances, alternatives)
        slope = share @ (expected - chosen) + _PRIOR * (weights - typical)
        spread = np.einsum("m,mc,mcv,mcw->vw", share, chances, alternatives, alternatives, optimize=True)
        spread -= np.einsum("m,mv,mw->vw", share, expected, expected, optimize=True)
        step = np.linalg.solve(spread + _PRIOR * np.eye(len(weights)), slope)
        weights = weights - step * min(1.0, 5.0 / max(1e-9, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-6:
            break
    return weights
