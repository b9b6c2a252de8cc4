"""How sure the bot was against how often it was right, band by band, and its most confident mistakes; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from knowledge_base.evaluation.coverage import mean, wilson
from knowledge_base.matching.decide import Answered, Presumed, Unsure, Verdict
from knowledge_base.matching.ranking import Candidate

EDGES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # of the bands of confidence; the last one includes its end
WORST = 10

Did = Literal["answered", "presumed", "asked", "nothing"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """The likeliest article for a message, and the id of the one that answers it; None: no article does."""

    text: str
    expected: str | None
    best: Candidate

    @property
    def is_right(self) -> bool:
        """Whether the likeliest is the one that answers."""
        return self.best.article.id == self.expected


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """Messages of like confidence: how sure the bot was on average, and the share in which it was right, 0 to 1.

    `interval`: the 95 % interval of `realised`. `exact`: they were asked word for word, which is answered however sure
    it is.
    """

    low: float
    high: float
    cases: int
    said: float
    realised: float
    interval: tuple[float, float]
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ConfidentMistake:
    """A message whose likeliest article is not the one that answers it, and what the bot did with it."""

    text: str
    expected: str | None
    given: str
    question: str
    confidence: float
    did: Did


def bands_of(predictions: Sequence[Prediction]) -> tuple[ConfidenceBand, ...]:
    """Return the bands that hold messages, the surest last."""
    return tuple(_bands(predictions))


def worst_of(predictions: Iterable[Prediction], verdicts: Iterable[Verdict]) -> tuple[ConfidentMistake, ...]:
    """Return the `WORST` most confident mistakes, the surest first."""
    found = [
        ConfidentMistake(
            one.text,
            one.expected,
            one.best.article.id,
            one.best.article.question,
            one.best.confidence,
            _did(verdict),
        )
        for one, verdict in zip(predictions, verdicts, strict=True)
        if not one.is_right
    ]
    return tuple(sorted(found, key=lambda mistake: -mistake.confidence)[:WORST])


def _bands(predictions: Sequence[Prediction]) -> Iterator[ConfidenceBand]:
    near = [one for one in predictions if not one.best.exact]
    for low, high in pairwise(EDGES):
        inside = [one for one in near if low <= one.best.confidence < high or one.best.confidence == high == EDGES[-1]]
        if inside:
            yield _band(low, high, inside)
    if exact := [one for one in predictions if one.best.exact]:
        yield _band(EDGES[-1], EDGES[-1], exact, exact=True)


def _band(low: float, high: float, inside: Sequence[Prediction], *, exact: bool = False) -> ConfidenceBand:
    right = sum(one.is_right for one in inside)
    said, interval = mean([one.best.confidence for one in inside]), wilson(right, len(inside))
    assert said is not None, "there are cases"
    assert interval is not None, "there are cases"
    return ConfidenceBand(low, high, len(inside), said, right / len(inside), interval, exact)


def _did(verdict: Verdict) -> Did:
    match verdict:
        case Answered():
            return "answered"
        case Presumed():
            return "presumed"
        case Unsure():
            return "asked"
        case _:
            return "nothing"
