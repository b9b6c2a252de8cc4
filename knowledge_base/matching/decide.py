"""Decides from ranked candidates: answer, presume, suggest, or neither; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_base.matching.ranking import Candidate

PROBABLE = 0.5  # confidence from which on a candidate is more likely right than wrong
FAR_ABOVE = 3.0  # how many times as likely as another a candidate is that stands far above it
_NEARLY = 0.95  # the share of the confidence for answering from which on a question is presumed
_ONLY_EXACT = 1.0  # the confidence for answering where nothing may be answered but word for word


@dataclass(frozen=True, slots=True)
class Answered:
    """The article answers the message."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Presumed:
    """The article stands far above the rest and is not quite sure: answer, and say which question was understood."""

    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """Each of these articles may be meant, and none stands far above another: ask which one."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No article is close."""


Verdict = Answered | Presumed | Unsure | Unknown


def decide(candidates: Sequence[Candidate], answer_at: float, suggest_at: float, limit: int) -> Verdict:
    """Answer with an exact match, or the best candidate from confidence `answer_at` on; suggest from `suggest_at` on.

    Between the two the best is presumed where it stands far above the rest. At most `limit` are suggested, and none
    that the first stands far above.
    """
    near = tuple(candidate for candidate in candidates if candidate.exact or candidate.confidence >= suggest_at)
    if not near:
        return Unknown()
    best = near[0]
    if best.exact or (best.confidence >= answer_at):
        return Answered(best)
    rival = max((each.confidence for each in candidates if each.article.id != best.article.id), default=0.0)
    if best.confidence >= presume_at(answer_at) and best.confidence >= FAR_ABOVE * rival:
        return Presumed(best)
    return Unsure(tuple(each for each in near if FAR_ABOVE * each.confidence >= best.confidence)[:limit])


def presume_at(answer_at: float) -> float:
    """Return the confidence from which on a question is presumed; infinite where only exact matches are answered."""
    return max(PROBABLE, _NEARLY * answer_at) if answer_at < _ONLY_EXACT else float("inf")


def given(verdict: Verdict) -> Candidate | None:
    """Return what a verdict answers with, be it sure or presumed; None if it does not answer."""
    return verdict.candidate if isinstance(verdict, Answered | Presumed) else None
