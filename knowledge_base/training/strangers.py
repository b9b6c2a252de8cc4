"""How strangers' messages differ from the phrasings of a knowledge base, which teach what to expect of them; pure.

A keeper writes phrasings to be unlike each other, and strangers write what comes to mind: theirs lie nearer to the
middle of a question, as its standard wording does. Left-out phrasings are therefore weighed so that, on average, the
correct question stands as far above the others as it does for standard wordings (exponential tilting).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.similarity import Floats, Ints
from knowledge_base.model.stages import LOOKED_UP

_STANDARD = 20  # standard wordings that weigh as much as what all phrasings say
_STEEPEST = 40.0
_HALVINGS = 50
_OF_NO_TRADE = 0.5  # of the foreign messages, how many are about other trades, and not near what the company does

Doubles = NDArray[np.float64]


@cache
def foreign_messages() -> tuple[str, ...]:
    """Return messages about other trades and small talk, which no knowledge base answers, or hardly one."""
    lines = files(__package__).joinpath("foreign_messages.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def stranger_weights(margins: Doubles, is_standard: NDArray[np.bool_]) -> Doubles:
    """Return how much each left-out phrasing says of a stranger's message, shape (phrasings,), with the mean 1.

    `margins`: shape (phrasings,), by how much the score of its own question exceeds that of the best other one;
    `is_standard`: shape (phrasings,), whether it is the standard wording of its question.
    """
    usual = float(margins.mean())
    standards = int(is_standard.sum())
    if not standards or np.ptp(margins) < 1e-9:
        return np.ones(len(margins))
    trust = standards / (standards + _STANDARD)
    wanted = usual + trust * (float(margins[is_standard].mean()) - usual)
    low, high = -_STEEPEST, _STEEPEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if margins @ _tilted(margins, middle) < wanted else (low, middle)
    return len(margins) * _tilted(margins, low)


def margins_of(seen: Floats, truth: Ints) -> Doubles:
    """Return by how much the correct question's score exceeds the best other one's, shape (phrasings,).

    `seen`: shape (phrasings, candidates, views); `truth`: shape (phrasings,), the place of the correct candidate; one
    that is no candidate has the least score.
    """
    scores = seen[..., :LOOKED_UP].sum(2) if not seen[..., 0].any() else seen[..., 0]
    places = np.arange(len(truth))
    missing = truth >= scores.shape[1]
    at = np.minimum(truth, scores.shape[1] - 1)
    own = np.where(missing, scores.min(1), scores[places, at])
    others = scores.astype(np.float64).copy()
    others[places[~missing], at[~missing]] = -np.inf
    found: Doubles = own - others.max(1)
    return found


def foreign_weights(unasked: int, of_no_trade: int) -> Doubles:
    """Return what each foreign message counts: those near to what the company does, then those that are not."""
    share = _OF_NO_TRADE if of_no_trade else 0.0
    found: Doubles = np.repeat([(1 - share) / max(1, unasked), share / max(1, of_no_trade)], [unasked, of_no_trade])
    return found


def _tilted(margins: Doubles, slope: float) -> Doubles:
    raised = slope * margins
    found: Doubles = np.exp(raised - raised.max())
    found /= found.sum()
    return found
