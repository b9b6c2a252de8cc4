"""Which phrasings are probably filed under the wrong question; pure.

A phrasing is compared with what the others, without it, make of it. A wrong label is taken to be one of the other
questions at random, and the share of wrong labels is estimated with them (expectation maximisation; Dawid and Skene
1979 for a single judge).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.calibration import choose
from knowledge_base.model.similarity import Floats, Ints

_ROUNDS = 8
_FIRST, _LEAST, _MOST = 0.1, 0.002, 0.5  # the share of wrong labels: as assumed at first, and within which it is sought
_OVERLOOKED = 0.05  # how often the correct question is no candidate at all, as assumed at first
_SELDOM = 0.0005
_DOUBTED = 0.5
# How probable another question must be before a doubted phrasing is left out: where hardly any label is wrong, what
# looks so is an unusual wording; where many are, it is not.
_WRONG, _CLAIMED = (0.05, 0.08), (0.8, 0.35)

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LabelTrust:
    """What is made of each label, all of shape (phrasings,).

    `true`: how probable it is that the label is correct, 0 to 1; `rival`: the place of the likeliest other candidate;
    `is_suspect`: whether the phrasing should not be learned from.
    """

    true: Doubles
    rival: Ints
    is_suspect: NDArray[np.bool_]


def trust_labels(seen: Floats, truth: Ints, questions: int) -> LabelTrust:
    """Return how far to trust each label.

    `seen`: shape (phrasings, candidates, views), left out one by one; `truth`: shape (phrasings,), the place of the own
    question among the candidates, or the number of candidates.
    """
    count, width = seen.shape[:2]
    places, is_found = np.arange(count), truth < width
    at = np.minimum(truth, width - 1)
    wrong, overlooked, true = _FIRST, _OVERLOOKED, np.ones(count)
    for _ in range(_ROUNDS):
        chances = (1 - overlooked) * choose(seen[is_found], truth[is_found], true[is_found], seen)
        own = np.where(is_found, chances[places, at], overlooked / max(1, questions - width))
        by_chance = (1 - own) / max(1, questions - 1)
        true = (1 - wrong) * own / ((1 - wrong) * own + wrong * by_chance)
        wrong = float(np.clip((1 - true).mean(), _LEAST, _MOST))
        overlooked = max(_SELDOM, float(true[~is_found].sum() / true.sum()))
    others = chances.copy()
    others[places[is_found], at[is_found]] = 0
    claimed = float(np.interp(wrong, _WRONG, _CLAIMED))
    is_suspect = (true < _DOUBTED) & (others.max(1) >= claimed)
    return LabelTrust(true, others.argmax(1).astype(np.int32), is_suspect)
