"""decide(candidates, thresholds) → Answered | Unsure | Unknown; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.matching import Candidate

MARGIN = 0.2  # by how much the best article must beat the second to be given as the answer


@dataclass(frozen=True, slots=True)
class Answered:
    """This article answers the message."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """One of these may be meant; ask."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing we know comes close."""


Verdict = Answered | Unsure | Unknown


def decide(
    candidates: Sequence[Candidate], answer_at: float, suggest_at: float, limit: int, *, margin: float = MARGIN
) -> Verdict:
    """An exact hit is always the answer; else the best must be sure enough and clearly ahead of the second."""
    near = tuple(candidate for candidate in candidates if candidate.exact or candidate.confidence >= suggest_at)
    if not near:
        return Unknown()
    best = near[0]
    if best.exact or (best.confidence >= answer_at and _lead(candidates) >= margin):
        return Answered(best)
    return Unsure(near[:limit])


def _lead(candidates: Sequence[Candidate]) -> float:
    # Rounded as confidences are, so that a lead of exactly the margin isn't lost to binary fractions.
    return round(candidates[0].confidence - candidates[1].confidence, 4) if len(candidates) > 1 else 1.0
