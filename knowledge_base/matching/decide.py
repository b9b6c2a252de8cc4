"""Decides from ranked candidates: answer, suggest, or neither; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.matching.ranking import Candidate

PROBABLE = 0.5  # confidence from which on a candidate is more likely right than wrong


@dataclass(frozen=True, slots=True)
class Answered:
    """The article answers the message."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """One of these articles may be meant: suggest them."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No article is close."""


Verdict = Answered | Unsure | Unknown


def decide(candidates: Sequence[Candidate], answer_at: float, suggest_at: float, limit: int) -> Verdict:
    """Answer with an exact match, or the best candidate from confidence `answer_at` on; suggest from `suggest_at` on.

    At most `limit` are suggested.
    """
    near = tuple(candidate for candidate in candidates if candidate.exact or candidate.confidence >= suggest_at)
    if not near:
        return Unknown()
    best = near[0]
    if best.exact or (best.confidence >= answer_at):
        return Answered(best)
    return Unsure(near[:limit])
